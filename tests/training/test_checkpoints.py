from pathlib import Path

import pytest

from core.training.checkpoints import RESUMABLE, BestModel, last_checkpoint


def checkpoint(folder: Path, step: int, without: str = "") -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    for name in RESUMABLE:
        if name != without:
            (path / name).write_text("{}")
    return path


def test_the_newest_by_number_not_by_name(tmp_path: Path):
    checkpoint(tmp_path, 90)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-90"
    checkpoint(tmp_path, 100)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-100"


@pytest.mark.parametrize("missing", RESUMABLE)
def test_an_incomplete_checkpoint_is_passed_over_and_removed(tmp_path: Path, missing):
    whole, torn = checkpoint(tmp_path, 5), checkpoint(tmp_path, 10, without=missing)
    assert last_checkpoint(tmp_path) == whole
    assert not torn.exists()


def test_a_torn_state_file_is_an_incomplete_checkpoint(tmp_path: Path):
    (checkpoint(tmp_path, 5) / "trainer_state.json").write_text('{"global_st')
    assert last_checkpoint(tmp_path) is None


def test_only_the_model_kept_last_stays(tmp_path: Path):
    best = BestModel(tmp_path)
    for step, value in ((10, 0.4), (40, 0.5)):
        best.keep(step, value, lambda path: path.mkdir())
    kept = BestModel(tmp_path).current()
    assert (kept.step, kept.value, kept.path.name) == (40, 0.5, "best-40")
    assert [path.name for path in tmp_path.glob("best-*")] == ["best-40"]


def test_a_model_that_could_not_be_saved_leaves_the_old_one(tmp_path: Path):
    best = BestModel(tmp_path)
    best.keep(10, 0.4, lambda path: path.mkdir())

    def fail(path: Path) -> None:
        path.mkdir()
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError):
        best.keep(20, 0.5, fail)
    assert best.current().step == 10
    assert best.current().path.is_dir()
