"""A model that knows words alone: texts as counts of words, each word an axis of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from core.encoders.protocol import Kind
from core.records import Vectors

D = 512


def bag(texts: Sequence[str], kind: Kind) -> Vectors:
    """(n, 512), rows of length one; questions and documents are read alike."""
    del kind
    vectors = np.full((len(texts), D), 1e-3, dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for word in re.findall(r"\w+", text.lower()):
            row[crc32(word.encode()) % D] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
