"""How doubtful a pair's label is, from the evidence it was made on, and why, for the person who looks at it.

Each sign speaks for a wrong label with a strength from 0 to 1, and signs add up as independent witnesses do ("noisy or", Pearl 1988):
the doubt is 1 − Π(1 − strength). One strong sign is enough, and none can speak for the label.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.records import Pair

UNKNOWN = 0.3  # a pair whose evidence says nothing either way
JUDGED = 0.2  # how much of the doubt is left where a person has judged the chunk already
COSINE_WIDTH, BM25_WIDTH = 0.05, 0.15  # a cosine 0.05 above its positive's, or a BM25 score 15 % above, counts as clearly closer
LOW_COSINE = 0.35  # where a positive's cosine begins to look like chance, for small English models


class Sign(NamedTuple):
    """Something that speaks against a label: how strongly (0 to 1), and in words for a person."""

    strength: float
    words: str


def doubt(pair: Pair) -> float:
    """From 0 to 1, by the pair's own evidence alone; core.auditing.weighing sets pairs beside one another."""
    found = signs(pair)
    sure = math.prod(1 - sign.strength for sign in found) if found is not None else 1 - UNKNOWN
    if pair.label == "positive" and "grade" in pair.evidence:
        sure = 1 - JUDGED * (1 - sure)
    return round(1 - sure, 4)


def signs(pair: Pair) -> list[Sign] | None:
    """What speaks against the label, strongest first; None where the evidence holds nothing to go by."""
    weighed = _of_positive(pair.evidence) if pair.label == "positive" else _of_negative(pair.evidence)
    return sorted((sign for sign in weighed if sign.strength > 0.02), reverse=True) if weighed else None


def _of_negative(evidence: Mapping[str, Any]) -> list[Sign]:
    """It may answer the query after all: it covers topics, or comes as close to the query as the positive does."""
    found = []
    if share := _share_covered(evidence):
        found.append(Sign(0.8 * share, f"covers {share:.0%} of the expected topics"))
    for name, width, weight in (("cosine", COSINE_WIDTH, 0.6), ("bm25", BM25_WIDTH, 0.4)):
        own, positive = _number(evidence, name), _number(evidence, f"positive_{name}")
        if own is not None and positive is not None and positive > 0:
            ahead = own - positive if name == "cosine" else own / positive - 1
            spelled = "BM25 score" if name == "bm25" else name
            found.append(Sign(weight * _step(ahead / width), f"its {spelled} is {own / positive:.0%} of its positive's"))
    if (rank := _best_rank(evidence)) is not None:
        found.append(Sign(0.4 / rank, f"rank {rank} among all chunks"))
    return found


def _of_positive(evidence: Mapping[str, Any]) -> list[Sign]:
    """It may not answer the query: it misses topics, is far from the query, or a search for the query does not find it."""
    found = []
    if "covered" in evidence or "missed" in evidence:
        missed = 1 - (_share_covered(evidence) or 0.0)
        found.append(Sign(0.7 * missed, f"misses {missed:.0%} of the expected topics"))
    if (cosine := _number(evidence, "cosine")) is not None:
        found.append(Sign(0.5 * _step((LOW_COSINE - cosine) / 0.08), f"a cosine of only {cosine:.2f}"))
    if (rank := _best_rank(evidence)) is not None:
        found.append(Sign(min(0.7, 0.25 * math.log10(rank)), f"found at rank {rank:,} at best"))
    if evidence.get("shared_words") == []:
        found.append(Sign(0.2, "shares no word with the query"))
    return found


def _share_covered(evidence: Mapping[str, Any]) -> float | None:
    n_covered, n_missed = len(evidence.get("covered") or ()), len(evidence.get("missed") or ())
    return n_covered / (n_covered + n_missed) if n_covered + n_missed else None


def _best_rank(evidence: Mapping[str, Any]) -> int | None:
    ranks = [int(rank) for name in ("dense_rank", "bm25_rank") if (rank := _number(evidence, name)) is not None and rank >= 1]
    return min(ranks, default=None)


def _number(evidence: Mapping[str, Any], name: str) -> float | None:
    value = evidence.get(name)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _step(x: float) -> float:
    """The logistic function: 0 far below zero, a half at zero, 1 far above."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
