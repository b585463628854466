"""What watches a run: measurements on time, the best model, and when to end."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from core.encoders.local import LocalEncoder
from core.encoders.protocol import Encode
from core.evaluation.objective import Objective
from core.training.checkpoints import BestModel
from core.training.general import general_pairs
from core.training.job import Job
from core.training.measuring import Measured, measured

PATIENCE = 2  # measurements in a row without a new best, after which a run ends


class Keeper:
    """Measures a model on the dev set, keeps the latest of those that are as good as the best, and says when going on does no good."""

    def __init__(self, model: Any, job: Job) -> None:
        self.model, self.dev, self.best, self._emit = model, job.dev, BestModel(job.folder), job.emit
        self._settings, self._base = job.settings, job.base
        self._general = general_pairs(job.settings.GENERAL_PAIRS)
        self._without_gain = 0
        self.base: Measured | None = None
        self.last: Measured | None = None
        self._of_best: Measured | None = None
        self.ended = ""

    def measure_base(self, encode: Encode | None = None) -> None:
        """The model before its first step; `encode` is the same model where its vectors are at hand already."""
        self.base = self.measure(0, encode)

    def measure(self, step: int, encode: Encode | None = None) -> Measured | None:
        """The model as it is, told as events of this step; None without a dev set."""
        if self.dev is None:
            return None
        began = time.monotonic()
        found = self.last = self._measured(self.dev, encode)
        sizes = {"n_questions": len(self.dev.questions), "n_chunks": len(self.dev.chunks)}
        self._emit("dev", step=step, metric=self.dev.metric, value=found.value, seconds=time.monotonic() - began, **sizes)
        self._emit("general", step=step, spearman=found.general, n_pairs=len(self._general.grades))
        self._emit("spread", step=step, cosine=found.spread.cosine, rank=found.spread.rank)
        return found

    def measure_blend(self, share: float) -> Measured:
        """The model as it is, told as a blend with the base; the best model itself was measured when it was kept, unless in an earlier life
        of the run. Needs a dev set."""
        assert self.dev is not None
        found = self._of_best if share == 1 and self._of_best else self._measured(self.dev)
        self._emit("interpolation", share=share, metric=self.dev.metric, value=found.value, general=found.general)
        return found

    def _measured(self, dev: Objective, encode: Encode | None = None) -> Measured:
        if encode is None:
            encode = LocalEncoder(self._base, self._settings.EMBEDDING_DIM, self._settings.MAX_SEQ_LENGTH, model=self.model).encode
        found = measured(dev, self._general, encode)
        self.model.train()
        return found

    def offer(self, step: int) -> None:
        """Measure the model and keep it if none before was better; without a dev set the latest is kept. Sets `ended` to the reason where
        the run should end here: no gain for a while, or the vectors fall together (such a model is not kept)."""
        found = self.measure(step)
        if found and self.base and found.spread.collapsed(self.base.spread):
            self._end(step, "the vectors of different chunks fall together")
            return
        kept = found is None or self._is_as_good(found)
        if kept:
            value = float(step) if found is None else found.value
            self.best.keep(step, value, lambda path: self.model.save(str(path), create_model_card=False))
            self._of_best = found
        self._without_gain = 0 if kept else self._without_gain + 1
        if self._without_gain >= PATIENCE:
            self._end(step, "no gain on dev questions in the last measurements")

    def _is_as_good(self, found: Measured) -> bool:
        """Whether dev cannot tell a model from the best: of two such models the one that has learnt from more pairs is the better bet."""
        best = self.best.peak()
        if best is None or found.value > float(np.nanmean(best)):
            self.best.set_peak(found.per_question)
        return best is None or found.is_as_good_as(best)

    def _end(self, step: int, why: str) -> None:
        self.ended = why
        best = self.best.current()
        self._emit("ended", step=step, why=why, back_to=best.step if best else 0)
