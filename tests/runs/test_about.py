"""What a person does to a run: name it, note something, delete it."""

from __future__ import annotations

from pathlib import Path

import portalocker
import pytest

from core.errors import InputError
from core.runs.about import About, about, describe
from core.runs.folder import RunFolder, create_run, list_runs, remove_run
from core.runs.versions import versions


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    made = create_run(tmp_path / "runs", {"stages": ["train"], "model_run": None}, {})
    made.log.append("finished")
    return made


def test_a_name_and_a_note_stay_with_the_run(run: RunFolder) -> None:
    assert about(run) == About()
    describe(run, "  more\n negatives ", " Two instead of one.\nBetter? ")
    assert about(RunFolder(run.path)) == About("more negatives", "Two instead of one.\nBetter?")
    describe(run, "", "")
    assert about(run) == About()


def test_a_deleted_run_is_gone(run: RunFolder) -> None:
    remove_run(run)
    assert list_runs(run.path.parent) == [] and list(run.path.parent.iterdir()) == []


def test_a_run_at_work_is_not_deleted(run: RunFolder) -> None:
    with (run.path / "lock").open("a+") as lock:
        portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE)
        with pytest.raises(InputError, match="still at work: stop it first"):
            remove_run(run)
    assert run.path.is_dir()


def test_a_model_that_another_run_evaluates_is_not_deleted(run: RunFolder) -> None:
    other = create_run(run.path.parent, {"stages": ["evaluate"], "model_run": run.run_id}, {})
    other.log.append("finished")
    with pytest.raises(InputError, match=f"{other.run_id} evaluates"):
        remove_run(run)
    remove_run(other)
    remove_run(run)


def test_versions_name_what_computes() -> None:
    found = versions()
    assert {"python", "torch", "sentence-transformers"} <= found.keys() and all(found.values())
