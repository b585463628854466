"""One function a verb: what the command line and the pages both call. Nothing here prints or draws."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.corpus.reading import Measure, read_folder
from core.corpus.report import Report
from core.encoders.choose import trainable
from core.encoders.locate import locate
from core.encoders.tokens import token_counter
from core.errors import InputError
from core.pairing.export import write_training_pairs
from core.pairing.generate import Generated, generate_pairs
from core.pairing.splits import assign_splits
from core.records import Corpus, content_id
from core.runs.folder import RunFolder, create_run, list_runs
from core.runs.frozen import freeze_corpus, to_lines
from core.runs.launch import launch
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace

UNFROZEN = {"PROJECT_ROOT", "MODEL_API_KEY"}  # where this checkout lies, and a secret: neither belongs to an experiment


class ImportRejected(InputError):
    """Something could not be read and nothing was imported; `report` lists it all."""

    def __init__(self, report: Report) -> None:
        self.report = report
        n = len(report.errors)
        super().__init__(
            f"{n} {'problem' if n == 1 else 'problems'}, so nothing was imported. First: {report.errors[0]} "
            "Mend the files, or import the rest with --skip-invalid."
        )


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read, and what that changed in the workspace."""

    report: Report
    change: Any


def ingest(store: Store, source: Path, settings: Settings, *, skip_invalid: bool = False, replace: bool = False) -> Ingested:
    """Import a folder, whole or not at all. Raises ImportRejected for unreadable lines unless `skip_invalid`, InputError where
    the folder would push another folder's corpus out of the workspace unless `replace`."""
    reading = read_folder(source, _counter(settings))
    if reading.report.errors and not skip_invalid:
        raise ImportRejected(reading.report)
    if not reading.corpus.chunks:
        raise InputError(f"{source} holds no chunk that can be read: nothing was imported.")
    _refuse_to_push_out(store, source, replace)
    change = store.import_corpus(assign_splits(reading.corpus, settings.SEED), reading.report.to_dict(), str(source.resolve()))
    return Ingested(reading.report, change)


def _counter(settings: Settings) -> Measure | None:
    """Token counts under the base model; a server's model keeps its tokenizer to itself."""
    if settings.MODEL_BACKEND != "sentence-transformers":
        return None
    return token_counter(locate(settings.BASE_MODEL), settings.MAX_SEQ_LENGTH)


def _refuse_to_push_out(store: Store, source: Path, replace: bool) -> None:
    last = store.last_import()
    if last and last.source != str(source.resolve()) and not replace:
        raise InputError(
            f"This workspace holds the corpus of {last.source}: to put {source} in its place, ask for it (--replace, or the box on "
            "the Overview page), or use another workspace."
        )


def make_pairs(
    store: Store,
    workspace: Workspace,
    settings: Settings,
    max_pairs: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Generated:
    """Generate the training pairs, keep them in the store and write `exports/training_pairs.jsonl`."""
    corpus = store.corpus()
    if not corpus.chunks:
        raise InputError("This workspace is empty: import a folder first.")
    generated = generate_pairs(corpus, settings, max_pairs, on_progress)
    store.save_pairs(generated.pairs)
    store.save_unpaired(generated.unpaired)
    texts = {chunk.chunk_id: chunk.text for chunk in corpus.chunks}
    write_training_pairs(generated.pairs, texts, workspace.exports / "training_pairs.jsonl")
    return generated


def start_run(
    store: Store,
    workspace: Workspace,
    settings: Settings,
    stages: Sequence[str],
    model_run: RunFolder | None = None,
    *,
    reuse: bool = False,
) -> RunFolder:
    """Freeze the inputs of a run and start its worker. With `reuse`, a finished run with the same inputs is returned instead.

    `model_run` is the run whose model an evaluation without training looks at.
    """
    corpus = store.corpus()
    if not corpus.chunks:
        raise InputError("This workspace is empty: import a folder first.")
    config = _config(workspace, corpus, settings, stages, model_run)
    fill = {"questions.jsonl": to_lines(corpus.questions)}
    if "train" in stages:
        if store.pairs_outdated():
            raise InputError("The corpus has changed since its pairs were made: generate them again (python -m workbench pairs).")
        pairs = store.pairs()
        if not any(pair.label == "positive" for pair in pairs):
            raise InputError("There are no training pairs: generate them first (python -m workbench pairs).")
        config["base_model"] = trainable(settings).fingerprint
        fill["pairs.jsonl"] = to_lines(pairs)
    config["fingerprint"] = content_id(json.dumps(config, sort_keys=True), *fill.values())
    same = (run for run in list_runs(workspace.runs) if run.config.get("fingerprint") == config["fingerprint"])
    done = next((run for run in same if run.status() == "finished"), None) if reuse else None
    return done or _started(create_run(workspace.runs, config, fill))


def _config(workspace: Workspace, corpus: Corpus, settings: Settings, stages: Sequence[str], model_run: RunFolder | None) -> dict[str, Any]:
    return {
        "stages": list(stages),
        "corpus": freeze_corpus(workspace.corpora, corpus),
        "settings": settings.model_dump(mode="json", exclude=UNFROZEN),
        "model_run": model_run.run_id if model_run else None,
    }


def _started(run: RunFolder) -> RunFolder:
    launch(run)
    return run


def latest_model(workspace: Workspace) -> RunFolder | None:
    """The newest run that has a tuned model."""
    return next((run for run in list_runs(workspace.runs) if run.model.is_dir()), None)


def latest_results(workspace: Workspace) -> RunFolder | None:
    """The newest run that has been evaluated."""
    return next((run for run in list_runs(workspace.runs) if run.results()), None)
