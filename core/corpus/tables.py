"""Tables: CSV, Parquet, and JSON Lines with names of their own, read through a mapping from the fields of this project to their columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from core.corpus.folder import SourceFile
from core.corpus.json_files import MOST_BYTES_A_LINE, Entry, raw_lines, read_objects
from core.corpus.report import Place, Problem, error
from core.errors import InputError

Columns = Mapping[str, str]
"""{field: column}: which column holds a field; "" says that none does, although one has the field's name."""
Mappings = Mapping[str, Columns]
"""{file: Columns} by the file's name in the source; those under "" are for every table that has none of its own."""

CHUNK_FIELDS = ("text", "filename", "title", "chunk_id", "source", "wiki_type", "temporal_order")
QUESTION_FIELDS = ("question", "expected_topics", "question_id", "category", "difficulty", "temporal_limit")
SAME_MEANING = {
    "text": ("body", "content", "passage", "chunk", "document", "paragraph", "abstract", "description"),
    "filename": ("file", "url", "path", "page", "link", "doc_id", "document_id"),
    "title": ("name", "heading", "headline", "subject"),
    "chunk_id": ("id", "_id", "passage_id", "pid", "uid"),
    "wiki_type": ("type", "kind", "category", "section"),
    "source": ("origin", "publisher", "collection"),
    "question": ("query", "prompt"),
    "expected_topics": ("topics", "keywords", "answers"),
    "question_id": ("qid", "query_id"),
}
_NUMBERS = ("temporal_order", "temporal_limit")
_DELIMITERS = (",", ";", "\t", "|")
_ROWS_A_BATCH = 1024


class Peek(NamedTuple):
    """What stands in a table: its columns, and its first rows as they are."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


def peek(file: SourceFile, n_rows: int = 5) -> Peek:
    """The columns and first rows. Raises InputError where the file is no table."""
    problems: list[Problem] = []
    rows = tuple(entry.value for entry in islice(_rows(file, problems), n_rows))
    columns = dict.fromkeys(name for row in rows for name in row)
    if not columns:
        raise InputError(str(problems[0]) if problems else f"{file.name} holds no rows.")
    return Peek(tuple(columns), rows)


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Which columns may hold which fields, by their names; a column is taken once."""
    fields = (*QUESTION_FIELDS, *CHUNK_FIELDS) if holds_questions(own_names(columns)) else (*CHUNK_FIELDS, *QUESTION_FIELDS[:1])
    by_name = {column.strip().casefold(): column for column in reversed(columns)}
    guessed: dict[str, str] = {}
    for field in fields:
        names = (field, *SAME_MEANING.get(field, ()))
        found = next((by_name[name] for name in names if by_name.get(name, "") not in {"", *guessed.values()}), None)
        if found is not None and not (field == "question" and "text" in guessed):
            guessed[field] = found
    return guessed | {name: name for name in columns if name.endswith("_mentions") and name != "_mentions"}


def own_names(columns: Sequence[str]) -> dict[str, str]:
    """The mapping of a table whose columns are named like the fields."""
    fields = {*CHUNK_FIELDS, *QUESTION_FIELDS}
    return {name: name for name in columns if name in fields or name.endswith("_mentions")}


def holds_questions(columns: Columns) -> bool:
    """Whether a table so mapped lists questions rather than chunks."""
    return bool(columns.get("question")) and not columns.get("text")


def check_mapping(file: SourceFile, columns: Columns) -> None:
    """Raises InputError where a mapping names no text, or a column that the table does not have."""
    there = peek(file, 50).columns  # a JSON Lines file may leave a field out of its first lines
    unknown = [column for column in columns.values() if column and column not in there]
    if unknown:
        raise InputError(f"{file.name} has no column {unknown[0]!r}. It has {', '.join(there)}.")
    if not (columns.get("text") or columns.get("question")):
        example = guess(there).get("text", there[-1])
        raise InputError(f"Which column of {file.name} is the text? It has {', '.join(there)}. Say so, for example: --map text={example}")


