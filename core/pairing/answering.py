"""Query by query: what its positives score, whether a synthetic one finds its chunk again, and the negatives it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.mining.aims import Aim
from core.mining.chosen import Mined, Wanted
from core.mining.ground import Ground
from core.mining.ranks import Ranks, View
from core.mining.select import Miner
from core.pairing.evidence import measured, negative_pair
from core.pairing.queries import Query
from core.records import Dropped, Pair
from core.settings import Settings

LEAST_NEGATIVES = 4
"""Negatives sought for a query even where training takes fewer: an audit needs a choice, and a rejected one a substitute."""

ROUND_TRIP = 20
"""A synthetic query that ranks its chunk lower, by words and by meaning, asks for something else. What a label says is never doubted so."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Answered:
    """A query's positives and negatives and what was refused; no pairs where a synthetic query did not find its chunk (`is_lost`)."""

    query: Query
    pairs: tuple[Pair, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    is_lost: bool = False


def answer(
    asked: Sequence[Query], ranks: Ranks, miner: Miner, settings: Settings, n_synthetic: int, on_progress: OnProgress | None = None
) -> Iterator[Answered]:
    """The queries in their order, those that nobody asked last, until `n_synthetic` of these have pairs."""
    ground = miner.ground
    n = max(LEAST_NEGATIVES, settings.NUM_HARD_NEGATIVES)
    searched = [ground.chunks[ground.index[query.positives[0].chunk_id]].searchable for query in asked]
    done = 0
    for views in ranks.blocks([query.text for query in asked], searched):
        if on_progress:
            on_progress(done, len(asked))
        looked_at = []
        for query, view in zip(asked[done : done + len(views)], views, strict=True):
            if query.made_up and not n_synthetic:
                break
            is_lost = query.made_up and not _finds(query, view, ground)
            n_synthetic -= query.made_up and not is_lost
            looked_at.append(_Look(query, view, is_lost))
        yield from _answered(looked_at, ground, miner, n)
        if len(looked_at) < len(views):
            break
        done += len(views)
    if on_progress:
        on_progress(len(asked), len(asked))


@dataclass(frozen=True, slots=True)
class _Look:
    query: Query
    view: View
    is_lost: bool


def _finds(query: Query, view: View, ground: Ground) -> bool:
    chunks = [ground.index[pair.chunk_id] for pair in query.positives]
    ranks = [rank for chunk in chunks for rank in (view.dense_rank(chunk), view.bm25_rank(chunk))]
    return any(rank is not None and rank <= ROUND_TRIP for rank in ranks)


def _answered(looked_at: Sequence[_Look], ground: Ground, miner: Miner, n: int) -> Iterator[Answered]:
    """The negatives of all queries at once, then query by query what comes of it."""
    found = [(one, one.query.aim()) for one in looked_at if not one.is_lost]
    wanted = [Wanted(one.query.sought(ground, aim), one.view, max(0, n - len(one.query.negatives))) for one, aim in found]
    answered = iter([_pairs(one, aim, mined, ground) for (one, aim), mined in zip(found, miner.mine(wanted), strict=True)])
    for one in looked_at:
        yield Answered(one.query, is_lost=True) if one.is_lost else next(answered)


def _pairs(look: _Look, aim: Aim, mined: Mined, ground: Ground) -> Answered:
    query, view = look.query, look.view
    positives = [measured(pair, ground.index[pair.chunk_id], view, aim) for pair in query.positives]
    about = positives[0].evidence["about"]
    negatives = [negative_pair(query, negative, view, about, ground) for negative in mined.negatives]
    return Answered(query, (*positives, *query.negatives, *negatives), tuple(mined.dropped))
