"""Real workers in real processes, killed for real."""

import errno
import os
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.errors import InputError
from core.runs import evidence, results, worker
from core.runs.events import EventLog
from core.runs.launch import launch, resume
from tests.runs.world import tiny_run, wait_for, wait_for_step


def of_kind(run, kind):
    return [event for event in run.events() if event["kind"] == kind]


def test_a_run_trains_evaluates_and_says_what_it_found(tmp_path: Path):
    run = tiny_run(tmp_path, ("embed", "train", "evaluate"))
    launch(run)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()

    steps = of_kind(run, "train")
    ended = next((event["step"] for event in of_kind(run, "ended")), 16)  # dev may rise no further before the last step
    assert [event["step"] for event in steps] == list(range(1, ended + 1))
    assert sum(event["loss"] for event in steps[-4:]) < sum(event["loss"] for event in steps[:4])
    assert all(event["gradient_norm"] > 0 and event["learning_rate"] >= 0 for event in steps)

    dev = of_kind(run, "dev")
    assert dev[0]["step"] == 0 and run.events().index(dev[0]) < run.events().index(steps[0])
    assert dev[-1]["step"] == ended
    assert (run.path / "model" / "model.safetensors").is_file()
    assert not run.checkpoints.exists()

    found = run.results()
    assert list(found["systems"]) == ["bm25", "base", "base+bm25", "tuned", "tuned+bm25"]
    assert found["questions"] == {"train": 16, "dev": 8, "test": 8}
    assert found["n_limited"] == 1  # of the eight asked for testing
    assert set(found["systems"]["tuned"]) == {"ndcg@10", "recall@10", "mrr@10", "map", "rubric", "judged@10"}
    assert found["comparison"]["n"] == 8
    assert found["held_out_entities"] == {"n": 0, "n_about": 8, "systems": {}}  # every place is named by some train question
    assert found["chosen"] in {found["baseline"], found["candidate"]}
    assert set(run.seconds()) == {"embed", "train", "evaluate"}
    table = evidence.scores(run)
    assert table[(table["split"] == "test") & (table["system"] == "bm25") & (table["metric"] == "map")]["value"].mean() == pytest.approx(
        found["systems"]["bm25"]["map"]
    )
    assert results.compare(run) == found["comparison"]
    with pytest.raises(InputError, match="nonsense has not been evaluated"):
        results.compare(run, baseline="nonsense")


def test_a_killed_worker_is_lost_and_resumes_where_it_was(tmp_path: Path):
    run = tiny_run(tmp_path, ("train",), NUM_EPOCHS=16)
    launch(run)
    wait_for_step(run, 36)
    os.kill(of_kind(run, "started")[-1]["pid"], signal.SIGKILL)
    assert wait_for(run, "lost", "finished") == "lost"
    reached = max(event["step"] for event in of_kind(run, "train"))

    resume(run)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    from_step = of_kind(run, "resumed")[0]["step"]
    assert 0 < from_step <= reached
    after = [event["step"] for event in of_kind(run, "train")][-(64 - from_step) :]
    assert after == list(range(from_step + 1, 65))
    assert of_kind(run, "verdict")


def test_stop_cancels_and_resume_goes_on(tmp_path: Path):
    run = tiny_run(tmp_path, ("train",), NUM_EPOCHS=16)
    launch(run)
    wait_for_step(run, 5)
    run.stop()
    assert wait_for(run, "cancelled", "finished") == "cancelled"
    stopped_at = max(event["step"] for event in of_kind(run, "train"))
    assert stopped_at < 64
    resume(run)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    assert of_kind(run, "resumed")[0]["step"] == stopped_at
    with pytest.raises(InputError, match="is finished: only"):
        resume(run)


def test_a_second_worker_leaves_a_running_one_alone(tmp_path: Path):
    run = tiny_run(tmp_path, ("train",), NUM_EPOCHS=16)
    launch(run)
    wait_for_step(run, 1)
    launch(run)
    assert wait_for(run, "finished", "failed", "lost") == "finished", run.worker_log.read_text()
    assert len(of_kind(run, "started")) == 1


def test_a_failure_is_one_sentence_and_its_traceback_is_in_the_log(tmp_path: Path):
    run = tiny_run(tmp_path, ("train",))
    (run.path / "pairs.jsonl").write_text("")
    launch(run)
    assert wait_for(run, "failed", "finished") == "failed"
    assert of_kind(run, "failed")[0]["error"] == "There are no positive pairs to train on: generate pairs first."
    assert "Traceback" in run.worker_log.read_text()


def test_damaged_weights_fail_in_plain_words(tmp_path: Path):
    run = tiny_run(tmp_path, ("train",))
    from safetensors.torch import load_file, save_file

    weights = tmp_path / "tiny" / "model.safetensors"
    tensors = load_file(weights)
    tensors["embeddings.word_embeddings.weight"][:] = float("nan")
    save_file(tensors, weights, metadata={"format": "pt"})
    launch(run)
    assert wait_for(run, "failed", "finished") == "failed"
    assert "computes vectors that are not numbers" in of_kind(run, "failed")[0]["error"]


def test_on_a_full_disk_whatever_fails_is_put_down_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    error = RuntimeError("[enforce fail at inline_container.cc:664] unexpected pos 64 vs 0")
    said = []
    for free in (worker.FULL - 1, worker.FULL):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        said.append(worker._sentence(error, tmp_path))
    assert said[0] == "The disk is full: free some space, then resume; the last checkpoint is kept."
    assert said[1] == f"RuntimeError: {error}. The whole story is in worker.log."
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    assert worker._sentence(InputError("A sentence of ours."), tmp_path) == "A sentence of ours."


def test_a_failure_that_cannot_even_be_told_leaves_a_run_that_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run, append = tiny_run(tmp_path, ("train",)), EventLog.append

    def full(log: EventLog, kind: str, **values: object) -> None:
        if kind == "failed":
            raise OSError(errno.ENOSPC, "No space left on device")
        append(log, kind, **values)

    def fail(_: object) -> None:
        raise RuntimeError("half a file")

    monkeypatch.setattr(EventLog, "append", full)
    monkeypatch.setattr(worker, "_run_stages", fail)
    assert worker.work(run) == 1
    assert run.status() == "lost"
