"""Decisions as files, JSON Lines or CSV, with the pair they are about.

A spreadsheet takes a cell that opens with =, +, -, @, a tab or a carriage return for a formula. In CSV such a cell gets an apostrophe
in front (as does one that looks so behind apostrophes), and reading takes exactly that one away again: every text survives.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.records import Decision, Pair

FIELDS = tuple(one.name for one in fields(Decision))
PAIR_FIELDS = ("query", "chunk_id", "label", "rule", "hardness", "question_id")
COLUMNS = (*FIELDS[:5], "time", *FIELDS[5:], *PAIR_FIELDS, "why", "text")
SUFFIXES = (".csv", ".jsonl")
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")  # spreadsheets of East Asia read the wide signs alike
_GUARDED = re.compile("'+[=+\\-@\t\r＝＋－＠]")


def decision_lines(decisions: Iterable[Decision], pairs: Mapping[str, Pair], texts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Each decision with its pair and text. `pairs`: pair id → pair, `texts`: chunk id → text; "" stands for what is not there any more."""
    for decision in decisions:
        pair = pairs.get(decision.pair_id)
        about = {name: getattr(pair, name) if pair else "" for name in PAIR_FIELDS}
        known = {"why": pair.reason, "text": texts.get(pair.chunk_id, "")} if pair else {"why": "", "text": ""}
        line = {**asdict(decision), "time": _time(decision.made_at), **about, **known}
        yield {column: line[column] for column in COLUMNS}


def write_decisions(lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Lines from `decision_lines` as .csv or .jsonl, by the name of `path`. A reader never sees half a file: it is written beside `path`
    and renamed. Raises InputError for another name."""
    write = {".csv": _write_csv, ".jsonl": _write_jsonl}[suffix(path)]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(lines, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def suffix(path: Path) -> str:
    """.csv or .jsonl. Raises InputError for any other."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is neither .csv nor .jsonl, and decisions are kept as one or the other: change the name.")
    return path.suffix.lower()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The text of a guarded cell, exactly."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _time(made_at: float) -> str:
    return datetime.fromtimestamp(made_at, UTC).isoformat(timespec="seconds")


def _write_jsonl(lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")


def _write_csv(lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.write("\ufeff")  # without its mark Excel takes UTF-8 for an older encoding
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        for line in lines:
            writer.writerow([guarded(str(line[column])) for column in COLUMNS])
