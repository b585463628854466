"""All workspaces of an installation: the folders in PROJECT_ROOT/workspaces, and the one the app was started on, wherever that is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import ForgeError, InputError
from core.runs.folder import RunFolder, list_runs
from core.store.store import Store
from core.uploading import safe_name
from core.workspace import Workspace

LIVE = ("starting", "running")


@dataclass(frozen=True, slots=True)
class Shelf:
    """`folder` holds the workspaces, `started` is the one that is open where none is named."""

    folder: Path
    started: Path

    def places(self) -> dict[str, Path]:
        """Every workspace by name: the started one first, then by name."""
        found = sorted(self.folder.glob("*/workbench.duckdb")) if self.folder.is_dir() else []
        others = {path.parent.name: path.parent for path in found if not path.parent.name.startswith(".")}
        return {self.started.name: self.started, **{name: place for name, place in others.items() if place != self.started}}

    def place(self, name: str) -> Path:
        """Where the workspace of that name lies. Raises InputError where there is none; a name is never a path."""
        places = self.places()
        if name not in places:
            raise InputError(f"There is no workspace {name!r} here. There are {', '.join(places)}.")
        return places[name]

    def room(self, name: str) -> Path:
        """The folder for a new workspace. Raises InputError where the name is taken, or would make no good folder."""
        name = name.strip()
        if not name or safe_name(name) != name:
            raise InputError(f"{name!r} is no name for a workspace: use letters, digits, spaces, dots and dashes.")
        if name in self.places() or (self.folder / name).exists():
            raise InputError(f"There is a workspace {name} already: choose another name.")
        return self.folder / name

    def create(self, name: str) -> Workspace:
        """A new, empty workspace."""
        workspace = Workspace.create(self.room(name))
        Store.open(workspace).close()
        return workspace

    def duplicate(self, store: Store, name: str) -> Workspace:
        """A copy of an open workspace under another name; runs that are under way are left out. It appears whole or not at all."""
        target = self.room(name)
        partial = self.folder / f".{target.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        try:
            for path in files_of(store.root, checkpoints=True):
                place = partial / path.relative_to(store.root)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)
            partial.mkdir(parents=True, exist_ok=True)
            store.snapshot(partial)
            partial.rename(target)
        except OSError as error:
            raise ForgeError(f"The workspace could not be copied: {error.strerror}.") from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return Workspace.create(target)


def files_of(root: Path, checkpoints: bool) -> Iterator[Path]:
    """The files that make up a workspace besides its database: nothing hidden, half-written or linked, and no run that is under way."""
    live = {run.path for run in list_runs(root / "runs") if run.status() in LIVE}
    for at, folders, names in os.walk(root):  # does not enter linked folders
        folder = Path(at)
        folders[:] = [name for name in sorted(folders) if not name.startswith(".") and folder / name not in live]
        if not checkpoints:
            folders[:] = [name for name in folders if folder / name != RunFolder(folder).checkpoints]
        for name in sorted(names):
            path = folder / name
            if not (name.startswith(".") or ".partial" in name or name in {"lock", "stop"} or path.is_symlink()) and not _of_database(
                root, path
            ):
                yield path


def _of_database(root: Path, path: Path) -> bool:
    return path.parent == root and path.name.startswith("workbench.duckdb")
