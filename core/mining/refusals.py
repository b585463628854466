"""False-negative control: which proposed chunks may well answer the query, by which rule, and why, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.mining.aims import Aim
from core.mining.ground import Ground
from core.mining.mentions import Indices
from core.mining.nearness import near_answers, words_share
from core.mining.proposals import rows_of
from core.mining.ranks import Ranks, View
from core.mining.share import WORDS, Share
from core.mining.wording import listed, spoken
from core.retrieval.ranking import NONE

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


NEAR_DUPLICATE = Refusal("near-duplicate", "Says nearly the same as a chunk that answers the query.")
NEIGHBOUR = Refusal("neighbour", "Stands beside a chunk that answers the query, in the same file.")


RULES = ("near-duplicate", "neighbour", "labels", "too-near")
"""What the corpus says comes before what is only measured."""

ALLOWED = len(RULES)


class Checked(NamedTuple):
    """What the control finds of a chunk: how near it is to an answer, how near is too near, and the first of RULES (its number) that
    refuses it, ALLOWED where none does."""

    chunk: int
    nearness: float
    too_near: float
    rule: int


@dataclass(frozen=True, slots=True)
class Control:
    """The rules on one corpus."""

    ground: Ground
    ranks: Ranks
    share: Share
    min_coverage: float

    def check(self, sought: Sequence[Sought], views: Sequence[View], chunks: Indices) -> list[list[Checked]]:
        """Which of each query's chunks (b, m), filled up with NONE, may be negatives; without what they are filled up with."""
        answers = rows_of([sorted(one.answers) for one in sought])
        near, limits = self._nearness(sought, views, chunks, answers)
        refused = np.ones((len(RULES) + 1, *chunks.shape), dtype=np.bool_)
        refused[0] = _any_equal(self.ground.twins, chunks, answers)
        refused[1] = self._beside(chunks, answers)
        refused[2] = np.stack([one.aim.share[own] for one, own in zip(sought, chunks, strict=True)]) >= self.min_coverage - 1e-6
        refused[3] = near >= limits
        sizes = (chunks != NONE).sum(axis=1).tolist()
        tables = (table.tolist() for table in (chunks, near, limits, refused.argmax(axis=0)))
        return [[*map(Checked, *rows)][:n] for n, *rows in zip(sizes, *tables, strict=True)]

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

    def refusal(self, sought: Sought, found: Checked) -> Refusal:
        """Why a chunk that a rule refuses is refused, in words."""
        _, near, limit, rule = found
        match RULES[rule]:
            case "near-duplicate":
                return NEAR_DUPLICATE
            case "neighbour":
                return NEIGHBOUR
            case "labels":
                return self._labelled(sought, found.chunk, near >= limit)
        if limit == WORDS:
            return Refusal("too-near", f"Has {near:.0%} of the answer's BM25 score; {limit:.0%} and more is refused.")
        return Refusal("too-near", f"Lies {near:.0%} as near as the answer itself; {limit:.0%} and more is refused here.")

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
