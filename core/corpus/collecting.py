"""Rows become records, each kept once and under one id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.corpus.fields import BadField, identity
from core.corpus.json_files import Entry
from core.corpus.report import Placed, Problem, error, warning

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Format(Generic[Record]):
    """How a row becomes a record: `make` raises BadField, `id_of` names the record, `id_field` may give that id in the row."""

    make: Callable[[Any], Record]
    id_of: Callable[[Record], str]
    id_field: str
    needs: str


def collect(entries: Iterable[Entry], form: Format[Record], problems: list[Problem]) -> dict[str, Placed[Record]]:
    """The records of `entries` by id, in their order; what is wrong with an entry goes into `problems`."""
    records: dict[str, Placed[Record]] = {}
    for entry in entries:
        try:
            record = form.make(entry.value)
            given = identity(entry.value, form.id_field) != ""
        except BadField as bad:
            problems.append(error(bad.kind, entry.place, f"{bad}. {form.needs}"))
        else:
            keep(records, form.id_of(record), Placed(record, entry.place), given, problems)
    return records


def keep(records: dict[str, Placed[Record]], id_: str, placed: Placed[Record], given: bool, problems: list[Problem]) -> None:
    """Adds a record unless its id is taken: an error where the id was given, a warning where the content alone repeats."""
    first = records.setdefault(id_, placed)
    if first is placed:
        return
    if given:
        problems.append(error("duplicate-id", placed.place, f"{id_!r} stands already in {first.place}. Give each its own."))
    else:
        kept = "kept once" if first.record == placed.record else "kept once, with the other fields of the first"
        problems.append(warning("duplicate-content", placed.place, f"says the same as {first.place}; {kept}."))
