"""Decisions out of a workspace and into another copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.auditing.exchange import decision_lines, write_decisions
from core.auditing.reading import read_decisions
from core.corpus.report import Problem
from core.records import BY_HAND, Pair
from core.store import Store


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of decisions brought: how many it holds, how many of them are new here, how many pairs came with them because a person
    had added them in the other copy, and the lines that could not be read."""

    n_read: int
    n_new: int
    n_pairs: int
    problems: tuple[Problem, ...]


def export_decisions(store: Store, path: Path) -> int:
    """Write every decision, also those that were taken back, to a .csv or .jsonl file; how many. Raises InputError for another name."""
    decisions = store.decisions()
    pairs = {pair.pair_id: pair for pair in store.pairs()} if decisions else {}
    texts = {chunk.chunk_id: chunk.text for chunk in store.chunks()} if decisions else {}
    write_decisions(decision_lines(decisions, pairs, texts), path)
    return len(decisions)


def import_decisions(store: Store, path: Path) -> Taken:
    """Take in the decisions of a file; those that are here already stay as they are. Raises InputError for a file that is none."""
    read = read_decisions(path)
    added = [pair for pair in read.pairs if pair.rule == BY_HAND and _fits(store, pair)]
    return Taken(len(read.decisions), store.merge(read.decisions), store.add_pairs(added), read.problems)


def _fits(store: Store, pair: Pair) -> bool:
    """A pair that this corpus can show: its chunk is here."""
    return store.chunk(pair.chunk_id) is not None
