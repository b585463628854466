"""How much of what they say two questions have in common, rare words weighing more; for many questions against many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

from core.pairing.asking import Terms

RAREST = 4.0
"""The most that a term can weigh, reached by what less than a text in fifty holds. Beyond that, rarer is not more telling: an odd word
may be the very one that somebody wrote otherwise."""

CELLS_AT_ONCE = 4_000_000  # of the (q, h) product; about 50 MB where every question shares a word with every other

Links = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of a query and a held-out question, each (m,): their indices and the share of what they say that both say."""

    queries: NDArray[np.int64]
    held: NDArray[np.int64]
    shares: NDArray[np.float64]


def alike(queries: Sequence[Terms], held: Sequence[Terms], links: Links, least: float) -> Alike:
    """The pairs with a share of at least `least`, in the order of the queries, then of the held-out questions.

    Share: weight of the common terms / weight of all terms of both, each term once (the weighted Jaccard index). A term weighs
    log(1 + texts / texts with it), at most RAREST, over queries and held-out questions together. Linked terms are common too, at the
    smaller of their weights: a misspelt word is no rarer than the word that is meant.
    """
    places = {term: place for place, term in enumerate(sorted(set(chain.from_iterable((*queries, *held)))))}
    weights = _weights([*queries, *held], places)
    one, other = _linked(links, places)
    weights = _least_of_linked(weights, one, other)
    rows, columns = (np.concatenate([*parts, np.arange(len(places))]) for parts in ((one, other), (other, one)))
    common = scipy.sparse.csr_array((np.minimum(weights[rows], weights[columns]), (rows, columns)), shape=(len(places), len(places)))
    asked, sought = _matrix(queries, places), _matrix(held, places)
    return _above(asked, (common @ sought.T).tocsr(), asked @ weights, sought @ weights, least)


def _above(
    asked: scipy.sparse.csr_array,
    sought: scipy.sparse.csr_array,
    asked_weight: NDArray[np.float64],
    sought_weight: NDArray[np.float64],
    least: float,
) -> Alike:
    found = [Alike(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    size = max(1, CELLS_AT_ONCE // max(1, sought.shape[1]))
    for start in range(0, asked.shape[0], size):
        block = (asked[start : start + size] @ sought).tocoo()
        rows, columns = block.row.astype(np.int64) + start, block.col.astype(np.int64)
        mine, theirs = asked_weight[rows], sought_weight[columns]
        shared = np.minimum(block.data, np.minimum(mine, theirs))  # a name linked to two names of the other text counts once
        shares = shared / (mine + theirs - shared)
        kept = np.flatnonzero(shares >= least)
        kept = kept[np.lexsort((columns[kept], rows[kept]))]
        found.append(Alike(rows[kept], columns[kept], shares[kept]))
    return Alike(*(np.concatenate(parts) for parts in zip(*((one.queries, one.held, one.shares) for one in found), strict=True)))


def _weights(texts: Sequence[Terms], places: Mapping[str, int]) -> NDArray[np.float64]:
    n_with = Counter(chain.from_iterable(texts))
    return np.minimum(RAREST, np.log1p(len(texts) / np.array([n_with[term] for term in places], dtype=np.float64)))


def _linked(links: Links, places: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pairs = sorted({(min(pair), max(pair)) for pair in links if pair[0] != pair[1] and pair[0] in places and pair[1] in places})
    numbers = np.array([(places[one], places[other]) for one, other in pairs], dtype=np.int64).reshape(-1, 2)
    return numbers[:, 0], numbers[:, 1]


def _least_of_linked(weights: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    least = weights.copy()
    np.minimum.at(least, one, weights[other])
    np.minimum.at(least, other, weights[one])
    return least


def _matrix(texts: Sequence[Terms], places: Mapping[str, int]) -> scipy.sparse.csr_array:
    """(texts, terms), 1 where a text has a term."""
    columns = [places[term] for terms in texts for term in terms]
    bounds = np.cumsum([0, *map(len, texts)])
    return scipy.sparse.csr_array((np.ones(len(columns)), columns, bounds), shape=(len(texts), len(places)))
