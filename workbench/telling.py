"""Findings in words that need no statistics: for stakeholders, in the demo and in the report."""

from __future__ import annotations

import pandas as pd

from core.reporting.examples import Movement
from workbench.evaluate import derived
from workbench.evaluate.look import Look
from workbench.words import count

KEPT = "not among the first ten"


def moved(found: Movement, tone: str) -> str:
    """What became of the best answer of a question, and of the others where that is what made it better or worse."""
    if found.before == found.after:
        others = {"better": "; others stand higher", "worse": "; others stand lower"}.get(tone, "")
        return f"Its best answer stays {_place(found.after)}{others}."
    if found.before is None:
        return f"Its best answer was {KEPT}; now it stands {_place(found.after)}."
    if found.after is None:
        return f"Its best answer stood {_place(found.before)}; now it is {KEPT}."
    return f"Its best answer moved from {_nth(found.before)} to {_nth(found.after)} place."


def change_tone(look: Look, question_id: str) -> str:
    """ "better", "worse" or "same"."""
    table = derived.changes(look.run, look.metric, look.before, look.after)
    change = table.loc[table["question_id"] == question_id, "change"]
    value = float(change.iloc[0]) if len(change) else 0.0
    return "better" if value > 0 else "worse" if value < 0 else "same"


def at_the_top(look: Look) -> list[str]:
    """How often an answer stands first and among the first ten, before and after; [] where nothing is judged."""
    scores = look.found.scores
    said = []
    for metric, where in (("precision@1", "in first place"), ("recall@10", "among the first ten results")):
        if metric in set(scores["metric"]):
            before, after, n = hits(derived.measured(look.run, metric).values, look.before, look.after)
            if n:
                said.append(f"An answer stands {where} for {after:,} of {count(n, 'question')}; before it was {before:,}.")
    return said


def hits(values: pd.DataFrame, before: str, after: str) -> tuple[int, int, int]:
    """For how many questions the score is above 0 before and after, of how many."""
    both = values[[before, after]].dropna()
    return int((both[before] > 0).sum()), int((both[after] > 0).sum()), len(both)


def _place(rank: int | None) -> str:
    return KEPT if rank is None else f"in {_nth(rank)} place"


_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _nth(rank: int) -> str:
    return _NTH[rank - 1] if rank <= len(_NTH) else f"{rank}th"
