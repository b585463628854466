"""Other libraries' miners on vectors that are computed already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, cast

os.environ.setdefault("TQDM_DISABLE", "1")  # read when tqdm is imported

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformer, util

from core.encoders.protocol import Encode
from core.records import Vectors


class _Known:
    """As much of a SentenceTransformer as its miner asks for, with vectors looked up."""

    device = torch.device("cpu")

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def encode_query(self, texts: Sequence[str], **_: Any) -> Vectors:
        return self._encode(texts, "query")

    def encode_document(self, texts: Sequence[str], **_: Any) -> Vectors:
        return self._encode(texts, "document")

    def similarity(self, a: Any, b: Any) -> torch.Tensor:
        return torch.as_tensor(np.asarray(a)) @ torch.as_tensor(np.asarray(b)).T

    def similarity_pairwise(self, a: Any, b: Any) -> torch.Tensor:
        return (torch.as_tensor(np.asarray(a)) * torch.as_tensor(np.asarray(b))).sum(dim=1)


def mine_hard_negatives(
    pairs: Sequence[tuple[str, str]], corpus: Sequence[str], encode: Encode, n: int, relative_margin: float | None
) -> dict[str, list[str]]:
    """At most `n` negatives for each query of the (query, positive) pairs, as texts."""
    model = cast(SentenceTransformer, _Known(encode))
    columns = {"query": [query for query, _ in pairs], "positive": [text for _, text in pairs]}
    mined = util.mine_hard_negatives(
        Dataset.from_dict(columns),
        model,
        corpus=list(corpus),
        num_negatives=n,
        relative_margin=relative_margin,
        output_format="labeled-list",
        verbose=False,
    )
    return {row["query"]: [text for text, label in zip(row["positive"], row["labels"], strict=True) if not label] for row in mined}
