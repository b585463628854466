"""False-negative control: which proposed chunks may well answer the query, by which rule, and why, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.mining.aims import Aim
from core.mining.ground import Ground
from core.mining.mentions import Indices
from core.mining.nearness import near_answers, words_share
from core.mining.proposals import NONE, rows_of
from core.mining.ranks import Ranks, View
from core.mining.share import WORDS, Share
from core.mining.wording import listed, spoken

NEIGHBOURS = 2
"""Of the pairs of chunks judged for one question and lying in one file, 99 % are at most two places apart on both corpora that have any."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A query that negatives are sought for, its chunks as indices.

    `positives`: those chosen as its answers, best first; `answers`: all known to answer it; `judged_not`: those a judge has read
    and refused; `spared`: those that are not to be proposed; `latest`: its temporal limit.
    """

    query: str
    question_id: str
    aim: Aim = field(repr=False)
    positives: tuple[int, ...]
    answers: frozenset[int]
    judged_not: tuple[int, ...] = ()
    spared: frozenset[int] = frozenset()
    latest: float | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """`offered`: the chunk's labels match the query's, so that a person may want it as one more positive."""

    rule: str
    reason: str
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What the control finds of m chunks. `nearness`, `too_near`: (m,) how near each is to an answer, and how near is too near; `rule`:
    (m,) which of RULES refuses it first, len(RULES) where none does."""

    chunks: Indices
    nearness: NDArray[np.float64]
    too_near: NDArray[np.float64]
    rule: NDArray[np.int64]


RULES = ("near-duplicate", "neighbour", "labels", "too-near")
"""What the corpus says comes before what is only measured."""


@dataclass(frozen=True, slots=True)
class Control:
    """The rules on one corpus."""

    ground: Ground
    ranks: Ranks
    share: Share
    min_coverage: float

    def check(self, sought: Sequence[Sought], views: Sequence[View], chunks: Indices) -> list[Checked]:
        """Which of each query's chunks (b, m), filled up with NONE, may be negatives."""
        answers = rows_of([sorted(one.answers) for one in sought])
        near, limits = self._nearness(sought, views, chunks, answers)
        refused = np.ones((len(RULES) + 1, *chunks.shape), dtype=np.bool_)
        refused[0] = _any_equal(self.ground.twins, chunks, answers)
        refused[1] = self._beside(chunks, answers)
        refused[2] = np.stack([one.aim.share[own] for one, own in zip(sought, chunks, strict=True)]) >= self.min_coverage - 1e-6
        refused[3] = near >= limits
        rules, sizes = refused.argmax(axis=0), (chunks != NONE).sum(axis=1).tolist()
        return [Checked(chunks[row, :n], near[row, :n], limits[row, :n], rules[row, :n]) for row, n in enumerate(sizes)]

    def _nearness(
        self, sought: Sequence[Sought], views: Sequence[View], chunks: Indices, answers: Indices
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(b, m) how near each chunk is to an answer, and how near is too near: in words, where vectors do not say it."""
        near = np.full(chunks.shape, np.nan) if self.share.basis == "words" else near_answers(views, chunks, answers, self.ranks)
        unknown = np.isnan(near)
        for row in np.flatnonzero((unknown & (chunks != NONE)).any(axis=1)).tolist():
            near[row, unknown[row]] = words_share(views[row], chunks[row, unknown[row]], sought[row].answers)
        return near, np.where(unknown, WORDS, self.share.value)

    def _beside(self, chunks: Indices, answers: Indices) -> NDArray[np.bool_]:
        apart = np.abs(self.ground.places[chunks][:, :, None] - self.ground.places[answers][:, None, :])
        same_file = self.ground.files[chunks][:, :, None] == self.ground.files[answers][:, None, :]
        return np.asarray((same_file & (apart <= NEIGHBOURS) & (answers != NONE)[:, None, :]).any(axis=2))

    def refusal(self, sought: Sought, checked: Checked, place: int) -> Refusal | None:
        """Why the chunk at a place is refused, in words; None where it is not."""
        near, limit = float(checked.nearness[place]), float(checked.too_near[place])
        match int(checked.rule[place]):
            case 0:
                return Refusal("near-duplicate", "Says nearly the same as a chunk that answers the query.")
            case 1:
                return Refusal("neighbour", "Stands beside a chunk that answers the query, in the same file.")
            case 2:
                return self._labelled(sought, int(checked.chunks[place]), near >= limit)
            case 3 if limit == WORDS:
                return Refusal("too-near", f"Has {near:.0%} of the answer's BM25 score; {limit:.0%} and more is refused.")
            case 3:
                return Refusal("too-near", f"Lies {near:.0%} as near as the answer itself; {limit:.0%} and more is refused here.")
        return None

    def _labelled(self, sought: Sought, chunk: int, is_near: bool) -> Refusal:
        """Offered is what is near an answer too: of such chunks a third were judged to answer, of those farther away a seventh."""
        subjects = listed([spoken(name) for name in sought.aim.about])
        share = float(sought.aim.share[chunk])
        order = self.ground.chunks[chunk].temporal_order
        in_time = sought.latest is None or order is None or order <= sought.latest
        if sought.aim.expected:
            return Refusal("covers-topics", f"Covers {share:.0%} of the question's topics ({subjects}).", in_time and is_near)
        is_whole = share > 1 - 1e-6 and bool(sought.question_id)  # what is made up from a name could be asked of any chunk that has it
        return Refusal("same-entity", f"Speaks of what the query asks for ({subjects}).", in_time and is_near and is_whole)


def _any_equal(groups: Indices, chunks: Indices, answers: Indices) -> NDArray[np.bool_]:
    """(b, m) whether a chunk is in the group of one of its query's answers."""
    of_answers = np.where(answers == NONE, NONE, groups[answers])
    return np.asarray((groups[chunks][:, :, None] == of_answers[:, None, :]).any(axis=2))
