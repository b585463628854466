"""The search box: by words, by meaning under the base model or any run's, or whatever is like a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from core.retrieval.tokens import WORD, tokenize
from core.runs.folder import RunFolder
from core.store import ChunkFilter
from workbench.corpus import state
from workbench.highlight import Mark, word_marks
from workbench.session import BY_VECTORS, Session, space
from workbench.words import count, plain

N_NEAREST = 200
SOME = "No chunk holds all of these words: these hold some of them, the best first."
UNRANKED = "Until the corpus is surveyed, words are looked for as they are written, and what is found is not ranked."
By = Literal["words", "meaning"]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for within the filter. `run`: whose tuned model; None: the base model. `like`: a chunk's id, "" for none."""

    text: str
    by: By
    run: RunFolder | None
    like: str

    @property
    def by_vectors(self) -> bool:
        return bool(self.like) or (self.by == "meaning" and bool(self.text))


@dataclass(frozen=True, slots=True)
class Found:
    """The chunks: as a filter that lists them, best first. `cosines`: by chunk id, of a search by vectors. `note`: what to know of it."""

    where: ChunkFilter
    cosines: dict[str, float]
    note: str = ""


def draw_search(session: Session) -> Search:
    """The box, how it searches, and with which model."""
    box, how, whose = st.columns([6, 2.4, 3.6], vertical_alignment="bottom")
    text = box.text_input(
        "Search",
        type="search",
        placeholder="Words, or a question",
        key="search",
        bind="query-params",
        on_change=_typed,
        icon=":material/search:",
    )
    by = how.segmented_control(
        "By",
        ["words", "meaning"],
        default="words",
        key="by",
        bind="query-params",
        required=True,
        on_change=state.to_first_page,
        width="stretch",
    )
    like = st.query_params.get("like", "")
    run = None
    if like or by == "meaning":
        with whose:
            run = pick_model(session)
    if like:
        _draw_like(like)
    return Search((text or "").strip(), "meaning" if by == "meaning" else "words", run, like)


def pick_model(session: Session) -> RunFolder | None:
    """The base model, or a run whose tuned model is to be used."""
    runs = {run.run_id: run for run in session.runs if run.model.is_dir()}
    names = ["base", *runs]
    if st.session_state.get("model") not in names:
        st.session_state["model"] = "base"
    name = st.selectbox(
        "Model", names, key="model", bind="query-params", on_change=state.to_first_page,
        disabled=len(names) < 2, help="The base model, or the model that a run tuned"
    )  # fmt: skip
    return runs.get(name or "")


def find(session: Session, search: Search, where: ChunkFilter) -> Found:
    """The chunks of the filter that the search finds."""
    if not search.by_vectors:
        note = UNRANKED if search.text and session.store.survey() is None else ""
        return _by_words(session, search, replace(where, text=search.text), note)
    nearest = _nearest(session, search.run, search.text, search.like, where)
    return Found(replace(ChunkFilter(), ids=tuple(nearest.cosines)), nearest.cosines, nearest.note)


def _by_words(session: Session, search: Search, where: ChunkFilter, note: str) -> Found:
    """The chunks with all of the words, or, where there are none, those with some of them."""
    if search.text and not note and not session.store.count_chunks(where):
        return Found(replace(where, some=True), {}, SOME)
    return Found(where, {}, note)


@dataclass(frozen=True, slots=True)
class _Nearest:
    cosines: dict[str, float]
    note: str


@st.cache_data(max_entries=100, hash_funcs=BY_VECTORS, show_spinner=False)
def _nearest(session: Session, run: RunFolder | None, text: str, like: str, where: ChunkFilter) -> _Nearest:
    of = space(session, run)
    missing = f"{count(of.n_without, 'chunk')} without a vector under {of.encoder.name} cannot be found this way." if of.n_without else ""
    if not len(of.chunk_ids):
        return _Nearest({}, f"No chunk has a vector under {of.encoder.name} yet: embed the corpus first (Compare offers it).")
    among = None if where == ChunkFilter() else session.store.places(where)["position"].to_numpy()
    near = of.near_chunk(like, N_NEAREST, among) if like else of.near_text(text, N_NEAREST, among)
    if near is None:
        return _Nearest({}, f"This chunk has no vector under {of.encoder.name}.")
    return _Nearest({one.chunk_id: one.cosine for one in near}, " ".join(part for part in (_cut(len(near)), missing) if part))


def _cut(n: int) -> str:
    return f"The {N_NEAREST} nearest are listed." if n == N_NEAREST else ""


def marks_for(session: Session, search: Search, text: str) -> list[Mark]:
    """Where a text says what was searched for: in any form of a word once the corpus is surveyed, as written before that."""
    if search.like or not search.text:
        return []
    if session.store.survey() is None:
        return word_marks(text, search.text.split())
    return term_marks(text, session.store.search_terms(search.text))


def term_marks(text: str, terms: Sequence[str]) -> list[Mark]:
    """The words of a text that count as one of the terms."""
    wanted = set(terms)
    return [
        Mark(found.start(), found.end())
        for found in WORD.finditer(text)
        if found[0].lower() in wanted or not wanted.isdisjoint(tokenize(found[0]))
    ]


def _draw_like(chunk_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Like chunk {plain(chunk_id)}", width="content")
        st.button("Stop", key="unlike", icon=":material/close:", type="tertiary", on_click=_forget_like)


def _forget_like() -> None:
    st.query_params.pop("like", None)
    state.to_first_page()


def _typed() -> None:
    """A typed search takes the place of a chunk that others were like."""
    st.query_params.pop("like", None)
    state.to_first_page()
