"""How far training moved a model against the labels that it was trained on.

A model that learnt from a wrong pair agrees with it, so whether it agrees says little. But the other pairs pull against a wrong one:
between its query's pairs of the other label and itself it gains less than a right one does, or loses. That change is measured.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from core.records import Label, Pair

OTHER: dict[Label, Label] = {"positive": "negative", "negative": "positive"}


def contradictions(pairs: Sequence[Pair], base: Sequence[float], tuned: Sequence[float]) -> dict[str, float]:
    """By pair id by how much training moved it against its label; below 0 where it moved it the label's way. Pairs with nothing to be
    held against are left out.

    `base`, `tuned`: the cosine of each pair's query and chunk before and after training, NaN where there is none.
    """
    before, after = _against_label(pairs, base), _against_label(pairs, tuned)
    return {pair_id: round(after[pair_id] - before[pair_id], 4) for pair_id in before if pair_id in after}


def _against_label(pairs: Sequence[Pair], cosines: Sequence[float]) -> dict[str, float]:
    """By pair id: of a positive how much nearer the nearest of its query's negatives lies, of a negative how much nearer it lies itself
    than the nearest of its query's positives."""
    nearest: dict[tuple[str, Label], float] = defaultdict(lambda: math.nan)
    known = [(pair, cosine) for pair, cosine in zip(pairs, cosines, strict=True) if not math.isnan(cosine)]
    for pair, cosine in known:
        so_far = nearest[pair.query, pair.label]
        nearest[pair.query, pair.label] = cosine if math.isnan(so_far) else max(so_far, cosine)
    margins = ((pair, nearest[pair.query, OTHER[pair.label]] - cosine) for pair, cosine in known)
    return {pair.pair_id: ahead if pair.label == "positive" else -ahead for pair, ahead in margins if not math.isnan(ahead)}
