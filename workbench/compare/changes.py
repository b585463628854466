"""What became of the left column's results in another one: which came in, which left, which rose and which fell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["entered", "rose", "fell", "same"]


@dataclass(frozen=True, slots=True)
class Change:
    """A result against the left column, where it stands on rank `before`."""

    kind: Kind
    before: int

    def by(self, rank: int) -> int:
        """How many ranks up (positive) or down it went."""
        return self.before - rank


def change(rank: int, before: int, k: int) -> Change:
    """Of a result on `rank` among the first k here, on rank `before` in the left column."""
    if before > k:
        return Change("entered", before)
    return Change("same" if before == rank else "rose" if before > rank else "fell", before)


def departed(left: Sequence[str], here: Sequence[str], ranks: Mapping[str, int]) -> list[tuple[str, int]]:
    """The ids among the left column's first k that are not among the first k here, with their rank here."""
    return [(chunk_id, ranks[chunk_id]) for chunk_id in left if chunk_id not in here]


def summary(changes: Sequence[Change], n_left: int) -> str:
    """ "3 entered · 3 left · 1 rose"; "the same results in the same order"."""
    counts = Counter(one.kind for one in changes)
    parts = [(counts["entered"], "entered"), (n_left, "left"), (counts["rose"], "rose"), (counts["fell"], "fell")]
    return " · ".join(f"{n} {word}" for n, word in parts if n) or "the same results in the same order"
