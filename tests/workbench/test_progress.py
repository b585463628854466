"""Events to what a page shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.progress import Stage, dev_lines, dev_table, failure, kept_apart, seconds_left, stages, training_table


def event(kind: str, at: float = 0.0, **values: Any) -> dict[str, Any]:
    return {"kind": kind, "at": at, **values}


def step(number: int, at: float = 0.0, loss: float | None = 1.0) -> dict[str, Any]:
    return event("train", at, step=number, total_steps=10, epoch=number / 10, loss=loss, learning_rate=1e-5, gradient_norm=2.0)


def columns(*steps: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
    return {name: np.array([one[name] for one in steps], dtype=np.float64) for name in ("step", "epoch", "loss")}


def test_a_step_done_again_after_a_resume_counts_once() -> None:
    table = training_table(columns(step(1, loss=3.0), step(2, loss=9.0), step(2, loss=2.0)))
    assert table["step"].tolist() == [1, 2]
    assert table["loss"].tolist() == [3.0, 2.0]


def test_a_loss_that_is_no_number_leaves_a_gap() -> None:
    table = training_table(columns(step(1), step(2, loss=np.nan)))
    assert table["loss"].isna().tolist() == [False, True]


def test_no_events_make_empty_tables() -> None:
    assert training_table(columns()).empty and "smooth_loss" in training_table(columns())
    assert dev_table([]).empty


def test_the_base_model_comes_first() -> None:
    events = [event("dev", step=0, metric="ndcg@10", value=0.3), event("dev", step=5, metric="ndcg@10", value=0.4)]
    assert dev_table(events)["value"].tolist() == [0.3, 0.4]


def test_other_systems_are_lines() -> None:
    assert dev_lines([event("dev_line", system="bm25", metric="ndcg@10", value=0.41), step(1)]) == {"bm25": 0.41}


def test_stages_wait_run_and_finish() -> None:
    events = [
        event("stage", stage="embed", state="started"),
        event("progress", stage="embed", what="vectors", done=30, total=30),
        event("stage", stage="embed", state="finished", seconds=4.0),
        event("stage", stage="train", state="started"),
        step(4),
    ]
    embed, train, evaluate = stages(["embed", "train", "evaluate"], events)
    assert (embed.state, embed.share, embed.seconds) == ("finished", 1.0, 4.0)
    assert (train.state, train.share, train.what) == ("running", 0.4, "steps")
    assert evaluate == Stage("evaluate", "waiting")


def test_time_left_follows_the_pace_of_this_life() -> None:
    """Ten seconds a step before the kill, two after: four steps are left."""
    events = [event("started"), step(1, 0), step(3, 20), event("created", 100), event("started", 101), step(4, 110), step(6, 114)]
    assert seconds_left(events, now=114) == 8.0
    assert seconds_left(events, now=115) == 7.0


def test_no_time_left_without_something_to_go_by() -> None:
    assert seconds_left([], 0) is None
    assert seconds_left([event("started"), step(1)], 0) is None
    assert seconds_left([event("started"), step(1), step(3, 9), event("stage", stage="evaluate", state="started")], 9) is None


def test_the_last_failure_is_told() -> None:
    assert failure([event("failed", error="first"), event("created"), event("failed", error="The disk is full.")]) == "The disk is full."
    assert failure([event("started")]) == ""


def test_the_latest_word_on_the_batches_is_one_sentence() -> None:
    assert kept_apart([event("started")]) == ""
    events = [event("batches", n_batches=8, prevented=9, left=9), event("resumed"), event("batches", n_batches=8, prevented=1312, left=1)]
    assert kept_apart(events).startswith("Kept 1,312 collisions out of the batches (")
    assert kept_apart(events).endswith("; 1 could not be avoided and is left out of the loss.")
    assert kept_apart(events[:1]).endswith("9 could not be avoided and are left out of the loss.")
    assert kept_apart([event("batches", n_batches=2, prevented=1, left=0)]).startswith("Kept 1 collision out of the batches (")
