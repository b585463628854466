"""The audit queue: which pairs it holds, in which order, and where in it a pair stands. Every answer is one pass over the pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from duckdb import DuckDBPyConnection

from core.corpus.aliases import MARKS, UNSPACED
from core.store import browsing
from core.store.answers import PairFilter
from core.store.pair_pages import condition

Shown = Literal["undecided", "accept", "reject", "skip", "flag", "conflict", "all"]
Order = Literal["doubt", "question", "rule", "chance"]


@dataclass(frozen=True, slots=True)
class AuditQueue:
    """What an auditor goes through. `entity`: the chunk mentions it or the query names it. `by`: whose verdicts count, "" anybody's.

    `shown` says which pairs are open, that is, still to be looked at. Among "undecided" ones a walk also meets those that have been
    decided since; every other queue holds only the pairs with that verdict. `ids`: only these pairs. `since`: pairs decided before
    that time are left out.
    """

    where: PairFilter = field(default_factory=PairFilter)
    entity: str = ""
    shown: Shown = "undecided"
    by: str = ""
    order: Order = "doubt"
    ids: tuple[str, ...] | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pair stands in a queue: it is the `number`th of `n`, of which `n_open` are open. The rest are pair ids, "" for none."""

    n: int
    n_open: int
    number: int
    next_open: str
    first_open: str
    before: str
    after: str


LISTED = """
    listed AS (
        SELECT pair_id, queue.by_{order} AS place, {open} AS open
        FROM queue LEFT JOIN {verdicts} AS said USING (pair_id) WHERE {where})"""
PLACE = """
    WITH here AS (SELECT coalesce(max(by_{order}), 0) AS spot FROM queue WHERE pair_id = $at), {listed}
    SELECT count(*), count(*) FILTER (open), count(*) FILTER (place <= spot),
           arg_min(pair_id, place) FILTER (open AND place > spot), arg_min(pair_id, place) FILTER (open AND pair_id <> $at),
           arg_max(pair_id, place) FILTER (place < spot), arg_min(pair_id, place) FILTER (place > spot)
    FROM listed, here"""
OPEN = "WITH {listed} SELECT pair_id FROM listed WHERE open ORDER BY place"
LISTED_IDS = "WITH {listed} SELECT pair_id FROM listed ORDER BY place"
OF_AUDITOR = "(SELECT pair_id, verdict FROM verdicts WHERE auditor = $by)"
EARLIER = "SELECT pair_id FROM standing WHERE made_at < $since"
EARLIER_OF_AUDITOR = f"{EARLIER} AND auditor = $by"
CONFLICT = """
    pair_id IN (SELECT pair_id FROM verdicts WHERE verdict IN ('accept', 'reject') GROUP BY pair_id HAVING count(DISTINCT verdict) > 1)"""
CALLED = "(SELECT entity_id FROM names WHERE name = lower($entity))"
# A text as words between single spaces, each sign of a script without spaces a word, much as `core.corpus.aliases` reads it; marks that
# are a part of a name ("C++") have to be there too.
WORDS = f"regexp_replace(' ' || regexp_replace(lower({{}}), '([{UNSPACED}])', ' \\1 ', 'g') || ' ', '[^\\pL\\pM\\pN_]+', ' ', 'g')"
ABOUT = f"""
    (chunk_id IN (
        SELECT chunk_id FROM chunks WHERE {browsing.MENTIONS_ENTITY}
        OR position IN (SELECT position FROM links WHERE entity_id IN {CALLED}))
     OR len(list_filter(
        (SELECT list(name) FROM names WHERE entity_id IN {CALLED}),
        lambda name: {WORDS.format("name")} <> ' ' AND contains({WORDS.format("query")}, {WORDS.format("name")})
            AND (NOT regexp_matches(name, '[{MARKS}]') OR contains(lower(query), name)))) > 0)"""  # noqa: S608
REPEAT = """
    WITH judged AS (
        SELECT pair_id, auditor = $auditor AS mine, row_number() OVER (PARTITION BY auditor ORDER BY made_at DESC) AS ago
        FROM standing SEMI JOIN pairs USING (pair_id) WHERE verdict IN ('accept', 'reject') AND batch = '')
    SELECT pair_id FROM judged GROUP BY pair_id
    HAVING min(ago) FILTER (mine) IS NULL OR min(ago) FILTER (mine) > $apart
    ORDER BY count(*) FILTER (mine), md5($auditor || pair_id) LIMIT 1"""


def place(cursor: DuckDBPyConnection, queue: AuditQueue, at: str) -> Place:
    """Where pair `at` stands in the queue; before all others where it is not in it."""
    statement, values = _filled(PLACE, queue)
    [(n, n_open, number, *ids)] = cursor.execute(statement, {**values, "at": at}).fetchall()
    return Place(n, n_open, number, *(pair_id or "" for pair_id in ids))


def open_ids(cursor: DuckDBPyConnection, queue: AuditQueue) -> tuple[str, ...]:
    """The open pairs, in order."""
    return tuple(row[0] for row in cursor.execute(*_filled(OPEN, queue)).fetchall())


def listed_ids(cursor: DuckDBPyConnection, queue: AuditQueue) -> tuple[str, ...]:
    """All pairs of the queue, open or not, in order."""
    return tuple(row[0] for row in cursor.execute(*_filled(LISTED_IDS, queue)).fetchall())


def repeat_for(cursor: DuckDBPyConnection, auditor: str, apart: int) -> str:
    """A judged pair to judge once more: not among the auditor's last `apart`, the least often repeated first, else by chance; "" for
    none. What another auditor judged counts too."""
    rows = cursor.execute(REPEAT, {"auditor": auditor, "apart": apart}).fetchall()
    return str(rows[0][0]) if rows else ""


def _filled(statement: str, queue: AuditQueue) -> tuple[str, dict[str, Any]]:
    """The statement over the pairs of the queue, and the values of its $names."""
    where, values = _condition(queue)
    decided = queue.shown not in ("undecided", "all", "conflict")
    if decided:
        where, values["shown"] = f"{where} AND verdict = $shown", queue.shown
    if queue.by:
        values["by"] = queue.by
    listed = LISTED.format(
        order=queue.order,
        open="verdict IS NULL" if queue.shown == "undecided" else "true",
        verdicts=OF_AUDITOR if queue.by else "current",
        where=where,
    )
    return statement.format(order=queue.order, listed=listed), values


def _condition(queue: AuditQueue) -> tuple[str, dict[str, Any]]:
    of_pair, values = condition(queue.where)
    if queue.entity:
        of_pair, values["entity"] = f"{of_pair} AND {ABOUT}", queue.entity
    parts = ["true"]
    if values:  # the commonest queue, of all pairs, is spared the join
        parts.append(f"pair_id IN (SELECT pair_id FROM pairs WHERE {of_pair})")  # noqa: S608 - this room's own conditions
    if queue.shown == "conflict":
        parts.append(CONFLICT)
    if queue.ids is not None:
        parts.append("list_contains($ids::VARCHAR[], pair_id)")
        values["ids"] = list(queue.ids)
    if queue.since is not None:
        parts.append(f"pair_id NOT IN ({EARLIER_OF_AUDITOR if queue.by else EARLIER})")
        values["since"] = queue.since
    return " AND ".join(parts), values
