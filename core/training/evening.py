"""A linear head that evens out how far the vectors of a corpus spread in each direction.

A base model spends its widest directions on what all chunks of a specialised corpus have in common; what tells them apart lies in narrow
ones. So each direction is divided by a power of its spread. All of it (whitening: Su et al. 2021, arXiv 2103.15316) would give noise the
same say as meaning. It takes no question and no step of training. Measured on train and dev questions with the base model and all chunks,
nDCG@10: scripture .373 to .394 (n 2,500, standard error of the difference .003), covidqa .383 to .412 (n 1,093, .004), the sample codex
.405 to .415 (n 181, .008). Where a thousand pairs from questions are trained on, one run each, it is neither here nor there: scripture
.547 and .553 with it, covidqa .619 and .616 (standard errors .01). Trained on 2,993 sentences and not one question, without the
half of `wording.py`, scripture's test questions rose from .257 to .282 (n 1,406, 95 % of the difference .006 to .045).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.records import Vectors

POWER = 0.25  # of the standard deviation; .35 gives the base .004 more on thousands of chunks, .007 less on the 479 of the sample
UNUSED = 1e-6  # of the highest variance: no direction counts as narrower


def with_head(model: Any) -> torch.nn.Linear:
    """Gives a SentenceTransformer a linear layer behind its pooling, which changes nothing as yet and is not trained."""
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize

    width = model.get_embedding_dimension()
    head = Dense(width, width, bias=False, activation_function=torch.nn.Identity(), init_weight=torch.eye(width))
    model.insert(len(model) - isinstance(model[-1], Normalize), head.requires_grad_(False).to(model.device))
    layer: torch.nn.Linear = head.linear
    return layer


def evened(vectors: Vectors) -> NDArray[np.float32]:
    """The symmetric (d, d) that evens out vectors (n, d); the mean factor of a direction is 1. Their covariance is estimated after Ledoit
    and Wolf (2004): the fewer the vectors, the less is changed."""
    from sklearn.covariance import ledoit_wolf

    if not np.ptp(vectors, axis=0).any():  # one, or all alike
        return np.eye(vectors.shape[1], dtype=np.float32)
    covariance, _ = ledoit_wolf(vectors.astype(np.float64))
    spread, directions = np.linalg.eigh(covariance)
    factors = spread.clip(UNUSED * spread[-1]) ** (-POWER / 2)
    return np.asarray((directions * (factors / factors.mean())) @ directions.T, dtype=np.float32)
