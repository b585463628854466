"""The questions that show best what changed, for better and for worse, and how far their answers moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.records import Question

if TYPE_CHECKING:
    import pandas as pd

MOST_OF_A_CATEGORY = 2  # so that one strong category does not fill the list


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its score before and after."""

    question_id: str
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Examples:
    """The clearest gains and the clearest losses, each greatest first."""

    better: tuple[Example, ...]
    worse: tuple[Example, ...]

    def interleaved(self) -> tuple[Example, ...]:
        """In an order to show them in: gains, with a loss after every second one, so that none is told last and in passing."""
        shown, losses = list[Example](), list(self.worse)
        for number, gain in enumerate(self.better, start=1):
            shown.append(gain)
            if number % 2 == 0 and losses:
                shown.append(losses.pop(0))
        return (*shown, *losses)


@dataclass(frozen=True, slots=True)
class Movement:
    """The best rank at which a judged answer stood and stands; None where it is not among the ranks kept."""

    before: int | None
    after: int | None


def clearest(changes: pd.DataFrame, n_better: int, n_worse: int) -> Examples:
    """changes: question_id, category, before, after, change. At most MOST_OF_A_CATEGORY of a category a side while others are left."""
    ordered = changes.sort_values(["change", "question_id"], kind="stable")
    worse, better = ordered[ordered["change"] < 0], ordered[ordered["change"] > 0].iloc[::-1]
    return Examples(_spread(better, n_better), _spread(worse, n_worse))


def movement(question: Question, before: Sequence[str], after: Sequence[str]) -> Movement:
    """`before`, `after`: chunk ids, best first."""
    return Movement(_best_rank(question, before), _best_rank(question, after))


def _best_rank(question: Question, ranked: Iterable[str]) -> int | None:
    relevant = set(question.relevant)
    return next((rank for rank, chunk_id in enumerate(ranked, start=1) if chunk_id in relevant), None)


def _spread(rows: pd.DataFrame, n: int) -> tuple[Example, ...]:
    taken, later, of_category = list[Example](), list[Example](), Counter[str]()
    for row in rows.to_dict("records"):
        example = Example(str(row["question_id"]), float(row["before"]), float(row["after"]))
        category = str(row.get("category", ""))
        (taken if not category or of_category[category] < MOST_OF_A_CATEGORY else later).append(example)
        of_category[category] += 1
    return tuple(sorted([*taken[:n], *later[: max(0, n - len(taken))]], key=lambda one: -abs(one.change)))
