"""How fast an auditor works, and how long what is left will take."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.auditing.agreement import standing
from core.records import Decision

RECENT = 200  # the pace is that of the last so many decisions
SHORTEST_PAUSE_S = 60.0
PAUSE_FACTOR = 10.0  # a gap of ten usual ones is a pause too, but never one under a minute


@dataclass(frozen=True, slots=True)
class Pace:
    """`seconds` at work, pauses not counted, for `n` decisions that each followed another; `per_hour`: None before the second."""

    n: int
    seconds: float

    @property
    def per_hour(self) -> float | None:
        return 3600 * self.n / self.seconds if self.seconds > 0 else None

    def time_left(self, n_left: int) -> float | None:
        """Seconds of work for n_left more; None where the pace is not known yet."""
        return n_left * self.seconds / self.n if self.per_hour else None


def pace(decisions: Iterable[Decision], auditor: str) -> Pace:
    """The pace of an auditor's last RECENT decisions that stand and were made one by one. The time between two of them counts unless it
    was a pause: over a minute, and over ten times the median."""
    times = [one.made_at for one in standing(decisions) if one.auditor == auditor and not one.batch][-RECENT:]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    if not gaps:
        return Pace(0, 0.0)
    longest = max(SHORTEST_PAUSE_S, PAUSE_FACTOR * statistics.median(gaps))
    worked = [gap for gap in gaps if gap <= longest]
    return Pace(len(worked), sum(worked))
