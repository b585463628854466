"""How near to an answer is too near for a negative: measured on each corpus, because no figure fits two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.mining.wording import counted

Basis = Literal["audit", "questions", "candidates", "words"]

CAUGHT = 0.9
"""The share is set so that nine of ten chunks known to answer are refused."""

ENOUGH = 20
"""Known answers, or audited negatives with a false one among them, from which the share is measured."""

MOST_REFUSED = 0.75
"""However near the known answers lie, a quarter of the chunks proposed by rank may stay: without any, nothing is learnt."""

REFUSED_UNMEASURED = 0.35
"""Of the chunks proposed by rank, where nothing is known; nine of ten left-out answers took 26, 30 and 48 % with them on three corpora."""

TOLERATED = 0.05
WORDS = 0.8


@dataclass(frozen=True, slots=True)
class Share:
    """A chunk at least `value` times as near to the answer as the answer itself is no negative.

    `n`: what it was measured on. `false_negative_rate`: the share of the known answers that lie farther away, and of the audited
    negatives below it that were false; None where nothing is known. `how`: the same for a person.
    """

    value: float
    basis: Basis
    n: int
    false_negative_rate: float | None
    how: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Negatives that a person judged: how near each lies, (n,), and whether it turned out to answer, (n,) bool."""

    nearness: NDArray[np.float64]
    is_answer: NDArray[np.bool_]


def calibrate(left_out: Sequence[float], proposed: Sequence[float], verdicts: Verdicts) -> Share:
    """The share for one corpus. `left_out`: nearness of known answers to the other answers of their question; `proposed`: of the chunks
    that the top lists propose; nothing in it comes from held-out questions."""
    if not len(proposed):
        return Share(WORDS, "words", 0, None, f"Without vectors, a chunk with {WORDS:.0%} of the answer's BM25 score counts as too near.")
    floor = float(np.quantile(proposed, 1 - MOST_REFUSED))
    unaudited = _by_questions(left_out, floor) if len(left_out) >= ENOUGH else _by_candidates(proposed)
    return _by_audit(verdicts, unaudited, floor)


def _by_questions(left_out: Sequence[float], floor: float) -> Share:
    value = max(float(np.quantile(left_out, 1 - CAUGHT)), floor)
    missed = float(np.mean(np.asarray(left_out) < value))
    how = (
        f"Measured on {counted(len(left_out), 'known answer')}, each left out in turn: {1 - missed:.0%} of them lie at least "
        f"{value:.0%} as near to their question's other answers as those themselves."
    )
    return Share(value, "questions", len(left_out), missed, how)


def _by_candidates(proposed: Sequence[float]) -> Share:
    value = float(np.quantile(proposed, 1 - REFUSED_UNMEASURED))
    how = (
        f"Too few train questions have two known answers to measure it ({ENOUGH} answers are needed), so the {REFUSED_UNMEASURED:.0%} of "
        f"the proposed chunks that lie nearest to an answer are refused: those at least {value:.0%} as near as the answer itself."
    )
    return Share(value, "candidates", len(proposed), None, how)


def _by_audit(verdicts: Verdicts, unaudited: Share, floor: float) -> Share:
    """The greatest share below which at most a twentieth of the audited negatives were false. An audit sees what was let through, so
    it can tighten the share and never loosens it."""
    order = np.argsort(verdicts.nearness, kind="stable")
    near, wrong = verdicts.nearness[order], verdicts.is_answer[order]
    if len(near) < ENOUGH or not wrong.any():
        return unaudited
    rate = np.cumsum(wrong) / np.arange(1, len(near) + 1)
    good = np.flatnonzero(rate <= TOLERATED)
    kept = int(good[-1]) + 1 if len(good) else 0
    value = min(unaudited.value, max(floor, float(near[kept]) if kept < len(near) else unaudited.value))
    below = wrong[near < value]
    missed = float(below.mean()) if len(below) else 0.0
    how = (
        f"Measured on {counted(len(near), 'audited negative')}, of which {int(wrong.sum())} turned out to answer: of those less than "
        f"{value:.0%} as near as the answer itself, {missed:.0%} did."
    )
    return Share(value, "audit", len(near), missed, how)
