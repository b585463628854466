"""How often a rule is right by a person's word, and how far people agree with one another and with themselves."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from core.records import Decision, Verdict

Z95 = 1.959963984540054  # standard normal quantile of a two-sided 95 % interval
BLIND_AFTER = 10  # decisions in between: the last ten are listed on the page, so an earlier one is no longer before one's eyes


@dataclass(frozen=True, slots=True)
class Rate:
    """k of n, with the 95 % Wilson interval [low, high]; `value` is NaN where n is 0."""

    k: int
    n: int

    @property
    def value(self) -> float:
        return self.k / self.n if self.n else math.nan

    @property
    def low(self) -> float:
        return wilson(self.k, self.n)[0]

    @property
    def high(self) -> float:
        return wilson(self.k, self.n)[1]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two auditors on the pairs both judged: `same` is how often they said the same; `kappa` NaN where chance leaves nothing to explain."""

    auditors: tuple[str, str]
    same: Rate
    kappa: float


def wilson(k: int, n: int) -> tuple[float, float]:
    """95 % score interval for a share of k in n (Wilson 1927, "Probable inference"); (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, weight = k / n, Z95**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = Z95 * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return (0.0 if k == 0 else centre - half), (1.0 if k == n else centre + half)


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Decisions that nobody took back, oldest first."""
    decisions = tuple(decisions)
    taken_back = {decision.undoes for decision in decisions if decision.undoes}
    kept = (decision for decision in decisions if not decision.undoes and decision.decision_id not in taken_back)
    return tuple(sorted(kept, key=lambda decision: (decision.made_at, decision.decision_id)))


def judged(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Standing accepts and rejects of pairs that somebody looked at: not skipped, not flagged, not decided in bulk; oldest first."""
    return tuple(decision for decision in standing(decisions) if decision.verdict in ("accept", "reject") and not decision.batch)


def accept_rates(decisions: Iterable[Decision], rules: Mapping[str, str]) -> dict[str, Rate]:
    """Of each rule (`rules`: pair id → rule) how many of its judged pairs are accepted, each pair by its latest judgement.

    Says what was met, not what the rule makes on average: pairs judged most doubtful first are worse than the rest of their rule.
    """
    latest = {decision.pair_id: decision.verdict for decision in judged(decisions) if decision.pair_id in rules}
    total = Counter(rules[pair_id] for pair_id in latest)
    accepted = Counter(rules[pair_id] for pair_id, verdict in latest.items() if verdict == "accept")
    return {rule: Rate(accepted[rule], total[rule]) for rule in sorted(total)}


def cohens_kappa(a: Sequence[str], b: Sequence[str]) -> float:
    """Agreement beyond chance of two lists of verdicts on the same pairs (Cohen 1960, "A coefficient of agreement for nominal scales").

    1: always the same; 0: no more than chance. NaN for no pairs, or where both always say one and the same thing.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} verdicts cannot be about the same pairs")
    n, of_a, of_b = len(a), Counter(a), Counter(b)
    observed = sum(x == y for x, y in zip(a, b, strict=True)) * n
    by_chance = sum(of_a[verdict] * of_b[verdict] for verdict in of_a)
    return (observed - by_chance) / (n * n - by_chance) if by_chance < n * n else math.nan


def agreements(decisions: Iterable[Decision]) -> tuple[Agreement, ...]:
    """Every two auditors who judged some pair in common, most pairs in common first."""
    verdicts = _latest_by_auditor(decisions)
    found = []
    for a, b in combinations(sorted(verdicts), 2):
        common = [pair_id for pair_id in verdicts[a] if pair_id in verdicts[b]]
        of_a, of_b = [verdicts[a][pair_id] for pair_id in common], [verdicts[b][pair_id] for pair_id in common]
        same = sum(x == y for x, y in zip(of_a, of_b, strict=True))
        found.append(Agreement((a, b), Rate(same, len(common)), cohens_kappa(of_a, of_b)))
    return tuple(sorted((one for one in found if one.same.n), key=lambda one: -one.same.n))


def self_agreement(decisions: Iterable[Decision], auditor: str) -> Rate:
    """How often an auditor judged a pair as the last time, over repeats with at least BLIND_AFTER other judgements in between.

    A sooner second judgement is a correction, not a repeat: it counts neither way, and is what a later repeat is held against.
    """
    own = [decision for decision in judged(decisions) if decision.auditor == auditor]
    places: dict[str, list[int]] = defaultdict(list)
    for place, decision in enumerate(own):
        places[decision.pair_id].append(place)
    repeats = [(first, again) for of_pair in places.values() for first, again in pairwise(of_pair) if again - first > BLIND_AFTER]
    return Rate(sum(own[first].verdict == own[again].verdict for first, again in repeats), len(repeats))


def _latest_by_auditor(decisions: Iterable[Decision]) -> dict[str, dict[str, Verdict]]:
    verdicts: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for decision in judged(decisions):
        verdicts[decision.auditor][decision.pair_id] = decision.verdict
    return verdicts
