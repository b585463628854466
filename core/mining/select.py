"""Choosing negatives: those a judge has refused, then the best-ranked and the rules' in turn, and nothing that may answer the query."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from core.mining.ground import Ground
from core.mining.proposals import rows_of, without
from core.mining.ranks import View
from core.mining.refusals import RULES, Checked, Control, Refusal, Sought
from core.mining.rules import Proposal, Rules
from core.mining.wording import counted, listed, ordinal, spoken
from core.records import Dropped, Hardness

SURVIVORS = 10
"""Rank negatives come from the best ten that are left: sampling deeper makes a worse model (NV-Retriever, arXiv 2407.15831)."""

CHECKED_AT_ONCE, RULED_AT_ONCE = 32, 4
JUDGED_NOT = "judged-not"
HARD_RANK = 10
Refused = dict[int, tuple[Refusal, float]]
"""What was proposed and refused, by chunk: why, and how near it is to an answer."""

_EASE = {"hard": 0, "medium": 1, "easy": 2}


@dataclass(frozen=True, slots=True)
class Negative:
    """A chosen negative (chunk: index), set against `positive`. `nearness`: how near it is to an answer, which itself is at 1."""

    chunk: int
    positive: int
    rule: str
    hardness: Hardness
    reason: str
    nearness: float
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query that at most `n` negatives are wanted for."""

    sought: Sought
    view: View
    n: int


@dataclass(frozen=True, slots=True)
class Mined:
    """The negatives of one query, hard ones first, and what was proposed before they were found and refused."""

    negatives: list[Negative]
    dropped: list[Dropped]


