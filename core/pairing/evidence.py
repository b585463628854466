"""What was measured of a pair, put into its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.mining.aims import Aim
from core.mining.chosen import Negative
from core.mining.ground import Ground
from core.mining.ranks import View
from core.pairing.queries import Query
from core.records import Pair


def measured(pair: Pair, chunk: int, view: View, aim: Aim) -> Pair:
    """A positive with the scores and ranks of its chunk, and what its query is about, as far as it does not say so already."""
    return replace(pair, evidence={**_scores(view, chunk), **_ranks(view, chunk), "about": list(aim.keys), **pair.evidence})


def negative_pair(query: Query, negative: Negative, view: View, about: Sequence[str], ground: Ground) -> Pair:
    """A chosen negative as a pair, beside the scores of the positive it is set against; `about`: what the query is about."""
    of_positive = {f"positive_{name}": score for name, score in _scores(view, negative.positive).items()}
    return Pair(
        query=query.text,
        chunk_id=ground.chunks[negative.chunk].chunk_id,
        label="negative",
        rule=negative.rule,
        question_id=query.question.question_id,
        hardness=negative.hardness,
        score=round(negative.nearness, 4),
        reason=negative.reason,
        evidence={
            **negative.evidence,
            **_scores(view, negative.chunk),
            **_ranks(view, negative.chunk),
            "positive": ground.chunks[negative.positive].chunk_id,
            **of_positive,
            "about": list(about),
        },
    )


def _scores(view: View, chunk: int) -> dict[str, Any]:
    """Rounded to what a person can tell apart, so that the last bits of a matrix product never show."""
    found: dict[str, Any] = {"bm25": round(float(view.bm25[chunk]), 4)}
    if view.cosine is not None and not np.isnan(view.cosine[chunk]):
        found["cosine"] = round(float(view.cosine[chunk]), 4)
    return found


def _ranks(view: View, chunk: int) -> dict[str, int]:
    """Outside the searched chunks nobody is looked for, and no rank says anything."""
    ranks = {"dense_rank": view.dense_rank(chunk), "bm25_rank": view.bm25_rank(chunk)} if view.searched else {}
    return {name: rank for name, rank in ranks.items() if rank is not None}
