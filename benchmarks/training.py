"""Seconds of training against sentence-transformers' own trainer with its default arguments: same pairs, same epochs, same two threads.

Row `standard`: both train once, in turn, without measuring on the way; the dev nDCG@10 that each ends with is told (ours may be at most
0.005 lower for the ratio to count). Row `time-to-quality`: the seconds, measuring left out on both sides, after which the first of
our modes has the dev nDCG@10 that the plain trainer ends with; no ratio where none reaches it. Dev is the part of the corpus that runs
measure on. Finished pieces are kept; `--rows` limits the pairs (default 3,000; 64 with --quick).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cells import cell, fingerprint, rows_of, scratch
from benchmarks.frame import Row, command_on_source, progress, shorter
from benchmarks.vectors import cached_encode, read_source
from core.corpus.topics import TopicMatcher
from core.encoders.choose import local_encoder, trainable
from core.encoders.local import LocalEncoder, load_model
from core.encoders.locate import ModelFolder
from core.evaluation.objective import Objective
from core.retrieval.systems import Lexical
from core.settings import Settings
from core.training.dev import dev_set
from core.training.general import general_pairs
from core.training.measuring import measured
from core.training.modes import MODES
from core.training.rows import Row as TrainingRow

PEER = "SentenceTransformerTrainer()"
MOST, QUICK = 3000, 64
REACHING = ("instant", "fast", "standard")


def measure(source: Path, quick: bool, most: int = MOST) -> Iterator[Row]:
    """Both rows on one corpus."""
    settings = Settings(_env_file=None, NUM_EPOCHS=1 if quick else 2)  # type: ignore[call-arg]
    corpus = read_source(source, settings.SEED)
    rows = rows_of(corpus, settings, cached_encode(settings), QUICK if quick else most)
    documents = [chunk.document for chunk in corpus.searchable]
    dev = dev_set(corpus.asked("dev"), Lexical(documents), corpus.searchable, TopicMatcher(corpus.entities), settings.SEED)
    if dev is None:
        raise SystemExit("there are no dev questions to measure on")
    key = {"source": source.name, "rows": fingerprint(rows), "n": len(rows), "epochs": settings.NUM_EPOCHS}
    ours = cell("training-standard", key, lambda: _ours(rows, dev, settings, "standard"))
    peer = cell("training-peer", key, lambda: _peer(rows, dev, settings))
    progress(f"dev {dev.metric}: standard {ours['dev']:.4f}, {PEER} {peer['dev']:.4f} ({len(dev.questions)} questions)")
    yield shorter("standard", ours["seconds"], peer["seconds"], PEER, "s", len(rows))
    yield _time_to_quality(key, rows, dev, settings, peer)


def _time_to_quality(key: dict[str, Any], rows: Sequence[TrainingRow], dev: Objective, settings: Settings, peer: dict[str, Any]) -> Row:
    reached: dict[str, float] = {}
    for mode in REACHING:
        told = cell(f"training-course-{mode}", key, lambda mode=mode: _course(rows, dev, settings, mode))  # type: ignore[misc]
        after = [seconds for seconds, value in told["course"] if value >= peer["dev"]]
        progress(f"{mode}: (seconds, dev) {[(round(seconds), round(value, 4)) for seconds, value in told['course']]}")
        if after:
            reached[mode] = min(after)
    if not reached:
        return Row("time-to-quality", float("nan"), peer["seconds"], PEER, None, "s", len(rows))
    best = min(reached, key=lambda mode: reached[mode])
    progress(f"time-to-quality: reached by {best}")
    return shorter("time-to-quality", reached[best], peer["seconds"], PEER, "s", len(rows))


def _ours(rows: Sequence[TrainingRow], dev: Objective, settings: Settings, mode: str) -> dict[str, Any]:
    chosen = settings.model_copy(update={"TRAINING_MODE": mode})
    with scratch() as folder:
        start = time.perf_counter()
        trained = MODES[mode].train(trainable(chosen), rows, None, folder, chosen, _silent, lambda: False)
        seconds = time.perf_counter() - start
        encoder = local_encoder(ModelFolder("tuned", trained.best.path), chosen)
        return {"seconds": seconds, "dev": measured(dev, general_pairs(), encoder.encode).value}


def _course(rows: Sequence[TrainingRow], dev: Objective, settings: Settings, mode: str) -> dict[str, Any]:
    """The dev values of a run, each with the seconds of training before it, without those of measuring."""
    chosen = settings.model_copy(update={"TRAINING_MODE": mode})
    clock = _Clock()
    with scratch() as folder:
        MODES[mode].train(trainable(chosen), rows, dev, folder, chosen, clock.hear, lambda: False, cached_encode(chosen))
    return {"course": clock.course}


class _Clock:
    """Hears a run's events. Time counts up to the last step before a measurement, and goes on with its end."""

    def __init__(self) -> None:
        self.course: list[tuple[float, float]] = []
        self._since, self._last, self._spent = time.perf_counter(), time.perf_counter(), 0.0

    def hear(self, kind: str, **what: Any) -> None:
        now = time.perf_counter()
        if kind == "dev":
            self._spent += self._last - self._since
            if what["step"]:
                self.course.append((self._spent, what["value"]))
        self._last = now
        if kind in {"dev", "general", "spread"}:
            self._since = now


def _peer(rows: Sequence[TrainingRow], dev: Objective, settings: Settings) -> dict[str, Any]:
    """The library's trainer as it comes, on the columns that it takes: rows with a negative and rows without are two data sets."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    with_one = [{"anchor": row.query, "positive": row.positive, "negative": row.negatives[0]} for row in rows if row.negatives]
    without = [{"anchor": row.query, "positive": row.positive} for row in rows if not row.negatives]
    data = {name: Dataset.from_list(some) for name, some in (("with", with_one), ("without", without)) if some}
    with scratch() as folder:
        start = time.perf_counter()
        model = load_model(trainable(settings))
        arguments = SentenceTransformerTrainingArguments(
            output_dir=str(folder), num_train_epochs=settings.NUM_EPOCHS, save_strategy="no", report_to="none", disable_tqdm=True
        )
        SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=MultipleNegativesRankingLoss(model)).train()
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "dev": measured(dev, general_pairs(), LocalEncoder(trainable(settings), model=model).encode).value}


def _silent(kind: str, **what: Any) -> None:
    if kind == "train":
        progress(f"step {what['step']} of {what['total_steps']}: loss {what['loss']:.3f}")


if __name__ == "__main__":
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--rows", type=int, default=MOST)
    chosen, others = own.parse_known_args(sys.argv[1:])
    command_on_source(lambda source, quick: measure(source, quick, chosen.rows), __doc__ or "", others)
