"""The train stage: rows and the dev set from the frozen inputs, a mode, the model and the verdict."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.encoders.choose import trainable
from core.encoders.local import LocalEncoder
from core.encoders.protocol import Encode, Kind
from core.evaluation.objective import CUT, Objective
from core.records import Vectors
from core.retrieval.systems import Lexical
from core.runs.stages import Cancelled, Context
from core.settings import Settings
from core.training.dev import dev_set
from core.training.estimate import estimates, measured_probe, pick, workload
from core.training.job import Job
from core.training.modes import MODES
from core.training.rows import Row, training_rows

STAGE = "train"


def tune(context: Context) -> None:
    """Train, keep the best model, say what it is worth."""
    run = context.run
    run.log.append("progress", stage=STAGE, what="preparing", done=0, total=1)
    n_negatives = _searched(context).get("NUM_HARD_NEGATIVES", context.settings.NUM_HARD_NEGATIVES)
    rows, dev = rows_of(context, n_negatives), dev_of(context)
    say_what_bm25_reaches(context, dev)
    settings = with_mode(context, rows, dev)
    mode = MODES[settings.TRAINING_MODE]
    base, encode_base = trainable(settings), base_vectors(context)
    trained = mode.train(Job(base, rows, dev, run.checkpoints, settings, run.log.append, lambda: run.stop_requested, encode_base))
    if trained.stopped:
        raise Cancelled
    run.log.append("verdict", mode=mode.name, **trained.verdict.to_dict())
    if trained.best:
        trained.best.path.rename(run.model)
    shutil.rmtree(run.checkpoints)


def say_what_bm25_reaches(context: Context, dev: Objective | None) -> None:
    """On the questions and chunks that training is measured on: the line that a dense model alone has to pass."""
    if dev:
        ranking = Lexical([chunk.document for chunk in dev.chunks]).search(dev.texts, CUT)
        context.run.log.append("dev_line", system="bm25", metric=dev.metric, value=dev.value(ranking))


def base_vectors(context: Context, stage: str = STAGE) -> Encode:
    """The base model through the cache: what has been embedded before is not encoded again. Exact, as the model that is tuned is."""
    base = context.base.exact if isinstance(context.base, LocalEncoder) else context.base

    def encode(texts: Sequence[str], kind: Kind) -> Vectors:
        return context.embed(base, list(texts), kind, stage).vectors

    return encode


def rows_of(context: Context, n_negatives: int) -> tuple[Row, ...]:
    """What is learnt from, with so many mined negatives beside each positive."""
    documents = {chunk.chunk_id: chunk.document for chunk in context.corpus.chunks}
    return training_rows(context.pairs, documents, n_negatives, context.sure)


def dev_of(context: Context) -> Objective | None:
    """What is measured on."""
    seed = context.settings.SEED
    return dev_set(context.measured.asked("dev"), context.lexical, context.corpus.searchable, context.matcher, seed)


def _searched(context: Context) -> dict[str, Any]:
    """The settings that a search of this run found best, {} where there was none."""
    said = next((event for event in reversed(context.run.events()) if event["kind"] == "searched"), None)
    return dict(said["settings"]) if said else {}


def with_mode(context: Context, rows: Sequence[Row], dev: Objective | None) -> Settings:
    """The settings with a mode in place of `auto`, as this run chose it once; an `estimate` event says how long each mode would take."""
    settings, run = context.settings.model_copy(update=_searched(context)), context.run
    said = next((event for event in run.events() if event["kind"] == "estimate"), None)
    if said is None and rows:
        probe = measured_probe(settings)
        run.log.append("probe", **asdict(probe))
        work = workload(rows, dev.questions if dev else (), dev.chunks if dev else (), settings)
        seconds = {one.mode: round(one.seconds, 1) for one in estimates(work, probe, settings)}
        chosen = settings.TRAINING_MODE
        if chosen == "auto":
            chosen = pick(work, probe, settings, settings.TIME_BUDGET * 60 if settings.TIME_BUDGET else None)
        run.log.append("estimate", mode=chosen, seconds=seconds[chosen], modes=seconds)
        return settings.model_copy(update={"TRAINING_MODE": chosen})
    return settings.model_copy(update={"TRAINING_MODE": said["mode"] if said else "standard"})
