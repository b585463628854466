"""Real training of a tiny model in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.encoders.locate import locate
from core.settings import Settings
from core.training.job import Job
from core.training.loop import train
from core.training.rows import Row, training_rows
from tests.runs.world import tiny_corpus, tiny_pairs
from tests.tiny import save_tiny_bert


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    """Sixteen rows, of which every fourth brings a negative."""
    corpus = tiny_corpus()
    documents = {chunk.chunk_id: chunk.document for chunk in corpus.chunks}
    plain = training_rows(tiny_pairs(corpus), documents, 1)
    return tuple(
        Row(row.query, row.positive, ("The glass lamp.",), row.keys, ("text:lamp",)) if index % 4 == 0 else row
        for index, row in enumerate(plain)
    )


class Diary:
    """Keeps the events, and asks to stop after a step (which is asked about before its loss is told)."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self._stop_after = stop_after

    def emit(self, kind: str, **values: Any) -> None:
        self.events.append({"kind": kind, **values})

    def should_stop(self) -> bool:
        return self._stop_after is not None and len(self.losses()) >= self._stop_after - 1

    def losses(self) -> dict[int, float]:
        return {event["step"]: event["loss"] for event in self.events if event["kind"] == "train"}


def trained(model: Path, rows: tuple[Row, ...], folder: Path, stop_after: int | None = None) -> Diary:
    settings = Settings(BASE_MODEL=str(model), NUM_EPOCHS=3, BATCH_SIZE_CPU=4, LEARNING_RATE=1e-3)
    diary = Diary(stop_after)
    train(Job(locate(str(model)), rows, None, folder, settings, diary.emit, diary.should_stop))
    return diary


def test_a_resumed_run_goes_on_with_the_batches_it_had(model, rows, tmp_path) -> None:
    """Stopped in the middle of its second epoch: every later step has the loss of a run that nobody stopped."""
    whole = trained(model, rows, tmp_path / "whole").losses()
    assert list(whole) == list(range(1, 13))
    first = trained(model, rows, tmp_path / "stopped", stop_after=6).losses()
    second = trained(model, rows, tmp_path / "stopped").losses()
    assert (list(first), list(second)) == (list(range(1, 7)), list(range(7, 13)))
    assert {**first, **second} == pytest.approx(whole, abs=1e-5)
    assert len(set(whole.values())) == 12


def test_training_says_what_its_batches_kept_apart(model, rows, tmp_path) -> None:
    """Eight places, two rows each in four batches of four: all can be kept apart."""
    told = [Row(row.query, row.positive, (), row.keys | {f"topic:{index // 2}"}) for index, row in enumerate(rows)]
    said = next(event for event in trained(model, tuple(told), tmp_path, stop_after=1).events if event["kind"] == "batches")
    assert said["n_batches"] == 4
    assert said["left"] == 0 and said["prevented"] > 0


def test_a_last_batch_of_one_row_does_not_happen(model, rows, tmp_path) -> None:
    """Five rows in batches of four: three and two, and no step whose loss is zero because there was nothing to tell apart."""
    losses = trained(model, rows[:5], tmp_path).losses()
    assert len(losses) == 6
    assert min(losses.values()) > 0
