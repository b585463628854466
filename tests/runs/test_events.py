import json
import threading
from pathlib import Path

from core.runs.events import EventLog


def test_events_come_back_in_order_with_their_time(tmp_path: Path):
    log = EventLog(tmp_path / "events.jsonl")
    assert log.read() == []
    log.append("started", pid=1)
    log.append("finished")
    assert [event["kind"] for event in log.read()] == ["started", "finished"]
    assert log.read()[0]["at"] <= log.read()[1]["at"]


def test_a_torn_last_line_is_ignored_and_the_next_event_survives_it(tmp_path: Path):
    log = EventLog(tmp_path / "events.jsonl")
    log.append("started")
    with log.path.open("ab") as file:
        file.write('{"kind": "train", "what": "caf\u00e9'.encode()[:-1])  # cut inside a character
    assert [event["kind"] for event in log.read()] == ["started"]
    log.append("resumed")
    assert [event["kind"] for event in log.read()] == ["started", "resumed"]


def test_lines_that_are_no_events_are_ignored(tmp_path: Path):
    (tmp_path / "events.jsonl").write_text('[]\n{"no": "kind"}\n\n{"kind": "started", "at": 1}\n')
    assert [event["kind"] for event in EventLog(tmp_path / "events.jsonl").read()] == ["started"]


def test_not_a_number_is_written_as_null(tmp_path: Path):
    log = EventLog(tmp_path / "events.jsonl")
    log.append("train", loss=float("nan"))
    assert json.loads(log.path.read_text())["loss"] is None


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path):
    log = EventLog(tmp_path / "events.jsonl")

    def write(number):
        for _ in range(50):
            log.append("progress", who=number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.read()) == 200
