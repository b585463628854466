"""Which files of a folder are read, and as what. Links that lead out of the folder are not followed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.corpus.report import Place, Problem, warning
from core.errors import InputError

KNOWN_FORMATS = "chunks/*.jsonl, a BEIR corpus.jsonl (here or in beir/), a table (.csv, .parquet, .jsonl), or .txt and .md files"
TEXT_SUFFIXES = (".txt", ".md")
TABLE_SUFFIXES = (".csv", ".tsv", ".parquet", ".jsonl")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, and its name from the source folder."""

    path: Path
    name: str

    @property
    def place(self) -> Place:
        return Place(self.name)


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a source by what they hold. `tables` may be read through a mapping; plain texts are read only where there is nothing
    else."""

    chunks: tuple[SourceFile, ...] = ()
    indexes: tuple[SourceFile, ...] = ()
    questions: tuple[SourceFile, ...] = ()
    documents: tuple[SourceFile, ...] = ()
    queries: tuple[SourceFile, ...] = ()
    judgements: tuple[SourceFile, ...] = ()
    tables: tuple[SourceFile, ...] = ()
    texts: tuple[SourceFile, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, ...]:
        listed = self.chunks + self.indexes + self.questions + self.documents + self.queries + self.judgements
        return listed + self.tables + self.texts


def lay_out(source: Path, problems: list[Problem]) -> Layout:
    """The files of `source`, a folder or one file. Raises InputError where it is missing, empty, or holds nothing that is known here."""
    try:
        if not source.exists():
            raise InputError(f"There is no folder {source}. Name the folder that holds your corpus.")
        if not source.is_dir():
            return _one_file(source)
        if not any(source.iterdir()):
            raise InputError(f"{source} is empty. It needs {KNOWN_FORMATS}.")
        layout = _structured(source, problems)
        if layout.files == layout.tables:
            layout = replace(layout, texts=_texts(source, problems))
    except OSError as failure:
        raise InputError(f"{source} cannot be read: {failure.strerror}.") from None
    if not layout.files:
        raise InputError(f"Nothing in {source} is known here. It needs {KNOWN_FORMATS}.")
    if not (layout.chunks or layout.documents or layout.tables or layout.texts):
        raise InputError(f"{source} has {layout.files[0].name} but no chunks. It needs chunks/*.jsonl or a BEIR corpus.jsonl.")
    return layout


def _one_file(source: Path) -> Layout:
    file = SourceFile(source, _shown(Path(source.name)))
    suffix = source.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        return Layout(tables=(file,))
    if suffix in TEXT_SUFFIXES:
        return Layout(texts=(file,))
    raise InputError(f"{source} is no table (.csv, .tsv, .parquet, .jsonl) and no text (.txt, .md). Name the folder that holds it.")


def _structured(source: Path, problems: list[Problem]) -> Layout:
    beir = source if (source / "corpus.jsonl").is_file() else source / "beir"
    of_beir = {beir / "corpus.jsonl", beir / "queries.jsonl"}
    tables = [path for path in source.glob("*") if path.suffix.lower() in TABLE_SUFFIXES and not path.name.startswith(".")]

    def found(paths: Iterable[Path]) -> tuple[SourceFile, ...]:
        return _inside(source, paths, problems)

    return Layout(
        chunks=found((source / "chunks").glob("*.jsonl")),
        indexes=found((source / "indexes").glob("?*_index.json")),
        questions=found([source / "test_questions.json"]),
        documents=found([beir / "corpus.jsonl"]),
        queries=found([beir / "queries.jsonl"]),
        judgements=found((beir / "qrels").glob("*.tsv")),
        tables=found(path for path in tables if path not in of_beir),
    )


def _texts(source: Path, problems: list[Problem]) -> tuple[SourceFile, ...]:
    paths: list[Path] = []
    for folder, folders, names in os.walk(source):  # does not enter linked folders
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [Path(folder, name) for name in names if name.lower().endswith(TEXT_SUFFIXES) and not name.startswith(".")]
    return _inside(source, paths, problems)


def _inside(source: Path, paths: Iterable[Path], problems: list[Problem]) -> tuple[SourceFile, ...]:
    """The regular files among `paths`, by name; one that leads out of `source` is left out with a warning."""
    files: list[SourceFile] = []
    for path in sorted(paths):
        file = SourceFile(path, _shown(path.relative_to(source)))
        if _leads_out(path, source):
            problems.append(warning("link-outside", file.place, "leads out of the folder and was not read. Put a copy in its place."))
        elif path.is_file():
            files.append(file)
    return tuple(files)


def _leads_out(path: Path, source: Path) -> bool:
    try:
        return not path.resolve().is_relative_to(source.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return True


def _shown(path: Path) -> str:
    """A path as text; bytes of a file name that are not UTF-8 become a replacement character, as no report could hold them."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
