"""How wrong would it be to decide a whole filter at once? Answered from a random sample of it that a person has judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.records import content_id

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class ErrorEstimate:
    """Of `n_total` pairs `n_judged` were drawn at random and judged, `n_wrong` of them against the bulk verdict.

    `fewest` and `most` bound how many of all n_total are wrong, with 95 % confidence; `share`, `low`, `high` are the same as shares
    (share NaN before anything is judged).
    """

    n_wrong: int
    n_judged: int
    n_total: int
    fewest: int
    most: int

    @property
    def share(self) -> float:
        return self.n_wrong / self.n_judged if self.n_judged else math.nan

    @property
    def low(self) -> float:
        return self.fewest / self.n_total

    @property
    def high(self) -> float:
        return self.most / self.n_total


def sample_for_bulk(pair_ids: Iterable[str], n: int, seed: int) -> tuple[str, ...]:
    """n of the pairs at random, the same for the same seed in whatever order they come; a larger n only adds to a smaller one."""
    return tuple(sorted(set(pair_ids), key=lambda pair_id: content_id("sample", str(seed), pair_id))[:n])


def error_estimate(n_wrong: int, n_judged: int, n_total: int) -> ErrorEstimate:
    """What a random sample without replacement says of all n_total pairs.

    The interval inverts the two one-sided hypergeometric tests at 2.5 %, the finite-population form of Clopper & Pearson 1934: it covers at
    least 95 % of the time however small the sample, and closes on the truth when everything has been judged.
    """
    if not 0 <= n_wrong <= n_judged <= n_total or n_total == 0:
        raise ValueError(f"{n_wrong} wrong of {n_judged} judged of {n_total} pairs cannot be")
    from scipy.stats import hypergeom  # half a second that only the bulk view should wait for

    possible = range(n_wrong, n_total - (n_judged - n_wrong) + 1)  # numbers of wrong pairs in all that the sample allows
    fewest = _first(possible, lambda wrong: hypergeom.sf(n_wrong - 1, n_total, wrong, n_judged) > ALPHA / 2)
    beyond = _first(possible, lambda wrong: hypergeom.cdf(n_wrong, n_total, wrong, n_judged) <= ALPHA / 2)
    return ErrorEstimate(n_wrong, n_judged, n_total, fewest, beyond - 1)


def more_to_judge(n_wrong: int, n_judged: int, n_total: int, width: float) -> int:
    """About how many more pairs to judge until the interval is at most `width` wide (as a share), if what comes is like what came.

    Plans with the share (n_wrong + 1) / (n_judged + 2), so that a first clean handful does not promise too much.
    """
    share = (n_wrong + 1) / (n_judged + 2)

    def narrow_enough(n: int) -> bool:
        wrong = min(n, n_wrong + round(share * (n - n_judged)))
        estimate = error_estimate(wrong, n, n_total)
        return estimate.high - estimate.low <= width

    return _first(range(n_judged, n_total), narrow_enough) - n_judged


def _first(numbers: range, holds: Callable[[int], bool]) -> int:
    """The first number for which `holds` is true, where it stays true from there on; one past the last where it never is."""
    low, high = numbers.start, numbers.stop
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
