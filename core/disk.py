"""What a workspace takes on the disk, by kind, and what of it nothing needs any more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.encoders.cache import OWNER
from core.runs.folder import RunFolder, list_runs
from core.uploading import INCOMING
from core.workspace import Workspace

TUNED_IN = "tuned in "
ENDED = ("finished", "failed", "cancelled", "lost")


@dataclass(frozen=True, slots=True)
class Use:
    """Bytes of one kind, and the paths among them that can be freed, with their bytes."""

    kind: str
    n_bytes: int
    free: tuple[Path, ...] = ()
    n_free: int = 0


def use(workspace: Workspace) -> list[Use]:
    """By kind, largest first; kinds that take nothing are left out."""
    runs = list_runs(workspace.runs)
    rooms = {
        "facts and decisions": ([workspace.database, workspace.database.with_suffix(".duckdb.wal")], []),
        "vectors": ([workspace.vectors], list(_orphaned_spaces(workspace, runs))),
        "models": ([run.model for run in runs], []),
        "checkpoints": ([run.checkpoints for run in runs], [run.checkpoints for run in runs if run.status() == "finished"]),
        "frozen corpora": ([workspace.corpora], list(_unread_corpora(workspace, runs))),
        "uploads": ([workspace.uploads], [workspace.uploads / INCOMING]),
        "exports": ([workspace.exports], []),
    }
    uses = [_use(kind, paths, free) for kind, (paths, free) in rooms.items()]
    rest = size(workspace.root) - sum(one.n_bytes for one in uses)
    return sorted([one for one in (*uses, Use("run records", rest)) if one.n_bytes], key=lambda one: -one.n_bytes)


def free(workspace: Workspace) -> int:
    """Removes what nothing needs any more; the bytes it took. Nothing is removed while a run is under way."""
    if any(run.status() not in ENDED for run in list_runs(workspace.runs)):
        return 0
    freed = 0
    for one in use(workspace):
        freed += one.n_free
        for path in one.free:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    return freed


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; what vanishes meanwhile counts nothing."""
    return sum(_bytes(file) for file in _files(path))


def _use(kind: str, paths: list[Path], free: list[Path]) -> Use:
    there = tuple(path for path in free if path.exists())
    return Use(kind, sum(map(size, paths)), there, sum(map(size, there)))


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)


def _bytes(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0


def _orphaned_spaces(workspace: Workspace, runs: list[RunFolder]) -> Iterator[Path]:
    """Vectors of tuned models whose run is gone."""
    known = {run.run_id for run in runs}
    for owner in workspace.vectors.glob(f"*/{OWNER}"):
        name = owner.read_text(encoding="utf-8", errors="replace")
        if name.startswith(TUNED_IN) and name.removeprefix(TUNED_IN) not in known:
            yield owner.parent


def _unread_corpora(workspace: Workspace, runs: list[RunFolder]) -> Iterator[Path]:
    """States of the corpus that no run was started on."""
    read = {str(run.config.get("corpus", "")) for run in runs}
    yield from (path for path in workspace.corpora.glob("*.*") if path.name.partition(".")[0] not in read)
