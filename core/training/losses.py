"""What training minimises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from sentence_transformers.sentence_transformer.losses import (
    CachedMultipleNegativesRankingLoss,
    MatryoshkaLoss,
    MultipleNegativesRankingLoss,
)
from torch import Tensor

from core.settings import Settings
from core.training.feeding import LEFT_OUT, RIGHT

SLICE = 16  # texts at most that go through the model together: memory grows with them
OVERHEAD = 60  # tokens that take as long as one more slice does, whatever it holds


def loss_for(model: Any, settings: Settings, cached: bool = False) -> torch.nn.Module:
    """The loss that the settings name; `cached` bounds its memory by computing the batch in parts (twice forward, once backward)."""
    scale = 1 / settings.TEMPERATURE
    loss = CachedRankingLoss(model, scale=scale) if cached or settings.LOSS == "cached" else GroupedRankingLoss(model, scale=scale)
    return MatryoshkaLoss(model, loss, list(settings.MATRYOSHKA_DIMS)) if settings.MATRYOSHKA_DIMS else loss


def ranking_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """The mean cross-entropy over queries. scores, labels: (q, n); labels of `core.training.feeding`, one RIGHT in each row."""
    return torch.nn.functional.cross_entropy(scores.masked_fill(labels == LEFT_OUT, -torch.inf), (labels == RIGHT).int().argmax(1))


class GroupedRankingLoss(MultipleNegativesRankingLoss):
    """Multiple Negatives Ranking (Henderson et al. 2017) over q queries and n documents, where several queries may share a document and
    some documents are left out. Texts go through the model by length, so that little of the work is padding."""

    def forward(self, sentence_features: Iterable[dict[str, Any]], labels: Tensor) -> Tensor:
        embeddings = [embedded(self.model, features) for features in sentence_features]
        return self.compute_loss_from_embeddings(embeddings, labels)

    def compute_loss_from_embeddings(self, embeddings: list[Tensor], labels: Tensor) -> Tensor:
        queries, documents = embeddings
        return ranking_loss(self.similarity_fct(queries, documents) * self.scale, labels)


class CachedRankingLoss(CachedMultipleNegativesRankingLoss):
    """The same with cached gradients (Gao et al. 2021, arXiv 2101.06983): memory grows with a part of the batch, not with the batch."""

    def calculate_loss(self, reps: list[list[Tensor]], labels: Tensor | None = None, *, with_backward: bool = False) -> Tensor:
        queries, documents = (torch.cat(part) for part in reps)
        assert labels is not None
        loss = ranking_loss(self.similarity_fct(queries, documents) * self.scale, labels)
        if with_backward:
            loss.backward()  # type: ignore[no-untyped-call]
            loss = loss.detach()
        return loss


def embedded(model: Any, features: dict[str, Any]) -> Tensor:
    """(b, d) the vectors of b texts. On a CPU they are computed in slices of like length; a GPU takes them at once."""
    mask = features.get("attention_mask")
    if mask is None or mask.device.type != "cpu":
        vectors: Tensor = model(features)["sentence_embedding"]
        return vectors
    lengths, order = mask.sum(1).sort(descending=True, stable=True)
    parts = order.split(slice_sizes(lengths.tolist()))
    found = [model(_slice(features, rows))["sentence_embedding"] for rows in parts]
    return torch.cat(found)[order.argsort()]


def slice_sizes(lengths: Sequence[int]) -> list[int]:
    """How many texts each slice holds, of texts by falling length, so that least is computed: each slice is padded to its first text."""
    n = len(lengths)
    least, sizes = [0] * (n + 1), [0] * n  # of the texts from i on; of the slice that begins with text i
    for i in reversed(range(n)):
        least[i], sizes[i] = min((size * lengths[i] + OVERHEAD + least[i + size], size) for size in range(1, min(SLICE, n - i) + 1))
    found, i = [], 0
    while i < n:
        found.append(sizes[i])
        i += sizes[i]
    return found


def _slice(features: dict[str, Any], rows: Tensor) -> dict[str, Any]:
    """Some rows of padded features, without the columns that are padding in all of them, whichever side a tokenizer pads."""
    read = features["attention_mask"][rows].any(dim=0)
    return {name: value[rows][:, read] if isinstance(value, Tensor) and value.ndim == 2 else value for name, value in features.items()}
