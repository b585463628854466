"""The pace of an auditor, whom lunch does not slow down."""

from __future__ import annotations

import pytest

from core.auditing.pace import RECENT, Pace, pace
from core.records import Decision


def made(*times: float, auditor: str = "ada", batch: str = "", undoes: str = "") -> list[Decision]:
    return [Decision(f"{auditor}{at}{batch}", f"p{at}", "accept", auditor, at, batch=batch, undoes=undoes) for at in times]


def test_a_pause_does_not_count() -> None:
    found = pace(made(0, 4, 8, 12, 3612, 3616), "ada")
    assert found == Pace(4, 16.0) and found.per_hour == 900 and found.time_left(100) == 400


def test_a_slow_reader_does_not_pause_between_pairs() -> None:
    assert pace(made(0, 90, 180, 300), "ada").per_hour == pytest.approx(36)


def test_bulk_undo_and_others_do_not_count() -> None:
    others = [*made(1, 2, 3, auditor="bob"), *made(*[5.0] * 50, batch="all"), *made(6), *made(7, undoes="ada6")]
    assert pace([*made(0, 10, 20), *others], "ada") == Pace(2, 20.0)


def test_the_pace_is_the_recent_one() -> None:
    slow, fast = [at * 50.0 for at in range(100)], [5000 + at * 2.0 for at in range(RECENT)]
    assert pace(made(*slow, *fast), "ada").per_hour == 1800


def test_nothing_is_known_before_the_second_decision() -> None:
    assert pace(made(5), "ada").per_hour is None and pace([], "ada").time_left(10) is None
    assert pace(made(5, 5), "ada").time_left(10) is None
