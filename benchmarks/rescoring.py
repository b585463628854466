"""The evidence of pairs, worked out for whatever chunk a pair has now, with the generator's own scorers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.encoders.protocol import Encode
from core.mining.ground import Ground
from core.mining.ranks import Ranks, View
from core.pairing.labelled import shared_words
from core.records import Corpus, Pair

OF_THE_QUERY = {"about", "grade", "entities", "words", "n_sharing"}  # what a judge, or the query itself, says: the same for any chunk
RANKS = ("dense_rank", "bm25_rank")


class Rescorer:
    """Puts into the evidence of pairs what generation would say of the chunk they have now.

    What it cannot work out (what a rule found in its chunk, which no doubt is drawn from) is left out of every pair alike: left as it was,
    it could betray the pair.
    """

    def __init__(self, corpus: Corpus, encode: Encode | None) -> None:
        self._ground = Ground(corpus.chunks, corpus.entities)
        self._ranks = Ranks(self._ground, encode)
        self._topics = {question.text: question.expected_topics for question in corpus.questions}
        self._of: Mapping[str, Callable[[View, int], Any]] = {
            "cosine": lambda view, chunk: _rounded(None if view.cosine is None else view.cosine[chunk]),
            "bm25": lambda view, chunk: _rounded(view.bm25[chunk]),
            "dense_rank": lambda view, chunk: view.dense_rank(chunk) if view.searched else None,
            "bm25_rank": lambda view, chunk: view.bm25_rank(chunk) if view.searched else None,
            "shared_words": lambda view, chunk: shared_words(view.query, chunk, self._ground),
            "covered": lambda view, chunk: [match.topic for match in self._coverage(view, chunk).covered],
            "missed": lambda view, chunk: list(self._coverage(view, chunk).missed),
        }

    def rescored(self, pairs: Sequence[Pair], now: Mapping[tuple[str, str], str]) -> Iterator[Pair]:
        """The pairs in their order. `now`: (query, chunk id) of a positive as it was generated → the chunk id it has now."""
        first = {pair.query: pair.chunk_id for pair in reversed(pairs)}
        searched = [self._ground.chunks[self._ground.index[chunk_id]].searchable for chunk_id in first.values()]
        views = {view.query: view for view in self._ranks.views(list(first), searched)}
        for pair in pairs:
            yield replace(pair, evidence=dict(self._evidence(pair, views[pair.query], now)))

    def _evidence(self, pair: Pair, view: View, now: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, Any]]:
        against = str(pair.evidence.get("positive", ""))
        against = now.get((pair.query, against), against)
        for key in dict.fromkeys([*pair.evidence, *RANKS]):  # a chunk may have no rank where the one before it had
            name = key.removeprefix("positive_")
            if key in OF_THE_QUERY:
                yield key, pair.evidence[key]
            elif key == "positive":
                yield key, against
            elif name in self._of:
                value = self._of[name](view, self._ground.index[pair.chunk_id if name == key else against])
                yield from ((key, value),) if value is not None else ()

    def _coverage(self, view: View, chunk: int) -> Any:
        return self._ground.matcher.coverage(self._topics.get(view.query, ()), self._ground.chunks[chunk])


def _rounded(value: Any) -> float | None:
    return None if value is None or value != value else round(float(value), 4)  # outside the searched collection the cosine is NaN
