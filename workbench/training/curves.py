"""The curves of one run: loss, dev score, learning rate, gradient norm, pace and memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.runs.folder import RunFolder
from core.runs.results import verdict
from core.runs.tail import Seen
from workbench import charts
from workbench.progress import dev_lines, dev_table, estimated, kept_apart, training_table
from workbench.training.thinning import bucket_size, thinned
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

SMALL: Mapping[str, tuple[str, str]] = {
    "learning_rate": ("Learning rate", "e"),
    "gradient_norm": ("Gradient norm", ""),
    "steps_per_second": ("Steps a second", ""),
    "memory_mb": ("Memory, MB", ""),
}


def draw_curves(run: RunFolder, seen: Seen) -> None:
    """Everything that training has reported so far, and the verdict once there is one."""
    steps, measured = training_table(seen.steps), dev_table(seen.events)
    if kept := verdict(run):
        st.markdown(f"The **{kept['kept']}** model is kept: {plain(kept['why'])}")
    if len(steps) and not len(measured):
        st.caption("There are no dev questions to measure on while it trains.")
    with st.grid(2, gap="large"):
        if len(steps):
            now = steps["smooth_loss"].iloc[-1]
            st.plotly_chart(charts.loss(thinned(steps, "loss")), config=charts.CONFIG, key="loss", alt=f"Training loss, now {now:.3f}")
        if len(measured):
            best = measured["value"].max()
            figure = charts.dev(measured, dev_lines(seen.events))
            st.plotly_chart(figure, config=charts.CONFIG, key="dev", alt=f"Dev score by step, best {best:.3f}")
    _draw_small(steps)
    _draw_fine_print(seen, len(steps))


def _draw_small(steps: pd.DataFrame) -> None:
    """The curves that one looks at when something is wrong; those that this run reports."""
    reported = [name for name in SMALL if steps[name].notna().any()]
    if not reported:
        return
    for place, name in zip(st.columns(len(reported), gap="medium"), reported, strict=True):
        title, exponent = SMALL[name]
        figure = charts.by_step(thinned(steps, name), name, title, exponent)
        place.plotly_chart(figure, config=charts.CONFIG, key=name, alt=f"{title} by step")


def _draw_fine_print(seen: Seen, n_steps: int) -> None:
    said = [estimated(seen.events), kept_apart(seen.events)]
    if (size := bucket_size(n_steps)) > 1:
        said.append(f"Drawn from {count(n_steps, 'step')}: the lowest and the highest of every {size}.")
    said += [plain(str(event["text"])) for event in _notes(seen.events)]
    for line in filter(None, said):
        st.caption(line)


def _notes(events: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return list({str(event["text"]): event for event in events if event["kind"] == "note"}.values())
