"""Imported judgements and those made in the app as one; and the pool that is judged."""

from __future__ import annotations

import pandas as pd

from core.judging.merging import merged, n_judged_here
from core.judging.pooling import Item, pooled, queue
from core.records import Question

ASKED = (Question("q1", "one", judgements={"a": 2, "b": 0}, split="test"), Question("q2", "two", split="test"))


def table(run: str, **found: list[str]) -> pd.DataFrame:
    rows = [("test", run, question_id, rank, chunk_id) for question_id, ids in found.items() for rank, chunk_id in enumerate(ids, start=1)]
    return pd.DataFrame(rows, columns=["split", "system", "question_id", "rank", "chunk_id"])


def test_what_was_judged_here_counts_before_what_was_imported() -> None:
    given = {"q1": {"a": 0, "c": 3}, "elsewhere": {"a": 1}}
    first, second = merged(ASKED, given)
    assert first.judgements == {"a": 0, "b": 0, "c": 3}
    assert second is ASKED[1]
    assert merged(ASKED, {}) == ASKED
    assert n_judged_here(ASKED, given) == 2


def test_the_pool_is_the_union_of_what_every_system_found_first() -> None:
    pool = pooled([table("x", q1=["a", "c", "d"]), table("y", q1=["c", "e"], q2=["gone"])], "test", {"a", "c", "d", "e"}, depth=2)
    assert pool == {"q1": {"a", "c", "e"}}
    assert pooled([table("x", q1=["a"])], "dev", {"a"}) == {}


def test_what_is_judged_is_not_asked_again_unless_everything_is() -> None:
    pool = {"q1": frozenset("abcdef"), "q2": frozenset("xy")}
    items = queue(pool, ASKED, "Ada")
    assert {item.chunk_id for item in items if item.question_id == "q1"} == set("cdef")
    assert [item.question_id for item in items] == ["q1"] * 4 + ["q2"] * 2
    assert len(queue(pool, ASKED, "Ada", everything=True)) == 8


def test_the_order_says_nothing_and_differs_from_person_to_person() -> None:
    pool = {"q2": frozenset(f"c{n:02}" for n in range(20))}
    orders = [[item.chunk_id for item in queue(pool, ASKED, name)] for name in ("Ada", "Bo", "Ada")]
    assert orders[0] == orders[2] != orders[1]
    assert orders[0] != sorted(orders[0]) and Item("q2", orders[0][0]) == queue(pool, ASKED, "Ada")[0]
