"""Choosing negatives out of what the rules propose: hard, medium and easy in turn, and nothing that may answer the query."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.mining.aims import Aim
from core.mining.ground import Ground
from core.mining.rules import Proposal, Rules

CLOSE_IN_WORDS = 0.8
SAME_TEXT = 0.7


@dataclass(frozen=True, slots=True)
class Negative:
    """A chosen negative. `closeness`: its BM25 score for the query as a share of the best positive's, 0 where that is 0."""

    proposal: Proposal
    positive: int
    closeness: float


class Miner:
    """Hard negatives on one corpus."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self._ground = ground
        self._rules = Rules(ground, seed)

    def mine(self, aim: Aim, positives: Sequence[int], answers: Collection[int], scores: NDArray[np.float64], n: int) -> list[Negative]:
        """At most `n` negatives for each of the `positives`; fewer where the rules find no more, none where the query names
        no specific entity.

        `answers` are all chunks known or judged to answer, chosen as positives or not; `scores` (n,) the query's BM25 scores.
        A chunk is dropped that lies in a positive's file, repeats a positive's text, or comes nearly as near to the query in
        words as the best positive does: no judge has said that it is no answer.
        """
        if not aim.anchors or not n:
            return []
        best = max(float(scores[index]) for index in positives)
        taken = self._too_near(positives, answers, scores, best)
        chosen: list[Negative] = []
        for positive in positives:
            turns = [rule(aim, positive, scores) for rule in self._rules.in_order]
            for proposal in self._in_turn(turns, positives, taken, n):
                closeness = float(scores[proposal.chunk]) / best if best else 0.0
                chosen.append(Negative(proposal, positive, closeness))
        return chosen

    def _too_near(self, positives: Sequence[int], answers: Collection[int], scores: NDArray[np.float64], best: float) -> NDArray[np.bool_]:
        files = self._ground.files
        taken = np.isin(files, files[list(positives)])
        taken[list(answers)] = True
        if best > 0:
            taken |= scores >= CLOSE_IN_WORDS * best
        return taken

    def _in_turn(self, turns: list[Iterator[Proposal]], positives: Sequence[int], taken: NDArray[np.bool_], n: int) -> Iterator[Proposal]:
        """Up to `n` proposals, one of each rule in turn; what is given out is marked in `taken`."""
        given = 0
        while turns and given < n:
            turn = turns.pop(0)
            proposal = next((found for found in turn if not taken[found.chunk] and not self._repeats(found.chunk, positives)), None)
            if proposal is None:
                continue
            taken[proposal.chunk] = True
            given += 1
            turns.append(turn)
            yield proposal

    def _repeats(self, chunk: int, positives: Sequence[int]) -> bool:
        """Whether a chunk has most of a positive's words, or a positive most of its."""
        sets = self._ground.token_sets
        return any(
            len(sets[chunk] & sets[positive]) >= SAME_TEXT * max(1, min(len(sets[chunk]), len(sets[positive]))) for positive in positives
        )
