"""Who meets whom: small worlds in which the answer is known."""

from __future__ import annotations

import time
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from core.training.batches import Batches
from core.training.groups import number_of_batches


def batches_of(keys, negative_keys=None, size=4, seed=1) -> Batches:
    return Batches(keys, negative_keys or [()] * len(keys), size, seed)


def meetings(plan, keys, negative_keys) -> int:
    """Counted pair by pair, as a person would."""
    met = 0
    for batch in plan:
        for one, other in combinations(batch.tolist(), 2):
            both = [(set(keys[a]), set(negative_keys[b])) for a, b in ((one, other), (other, one))]
            met += bool(set(keys[one]) & set(keys[other])) or any(own & theirs for own, theirs in both)
    return met


@pytest.mark.parametrize(
    ("n_rows", "size", "n"),
    [(32, 32, 1), (33, 32, 2), (64, 32, 2), (65, 32, 3), (1, 32, 1), (2, 2, 1), (3, 2, 1), (5, 2, 2), (1026, 32, 33)],
)
def test_every_row_once_and_never_alone(n_rows: int, size: int, n: int) -> None:
    assert number_of_batches(n_rows, size) == n
    batches = batches_of([{f"k{row}"} for row in range(n_rows)], size=size)
    plan = batches.of_epoch(0)
    assert len(plan) == len(batches) == n
    assert sorted(np.concatenate(plan).tolist()) == list(range(n_rows))
    sizes = {len(batch) for batch in plan}
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) > 1 or n_rows == 1


def test_rows_that_share_a_key_do_not_meet() -> None:
    """Sixteen rows on eight topics, two each, and the same eight entities crosswise: four batches can hold them all apart."""
    keys = [{f"topic:{row % 8}", f"entity:{row // 2}"} for row in range(16)]
    batches = batches_of(keys)
    for epoch in range(20):
        assert meetings(batches.of_epoch(epoch), keys, [()] * 16) == 0


def test_an_answer_does_not_meet_itself_as_a_negative() -> None:
    """Row i brings the answer of row i + 1 as its negative; two rows with the same negative may meet."""
    keys = [{f"text:{row}"} for row in range(12)]
    negative_keys = [(f"text:{(row + 1) % 12}", "text:hub") for row in range(12)]
    batches = batches_of(keys, negative_keys, size=6)
    assert meetings(batches.of_epoch(0), keys, negative_keys) == batches.prevented().left == 0


def test_what_cannot_be_kept_apart_is_spread_evenly_and_counted() -> None:
    """Ten of forty rows share a topic and there are five batches: two in each, five meetings."""
    keys = [{"topic:everywhere"} if row < 10 else {f"topic:{row}"} for row in range(40)]
    batches = batches_of(keys, size=8)
    for epoch in range(5):
        held = [sum(row < 10 for row in batch) for batch in batches.of_epoch(epoch)]
        assert held == [2, 2, 2, 2, 2]
    assert batches.prevented().left == 5


def test_collisions_are_counted_as_a_person_would() -> None:
    rng = np.random.default_rng(0)
    keys = [{f"e{key}" for key in rng.integers(30, size=3)} for _ in range(120)]
    negative_keys = [[f"e{key}" for key in rng.integers(30, size=2)] for _ in range(120)]
    batches = batches_of(keys, negative_keys, size=10)
    plan = batches.of_epoch(0)
    by_chance = np.split(rng.permutation(120), 12)
    said = batches.prevented()
    assert batches.collisions(plan) == said.left == meetings(plan, keys, negative_keys)
    assert batches.collisions(by_chance) == meetings(by_chance, keys, negative_keys)
    assert said.prevented > 0


def test_epochs_differ_and_can_be_had_again() -> None:
    keys = [{f"topic:{row % 10}"} for row in range(40)]

    def plan(epoch: int, seed: int = 1) -> list[list[int]]:
        return [batch.tolist() for batch in batches_of(keys, seed=seed).of_epoch(epoch)]

    assert plan(3) == plan(3)
    assert plan(3) != plan(4)
    assert plan(3) != plan(3, seed=2)
    assert Counter(len(batch) for batch in plan(3)) == {4: 10}


def test_rows_without_keys_are_merely_shuffled() -> None:
    batches = batches_of([()] * 10, size=5)
    assert sorted(np.concatenate(batches.of_epoch(0)).tolist()) == list(range(10))
    assert (batches.prevented().prevented, batches.prevented().left) == (0, 0)


def test_many_rows_take_seconds() -> None:
    """Every second row shares its answer with the one before, and a few entities are everywhere."""
    rng = np.random.default_rng(0)
    keys = [{f"text:{row // 2}", *(f"entity:{key}" for key in rng.zipf(1.3, 3) % 20_000)} for row in range(20_000)]
    start = time.process_time()
    plan = batches_of(keys, size=32).of_epoch(0)
    assert time.process_time() - start < 10
    answers = [{f"text:{row // 2}"} for row in range(20_000)]
    assert batches_of(answers, size=32).collisions(plan) == 0