def read_table(file: SourceFile, columns: Columns, problems: list[Problem]) -> Iterator[Entry]:
    """The rows as objects of the native formats; columns that are not mapped are kept under their own names."""
    mapped = {field: column for field, column in columns.items() if column}
    fields = {*CHUNK_FIELDS, *QUESTION_FIELDS, *mapped}
    of_chunks = not holds_questions(columns)
    for place, value, _ in _rows(file, problems):
        row = {(f"{name} (column)" if name in fields else name): cell for name, cell in value.items() if name not in mapped.values()}
        row |= {field: _cell(field, value.get(column)) for field, column in mapped.items()}
        if of_chunks and not row.get("filename"):
            row["filename"] = row.get("title") or file.name
        yield Entry(place, row)


def _cell(field: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    if field.endswith("_mentions") or field == "expected_topics":
        return _listed(value)
    return _number(value) if field in _NUMBERS else value


def _listed(cell: str) -> list[Any]:
    """A JSON list, or names with semicolons between them."""
    if cell.lstrip().startswith("["):
        try:
            return list(json.loads(cell))
        except ValueError:
            pass
    return [name.strip() for name in cell.split(";")]


def _number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell  # told as a wrong type where the field is read


def _rows(file: SourceFile, problems: list[Problem]) -> Iterator[Entry]:
    match file.path.suffix.lower():
        case ".jsonl":
            return read_objects(file, "Each line is one object.", problems)
        case ".parquet":
            return _parquet_rows(file, problems)
        case _:
            return _csv_rows(file, problems)


class _Lines:
    """The lines of a text file with their ends; `number` is that of the last one handed out."""

    def __init__(self, file: SourceFile, problems: list[Problem]) -> None:
        self.number = 0
        self._lines = raw_lines(file, problems)
        self._problems = problems

    def __iter__(self) -> Iterator[str]:
        for place, raw in self._lines:
            self.number = place.line or 0
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError as failure:
                told = f"not UTF-8 (byte {failure.start + 1} of the line). Save the file as UTF-8."
                self._problems.append(error("not-utf8", place, told))


def _csv_rows(file: SourceFile, problems: list[Problem]) -> Iterator[Entry]:
    csv.field_size_limit(MOST_BYTES_A_LINE)
    lines = _Lines(file, problems)
    source = iter(lines)
    first = next(source, "")
    reader = csv.reader(_with(first, source), delimiter=_delimiter(file.path, first), strict=True)
    header: list[str] | None = None
    while True:
        place = Place(file.name, lines.number + 1 if header is not None else 1)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as failure:
            problems.append(error("bad-row", place, f"not CSV: {failure}. A cell with quotes in it doubles them and stands in quotes."))
            continue
        if header is None:
            header = [name.strip() or f"column {number}" for number, name in enumerate(cells, start=1)]
            if twice := next((name for name in header if header.count(name) > 1), None):
                problems.append(error("bad-row", place, f"the column {twice!r} stands twice. Give each its own name."))
                return
        elif len(cells) == len(header):
            yield Entry(place, dict(zip(header, cells, strict=True)))
        elif cells:
            problems.append(error("bad-row", place, f"{len(cells)} cells where the header has {len(header)}."))


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(path: Path, header: str) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else max(_DELIMITERS, key=header.count)


def _parquet_rows(file: SourceFile, problems: list[Problem]) -> Iterator[Entry]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file.path)
        names = [field.name for field in table.schema_arrow if not _is_vector(field.type)]
        number = 0
        for batch in table.iter_batches(_ROWS_A_BATCH, columns=names):
            for row in batch.to_pylist():
                number += 1
                yield Entry(Place(file.name, number), {name: _plain(value) for name, value in row.items()})
    except (pa.ArrowException, OSError) as failure:
        problems.append(error("unreadable", file.place, f"cannot be read as Parquet: {str(failure).splitlines()[0]}"))


def _is_vector(kind: Any) -> bool:
    """A list of fractions is a vector, and no text, label or mention."""
    import pyarrow.types as types

    listed = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(listed and types.is_floating(kind.value_type))


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: dates and decimals as text, what is no number as nothing."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return str(value)
