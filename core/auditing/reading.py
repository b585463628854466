"""Files of decisions, read so that a bad line is one plain sentence and the others count all the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from core.auditing.exchange import suffix, unguarded
from core.corpus.fields import BadField, identity, number, optional, required
from core.corpus.folder import SourceFile
from core.corpus.json_files import Entry, read_objects
from core.corpus.report import Place, Problem, error
from core.errors import InputError
from core.records import Decision, Hardness, Label, Pair, Verdict

NEEDED = ("decision_id", "pair_id", "verdict", "auditor", "made_at")
NEEDS = "Each line needs 'decision_id', 'pair_id', 'verdict', 'auditor' and 'made_at'."
LONGEST_CELL = 2**31 - 1  # characters; the csv module stops at 131,072 unless told
LATEST = 253_402_300_799  # the last second of the year 9999
_NO_CHARACTER = re.compile("[\udc80-\udcff]")  # how Python keeps a byte that is not UTF-8


@dataclass(frozen=True, slots=True)
class ReadDecisions:
    """What a file holds: decisions in its order, the pairs they are about where the file says (without score and evidence), and each bad
    line as a problem that prints as "decisions.csv, line 12: …"."""

    decisions: tuple[Decision, ...]
    pairs: tuple[Pair, ...]
    problems: tuple[Problem, ...]


def read_decisions(path: Path) -> ReadDecisions:
    """The decisions of a .csv or .jsonl file. Raises InputError where the file is missing or is neither."""
    read = {".csv": _read_csv, ".jsonl": _read_jsonl}[suffix(path)]
    if not path.is_file():
        raise InputError(f"There is no file {path}. Name a file of decisions, as `export --what decisions` writes it.")
    problems: list[Problem] = []
    decisions: dict[str, Decision] = {}
    pairs: dict[str, Pair] = {}
    for entry in read(SourceFile(path, path.name), problems):
        try:
            decision, pair = _decision(entry.value), _pair(entry.value)
            _check(decision, pair, decisions)
        except BadField as failure:
            problems.append(error(failure.kind, entry.place, f"{failure}. {NEEDS}"))
            continue
        decisions[decision.decision_id] = decision
        if pair:
            pairs[pair.pair_id] = pair
    return ReadDecisions(tuple(decisions.values()), tuple(pairs.values()), tuple(sorted(problems, key=lambda one: one.line or 0)))


def _read_jsonl(file: SourceFile, problems: list[Problem]) -> Iterator[Entry]:
    yield from read_objects(file, NEEDS, problems)


def _read_csv(file: SourceFile, problems: list[Problem]) -> Iterator[Entry]:
    csv.field_size_limit(LONGEST_CELL)
    with file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        first = stream.readline()
        columns = next(csv.reader([first], delimiter=(delimiter := ";" if ";" in first else ",")), [])  # ; where a comma marks decimals
        if absent := [name for name in NEEDED if name not in columns]:
            problems.append(error("missing-field", Place(file.name, 1), f"no column {absent[0]!r} among its {len(columns)}. {NEEDS}"))
            return
        rows = csv.reader(stream, delimiter=delimiter)
        last = 1
        for row in rows:
            place, last = Place(file.name, last + 1), rows.line_num + 1  # a record may span lines: it is named by its first
            if why := _broken(row, columns, last):
                problems.append(error("wrong-type", place, f"{why}. {NEEDS}"))
            elif row:
                yield Entry(place, {name: unguarded(cell) for name, cell in zip(columns, row, strict=True)})


def _broken(row: Sequence[str], columns: Sequence[str], last: int) -> str:
    """What is wrong with a record as such, "" where nothing is."""
    if row and len(row) != len(columns):
        return f"{len(row)} cells where the header has {len(columns)} (the record ends on line {last}: is a quotation mark missing?)"
    return "not UTF-8: save the file as UTF-8" if any(_NO_CHARACTER.search(cell) for cell in row) else ""


def _decision(row: Mapping[str, Any]) -> Decision:
    made_at = _number(row, "made_at")
    if made_at is None or not 0 <= made_at <= LATEST:
        raise BadField("wrong-type", f"'made_at' is {row.get('made_at')!r}; it must be seconds since 1970, such as 1767225600.5")
    return Decision(
        decision_id=required(row, "decision_id"),
        pair_id=required(row, "pair_id"),
        verdict=cast(Verdict, _one_of(row, "verdict", get_args(Verdict))),
        auditor=required(row, "auditor"),
        made_at=made_at,
        seconds=_number(row, "seconds") or 0.0,
        becomes=cast(Any, _one_of(row, "becomes", ("", *get_args(Label)))),
        **{name: optional(row, name) for name in ("reason", "note", "batch", "undoes")},
    )


def _pair(row: Mapping[str, Any]) -> Pair | None:
    """The pair a line is about; None where it does not say."""
    if not all(optional(row, name) for name in ("query", "chunk_id", "label")):
        return None
    return Pair(
        query=optional(row, "query"),
        chunk_id=optional(row, "chunk_id"),
        label=cast(Label, _one_of(row, "label", get_args(Label))),
        rule=optional(row, "rule"),
        question_id=optional(row, "question_id"),
        hardness=cast(Hardness, _one_of(row, "hardness", get_args(Hardness))),
        reason=optional(row, "why"),
    )


def _check(decision: Decision, pair: Pair | None, known: Mapping[str, Decision]) -> None:
    if known.get(decision.decision_id, decision) != decision:
        raise BadField("duplicate-id", f"'decision_id' {decision.decision_id!r} stands on an earlier line that says something else")
    if pair and pair.pair_id != decision.pair_id:
        raise BadField("wrong-type", f"'pair_id' {decision.pair_id!r} is not that of its query, chunk_id and label: one of them was edited")


def _one_of(row: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    value = identity(row, name).casefold()
    if value not in allowed:
        said = f"'{name}' is {optional(row, name)!r}" if value else f"no '{name}' field"
        raise BadField("wrong-type", f"{said}; it must be one of {', '.join(one for one in allowed if one)}")
    return value


def _number(row: Mapping[str, Any], name: str) -> float | None:
    """A finite number, from JSON or from a cell; None where there is none."""
    value = row.get(name)
    if not isinstance(value, str):
        return number(row, name)
    try:
        return number({name: float(value)}, name) if value.strip() else None
    except ValueError:
        raise BadField("wrong-type", f"'{name}' is {value!r}; it must be a number") from None
