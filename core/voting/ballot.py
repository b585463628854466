"""A ballot: questions, and two systems whose results stand side by side without a name. Who sees what on which side follows from the
ballot's seed and the voter, so that a reload, a second tab or another day shows the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import InputError
from core.records import content_id

Choice = Literal["a", "b", "tie", "skip"]
CHOICES: tuple[Choice, ...] = ("a", "b", "tie", "skip")
N_RESULTS = 5
Rankings = Mapping[tuple[str, str], Sequence[str]]
"""The chunk ids a system put first for a question, by (system, question id), best first."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """`a` and `b` are systems of the run; `n_identical` questions were left out because both show the same results in the same order.
    `created_at`: epoch seconds."""

    ballot_id: str
    created_at: float
    run_id: str
    a: str
    b: str
    question_ids: tuple[str, ...]
    n_identical: int
    seed: int
    n_results: int = N_RESULTS


@dataclass(frozen=True, slots=True)
class Vote:
    """One voter's word on one question: appended, never changed. The latest that was not taken back counts. `left`: the system that
    stood on the left. A vote with `undoes` takes that one back and says nothing itself (its choice repeats what it takes back)."""

    vote_id: str
    ballot_id: str
    question_id: str
    voter: str
    choice: Choice
    left: Literal["a", "b"]
    made_at: float
    seconds: float = 0.0
    comment: str = ""
    undoes: str = ""


def draw_up(run_id: str, ranked: Rankings, question_ids: Iterable[str], a: str, b: str, n: int, seed: int, created_at: float) -> Ballot:
    """A ballot on n of the questions, drawn by the seed from those for which the two systems show anything different.

    Raises InputError where they never do.
    """
    drawn = sorted(set(question_ids), key=lambda question_id: content_id("ballot", str(seed), question_id))
    shown = {key: tuple(ids[:N_RESULTS]) for key, ids in ranked.items()}
    differing = [one for one in drawn if shown.get((a, one)) != shown.get((b, one))]
    if not differing:
        raise InputError(f"{a} and {b} show the same first {N_RESULTS} results for every question: there is nothing to vote on.")
    identity = content_id("ballot", run_id, a, b, str(seed), str(created_at))
    return Ballot(identity, created_at, run_id, a, b, tuple(differing[:n]), len(drawn) - len(differing), seed)


def order_for(ballot: Ballot, voter: str) -> tuple[str, ...]:
    """The questions in a voter's own order, so that those who stop half-way do not all judge the same half."""
    return tuple(sorted(ballot.question_ids, key=lambda one: content_id("order", str(ballot.seed), voter, one)))


def on_the_left(ballot: Ballot, voter: str, question_id: str) -> Literal["a", "b"]:
    """Which system stands on the left for this voter and question: by the toss of a coin that always falls the same."""
    return "a" if int(content_id("side", str(ballot.seed), ballot.ballot_id, voter, question_id), 16) % 2 else "b"


def assignment_id(ballot: Ballot, voter: str, question_id: str) -> str:
    """Names one question before one voter."""
    return content_id("assignment", ballot.ballot_id, voter, question_id)


def vote_id(assignment: str, n_before: int) -> str:
    """`n_before`: how many votes, taken back or not, the voter has cast on it so far. The same press twice has the same id: it counts
    once."""
    return content_id("vote", assignment, str(n_before))


def known_as(name: str) -> str:
    """A voter's name as votes keep it: the same person with other capitals or blanks is the same voter."""
    return " ".join(name.split()).casefold()
