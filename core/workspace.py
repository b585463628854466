"""The folder a project lives in. Copying the folder moves the project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where things lie in a workspace: facts in DuckDB, vectors, frozen corpora, one folder a run, exports."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "workbench.duckdb"

    @property
    def vectors(self) -> Path:
        return self.root / "vectors"

    @property
    def encoders(self) -> Path:
        """Models in int8, each calibrated on this corpus, with what was decided about them."""
        return self.root / "encoders"

    @property
    def corpora(self) -> Path:
        """Corpora as runs read them, two JSON Lines files a state of the corpus, named by its content and shared by runs."""
        return self.root / "corpora"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def written(self) -> Path:
        """What a chat model was asked and what it answered, one JSON object a line: asked once, used by every generation."""
        return self.root / "written.jsonl"

    @property
    def uploads(self) -> Path:
        """Files that came through the browser, a folder an upload."""
        return self.root / "uploads"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @classmethod
    def create(cls, root: Path) -> Workspace:
        """The workspace at `root`, made where it is missing. Raises InputError where `root` cannot be a workspace."""
        workspace = cls(root.expanduser().resolve())
        if workspace.root.is_file():
            raise InputError(f"{root} is a file: a workspace is a folder. Name another one with -w.")
        if workspace.root.is_dir() and not workspace.database.exists() and workspace._strangers():
            raise InputError(f"{root} holds other files and no workspace: name an empty or a new folder with -w.")
        try:
            for folder in (workspace.root, workspace.vectors, workspace.corpora, workspace.runs, workspace.exports):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"The workspace {root} cannot be made: {error.strerror}.") from None
        return workspace

    def _strangers(self) -> list[Path]:
        own = {self.database, self.vectors, self.encoders, self.corpora, self.runs, self.uploads, self.exports, self.written}
        return [entry for entry in self.root.iterdir() if entry not in own]

    @classmethod
    def existing(cls, root: Path) -> Workspace:
        """The workspace at `root`. Raises InputError where there is none."""
        workspace = cls(root.expanduser().resolve())
        if not workspace.database.exists():
            raise InputError(f"There is no workspace at {root}: make one with `python -m workbench ingest SOURCE -w {root}`.")
        return cls.create(root)
