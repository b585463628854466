"""Query by query: what its positives score, whether a synthetic one finds its chunk again, and the negatives it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.mining.ground import Ground
from core.mining.ranks import Ranks, View
from core.mining.refusals import Control
from core.mining.select import Miner
from core.pairing.evidence import measured, negative_pair
from core.pairing.queries import Query
from core.records import Dropped, Pair
from core.settings import Settings

QUERIES_AT_ONCE = 256

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
    asked: Sequence[Query], ranks: Ranks, control: Control, settings: Settings, n_synthetic: int, on_progress: OnProgress | None = None
) -> Iterator[Answered]:
    """The queries in their order, those that nobody asked last, until `n_synthetic` of these have pairs."""
    ground = control.ground
    miner = Miner(ground, control, settings.SEED)
    n = max(LEAST_NEGATIVES, settings.NUM_HARD_NEGATIVES) if settings.NUM_HARD_NEGATIVES else 0
    searched = [ground.chunks[ground.index[query.positives[0].chunk_id]].searchable for query in asked]
    views = ranks.views([query.text for query in asked], searched)
    for done, (query, view) in enumerate(zip(asked, views, strict=True)):
        if on_progress and done % QUERIES_AT_ONCE == 0:
            on_progress(done, len(asked))
        if query.made_up and not n_synthetic:
            break
        answered = _answered(query, view, ground, miner, n)
        n_synthetic -= query.made_up and not answered.is_lost
        yield answered
    if on_progress:
        on_progress(len(asked), len(asked))


def _answered(query: Query, view: View, ground: Ground, miner: Miner, n: int) -> Answered:
    chunks = [ground.index[pair.chunk_id] for pair in query.positives]
    if query.made_up and not any(_finds(view, chunk) for chunk in chunks):
        return Answered(query, is_lost=True)
    aim = query.aim()
    positives = [measured(pair, chunk, view, aim) for pair, chunk in zip(query.positives, chunks, strict=True)]
    mined = miner.mine(query.sought(ground, aim), view, max(0, n - len(query.negatives)))
    about = positives[0].evidence["about"]
    negatives = [negative_pair(query, negative, view, about, ground) for negative in mined.negatives]
    return Answered(query, (*positives, *query.negatives, *negatives), tuple(mined.dropped))


def _finds(view: View, chunk: int) -> bool:
    ranks = (view.dense_rank(chunk), view.bm25_rank(chunk))
    return any(rank is not None and rank <= ROUND_TRIP for rank in ranks)
