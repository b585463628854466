"""What leaves a workspace: the tuned model, the pairs. It appears whole under its name, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from core.errors import InputError
from core.judging.merging import merged
from core.judging.qrels import qrels
from core.pairing.export import Files, export_of
from core.pipeline import learnable_pairs
from core.records import SPLITS
from core.runs.folder import RunFolder, list_runs
from core.store import Store
from core.workspace import Workspace


def export_model(workspace: Workspace, path: Path, run_id: str | None = None) -> RunFolder:
    """Copy a run's tuned model (without `run_id` the newest one's) to a new folder; the run it is from."""
    runs = [run for run in list_runs(workspace.runs) if run.model.is_dir() and run_id in (None, run.run_id)]
    if not runs:
        raise InputError(
            f"Run {run_id} has no tuned model here; the Train page lists the runs."
            if run_id
            else "There is no tuned model yet: train one first (python -m workbench train)."
        )
    place_folder(path, lambda folder: shutil.copytree(runs[0].model, folder, dirs_exist_ok=True))
    return runs[0]


def export_pairs(store: Store, form: str, path: Path, undecided: bool = True) -> str:
    """Write what training would learn from, in a format of core.pairing.export.FORMATS; what it holds, in a sentence.

    Format jsonl is a file, every other one a folder. Without `undecided` only what a person accepted.
    """
    pairs = learnable_pairs(store, undecided)
    if not pairs and undecided:
        raise InputError("There are no pairs to export: generate them first (python -m workbench pairs).")
    if not pairs:
        raise InputError("No pair has been accepted yet: judge some first, or export undecided ones too (ACCEPTED_ONLY=false).")
    export = export_of(form, pairs, store.chunks())
    if form == "jsonl":
        place_file(path, next(iter(export.files.values())))
    else:
        place_folder(path, lambda folder: _fill(folder, export.files))
    return export.said


def export_qrels(store: Store, path: Path) -> int:
    """Write every judgement that stands, imported or made in the app, to a new folder, a file a split in BEIR's form; how many."""
    questions = merged(store.questions(), store.judged_here())
    by_split = {split: [question for question in questions if question.split == split and question.judgements] for split in SPLITS}
    files = {f"{split}.tsv": qrels(asked).encode("utf-8", "replace") for split, asked in by_split.items() if asked}
    if not files:
        raise InputError("Nothing has been judged yet: judge what the systems found on the Compare page, or import judgements.")
    place_folder(path, lambda folder: _fill(folder, files))
    return sum(len(question.judgements) for asked in by_split.values() for question in asked)


def place_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Make a folder of this name with what `fill` writes into it. Raises InputError where the name stands for something already."""
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file, and this export is a folder: name another place.")
    if path.is_dir() and any(path.iterdir()):
        raise InputError(f"{path} holds something already: name a new folder, or empty that one.")

    def write(unfinished: Path) -> None:
        unfinished.mkdir()
        fill(unfinished)
        if path.is_dir():
            path.rmdir()

    _place(path, write)


def place_file(path: Path, content: bytes) -> None:
    """Write a file of this name, whole or not at all. Raises InputError where the name stands for a folder, or nothing can be written."""
    if path.is_dir():
        raise InputError(f"{path} is a folder, and this export is a file: name one, such as {path / 'training_pairs.jsonl'}.")
    _place(path, lambda unfinished: unfinished.write_bytes(content))


def _place(path: Path, write: Callable[[Path], object]) -> None:
    """Written beside its place, then renamed into it."""
    path = path.resolve()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(unfinished)
        unfinished.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        unfinished.unlink(missing_ok=True)


def _fill(folder: Path, files: Files) -> None:
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
