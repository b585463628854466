"""Seconds of training against sentence-transformers' own trainer with its default arguments: same pairs, one epoch, the same two threads.

All sides train in one interleaved run: each holds the processor for a fortieth of its steps, then waits while the others do as much of
theirs, so that a machine that is slower for a while is so for all and none works its last part alone. Ours are measured on dev four times
on the way, the peer at its end; loading a model, waiting and measuring is left out of all seconds. Row `standard`: the seconds until each
ends, ours early where dev says so; no ratio where our dev nDCG@10 is then lower than the peer's by more than 0.005. Row `time-to-
quality`: the seconds after which the first of our modes has the dev nDCG@10 that the peer ends with; no ratio where none reaches it. Dev
is the part of the corpus that runs measure on. `--rows` limits the pairs (default 3,000; 64 with --quick).

One training is one draw of batches and dropout, and the dev value of a small dev set moves with it by more than 0.005: `--seeds 3` lets
all sides train three times on the same pairs, and seconds and dev values are means. A finished run is kept, so seeds may be added later.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from benchmarks.cells import cell, fingerprint, rows_of, scratch
from benchmarks.frame import Row, command_on_source, progress, shorter
from benchmarks.vectors import cached_encode, read_source
from core.corpus.topics import TopicMatcher
from core.encoders.choose import trainable
from core.encoders.local import LocalEncoder, load_model
from core.evaluation.objective import Objective
from core.retrieval.systems import Lexical
from core.settings import Settings
from core.training.dev import dev_set
from core.training.job import Job
from core.training.measuring import dev_value
from core.training.modes import MODES
from core.training.rows import Row as TrainingRow

PEER = "SentenceTransformerTrainer()"
MOST, QUICK = 3000, 64
EPOCHS = 1
LOWER = 0.005  # what our dev value may be below the peer's
MODES_TRIED = ("instant", "fast", "standard")
TURNS = 40

Course = list[tuple[float, float]]  # seconds, dev value


def measure(source: Path, quick: bool, most: int = MOST, n_seeds: int = 1) -> Iterator[Row]:
    """Both rows on one corpus."""
    settings = Settings(_env_file=None, NUM_EPOCHS=EPOCHS)  # type: ignore[call-arg]
    corpus = read_source(source, settings.SEED)
    rows = rows_of(corpus, settings, cached_encode(settings), QUICK if quick else most)
    documents = [chunk.document for chunk in corpus.searchable]
    dev = dev_set(corpus.asked("dev"), Lexical(documents), corpus.searchable, TopicMatcher(corpus.entities), settings.SEED)
    if dev is None:
        raise SystemExit("there are no dev questions to measure on")
    key = {"source": source.name, "rows": fingerprint(rows), "n": len(rows)}
    runs = []
    for seed in range(settings.SEED, settings.SEED + n_seeds):
        work = partial(_interleaved, rows, dev, settings.model_copy(update={"SEED": seed}))
        runs.append(cell("training-seeded", key | {"seed": seed}, work))
        progress(f"seed {seed}: " + "; ".join(f"{name} {_told(course)}" for name, course in runs[-1].items()))
    yield from _rows_of(runs, len(rows))


def _rows_of(runs: Sequence[dict[str, Course]], n: int) -> Iterator[Row]:
    """Both rows of the mean courses of some seeds."""
    courses = {name: _mean([run[name] for run in runs]) for name in runs[0]}
    progress(f"mean of {len(runs)}: " + "; ".join(f"{name} {_told(course)}" for name, course in courses.items()))
    [(seconds, value)] = courses[PEER]
    took, own = courses["standard"][-1]
    as_good = own >= value - LOWER
    yield Row("standard", took, seconds, PEER, seconds / took if as_good else None, "s", n)
    after = {mode: [at for at, reached in courses[mode] if reached >= value] for mode in MODES_TRIED}
    reached = {mode: min(times) for mode, times in after.items() if times}
    if not reached:
        yield Row("time-to-quality", float("nan"), seconds, PEER, None, "s", n)
        return
    best = min(reached, key=lambda mode: reached[mode])
    progress(f"time-to-quality: reached by {best}")
    yield shorter("time-to-quality", reached[best], seconds, PEER, "s", n)


def _mean(courses: Sequence[Course]) -> Course:
    """Measurement by measurement; where a run ended early, its last one stands for those it did not make."""
    longest = max(map(len, courses))
    whole = [[*course, *[course[-1]] * (longest - len(course))] for course in courses]
    return [(fmean(at for at, _ in moment), fmean(value for _, value in moment)) for moment in zip(*whole, strict=True)]


def _told(course: Course) -> str:
    return ", ".join(f"{value:.4f} after {at:.0f} s" for at, value in course)


def _interleaved(rows: Sequence[TrainingRow], dev: Objective, settings: Settings) -> dict[str, Course]:
    """Of each side, the dev values with the seconds of training before each."""
    sides: dict[str, Callable[..., None]] = {PEER: _peer, **{mode: partial(_ours, mode) for mode in MODES_TRIED}}
    ring = _Ring(list(sides))

    def run(name: str) -> Course:
        clock = _Clock(name, ring)
        with ring.member(name), scratch() as folder:
            sides[name](rows, dev, settings, folder, clock)
        return clock.course

    with ThreadPoolExecutor(len(sides)) as threads:
        return dict(zip(sides, threads.map(run, sides), strict=True))


class _Ring:
    """Passes the processor round: one member works, all others wait. The next turn has who has done the least of its work."""

    def __init__(self, names: list[str]) -> None:
        self._done, self._turn = dict.fromkeys(names, 0.0), threading.Condition()

    @contextmanager
    def member(self, name: str) -> Iterator[None]:
        self._wait(name)
        try:
            yield
        finally:
            with self._turn:
                del self._done[name]
                self._turn.notify_all()

    def pass_on(self, name: str, done: float) -> None:
        with self._turn:
            self._done[name] = done
            self._turn.notify_all()
        self._wait(name)

    def _wait(self, name: str) -> None:
        with self._turn:
            self._turn.wait_for(lambda: min(self._done, key=self._done.__getitem__) == name)


class _Clock:
    """The seconds of a side's training, told by its events; after some of its steps the others have their turn. What a side draws by
    chance is what it would draw alone."""

    def __init__(self, name: str, ring: _Ring) -> None:
        self.course: Course = []
        self._name, self._ring = name, ring
        self.start()

    def start(self) -> None:
        """Training begins now."""
        self._start, self._turns = time.perf_counter(), 1

    def reach(self, value: float, measuring: float = 0.0) -> None:
        """A dev value; measuring it took so many seconds."""
        self._start += measuring
        self.course.append((time.perf_counter() - self._start, value))

    def step(self, number: int, of: int) -> None:
        """So many steps are done."""
        paused = time.perf_counter()
        if number * TURNS >= self._turns * of:
            progress(f"{self._name}: {number:,} of {of:,} steps in {paused - self._start:.0f} s")
            own = torch.get_rng_state()
            self._ring.pass_on(self._name, number / of)
            torch.set_rng_state(own)
            self._start += time.perf_counter() - paused
            self._turns = number * TURNS // of + 1

    def hear(self, kind: str, **what: Any) -> None:
        """An event of one of our runs."""
        if kind == "dev" and what["step"]:
            self.reach(what["value"], what["seconds"])
        elif kind == "dev":
            self.start()
        elif kind == "train":
            self.step(what["step"], what["total_steps"])


def _ours(mode: str, rows: Sequence[TrainingRow], dev: Objective, settings: Settings, folder: Path, clock: _Clock) -> None:
    chosen = settings.model_copy(update={"TRAINING_MODE": mode})
    MODES[mode].train(Job(trainable(chosen), rows, dev, folder, chosen, clock.hear, encode_base=cached_encode(chosen)))


def _peer(rows: Sequence[TrainingRow], dev: Objective, settings: Settings, folder: Path, clock: _Clock) -> None:
    """The library's trainer as it comes, on the columns that it takes: rows with a negative and rows without are two data sets."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from transformers import TrainerCallback

    class Stepping(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            clock.step(state.global_step, state.max_steps)

    with_one = [{"anchor": row.query, "positive": row.positive, "negative": row.negatives[0]} for row in rows if row.negatives]
    without = [{"anchor": row.query, "positive": row.positive} for row in rows if not row.negatives]
    data = {name: Dataset.from_list(some) for name, some in (("with", with_one), ("without", without)) if some}
    model = load_model(trainable(settings))
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=EPOCHS,
        seed=settings.SEED,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    loss = MultipleNegativesRankingLoss(model)
    clock.start()
    SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=loss, callbacks=[Stepping()]).train()
    began = time.perf_counter()
    value = dev_value(dev, LocalEncoder(trainable(settings), model=model).encode)
    clock.reach(value, time.perf_counter() - began)


if __name__ == "__main__":
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--rows", type=int, default=MOST)
    own.add_argument("--seeds", type=int, default=1)
    chosen, others = own.parse_known_args(sys.argv[1:])
    command_on_source(lambda source, quick: measure(source, quick, chosen.rows, chosen.seeds), __doc__ or "", others)
