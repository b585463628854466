"""The filter over chunks: facets as widgets, each bound to its name in the URL."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.store import SCOPES, ChunkFilter
from workbench.corpus import state
from workbench.session import BY_CORPUS, Session, counts
from workbench.words import count

ISSUES: Mapping[str, str] = {
    "exact": "exact copy",
    "near": "near copy",
    "boilerplate": "boilerplate",
    "truncated": "cut off by the model",
    "empty": "empty or markup",
    "language": "another language",
}
SURVEYED = "Known once the corpus has been surveyed"
Values = tuple[str, ...]


@st.cache_data(max_entries=4, hash_funcs=BY_CORPUS, show_spinner=False)
def facets(session: Session) -> dict[str, dict[str, int]]:
    """The commonest values of each facet that is a column, with their number of chunks."""
    return session.store.facets()


@st.cache_data(max_entries=4, hash_funcs=BY_CORPUS, show_spinner=False)
def spans(session: Session) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of each range, where there is one: "tokens", "time"."""
    return session.store.spans()


def draw_filter(session: Session) -> ChunkFilter:
    """The facets: the commonest ones in a row, the others behind a button that says how many of them are set."""
    kinds, sources, about, more = st.columns([3, 3, 4, 2], vertical_alignment="bottom")
    values, is_surveyed = facets(session), session.store.survey() is not None
    with kinds:
        wiki_type = _choice("Type", "type", values["wiki_type"])
    with sources:
        source = _choice("Source", "source", values["source"])
    with about:
        entity = _typed("Speaks of", "entity", "A name or an alias", "Chunks that speak of all of these, under any name")
    n_set = sum(bool(st.query_params.get_all(name)) for name in ("kind", "topic", "issue", "out", *state.RANGES))
    with more.popover(f"More ({n_set})" if n_set else "More", icon=":material/tune:", width="stretch"):
        return _draw_more(session, wiki_type, source, entity, is_surveyed)


def _draw_more(session: Session, wiki_type: Values, source: Values, entity: Values, surveyed: bool) -> ChunkFilter:
    ends = spans(session)
    kind = _choice("Speaks of an entity of type", "kind", counts(session).entity_types)
    topic = _typed("Covers a topic", "topic", "An expected topic", "Chunks that cover one of these topics")
    labels = st.multiselect(
        "Issue", list(ISSUES.values()), key="issue", bind="query-params", on_change=state.to_first_page, disabled=not surveyed,
        help=None if surveyed else SURVEYED,
    )  # fmt: skip
    names = tuple(kind for kind, label in ISSUES.items() if label in labels)
    out = st.multiselect("Left out of", list(SCOPES), key="out", bind="query-params", on_change=state.to_first_page)
    tokens = _range("Length in tokens", "tokens", ends.get("tokens"), whole=True)
    when = _range("Place in time", "time", ends.get("time"))
    return ChunkFilter("", wiki_type, source, entity, kind, when, tokens, names, tuple(out), topic)


def _choice(label: str, key: str, values: Mapping[str, int]) -> Values:
    """Some of the values. What stands in the URL is the value itself, so it is its own label."""
    rarer = [value for value in st.query_params.get_all(key) if value not in values]
    chosen = st.multiselect(
        label, [*values, *rarer], key=key, bind="query-params", on_change=state.to_first_page, disabled=not values, help=_help(len(values)),
    )  # fmt: skip
    return tuple(chosen)


def _help(n: int) -> str | None:
    return f"The {n:,} commonest; any other can be named in the address." if n >= 500 else None


def _typed(label: str, key: str, placeholder: str, help_: str) -> Values:
    known = list(dict.fromkeys([*st.query_params.get_all(key), *(st.session_state.get(key) or ())]))
    chosen = st.multiselect(
        label, known, key=key, bind="query-params", accept_new_options=True, placeholder=placeholder, help=help_,
        on_change=state.to_first_page,
    )  # fmt: skip
    return tuple(name.strip() for name in chosen if name.strip())


def _range(label: str, key: str, ends: tuple[float, float] | None, whole: bool = False) -> tuple[float | None, float | None]:
    """Both ends where they were moved; None for an end that is where it was."""
    if ends is None or ends[0] >= ends[1]:
        return None, None
    low, high = (int(ends[0]), int(ends[1])) if whole else ends
    st.session_state[f"{key}_ends"] = (low, high)
    picked = st.slider(label, low, high, (low, high), key=key, bind="query-params", on_change=state.to_first_page)
    return (picked[0] if picked[0] > low else None), (picked[1] if picked[1] < high else None)


def is_open(where: ChunkFilter) -> bool:
    """Whether nothing is filtered."""
    return where == ChunkFilter()


def sentence(where: ChunkFilter, n_found: int, n_all: int) -> str:
    """ "123 of 4,000 chunks"."""
    return count(n_all, "chunk") if is_open(where) else f"{n_found:,} of {count(n_all, 'chunk')}"
