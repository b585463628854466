"""Which mode to train in: what each is, and on request how long each would take here."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.planning import plan_training
from core.settings import Settings
from core.training.modes import MODES
from workbench.session import Session, told
from workbench.words import count, duration

AUTO = "auto"
ABOUT_AUTO = "The best of the modes that the minutes allow, after a probe of this machine of a few seconds."


def draw_mode(settings: Settings) -> tuple[str, float | None]:
    """The mode, and for `auto` the minutes that training may take."""
    what: dict[str, str] = {AUTO: ABOUT_AUTO, **{name: mode.what for name, mode in MODES.items()}}
    mode = st.segmented_control(
        "Mode",
        [AUTO, *MODES],
        default=settings.TRAINING_MODE,
        key="mode",
        required=True,
        help="  \n".join(f"**{name}**: {said}" for name, said in what.items()),
    )
    budget = settings.TIME_BUDGET
    minutes = st.number_input(
        "Minutes, for auto", min(1.0, budget or 1.0), None, budget, step=5.0, placeholder="as many as it takes", key="minutes"
    )
    return str(mode or settings.TRAINING_MODE), minutes


def draw_plan(session: Session, settings: Callable[[], Settings]) -> None:
    """How long each mode would take with these settings."""
    with told():
        with st.spinner("Probing this machine: the first time takes some seconds …"):
            plan = plan_training(session.store, settings())
        for one in plan.modes:
            mark = " :material/check: what *auto* would take" if one.mode == plan.picked else ""
            st.markdown(f"**{one.mode}**: about {duration(one.seconds)}, {count(one.n_steps, 'step')}{mark}")
        st.caption("Training alone, on a machine with nothing else to do; embedding the chunks again and scoring come on top.")
