"""Clusters of the full space, named by the words that set each apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.records import Vectors
from core.retrieval.tokens import STOP_WORDS

FEWEST, MOST = 4, 40
ROUNDS = 25
LEARNT_FROM = 20_000
"""Points that the centres are found on; the others join the nearest centre."""
WORDS_SHOWN = 3
LEAST_SHARE = 0.1
"""Of a cluster's chunks that a word must stand in to name it."""
WORD = re.compile(r"(?<![\w’'-])[^\W\d_][\w-]*[^\W_](?=(?:['’]s)?(?![\w’'-]))")


def clusters(vectors: Vectors, seed: int = 0) -> NDArray[np.int32]:
    """(n,) the cluster of each point: spherical k-means (Dhillon and Modha 2001) from k-means++ centres, about half the root of n of
    them. vectors: (n, d), rows of length one."""
    rng = np.random.default_rng(seed)
    n = len(vectors)
    k = min(n, max(FEWEST, min(MOST, round(math.sqrt(n) / 2))))
    some = vectors if n <= LEARNT_FROM else vectors[rng.choice(n, LEARNT_FROM, replace=False)]
    centres = _first_centres(some, k, rng)
    for _ in range(ROUNDS):
        own = (some @ centres.T).argmax(axis=1)
        sums = np.stack([np.bincount(own, column, k) for column in some.T], axis=1).astype(np.float32)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres)
    _, numbered = np.unique((vectors @ centres.T).argmax(axis=1), return_inverse=True)
    return numbered.astype(np.int32)


def _first_centres(vectors: Vectors, k: int, rng: np.random.Generator) -> Vectors:
    """k-means++ (Arthur and Vassilvitskii 2007): each next centre is drawn by its squared distance from those before it."""
    chosen = [int(rng.integers(len(vectors)))]
    distance = np.full(len(vectors), np.inf)
    while len(chosen) < k:
        distance = np.minimum(distance, np.maximum(0.0, 1.0 - vectors @ vectors[chosen[-1]]).astype(np.float64))
        total = distance.sum()
        chosen.append(int(rng.choice(len(vectors), p=distance / total if total > 0 else None)))
    return vectors[chosen]


def labels(texts: Sequence[str], own: NDArray[np.int32]) -> list[str]:
    """A label for each cluster: its most distinctive words by c-TF-IDF (Grootendorst 2022, arXiv 2203.05794), the number of chunks with a
    word standing in for how often it occurs, so that one chunk that repeats itself names nothing. Written as they mostly are."""
    n_clusters = int(own.max()) + 1 if len(own) else 0
    forms: dict[str, Counter[str]] = {}
    counts = [Counter[str]() for _ in range(n_clusters)]
    for text, number in zip(texts, own.tolist(), strict=True):
        found = WORD.findall(text)
        for word in found:
            forms.setdefault(word.lower(), Counter())[word] += 1
        counts[number].update({word.lower() for word in found if len(word) > 2} - STOP_WORDS)
    everywhere = sum(counts, Counter[str]())
    mean = sum(everywhere.values()) / max(1, n_clusters)
    sizes = np.bincount(own, minlength=n_clusters).tolist()
    return [_label(own_counts, size, everywhere, mean, forms) for own_counts, size in zip(counts, sizes, strict=True)]


def _label(counts: Counter[str], size: int, everywhere: Counter[str], mean: float, forms: dict[str, Counter[str]]) -> str:
    common = [word for word, n in counts.items() if n >= LEAST_SHARE * size]
    weighed = sorted(
        common, key=lambda word: (-counts[word] * math.log(1 + mean / everywhere[word]) * _rarity(counts, everywhere, word), word)
    )
    return ", ".join(forms[word].most_common(1)[0][0] for word in weighed[:WORDS_SHOWN]) or "no common words"


def _rarity(counts: Counter[str], everywhere: Counter[str], word: str) -> float:
    """The share of the word's chunks that are in this cluster: in a small corpus the idf alone leaves "after" on top."""
    return counts[word] / everywhere[word]