class Miner:
    """Hard negatives on one corpus. `rules_off`: rules by which none is chosen."""

    def __init__(self, ground: Ground, control: Control, seed: int, rules_off: Collection[str] = ()) -> None:
        self.ground = ground
        self._control = control
        self._rules = Rules(ground, seed)
        self._seed = seed
        self._off = frozenset(rules_off)

    def mine(self, wanted: Sequence[Wanted]) -> list[Mined]:
        """At most `n` negatives for each query, fewer where too little is left that cannot be an answer."""
        if not wanted:
            return []
        sought, views = [one.sought for one in wanted], [one.view for one in wanted]
        barred = [{*one.answers, *one.spared, *one.judged_not} for one in sought]
        checked = self._control.check(sought, views, without([view.proposed for view in views], barred, CHECKED_AT_ONCE))
        return [self._mine(one, first) for one, first in zip(wanted, checked, strict=True)]

    def _mine(self, wanted: Wanted, first: Checked) -> Mined:
        sought, view, n = wanted.sought, wanted.view, wanted.n
        taken = {*sought.answers, *sought.spared}
        refused: Refused = {}
        found = self._judged(sought, view, taken)[:n] if sought.judged_not and JUDGED_NOT not in self._off else []
        taken.update(negative.chunk for negative in found)
        turns = [self._by_rank(wanted, first, taken, refused), self._by_rule(sought, view, taken, refused)]
        while turns and len(found) < n:
            turn = turns.pop(0)
            negative = next((one for one in turn if one.chunk not in taken), None)
            if negative:
                taken.add(negative.chunk)
                found.append(negative)
                turns.append(turn)
        found.sort(key=lambda one: (one.rule != JUDGED_NOT, _EASE[one.hardness]))
        return Mined(found, [self._dropped(sought, chunk, *why) for chunk, why in refused.items()])

    def _judged(self, sought: Sought, view: View, taken: set[int]) -> list[Negative]:
        """Every chunk a judge has refused, the nearest to the query first."""
        scores = view.bm25 if view.cosine is None else np.nan_to_num(view.cosine, nan=-1.0)
        chunks = sorted(set(sought.judged_not) - taken, key=lambda index: (-float(scores[index]), index))
        near = self._control.check([sought], [view], rows_of([chunks]))[0].nearness
        why, against = "Judged for this question and not relevant.", sought.positives[0]
        return [Negative(index, against, JUDGED_NOT, "hard", why, one) for index, one in zip(chunks, near.tolist(), strict=True)]

    def _by_rank(self, wanted: Wanted, first: Checked, taken: set[int], refused: Refused) -> Iterator[Negative]:
        """The best-ranked chunk that is left, then others of the best ten in an order drawn by the seed."""
        sought, view = wanted.sought, wanted.view
        left: list[tuple[int, float]] = []
        for checked, place, index, near, rule in self._one_by_one(wanted, first, taken):
            if rule < len(RULES):
                if len(left) < wanted.n and (refusal := self._control.refusal(sought, checked, place)):
                    refused[index] = (refusal, near)
            elif not self._off or _rank_rule(view, index) not in self._off:
                left.append((index, near))
                if len(left) == SURVIVORS:
                    break
        yield from (self._ranked(sought, view, index, near) for index, near in left[:1])
        rest = left[1:]
        random.Random(f"{self._seed} {sought.question_id} {sought.query}").shuffle(rest)
        yield from (self._ranked(sought, view, index, near) for index, near in rest)

    def _one_by_one(self, wanted: Wanted, first: Checked, taken: set[int]) -> Iterator[tuple[Checked, int, int, float, int]]:
        """Each proposed chunk: where it is checked and at which place, the chunk, its nearness, the number of the rule that refuses it."""
        for checked in self._in_parts(wanted, first, taken):
            found = zip(checked.chunks.tolist(), checked.nearness.tolist(), checked.rule.tolist(), strict=True)
            yield from ((checked, place, *one) for place, one in enumerate(found))

    def _in_parts(self, wanted: Wanted, first: Checked, taken: set[int]) -> Iterator[Checked]:
        """The proposed chunks as checked, the first of them already."""
        yield first
        if len(first.chunks) == CHECKED_AT_ONCE:
            rest = without([wanted.view.proposed], [taken.union(first.chunks.tolist())], len(wanted.view.proposed))
            yield from self._control.check([wanted.sought], [wanted.view], rest)

    def _ranked(self, sought: Sought, view: View, chunk: int, near: float) -> Negative:
        dense, words = view.dense_places.get(chunk), view.bm25_places.get(chunk)
        places = [f"{ordinal(dense)} by meaning" if dense else "", f"{ordinal(words)} in words" if words else ""]
        told = f"Of {counted(len(view.side), 'chunk')} the {listed([place for place in places if place])}"
        hardness: Hardness = "hard" if min(dense or HARD_RANK + 1, words or HARD_RANK + 1) <= HARD_RANK else "medium"
        return Negative(
            chunk, sought.positives[0], _rank_rule(view, chunk), hardness, f"{told}, but {self._missing(sought, chunk, near)}.", near
        )

    def _missing(self, sought: Sought, chunk: int, near: float) -> str:
        """What tells a chunk from an answer."""
        aim = sought.aim
        if aim.share[chunk] > 0:
            return f"covers only {aim.share[chunk]:.0%} of what is asked for ({listed([spoken(name) for name in aim.about])})"
        if aim.covered:
            return f"does not speak of {listed([spoken(name) for name in aim.about], last='or')}"
        return f"only {near:.0%} as near as the answer itself"

    def _by_rule(self, sought: Sought, view: View, taken: set[int], refused: Refused) -> Iterator[Negative]:
        """Hard, medium and easy rules in turn, around the best positive first."""
        if not sought.aim.anchors:
            return
        for positive in sought.positives:
            turns = [
                self._sound(sought, view, positive, rule(sought.aim, positive, view.bm25), taken, refused)
                for name, rule in self._rules.in_order.items()
                if name not in self._off
            ]
            while turns:
                turn = turns.pop(0)
                if negative := next(turn, None):
                    turns.append(turn)
                    yield negative

    def _sound(
        self, sought: Sought, view: View, positive: int, proposals: Iterator[Proposal], taken: set[int], refused: Refused
    ) -> Iterator[Negative]:
        """Those of a rule's proposals that nobody has taken and that the control lets through."""
        while some := [*islice(proposals, RULED_AT_ONCE)]:
            (checked,) = self._control.check([sought], [view], rows_of([[proposal.chunk for proposal in some]]))
            for place, proposal in enumerate(some):
                if proposal.chunk in taken or proposal.chunk in refused:
                    continue
                near = float(checked.nearness[place])
                if refusal := self._control.refusal(sought, checked, place):
                    refused[proposal.chunk] = (refusal, near)
                else:
                    yield Negative(proposal.chunk, positive, proposal.rule, proposal.hardness, proposal.reason, near, proposal.evidence)

    def _dropped(self, sought: Sought, chunk: int, refusal: Refusal, near: float) -> Dropped:
        chunk_id = self.ground.chunks[chunk].chunk_id
        return Dropped(sought.query, sought.question_id, chunk_id, refusal.rule, refusal.reason, round(near, 4), refusal.offered)


def _rank_rule(view: View, chunk: int) -> str:
    dense, words = chunk in view.dense_places, chunk in view.bm25_places
    return "both-ranks" if dense and words else "dense-rank" if dense else "bm25-rank"
