"""The one next step."""

from __future__ import annotations

import pytest

from core.store import Counts
from workbench.steps import next_step

EMPTY, READ, PAIRED = Counts(), Counts(n_chunks=3), Counts(n_chunks=3, pairs={"positive": 2, "negative": 1})


@pytest.mark.parametrize(
    ("counts", "outdated", "active", "results", "action"),
    [
        (EMPTY, False, False, False, "import"),
        (READ, False, False, False, "everything"),
        (PAIRED, False, False, False, "train"),
        (PAIRED, True, False, True, "pairs"),
        (PAIRED, True, True, False, "follow"),
        (PAIRED, False, False, True, "compare"),
    ],
)
def test_next_step(counts: Counts, outdated: bool, active: bool, results: bool, action: str) -> None:
    assert next_step(counts, outdated, active, results).action == action


def test_a_model_that_cannot_be_trained_still_gets_pairs() -> None:
    assert next_step(READ, False, False, False, can_train=False).action == "pairs"


def test_without_a_model_to_train_the_systems_are_compared_once_there_are_pairs() -> None:
    assert next_step(PAIRED, False, False, False, can_train=False).action == "compare"
