"""Choosing negatives: those a judge has refused, then the best-ranked and the rules' in turn, and nothing that may answer the query."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

import numpy as np

from core.mining.chosen import Mined, Negative, Refused, Wanted
from core.mining.ground import Ground
from core.mining.proposals import rows_of
from core.mining.ranks import View
from core.mining.refusals import ALLOWED, Control, Refusal, Sought
from core.mining.rules import Proposal, Rules
from core.mining.shortlist import Shortlist, shortlists
from core.records import Dropped

RULED_AT_ONCE = 4
JUDGED_NOT = "judged-not"
_EASE = {"hard": 0, "medium": 1, "easy": 2}


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
        return [self._mine(one) for one in shortlists(wanted, self._control, self._off)]

    def _mine(self, shortlist: Shortlist) -> Mined:
        wanted = shortlist.wanted
        sought, view, n = wanted.sought, wanted.view, wanted.n
        taken = {*sought.answers, *sought.spared}
        found = self._judged(sought, view, taken)[:n] if sought.judged_not and JUDGED_NOT not in self._off else []
        taken.update(negative.chunk for negative in found)
        refused = shortlist.refused if len(found) < n else {}
        turns = [shortlist.drawn(self._seed), self._by_rule(sought, view, taken, refused)]
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
        (checked,) = self._control.check([sought], [view], rows_of([chunks]))
        why, against = "Judged for this question and not relevant.", sought.positives[0]
        return [Negative(found.chunk, against, JUDGED_NOT, "hard", why, found.nearness) for found in checked]

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
            for proposal, found in zip(some, checked, strict=True):
                if proposal.chunk in taken or proposal.chunk in refused:
                    continue
                near = found.nearness
                if found.rule != ALLOWED:
                    refused[proposal.chunk] = self._control.refusal(sought, found), near
                else:
                    yield Negative(proposal.chunk, positive, proposal.rule, proposal.hardness, proposal.reason, near, proposal.evidence)

    def _dropped(self, sought: Sought, chunk: int, refusal: Refusal, near: float) -> Dropped:
        chunk_id = self.ground.chunks[chunk].chunk_id
        return Dropped(sought.query, sought.question_id, chunk_id, refusal.rule, refusal.reason, round(near, 4), refusal.offered)
