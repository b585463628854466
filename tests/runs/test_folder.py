from pathlib import Path

import portalocker
import pytest

from core.runs.folder import START_GRACE_S, RunFolder, create_run, list_runs, status_of


@pytest.mark.parametrize(
    ("last", "locked", "age", "status"),
    [
        ("created", False, 1, "starting"),
        ("created", False, START_GRACE_S + 1, "lost"),
        ("created", True, 1, "starting"),
        ("started", True, 1, "running"),
        ("started", True, 1_000_000, "running"),
        ("started", False, 1, "lost"),
        ("finished", False, 1, "finished"),
        ("failed", False, 1, "failed"),
        ("cancelled", False, 1, "cancelled"),
        ("finished", True, 1, "running"),  # the worker still holds the run: it is about to let go
    ],
)
def test_status_follows_from_the_last_event_the_lock_and_the_clock(last, locked, age, status):
    assert status_of({"kind": last, "at": 1000.0}, locked, 1000.0 + age) == status


def test_a_run_without_events_is_lost():
    assert status_of(None, False, 0.0) == "lost"


def test_a_run_appears_whole(tmp_path: Path):
    run = create_run(tmp_path, {"stages": ["embed"]}, {"questions.jsonl": ""})
    assert run.status() == "starting"
    assert run.config["stages"] == ["embed"]
    assert (run.path / "questions.jsonl").is_file()
    assert list_runs(tmp_path) == [run]


def test_a_run_that_could_not_be_written_leaves_nothing(tmp_path: Path):
    with pytest.raises(TypeError):
        create_run(tmp_path, {"stages": object()}, {})
    assert list(tmp_path.iterdir()) == []
    assert list_runs(tmp_path / "nowhere") == []


def test_askers_do_not_take_each_other_for_a_worker(tmp_path: Path):
    run = create_run(tmp_path, {}, {})
    with (run.path / "lock").open("a+") as asker:
        portalocker.lock(asker, portalocker.LockFlags.SHARED)
        assert not run.is_locked()
    with (run.path / "lock").open("a+") as worker:
        portalocker.lock(worker, portalocker.LockFlags.EXCLUSIVE)
        assert run.is_locked()


def test_seconds_add_up_over_a_runs_lives(tmp_path: Path):
    run = create_run(tmp_path, {}, {})
    for stage, seconds in (("embed", 1.25), ("train", 2.0), ("train", 3.0)):
        run.log.append("stage", stage=stage, state="started")
        run.log.append("stage", stage=stage, state="finished", seconds=seconds)
    assert run.seconds() == {"embed": 1.2, "train": 5.0}


def test_results_are_none_until_they_are_whole(tmp_path: Path):
    run = RunFolder(create_run(tmp_path, {}, {}).path)
    assert run.results() is None
    run.write_json("results.json", {"chosen": "bm25"})
    assert run.results() == {"chosen": "bm25"}


def test_runs_of_the_same_second_are_listed_in_their_order(tmp_path: Path):
    runs = [create_run(tmp_path, {}, {}) for _ in range(5)]
    assert list_runs(tmp_path) == runs[::-1]
