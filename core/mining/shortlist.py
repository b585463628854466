"""Negatives by rank: of what both lists propose the best ten that may be negatives, for many queries at once, and a draw among them."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from core.mining.chosen import Negative, Refused, Wanted
from core.mining.proposals import rows_of, without
from core.mining.ranks import View
from core.mining.refusals import ALLOWED, Checked, Control
from core.mining.wording import counted, listed, ordinal, spoken
from core.records import Hardness

SURVIVORS = 10
"""Rank negatives come from the best ten that are left: sampling deeper makes a worse model (NV-Retriever, arXiv 2407.15831)."""

CHECKED_AT_ONCE = 20
"""Of a query's proposed chunks: three of four queries have their ten among so many."""

HARD_RANK = 10


@dataclass(slots=True)
class Shortlist:
    """A query's proposed chunks that may be negatives, the best first, each with its nearness, at most SURVIVORS; `refused`: what was
    refused before as many were left as are wanted."""

    wanted: Wanted
    left: list[tuple[int, float]] = field(default_factory=list)
    refused: Refused = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        return len(self.left) == SURVIVORS

    def take(self, checked: Sequence[Checked], control: Control, rules_off: Collection[str]) -> None:
        """The next proposed chunks as checked, in their order."""
        view, n = self.wanted.view, self.wanted.n
        for found in checked:
            if found.rule != ALLOWED:
                if len(self.left) < n:
                    self.refused[found.chunk] = control.refusal(self.wanted.sought, found), found.nearness
            elif not rules_off or _rule(*_places(view, found.chunk)) not in rules_off:
                self.left.append((found.chunk, found.nearness))
                if self.is_full:
                    break

    def drawn(self, seed: int) -> Iterator[Negative]:
        """The best one, then the others in an order drawn by the seed."""
        sought, rest = self.wanted.sought, self.left[1:]
        yield from (self._negative(*best) for best in self.left[:1])
        random.Random(f"{seed} {sought.question_id} {sought.query}").shuffle(rest)
        yield from (self._negative(*one) for one in rest)

    def _negative(self, chunk: int, near: float) -> Negative:
        view = self.wanted.view
        dense, words = _places(view, chunk)
        places = [f"{ordinal(dense)} by meaning"] if dense else []
        places += [f"{ordinal(words)} in words"] if words else []
        told = f"Of {counted(len(view.side), 'chunk')} the {listed(places)}, but {self._missing(chunk, near)}."
        hardness: Hardness = "hard" if min(dense or HARD_RANK + 1, words or HARD_RANK + 1) <= HARD_RANK else "medium"
        return Negative(chunk, self.wanted.sought.positives[0], _rule(dense, words), hardness, told, near)

    def _missing(self, chunk: int, near: float) -> str:
        """What tells a chunk from an answer."""
        aim = self.wanted.sought.aim
        share = float(aim.share[chunk])
        if share > 0:
            return f"covers only {share:.0%} of what is asked for ({listed([spoken(name) for name in aim.about])})"
        if aim.covered:
            return f"does not speak of {listed([spoken(name) for name in aim.about], last='or')}"
        return f"only {near:.0%} as near as the answer itself"


def shortlists(wanted: Sequence[Wanted], control: Control, rules_off: Collection[str]) -> list[Shortlist]:
    """One for each query. All are checked together, some chunks at a time, as long as any of them is short of ten."""
    lists = [Shortlist(one) for one in wanted]
    barred = [{*one.sought.answers, *one.sought.spared, *one.sought.judged_not} for one in wanted]
    open_ = [(one, without(one.wanted.view.proposed, own)) for one, own in zip(lists, barred, strict=True)]
    while open_ := [(one, chunks) for one, chunks in open_ if chunks and not one.is_full]:
        sought, views = [one.wanted.sought for one, _ in open_], [one.wanted.view for one, _ in open_]
        checked = control.check(sought, views, rows_of([chunks[:CHECKED_AT_ONCE] for _, chunks in open_]))
        for (one, _), found in zip(open_, checked, strict=True):
            one.take(found, control, rules_off)
        open_ = [(one, chunks[CHECKED_AT_ONCE:]) for one, chunks in open_]
    return lists


def _places(view: View, chunk: int) -> tuple[int | None, int | None]:
    """Where it stands by meaning and where in words."""
    return view.dense_places.get(chunk), view.bm25_places.get(chunk)


def _rule(dense: int | None, words: int | None) -> str:
    return "both-ranks" if dense and words else "dense-rank" if dense else "bm25-rank"
