"""What the votes of a ballot come to, in a sentence and as tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.runs import evidence
from core.runs.folder import RunFolder
from core.voting.ballot import Ballot
from core.voting.outcome import Outcome, Preference, outcome, sign_test
from workbench.evaluate.derived import evaluated
from workbench.results import SIGNIFICANT, p_value
from workbench.session import Session
from workbench.telling import preferred
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd


def run_of(session: Session, ballot: Ballot) -> RunFolder | None:
    """The run whose results are voted on; None where it is gone."""
    run = RunFolder(Path(session.workspace.runs) / ballot.run_id)
    return run if evidence.is_evaluated(run) else None


def outcome_of(session: Session, ballot: Ballot) -> Outcome:
    run = run_of(session, ballot)
    asked = evaluated(run).questions if run else {}
    categories = {key: asked[key].category for key in ballot.question_ids if key in asked}
    return outcome(session.store.votes(ballot.ballot_id), categories)


def headline(ballot: Ballot, found: Outcome) -> str:
    """The outcome in a sentence (Markdown)."""
    return plain(preferred(ballot, found))


def draw_outcome(session: Session, ballot: Ballot, found: Outcome) -> None:
    """By voter, by category, and how far the votes can be trusted."""
    st.dataframe(_table(found.by_voter, "voter", ballot), hide_index=True, alt="Preferences of each voter")
    if found.by_category:
        st.dataframe(_table(found.by_category, "category", ballot), hide_index=True, alt="Preferences in each category")
    said = [
        "A question on which several people voted counts once, by its majority.",
        "Intervals are Wilson's, p is that of the sign test; ties and skipped questions are left out of both.",
        f"The left list was chosen in {found.n_left:,} of {count(found.n_sided, 'vote')} for a list{_side_bias(found)}.",
    ]
    if found.n_shared:
        said.append(f"Voters agree on {found.n_agreeing:,} of {count(found.n_shared, 'question')} that more than one chose a list for.")
    st.caption(" ".join(said))
    comments = [vote for vote in session.store.votes(ballot.ballot_id) if vote.comment]
    for vote in comments:
        chosen = {"a": ballot.a, "b": ballot.b, "tie": "a tie", "skip": "nothing"}[vote.choice]
        st.markdown(f":material/chat: {plain(vote.comment)} — {plain(vote.voter)}, who chose {plain(chosen)}")


def _side_bias(found: Outcome) -> str:
    if sign_test(found.n_left, found.n_sided - found.n_left) < SIGNIFICANT:
        return ": more uneven than chance, so some vote for a place and not for a list"
    return ", as even as chance would have it"


def _table(rows: Mapping[str, Preference], name: str, ballot: Ballot) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                name: key,
                ballot.b: one.n_b,
                ballot.a: one.n_a,
                "tie": one.n_ties,
                "skipped": one.n_skipped,
                f"prefers {ballot.b}": f"{one.rate:.0%}" if one.n_chosen else "–",
                "95 % interval": "{:.0%} to {:.0%}".format(*one.interval) if one.n_chosen else "–",
                "p": p_value(one.p),
            }
            for key, one in rows.items()
        ]
    )
