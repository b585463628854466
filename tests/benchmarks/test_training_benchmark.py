"""The sides of the training benchmark share the processor: one at a time, and as far along as each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import torch

from benchmarks.training import PEER, TURNS, _Clock, _Ring, _rows_of

STEPS = {"few": 28, "many": 300, "as many as turns": TURNS}


def raced() -> tuple[list[tuple[str, float]], dict[str, list[float]]]:
    """All sides through a ring: (side, share of its steps) in the order in which they were done, and what each drew by chance."""
    ring, done, drawn = _Ring(list(STEPS)), [], {name: [] for name in STEPS}
    working = threading.Lock()

    def run(name: str) -> None:
        clock = _Clock(name, ring)
        with ring.member(name):
            torch.manual_seed(7)
            for step in range(1, STEPS[name] + 1):
                assert working.acquire(blocking=False), "two sides work at once"
                drawn[name].append(float(torch.rand(1)))
                done.append((name, step / STEPS[name]))
                working.release()
                clock.step(step, STEPS[name])

    with ThreadPoolExecutor(len(STEPS)) as threads:
        list(threads.map(run, STEPS))
    return done, drawn


def test_no_side_runs_ahead_of_the_others_by_more_than_two_turns() -> None:
    done, _ = raced()
    reached = dict.fromkeys(STEPS, 0.0)
    ahead = []
    for name, share in done:
        reached[name] = share
        ahead.append(max(reached.values()) - min(reached.values()))
    assert len(done) == sum(STEPS.values()) and set(reached.values()) == {1.0}
    assert max(ahead) <= 2 / min(TURNS, *STEPS.values())
    assert sum(one[0] != other[0] for one, other in pairwise(done)) > TURNS


def test_a_side_draws_what_it_would_draw_alone() -> None:
    _, drawn = raced()
    torch.manual_seed(7)
    alone = [float(torch.rand(1)) for _ in range(max(STEPS.values()))]
    assert all(found == alone[: len(found)] for found in drawn.values())


def test_waiting_is_not_counted() -> None:
    ring = _Ring(["patient", "slow"])
    courses: dict[str, float] = {}

    def run(name: str, work: float) -> None:
        clock = _Clock(name, ring)
        with ring.member(name):
            clock.start()
            for step in range(1, 5):
                threading.Event().wait(work)
                clock.step(step, 4)
            clock.reach(1.0)
            courses[name] = clock.course[0][0]

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, ("patient", "slow"), (0.01, 0.2)))
    assert courses["slow"] >= 0.8
    assert 0.04 <= courses["patient"] < courses["slow"] / 2


def courses(peer: float, standard: list[tuple[float, float]]) -> dict[str, list[tuple[float, float]]]:
    return {PEER: [(90.0, peer)], "instant": [(5.0, 0.3)], "fast": [(10.0, 0.4)], "standard": standard}


def test_seconds_and_dev_values_are_means_over_the_seeds() -> None:
    ended_early = courses(0.50, [(20.0, 0.51)])
    standard, quality = _rows_of([courses(0.54, [(20.0, 0.48), (40.0, 0.53)]), ended_early], 8)
    assert (standard.ours, standard.peer, standard.ratio, standard.n) == (30.0, 90.0, 3.0, 8)  # dev .52 against .52
    assert (quality.ours, quality.ratio) == (30.0, 3.0)  # .495 after 20 s is not enough


def test_no_ratio_where_the_mean_dev_value_is_lower() -> None:
    standard, quality = _rows_of([courses(0.54, [(20.0, 0.53)]), courses(0.54, [(20.0, 0.539)])], 8)
    assert standard.ratio is None and quality.ratio is None
    allowed, _ = _rows_of([courses(0.54, [(20.0, 0.536)])], 8)
    assert allowed.ratio == 4.5
