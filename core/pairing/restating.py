"""Which queries say again what a held-out question asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from core.corpus.aliases import words
from core.encoders.protocol import Encode
from core.pairing.asking import Terms, named_terms, plain_terms
from core.pairing.likeness import Alike, alike
from core.pairing.misspelling import misspellings
from core.records import Entity

SAME_QUESTION = 0.68
"""Share of what two questions say from which on they are one question. Chosen on reworded dev questions and the train questions of
three sets: of 600 rewordings each 96, 96 and 98 % are found, and 1.4, 0.1 and 0 % of the train questions taken for a held-out one."""

RESTATES = 0.5
"""Enough where a made-up query has the very chunk for its answer that answers the held-out question."""

NEAR_COSINE, NEAR_SHARE = 0.94, 0.4
"""Questions whose vectors nearly coincide need less in common: 98, 97 and 99 % are found, for 0.1 % more of the train questions at most.
The cosine alone would not do: it tells "the father of Isaac" from "the mother of Isaac" by less than a misspelling."""

USUAL_TEXTS = 64
PAIRS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Echo:
    """Query text number `query` says what held-out question number `held` asks. `share`: of what both say, in common; `renamed`: only
    when every name of an entity counts as the same; `cosine`: of their vectors, where it had to decide."""

    query: int
    held: int
    share: float
    renamed: bool = False
    cosine: float | None = None

    @property
    def is_same(self) -> bool:
        """Whether it is the same question; where not, it is one that only a made-up query about the same chunk may not ask."""
        return self.share >= SAME_QUESTION or self.cosine is not None


def echoes(texts: Sequence[str], held: Sequence[str], entities: Sequence[Entity], encode: Encode | None) -> list[Echo]:
    """Every echo of a held-out text among the texts, by text and then by held-out text; at most one for two texts."""
    known = frozenset(chain.from_iterable(words(name) for entity in entities for name in entity.names))
    named, links = named_terms([*texts, *held], entities)
    in_words = _alike(plain_terms([*texts, *held]), len(texts), known, set())
    by_name = _alike(named, len(texts), known, links)
    best = _better({(query, other): Echo(query, other, share) for query, other, share in _rows(in_words)}, by_name)
    ordered = [best[key] for key in sorted(best)]
    near = _near(ordered, texts, held, encode) if encode else {}
    judged = (near.get(number, echo) for number, echo in enumerate(ordered))
    return [echo for echo in judged if echo.is_same or echo.share >= RESTATES]


def _alike(terms: Sequence[Terms], n_texts: int, known: frozenset[str], links: set[tuple[str, str]]) -> Alike:
    written = [{word: term for term, word in found.items() if word} for found in terms]
    meaning = dict(chain.from_iterable(found.items() for found in written))
    slips = {(meaning[one], meaning[other]) for one, other in misspellings(Counter(chain.from_iterable(written)), known)}
    return alike(terms[:n_texts], terms[n_texts:], links | slips, NEAR_SHARE)


def _better(best: dict[tuple[int, int], Echo], by_name: Alike) -> dict[tuple[int, int], Echo]:
    """What names add: an echo found without them stays as it is unless it was too weak to be the same question."""
    for query, held, share in _rows(by_name):
        known = best.get((query, held))
        if known is None or (known.share < share and not known.is_same):
            best[query, held] = Echo(query, held, share, renamed=True)
    return best


def _rows(found: Alike) -> Iterator[tuple[int, int, float]]:
    return zip(found.queries.tolist(), found.held.tolist(), found.shares.tolist(), strict=True)


def _near(found: Sequence[Echo], texts: Sequence[str], held: Sequence[str], encode: Encode) -> dict[int, Echo]:
    """By position in `found`: the echoes that words leave undecided and the vectors decide. Only their texts are embedded, and a few."""
    open_ = [number for number, echo in enumerate(found) if not echo.is_same]
    if not open_:
        return {}
    usual = _usual_cosine([*_some(texts), *_some(held)], encode)
    cosines = _cosines([(texts[found[number].query], held[found[number].held]) for number in open_], encode)
    near = cosines - usual >= NEAR_COSINE * (1 - usual)
    return {
        number: replace(found[number], cosine=round(cosine, 4))
        for number, cosine, is_near in zip(open_, cosines.tolist(), near.tolist(), strict=True)
        if is_near
    }


def _cosines(pairs: Sequence[tuple[str, str]], encode: Encode) -> NDArray[np.float64]:
    """The cosine of each pair of texts, (m,); each distinct text is embedded once."""
    distinct = {text: number for number, text in enumerate(dict.fromkeys(text for pair in pairs for text in pair))}
    vectors = encode(list(distinct), "query")
    rows, others = np.array([[distinct[text] for text in pair] for pair in pairs]).T
    blocks = [slice(start, start + PAIRS_AT_ONCE) for start in range(0, len(rows), PAIRS_AT_ONCE)]
    return np.concatenate([np.einsum("md,md->m", vectors[rows[block]], vectors[others[block]], dtype=np.float64) for block in blocks])


def _usual_cosine(texts: Sequence[str], encode: Encode) -> float:
    """The mean cosine of two different texts. In many a model's space all texts lie close together, and 0.95 says nothing there: what
    counts is how much of the way from the usual cosine to 1 a pair has gone."""
    distinct = list(dict.fromkeys(texts))
    if len(distinct) < 3:
        return 0.0
    cosines = (vectors := encode(distinct, "query").astype(np.float64)) @ vectors.T
    return min(1.0, float(cosines[np.triu_indices(len(distinct), 1)].mean()))


def _some(texts: Sequence[str]) -> Sequence[str]:
    return texts[:: max(1, len(texts) // USUAL_TEXTS)]
