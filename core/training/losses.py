"""What training minimises."""

from __future__ import annotations

import torch
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch import Tensor


class MaskedRankingLoss(MultipleNegativesRankingLoss):
    """Multiple Negatives Ranking (Henderson et al. 2017) that leaves out the documents a query may not count as wrong.

    Two columns: b queries, and n documents of which the first b are their positives and the others negatives of the whole batch.
    `labels` (b, n) of bool says what is left out. Without that it is the library's loss.
    """

    def compute_loss_from_embeddings(self, embeddings: list[Tensor], labels: Tensor) -> Tensor:
        """The mean cross-entropy over queries."""
        queries, documents = embeddings
        scores = self.similarity_fct(queries, documents) * self.scale
        right = torch.arange(len(queries), device=scores.device)
        return torch.nn.functional.cross_entropy(scores.masked_fill(labels, -torch.inf), right)
