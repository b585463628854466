"""One measurement of a model: dev questions, everyday language, spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.encoders.protocol import Encode
from core.evaluation.objective import CUT, Objective
from core.records import Ranking, Vectors
from core.retrieval.dense import top_k
from core.training.general import GeneralPairs
from core.training.spread import Spread, spread_of


@dataclass(frozen=True, slots=True)
class Measured:
    """`per_question` (q,) is the objective's, NaN where it does not apply; `general` the rank correlation on everyday sentences."""

    per_question: NDArray[np.float64]
    general: float
    spread: Spread

    @property
    def value(self) -> float:
        """The mean over the questions."""
        return float(np.nanmean(self.per_question))

    def is_as_good_as(self, other: NDArray[np.float64]) -> bool:
        """Whether it is no lower than `other` (q,) by more than the standard error of the difference: dev questions are few, and the
        highest of several measurements is often high by chance."""
        difference = self.per_question - other
        error = np.nanstd(difference) / np.sqrt(np.count_nonzero(~np.isnan(difference)))
        return bool(np.nanmean(difference) >= -error)


def measured(objective: Objective, general: GeneralPairs, encode: Encode) -> Measured:
    """What the model behind `encode` is worth on the dev set."""
    chunk_vectors = encode([chunk.document for chunk in objective.chunks], "document")
    return Measured(objective.per_question(_ranking(objective, encode, chunk_vectors)), general.spearman(encode), spread_of(chunk_vectors))


def dev_value(objective: Objective, encode: Encode) -> float:
    """The objective's value alone."""
    return objective.value(_ranking(objective, encode, encode([chunk.document for chunk in objective.chunks], "document")))


def _ranking(objective: Objective, encode: Encode, chunk_vectors: Vectors) -> Ranking:
    return top_k(encode(objective.texts, "query"), chunk_vectors, CUT)
