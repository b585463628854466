"""Training pairs made wrong on purpose, with the truth remembered: what an oracle can find and undo."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from core.records import Pair

NEAR = "a near chunk for the answer"
RANDOM = "a random chunk for the answer"
ANSWER = "an answer as a negative"
EXCHANGED = "answer and negative exchanged"


@dataclass(frozen=True, slots=True)
class Told:
    """A pair as the auditor meets it, the pair it should be, and how it was made wrong ("": it was not)."""

    pair: Pair
    truth: Pair
    how: str = ""


def corrupt(
    pairs: Sequence[Pair],
    share: float,
    answers: Mapping[str, Collection[str]],
    near: Callable[[str], Sequence[str]],
    anywhere: Sequence[str],
    seed: int,
) -> tuple[Told, ...]:
    """The pairs in their order, about `share` of them wrong, drawn at random over positives and negatives alike.

    A positive gets another chunk: one that its query finds `near`, or any of `anywhere`, by the toss of a coin. A negative gets a chunk of
    `answers` (query → chunk ids) that is none of the query's positives; where there is none it changes places with its positive, and both
    are wrong. No chunk ends up on both sides of a query, as that alone would give it away.
    """
    return _Forger(pairs, answers, near, anywhere, random.Random(seed)).forge(round(share * len(pairs)))


class _Forger:
    def __init__(
        self,
        pairs: Sequence[Pair],
        answers: Mapping[str, Collection[str]],
        near: Callable[[str], Sequence[str]],
        anywhere: Sequence[str],
        rng: random.Random,
    ) -> None:
        self._told = [Told(pair, pair) for pair in pairs]
        self._answers, self._near, self._anywhere, self._rng = answers, near, anywhere, rng
        self._used: dict[str, set[str]] = defaultdict(set)
        self._place = {(pair.query, pair.chunk_id): place for place, pair in enumerate(pairs)}
        for pair in pairs:
            self._used[pair.query].add(pair.chunk_id)

    def forge(self, n_wrong: int) -> tuple[Told, ...]:
        order = self._rng.sample(range(len(self._told)), len(self._told))
        left = n_wrong
        while left > 0 and order:
            place = order.pop()
            if not self._told[place].how:
                left -= self._positive(place) if self._told[place].pair.label == "positive" else self._negative(place, left)
        return tuple(self._told)

    def _positive(self, place: int) -> int:
        """Gives a positive a chunk that does not answer. How many pairs are wrong now that were not."""
        pair = self._told[place].pair
        how, pool = self._rng.choice(((NEAR, self._near(pair.query)), (RANDOM, self._anywhere)))
        barred = self._used[pair.query] | set(self._answers.get(pair.query, ()))
        open_to_it = [chunk_id for chunk_id in pool if chunk_id not in barred]
        if not open_to_it:
            return 0
        self._become(place, replace(pair, chunk_id=self._rng.choice(open_to_it)), how)
        return 1

    def _negative(self, place: int, left: int) -> int:
        """Makes a negative of an answer. How many pairs are wrong now that were not."""
        pair = self._told[place].pair
        unused = sorted(set(self._answers.get(pair.query, ())) - self._used[pair.query])
        if unused:
            self._become(place, replace(pair, chunk_id=self._rng.choice(unused)), ANSWER)
            return 1
        other = self._place.get((pair.query, str(pair.evidence.get("positive"))))
        if left < 2 or other is None or self._told[other].how:
            return 0
        positive = self._told[other].pair
        self._become(place, replace(pair, chunk_id=positive.chunk_id), EXCHANGED)
        self._become(other, replace(positive, chunk_id=pair.chunk_id), EXCHANGED)
        return 2

    def _become(self, place: int, pair: Pair, how: str) -> None:
        self._used[pair.query].add(pair.chunk_id)
        self._told[place] = Told(pair, self._told[place].truth, how)


def restored(told: Sequence[Told], audited: Collection[str]) -> tuple[Pair, ...]:
    """What is trained on once the `audited` pairs (by pair id, as met) have been put right."""
    return tuple(one.truth if one.pair.pair_id in audited else one.pair for one in told)
