"""Findings in words that need no statistics: for stakeholders, in the demo and in the report."""

from __future__ import annotations

from collections.abc import Mapping

from core.bringing import Brought
from core.reporting.examples import Movement
from core.voting.ballot import Ballot
from core.voting.outcome import Outcome
from workbench.results import SIGNIFICANT, p_value
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


def tone_of(change: float) -> str:
    """ "better", "worse" or "same"."""
    return "better" if change > 0 else "worse" if change < 0 else "same"


def at_the_top(hits: Mapping[str, tuple[int, int, int]]) -> list[str]:
    """How often an answer stands first and among the first ten. hits: by metric, the questions before and after, of how many."""
    places = {"precision@1": "in first place", "recall@10": "among the first ten results"}
    return [
        f"An answer stands {where} for {after:,} of {count(n, 'question')}; before it was {before:,}."
        for metric, where in places.items()
        if metric in hits
        for before, after, n in [hits[metric]]
        if n
    ]


def preferred(ballot: Ballot, found: Outcome) -> str:
    """What a blind vote came to, in a sentence."""
    one = found.preference
    if not found.n_votes:
        return "Nobody has voted yet."
    cast = f"{count(found.n_votes, 'vote')} by {count(found.n_voters, 'voter')}."
    silent = f"{count(one.n_ties, 'tie')}, {one.n_skipped:,} skipped"
    if not one.n_chosen:
        return f"{cast} No list was preferred on any question: {silent}."
    low, high = one.interval
    sure = "more than chance" if one.p < SIGNIFICANT else "which could be chance"
    return (
        f"{ballot.b} preferred to {ballot.a} on {one.n_b:,} of the {one.n_chosen:,} questions with a preference: {one.rate:.0%} "
        f"(95 % interval {low:.0%} to {high:.0%}, p {_equals(one.p)}: {sure}); {silent}. {cast}"
    )


def brought(found: Brought) -> str:
    """What became of a file of vectors."""
    others = f" Left out: {count(found.n_unknown, 'row')} of chunks that are not here." if found.n_unknown else ""
    return (
        f"The file holds what {found.model} makes of {count(found.n, 'chunk')} (median cosine of those checked {found.cosine:.4f}). "
        f"{count(found.n_new, 'text')} had no vector before.{others}"
    )


def _place(rank: int | None) -> str:
    return KEPT if rank is None else f"in {_nth(rank)} place"


_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _nth(rank: int) -> str:
    return _NTH[rank - 1] if rank <= len(_NTH) else f"{rank}th"


def _equals(p: float) -> str:
    shown = p_value(p)
    return shown if shown.startswith("<") else f"= {shown}"
