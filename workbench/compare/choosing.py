"""Which systems stand side by side: their names in the URL, their labels on the screen, and whether they can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from core.errors import ForgeError
from core.pipeline import start_run
from core.retrieval.systems import Dense
from core.search import WITH_LEXICAL, Recipe
from workbench.navigation import TRAIN
from workbench.session import Session, side, told
from workbench.words import plain

MOST = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """The systems that can answer, in the order of their columns, the sides they need, and why the others cannot."""

    recipes: tuple[Recipe, ...]
    sides: Mapping[str, Dense]
    missing: Mapping[str, str]


def label(name: str, newest: str) -> str:
    """A system's name on the screen: the newest run's model is "tuned", another one says when it was made."""
    run_id, plus, _ = name.partition(WITH_LEXICAL)
    if run_id in ("bm25", "base"):
        return name
    return ("tuned" if run_id == newest else f"tuned {_when(run_id)}") + plus


def _when(run_id: str) -> str:
    """The time in a run's id, which is universal, as a local one."""
    try:
        made = datetime.strptime("-".join(run_id.split("-")[:2]), "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return run_id
    return f"{made.astimezone():%-d %b %H:%M:%S}"


def newest_model(offered: Mapping[str, Recipe]) -> str:
    """Id of the newest run with a model; "" where there is none."""
    return next((recipe.model for recipe in offered.values() if recipe.model not in ("", "base")), "")


def linked(wanted: str, offered: Mapping[str, Recipe]) -> list[str]:
    """The systems that a link names, parted by commas ("tuned" is the newest model); where there are none of these, the usual ones."""
    newest = newest_model(offered)
    names = [newest + name.removeprefix("tuned") if name.startswith("tuned") else name for name in wanted.split(",")]
    found = [name for name in dict.fromkeys(names) if name in offered][:MOST]
    usual = ["base+bm25", newest + WITH_LEXICAL, "base", newest] if newest else ["bm25", "base", "base+bm25"]
    return found or [name for name in usual if name in offered]


def draw_choice(offered: Mapping[str, Recipe]) -> tuple[Recipe, ...]:
    """Up to four systems, the first the one that the others are compared with."""
    newest = newest_model(offered)
    st.session_state["systems"] = linked(st.query_params.get("systems", ""), offered)
    chosen = st.multiselect(
        "Systems, the first is what the others are compared with",
        list(offered),
        format_func=lambda name: label(name, newest),
        max_selections=MOST,
        key="systems",
        on_change=_to_url,
    )
    return tuple(offered[name] for name in chosen)


def _to_url() -> None:
    st.query_params["systems"] = ",".join(st.session_state["systems"])


def ready(session: Session, wanted: Sequence[Recipe]) -> Ready:
    """Loads what the wanted systems need."""
    sides: dict[str, Dense] = {}
    missing: dict[str, str] = {}
    for model in dict.fromkeys(recipe.model for recipe in wanted if recipe.model):
        try:
            sides[model] = side(session, model)
        except ForgeError as error:
            missing[model] = str(error)
    return Ready(tuple(recipe for recipe in wanted if recipe.model not in missing), sides, missing)


def draw_missing(session: Session, missing: Mapping[str, str], newest: str) -> None:
    """Which models cannot answer yet and why, with the way out."""
    if not missing:
        return
    st.caption("  \n".join(f"**{plain(label(model, newest))}** is missing: {plain(why)}" for model, why in missing.items()))
    if st.button("Embed the corpus", icon=":material/scatter_plot:"):
        with told():
            models = [model for model in missing if model != "base"]
            owner = next((run for run in session.runs if run.run_id in models), None)
            start_run(session.store, session.workspace, session.settings, ("evaluate",) if owner else ("embed",), owner)
            st.switch_page(TRAIN)
