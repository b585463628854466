"""Following a log: only what is new is parsed, and what is shown is the same as from the whole file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from core.runs import tail as following
from core.runs.events import EventLog
from core.runs.tail import Tail


def log_of(folder: Path, *steps: int) -> EventLog:
    log = EventLog(folder / "events.jsonl")
    log.append("created")
    log.append("started", pid=1)
    for step in steps:
        write_step(log, step)
    return log


def write_step(log: EventLog, step: int, loss: float = 1.0) -> None:
    log.append("train", step=step, total_steps=100, epoch=step / 100, loss=loss, learning_rate=1e-5, gradient_norm=2.0)


def test_what_is_read_bit_by_bit_is_what_is_read_at_once(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    tail = Tail(log.path)
    for step in range(1, 9):
        write_step(log, step, loss=float("nan") if step == 3 else step)
        if step % 4 == 0:
            log.append("dev", step=step, metric="ndcg@10", value=0.4)
        bit_by_bit = tail.read()
    at_once = Tail(log.path).read()
    assert bit_by_bit.events == at_once.events
    for name, column in at_once.steps.items():
        np.testing.assert_array_equal(bit_by_bit.steps[name], column)
    assert at_once.steps["step"].tolist() == list(range(1, 9)) and np.isnan(at_once.steps["loss"][2])
    assert np.isnan(at_once.steps["memory_mb"]).all()


def test_of_many_steps_in_a_row_the_events_keep_the_first_and_the_last(tmp_path: Path) -> None:
    log = log_of(tmp_path, *range(1, 51))
    log.append("dev", step=50, metric="ndcg@10", value=0.4)
    for step in range(51, 61):
        write_step(log, step)
    seen = Tail(log.path).read()
    assert [event.get("step") for event in seen.events] == [None, None, 1, 50, 50, 51, 60]
    assert len(seen.steps["step"]) == 60


def test_a_second_reading_parses_only_what_is_new(tmp_path: Path, monkeypatch) -> None:
    log = log_of(tmp_path, *range(1, 31))
    tail = Tail(log.path)
    tail.read()
    lines: list[bytes] = []
    real = following.parsed
    monkeypatch.setattr(following, "parsed", lambda given: real(lines.extend(given) or given))
    write_step(log, 31)
    assert len(tail.read().steps["step"]) == 31
    assert [json.loads(line)["step"] for line in lines if line] == [31]
    tail.read()
    assert len(lines) == 1


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    log = log_of(tmp_path, 1)
    tail = Tail(log.path)
    whole = b'{"kind": "dev", "step": 1, "value": 0.5, "metric": "ndcg@10"}\n'
    with log.path.open("ab", buffering=0) as file:
        file.write(whole[:20])
        assert [event["kind"] for event in tail.read().events] == ["created", "started", "train"]
        file.write(whole[20:])
    assert tail.read().events[-1]["value"] == 0.5


def test_a_torn_line_of_a_killed_worker_is_left_out(tmp_path: Path) -> None:
    log = log_of(tmp_path, 1)
    with log.path.open("ab") as file:
        file.write(b'{"kind": "train", "st')
    log.append("started", pid=2)
    assert [event["kind"] for event in Tail(log.path).read().events] == ["created", "started", "train", "started"]


def test_another_file_under_the_same_name_is_read_from_its_start(tmp_path: Path) -> None:
    log = log_of(tmp_path, *range(1, 31))
    tail = Tail(log.path)
    tail.read()
    log.path.unlink()
    log_of(tmp_path, 1)
    assert tail.read().steps["step"].tolist() == [1]


def test_no_file_yet_is_nothing_yet(tmp_path: Path) -> None:
    assert Tail(tmp_path / "events.jsonl").read().events == []


def test_the_last_of_some_kinds_is_found_behind_any_number_of_others(tmp_path: Path) -> None:
    log = log_of(tmp_path, *range(1, 200))
    assert log.last({"created", "started"})["pid"] == 1
    assert log.last({"finished"}) is None
    assert EventLog(tmp_path / "none").last({"created"}) is None
    with log.path.open("ab") as file:
        file.write(b'{"kind": "finished", "at')  # torn: it never happened
    assert log.last({"finished", "started"})["kind"] == "started"
    log.append("note", text='{"kind": "finished", "at": 1}')
    assert log.last({"finished", "started"})["kind"] == "started"
