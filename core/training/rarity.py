"""How rare each token is in a corpus: what stands in few texts tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def vocabulary_size(tokenizer: Any) -> int:
    """One more than the highest token of a transformers tokenizer; those below it may have gaps."""
    return int(max(tokenizer.get_vocab().values())) + 1


def bags(tokenizer: Any, texts: Sequence[str]) -> csr_array:
    """(n, v) how often each token is in each text; special tokens are left out."""
    rows = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)["input_ids"] if texts else []
    lengths = [len(row) for row in rows]
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=sum(lengths))
    bounds, shape = np.cumsum([0, *lengths]), (len(rows), vocabulary_size(tokenizer))
    found = csr_array((np.ones(len(columns), dtype=np.float32), columns, bounds), shape=shape)
    found.sum_duplicates()
    return found


def rarity(found: csr_array) -> NDArray[np.float32]:
    """(v,) inverse document frequency: log of (n + 1) / (texts with the token + 1/2), never below 0."""
    frequency = np.bincount(found.indices, minlength=found.shape[1])
    return np.asarray(np.maximum(0, np.log((found.shape[0] + 1) / (frequency + 0.5))), dtype=np.float32)
