"""Rows become records, each kept once and under one id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from core.corpus.fields import BadField, identity
from core.corpus.json_files import Entry
from core.corpus.report import Placed, Problem, error, warning

Record = TypeVar("Record")
NOTHING_KNOWN: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Format(Generic[Record]):
    """How a row becomes a record: `make` raises BadField, `id_of` names the record, `id_field` may give that id in the row."""

    make: Callable[[Any], Record]
    id_of: Callable[[Record], str]
    id_field: str
    needs: str


def collect(
    entries: Iterable[Entry], form: Format[Record], problems: list[Problem], known: Mapping[str, Placed[Record]] = NOTHING_KNOWN
) -> dict[str, Placed[Record]]:
    """The records of `entries` by id, in their order, less those whose id is known; what is wrong with an entry goes into `problems`."""
    records: dict[str, Placed[Record]] = {}
    for entry in entries:
        try:
            record = form.make(entry.value)
        except BadField as bad:
            problems.append(error(bad.kind, entry.place, f"{bad}. {form.needs}"))
            continue
        placed, id_ = Placed(record, entry.place), form.id_of(record)
        first = known[id_] if id_ in known else records.setdefault(id_, placed)
        if first is not placed:
            problems.append(_repeated(id_, first, placed, identity(entry.value, form.id_field) != ""))
    return records


def keep(records: dict[str, Placed[Record]], id_: str, placed: Placed[Record], given: bool, problems: list[Problem]) -> None:
    """Adds a record unless its id is taken: an error where the id was given, a warning where the content alone repeats."""
    if (first := records.setdefault(id_, placed)) is not placed:
        problems.append(_repeated(id_, first, placed, given))


def _repeated(id_: str, first: Placed[Record], placed: Placed[Record], given: bool) -> Problem:
    if given:
        return error("duplicate-id", placed.place, f"{id_!r} stands already in {first.place}. Give each its own.")
    kept = "kept once" if first.record == placed.record else "kept once, with the other fields of the first"
    return warning("duplicate-content", placed.place, f"says the same as {first.place}; {kept}.")
