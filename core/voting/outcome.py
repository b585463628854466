"""What votes come to: how often b is preferred, how sure that is, by whom and for which kind of question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import scipy  # its parts load when they are first used: no page waits for them

from core.voting.ballot import Choice, Vote

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Preference:
    """`n_b` voices for b, `n_a` for a, `n_ties` for neither, `n_skipped` silent. `rate`: b's share of the voices that chose, with its 95 %
    `interval`; `p`: of the two-sided sign test. NaN before anybody chose."""

    n_b: int
    n_a: int
    n_ties: int
    n_skipped: int

    @property
    def n_chosen(self) -> int:
        return self.n_a + self.n_b

    @property
    def rate(self) -> float:
        return self.n_b / self.n_chosen if self.n_chosen else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.n_b, self.n_chosen)

    @property
    def p(self) -> float:
        return sign_test(self.n_b, self.n_a)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`preference`: one voice a question, so that a question on which many voted weighs no more than another: its majority, a tie where
    there is none. `by_voter` and `by_category` count the same way within each. `n_left` of `n_sided` choices fell on the left list: far
    from half, people vote for a place and not for a list."""

    preference: Preference
    n_votes: int
    n_voters: int
    by_voter: Mapping[str, Preference]
    by_category: Mapping[str, Preference]
    n_left: int
    n_sided: int
    n_agreeing: int
    n_shared: int


def outcome(votes: Sequence[Vote], categories: Mapping[str, str]) -> Outcome:
    """votes: those that stand, at most one a voter and question. categories: by question id.

    Of the `n_shared` questions on which more than one voter chose a list, all of them chose the same on `n_agreeing`.
    """
    sided = [vote for vote in votes if vote.choice in ("a", "b")]
    by_question = _grouped(sided, lambda vote: vote.question_id)
    shared = [choices for choices in by_question.values() if len(choices) > 1]
    return Outcome(
        preference=_preference(votes),
        n_votes=len(votes),
        n_voters=len({vote.voter for vote in votes}),
        by_voter={voter: _preference(own) for voter, own in sorted(_grouped(votes, lambda vote: vote.voter).items())},
        by_category=_by_category(votes, categories),
        n_left=sum(vote.choice == vote.left for vote in sided),
        n_sided=len(sided),
        n_agreeing=sum(len({vote.choice for vote in choices}) == 1 for choices in shared),
        n_shared=len(shared),
    )


def wilson(n_hits: int, n: int, alpha: float = ALPHA) -> tuple[float, float]:
    """The interval for a share (Wilson 1927, "Probable inference, the law of succession, and statistical inference"), without continuity
    correction; (NaN, NaN) for none of none."""
    if not n:
        return math.nan, math.nan
    z = float(scipy.special.ndtri(1 - alpha / 2))
    share, spread = n_hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def sign_test(n_for: int, n_against: int) -> float:
    """Two-sided exact p that votes so uneven fall by the toss of a coin; ties are left out (Dixon & Mood 1946). NaN where nobody chose."""
    n = n_for + n_against
    return min(1.0, 2 * float(scipy.special.bdtr(min(n_for, n_against), n, 0.5))) if n else math.nan


def _preference(votes: Sequence[Vote]) -> Preference:
    """One voice a question."""
    voices = Counter(_majority([vote.choice for vote in own]) for own in _grouped(votes, lambda vote: vote.question_id).values())
    return Preference(voices["b"], voices["a"], voices["tie"], voices["skip"])


def _majority(choices: Iterable[Choice]) -> Choice:
    """What more of them chose, a or b; a tie where neither leads; skip where nobody said anything."""
    counted = Counter(choices)
    if counted["a"] != counted["b"]:
        return "a" if counted["a"] > counted["b"] else "b"
    return "tie" if counted["a"] or counted["tie"] else "skip"


def _by_category(votes: Sequence[Vote], categories: Mapping[str, str]) -> dict[str, Preference]:
    grouped = _grouped(votes, lambda vote: categories.get(vote.question_id, "") or "(none)")
    found = {category: _preference(own) for category, own in sorted(grouped.items())}
    return found if len(found) > 1 else {}


def _grouped(votes: Sequence[Vote], key: Callable[[Vote], str]) -> dict[str, list[Vote]]:
    groups: dict[str, list[Vote]] = {}
    for vote in votes:
        groups.setdefault(key(vote), []).append(vote)
    return groups
