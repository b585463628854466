"""What of the Corpus page stands in the URL, and how a click changes it. Each facet is a widget that is bound to its name there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

LISTS = ("type", "source", "entity", "kind", "topic", "issue", "out")
RANGES = ("tokens", "time")
TEXTS = ("search", "like")


def to_first_page() -> None:
    """A new filter shows its chunks from the beginning."""
    st.session_state["page"] = 1
    st.query_params.pop("chunk", None)


def clear() -> None:
    """For a button's on_click: every filter is open again. A widget on the screen holds its place in the URL, which follows its value."""
    for name in (*LISTS, *RANGES, *TEXTS):
        if name in st.session_state:
            st.session_state[name] = [] if name in LISTS else st.session_state[f"{name}_ends"] if name in RANGES else ""
        else:
            st.query_params.pop(name, None)
    to_first_page()


def toggle(name: str, value: str) -> None:
    """A value of a facet is chosen, or no longer, where it was."""
    chosen = list(st.session_state.get(name) or ())
    st.session_state[name] = [one for one in chosen if one != value] if value in chosen else [*chosen, value]
    to_first_page()


def choose(name: str, values: Sequence[str]) -> None:
    """These are the values of a facet now."""
    st.session_state[name] = list(values)
    to_first_page()


def look_at(view: str, **facets: str) -> None:
    """For a button's on_click: another view, with one value for each of these facets and no other filter."""
    clear()
    st.query_params["view"] = view
    for name, value in facets.items():
        st.session_state[name] = [value]


def pick(label: str, names: Mapping[str, str], key: str, default: str, on_change: Callable[[], None]) -> str:
    """One of several lists side by side; its short name stands in the URL, whatever its label says. names: short name → label."""

    def put_in_url() -> None:
        st.query_params[key] = st.session_state[f"pick_{key}"]
        on_change()

    linked = st.query_params.get(key, "")
    st.session_state[f"pick_{key}"] = linked if linked in names else default
    picked = st.segmented_control(
        label, list(names), key=f"pick_{key}", format_func=lambda name: names[name], required=True, label_visibility="collapsed",
        on_change=put_in_url,
    )  # fmt: skip
    return picked or default


def more_like(chunk_id: str) -> None:
    """For a button's on_click: the chunks nearest to this one."""
    st.session_state["search"] = ""
    st.query_params["like"] = chunk_id
    st.query_params["view"] = "read"
    to_first_page()
