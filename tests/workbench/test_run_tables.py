"""Curves of few points, settings side by side, the end of a log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.runs.folder import RunFolder
from workbench.training.papers import LOG_TAIL, log_tail, settings_table, versions_of
from workbench.training.thinning import N_BUCKETS, bucket_size, thinned


def test_a_long_curve_is_drawn_from_few_points_and_keeps_its_outliers() -> None:
    loss = np.sin(np.arange(20_000) / 900) + 2
    loss[[7_777, 12_345]] = 9.0, -9.0
    loss[5_000:5_010] = np.nan
    table = pd.DataFrame({"step": np.arange(20_000), "loss": loss})
    drawn = thinned(table, "loss")
    assert len(drawn) <= 2 * N_BUCKETS + 2 and bucket_size(20_000) == 50
    assert {0, 7_777, 12_345, 19_999} <= set(drawn["step"])
    assert drawn["step"].is_monotonic_increasing
    for start in range(0, 20_000, 5_000):  # the envelope is the curve's own
        here, all_ = (part[(part["step"] >= start) & (part["step"] < start + 5_000)]["loss"] for part in (drawn, table))
        assert (here.min(), here.max()) == (all_.min(), all_.max())


def test_a_short_curve_is_drawn_whole() -> None:
    table = pd.DataFrame({"step": range(50), "loss": 1.0})
    assert thinned(table, "loss") is table and bucket_size(50) == 1


def test_a_column_without_numbers_does_not_break_a_long_curve() -> None:
    table = pd.DataFrame({"step": range(5_000), "memory_mb": np.nan})
    assert len(thinned(table, "memory_mb")) == 2


def test_settings_that_differ_stand_side_by_side() -> None:
    table = settings_table({"a": {"SEED": 13, "DIM": None, "K": (1, 5)}, "b": {"SEED": 14, "K": [1, 5], "NEW": "x"}}, only_different=True)
    assert table.to_dict("records") == [{"setting": "SEED", "a": "13", "b": "14"}, {"setting": "NEW", "a": "–", "b": "x"}]


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert log_tail(run) == ""
    run.worker_log.write_text("ä" * LOG_TAIL + "the end", encoding="utf-8")
    shown = log_tail(run)
    assert len(shown) < LOG_TAIL and shown.endswith("the end")


def test_versions_are_those_of_the_last_life() -> None:
    events = [{"kind": "started", "versions": {"torch": "1"}}, {"kind": "started", "versions": {"torch": "2"}}, {"kind": "failed"}]
    assert versions_of(events) == {"torch": "2"} and versions_of([{"kind": "started", "pid": 3}]) == {}
