"""From decisions to training data: what may be learned from, and what a person put there by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from duckdb import DuckDBPyConnection

from core.records import BY_HAND, Audited, Pair, Verdict
from core.store.answers import TrainingCounts
from core.store.database import bump_revision
from core.store.keeping import line_up_last
from core.store.pairs import PAIR_COLUMNS, pair_of
from core.store.staging import stage_pairs

DECIDED = f"""
    SELECT {PAIR_COLUMNS}, verdict, becomes, rule IN (SELECT rule FROM rules_off) AS off
    FROM pairs LEFT JOIN current USING (pair_id)
    WHERE (NOT $touched OR verdict IS NOT NULL OR rule = '{BY_HAND}')
    AND chunk_id NOT IN (SELECT chunk_id FROM left_out WHERE scope = 'training') ORDER BY position"""  # noqa: S608 - the names are this room's own
UNDECIDED = f"""
    WITH sure AS (SELECT unnest($queries::VARCHAR[]) AS query, unnest($chunks::VARCHAR[]) AS chunk_id)
    SELECT label, count(*) FROM pairs LEFT JOIN current USING (pair_id)
    WHERE (verdict = 'skip' OR (verdict IS NULL AND rule <> '{BY_HAND}')) AND rule NOT IN (SELECT rule FROM rules_off)
    AND chunk_id NOT IN (SELECT chunk_id FROM left_out WHERE scope = 'training')
    AND NOT EXISTS (FROM sure WHERE sure.query = pairs.query AND sure.chunk_id = pairs.chunk_id) GROUP BY label"""  # noqa: S608 - a constant
ADD = """
    INSERT INTO pairs BY NAME
    SELECT * REPLACE (position + (SELECT coalesce(max(position), -1) + 1 FROM pairs) AS position)
    FROM added ANTI JOIN pairs USING (pair_id)"""


def audited(cursor: DuckDBPyConnection) -> tuple[Audited, ...]:
    """Every pair with a verdict that stands. What a rejected pair becomes follows it, as accepted; so is a pair that was added by hand."""
    found: list[Audited] = []
    for pair, verdict, becomes, _ in _decided(cursor, touched=True):
        if verdict or pair.rule == BY_HAND:
            found.append(Audited(pair, verdict or "accept"))
        if verdict == "reject" and becomes:
            found.append(Audited(_turned(pair, becomes), "accept"))
    return tuple({one.pair.pair_id: one for one in found}.values())


def training_pairs(cursor: DuckDBPyConnection, undecided: bool) -> tuple[Pair, ...]:
    """Accepted pairs, pairs added by hand and what rejected pairs became; with `undecided` also pairs that nobody decided or that were
    skipped, unless their rule is switched off. Never a rejected pair, never a flagged one: somebody doubts it.

    Where a person's word gives a chunk one label, a pair that nobody decided and that gives it the other is left out.
    """
    sure: dict[tuple[str, str], Pair] = {}
    taken: list[Pair] = []
    for pair, verdict, becomes, off in _decided(cursor, touched=not undecided):
        if verdict == "accept" or (not verdict and pair.rule == BY_HAND):
            sure[pair.query, pair.chunk_id] = pair
            taken.append(pair)
        elif verdict == "reject" and becomes:
            turned = _turned(pair, becomes)
            sure.setdefault((pair.query, pair.chunk_id), turned)
            taken.append(turned)
        elif undecided and verdict in (None, "skip") and not off:
            taken.append(pair)
    kept = (pair for pair in taken if sure.get((pair.query, pair.chunk_id), pair).label == pair.label)
    return tuple({pair.pair_id: pair for pair in kept}.values())


def training_counts(cursor: DuckDBPyConnection) -> TrainingCounts:
    """How many `training_pairs` there are of each label, counted without making records of those that nobody decided."""
    sure = training_pairs(cursor, undecided=False)
    claims = {"queries": [pair.query for pair in sure], "chunks": [pair.chunk_id for pair in sure]}
    undecided = dict(cursor.execute(UNDECIDED, claims).fetchall())
    by_label = Counter(pair.label for pair in sure) + Counter(undecided)
    return TrainingCounts(by_label["positive"], by_label["negative"], len(sure))


def add_pairs(cursor: DuckDBPyConnection, pairs: Sequence[Pair]) -> int:
    """Inside the caller's transaction: pairs that a person adds; how many of them were not there yet. They outlive a re-generation."""
    staged = stage_pairs(tuple({pair.pair_id: replace(pair, rule=BY_HAND) for pair in pairs}.values()))
    before = _n_pairs(cursor)
    cursor.register("added", staged.rows)
    cursor.execute(ADD)
    cursor.unregister("added")
    if n_added := _n_pairs(cursor) - before:
        line_up_last(cursor)
        bump_revision(cursor)
    return n_added


def rules_off(cursor: DuckDBPyConnection) -> frozenset[str]:
    return frozenset(rule for (rule,) in cursor.execute("SELECT rule FROM rules_off").fetchall())


def switch_rule(cursor: DuckDBPyConnection, rule: str, on: bool) -> None:
    """Inside the caller's transaction."""
    if on == (rule not in rules_off(cursor)):
        return
    cursor.execute("DELETE FROM rules_off WHERE rule = $rule" if on else "INSERT INTO rules_off VALUES ($rule)", {"rule": rule})
    bump_revision(cursor)


def _decided(cursor: DuckDBPyConnection, touched: bool = False) -> Iterator[tuple[Pair, Verdict | None, str, bool]]:
    """Every pair in its place with the verdict that stands (None: nobody decided it), what it becomes, and whether its rule is off.

    `touched`: only pairs that a person decided or added.
    """
    for row in cursor.execute(DECIDED, {"touched": touched}).fetchall():
        *columns, verdict, becomes, off = row
        yield pair_of(tuple(columns)), verdict, becomes or "", bool(off)


def _turned(pair: Pair, label: Any) -> Pair:
    """A rejected pair under the label that it should have."""
    return replace(
        pair, label=label, rule=BY_HAND, hardness="" if label == "positive" else "hard", reason=f"A person found it to be a {label}."
    )


def _n_pairs(cursor: DuckDBPyConnection) -> int:
    [(n,)] = cursor.execute("SELECT count(*) FROM pairs").fetchall()
    return int(n)
