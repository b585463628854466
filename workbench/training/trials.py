"""A search over settings, as far as it has come: what was tried, and what each trial reached on dev questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from workbench import charts
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

WORDS: Mapping[str, str] = {
    "TRAINING_MODE": "mode",
    "LEARNING_RATE": "learning rate",
    "NUM_HARD_NEGATIVES": "hard negatives",
    "TEMPERATURE": "temperature",
}


def draw_trials(events: Sequence[Mapping[str, Any]]) -> None:
    """The trials that have ended, best first within a round, the last round on top; nothing where the run searches for nothing."""
    table = trial_table(events)
    if table.empty:
        return
    best = next((event["settings"] for event in reversed(events) if event["kind"] == "searched"), None)
    if best:
        said = ", ".join(f"{WORDS.get(name, name)} {value}" for name, value in best.items())
        st.markdown(f"The search settled on **{plain(said)}**, by dev questions alone.")
    left, right = st.columns(2, gap="large")
    shown = table.sort_values(["round", "dev"], ascending=False, ignore_index=True)
    left.dataframe(shown, hide_index=True, height=320, column_config={"seconds": None, "dev": st.column_config.NumberColumn(format="%.4f")})
    right.plotly_chart(charts.trials(table), config=charts.CONFIG, key="trials", alt="Dev score of each trial by its learning rate")
    rounds = "A round goes on with the better half of the one before, on twice as many pairs: compare trials of one round."
    st.caption(f"{count(len(table), 'trial')}. {rounds}")


def trial_table(events: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row a trial in the order they ended: round, what was set, pairs, dev, seconds."""
    import pandas as pd

    tried = [event for event in events if event["kind"] == "trial"]
    rows = [
        {
            "round": trial["round"] + 1,
            **{WORDS.get(name, name): value for name, value in trial["settings"].items()},
            "pairs": trial["n_rows"],
            "dev": trial["value"],
            "seconds": trial["seconds"],
        }
        for trial in tried
    ]
    return pd.DataFrame(rows)
