"""Which of many pairs to look at first: each weighed against the others of its label.

The doubt of a single pair is no measure across a set: hard negatives all look doubtful, judged positives never do, and an order by it
shows one kind after the other. So three things are measured of each pair, each becomes its place among the pairs of the same label, and
the mean of the places counts (Borda's count): the doubt of its own evidence; how far both searches rank it from where its label says it
belongs; and its BM25 score against that of its query's best pair of the other label. Cosines of one model lie too close together to
add to that.

After a run there is a fourth: how far training moved the tuned model against the label.

Measured with benchmarks/corrupted_pairs on three corpora (five draws each): of the wrong pairs the first quarter of the queue holds 44, 67
and 40 %; ordered by the doubt of single pairs it held 31, 45 and 31 %, and at random it holds 25. After a run, on the draw of the sample
that the fourth was chosen on (115 wrong pairs), 51 % become 60, where the tuned model's cosines themselves would have made them 45; on
another draw 45 become 58.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.auditing.contradicting import OTHER
from core.auditing.doubt import doubt
from core.records import SENTENCE, Label, Pair

Floats = NDArray[np.float64]

RANKS = ("dense_rank", "bm25_rank")


def weigh(pairs: Sequence[Pair], contradicted: Mapping[str, float] | None = None) -> dict[str, float]:
    """How doubtful each pair is among those of its label, by pair id: near 0 the least, 1 the most, a half for what nothing is known of.

    Of a sentence and the chunk it stands in there is nothing to judge: 0.

    `contradicted`: pair id → how far a tuned model contradicts the label (core.auditing.contradicting); one more measure.
    """
    measures = [np.array([doubt(pair) for pair in pairs]), _misranked(pairs), _outdone(pairs)]
    if contradicted:
        measures.append(np.array([contradicted.get(pair.pair_id, math.nan) for pair in pairs]))
    weights = np.zeros(len(pairs))
    for label in OTHER:
        own = np.array([pair.label == label and pair.rule != SENTENCE for pair in pairs], dtype=np.bool_)
        weights[own] = _places(np.mean([_places(measure[own]) for measure in measures], axis=0))
    return {pair.pair_id: round(float(weight), 4) for pair, weight in zip(pairs, weights, strict=True)}


def _misranked(pairs: Sequence[Pair]) -> Floats:
    """(n,) log of the product of both ranks, its sign turned for negatives; a chunk that only one search ranks is last in the other. NaN
    where neither does."""
    known = [[pair.evidence.get(name) for name in RANKS] for pair in pairs]
    last = max((rank for ranks in known for rank in ranks if rank), default=1)
    far = [sum(math.log(rank or last) for rank in ranks) if any(ranks) else math.nan for ranks in known]
    return _against_label(pairs, far)


def _outdone(pairs: Sequence[Pair]) -> Floats:
    """(n,) how far the best BM25 score of the query's pairs of the other label lies above the own one, as a share of the greater; its sign
    turned for negatives. NaN where there is nothing to compare."""
    best: dict[tuple[str, Label], float] = defaultdict(lambda: math.nan)
    own = [float(pair.evidence.get("bm25", math.nan)) for pair in pairs]
    for pair, score in zip(pairs, own, strict=True):
        best[pair.query, pair.label] = float(np.fmax(best[pair.query, pair.label], score))
    others = [best[pair.query, OTHER[pair.label]] for pair in pairs]
    return _against_label(pairs, [(other - score) / (max(other, score) or 1.0) for other, score in zip(others, own, strict=True)])


def _against_label(pairs: Sequence[Pair], values: Sequence[float]) -> Floats:
    return np.array([value if pair.label == "positive" else -value for pair, value in zip(pairs, values, strict=True)], dtype=np.float64)


def _places(values: Floats) -> Floats:
    """(n,) the share of the known values that lie below each, equal ones counted half; a half for NaN."""
    known = values[~np.isnan(values)]
    if not len(known):
        return np.full(len(values), 0.5)
    ordered = np.sort(known)
    places = (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / (2 * len(known))
    return np.where(np.isnan(values), 0.5, places)
