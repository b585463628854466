"""Sentences of the corpus as queries for the chunks they stand in (inverse cloze task: Lee, Chang and Toutanova 2019, arXiv 1906.00300).

Nobody asked them and nobody has to judge them; they teach by which details the chunks of this corpus are told apart. Measured once, dev
and held-out train questions, nDCG@10, after one epoch on sentences of 850 chunks alone: covidqa .611 from .514 (n 251), where as many
synthetic queries reach .554; scripture .468 from .474 (n 400), synthetic .436. Beside train questions: covidqa .626, with as many
synthetic queries .591; scripture .564, without sentences .547.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from operator import itemgetter

from core.mining.ground import Ground
from core.records import SENTENCE, Chunk, Pair, content_id

SHORTEST, LONGEST = 40, 250  # characters, so that scripts without spaces have sentences too: about 7 to 40 words of English

_END = re.compile(r"[.!?][\"'”’)]*\s+|[。！？]\s*|\n+")


def sentence_pairs(ground: Ground, n: int, seed: int) -> list[Pair]:
    """At most `n` positives, one a chunk that is searched, in an order that the seed and the chunk ids determine; no sentence that stands
    in two chunks, so copies ask for nothing."""
    if n <= 0:
        return []
    searched = [chunk for chunk in ground.chunks if chunk.searchable]
    n_with = Counter(chain.from_iterable({_key(text) for _, text in _sentences(chunk.text)} for chunk in searched))
    own = ((chunk, _only_here(chunk, n_with)) for chunk in sorted(searched, key=lambda chunk: _draw(chunk, seed)))
    return [_pair(chunk, *known[int(_draw(chunk, seed), 16) % len(known)]) for chunk, known in islice(filter(itemgetter(1), own), n)]


def _only_here(chunk: Chunk, n_with: Mapping[int, int]) -> list[tuple[int, str]]:
    return [place for place in _sentences(chunk.text) if n_with[_key(place[1])] == 1]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Where each sentence of a fit length begins, and what it says."""
    start = 0
    for gap in chain(_END.finditer(text), [None]):
        end = gap.start() + len(gap[0].rstrip()) if gap else len(text)
        if SHORTEST <= end - start <= LONGEST:
            yield start, text[start:end]
        start = gap.end() if gap else end


def _key(text: str) -> int:
    return hash(text.casefold())  # less to hold than the texts of a large corpus


def _draw(chunk: Chunk, seed: int) -> str:
    return content_id("sentence", str(seed), chunk.chunk_id)


def _pair(chunk: Chunk, start: int, query: str) -> Pair:
    return Pair(
        query=query,
        chunk_id=chunk.chunk_id,
        label="positive",
        rule=SENTENCE,
        score=1.0,
        reason="A sentence of this chunk itself: it teaches by which details the chunk is told from others.",
        evidence={"about": [], "spans": [{"start": start, "end": start + len(query), "kind": "word", "of": query}]},
    )
