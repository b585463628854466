"""What the settings in the form make of a few questions, drawn before anybody commits to them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from core.encoders.cache import most_vectors
from core.records import Chunk, Pair
from core.settings import get_finetuning_config
from workbench.highlight import chip, excerpt, passage
from workbench.pairs.opened import labels_of, marks_of
from workbench.session import BY_CORPUS, Session, told
from workbench.words import count, duration, plain

if TYPE_CHECKING:
    from core.pairing.generate import Generated
    from core.preview import Readied

N_QUESTIONS = 5
Changed = Mapping[str, float | None]


def draw_preview(session: Session, changed: Changed) -> None:
    """The pairs of a handful of train questions under the changed settings."""
    with told():
        made, seconds = _previewed(session, tuple(changed.items()))
        st.subheader("Preview", anchor=False)
        asked = len({(pair.question_id, pair.query) for pair in made.pairs})
        refused = f", {count(len(made.dropped), 'proposed negative')} refused" if made.dropped else ""
        made_of = f"{count(len(made.pairs), 'pair')} of {count(asked, 'query', 'queries')}"
        st.caption(f"{made_of}{refused}, in {duration(seconds)}. Nothing is kept.")
        for note in made.notes:
            if note != made.share.how:  # a handful of questions measures nothing
                st.caption(plain(note))
        for (_, query), pairs in groupby(made.pairs, key=lambda pair: (pair.question_id, pair.query)):
            with st.container(border=True, gap="xsmall"):
                st.html(passage(query, size="1.05rem"))
                for pair in pairs:
                    _draw_line(pair, session.store.chunk(pair.chunk_id))
        for why in made.unpaired.values():
            st.caption(f"A question gets none: {plain(why)}")


def _what_decides(session: Session) -> tuple[object, ...]:
    """Also the vectors there are (without them words decide) and the settings that no form shows."""
    return session.state, most_vectors(session.workspace.vectors), repr(session.settings)


@st.cache_resource(max_entries=4, hash_funcs={Session: _what_decides}, show_spinner="Making the pairs of a few questions …")
def _previewed(session: Session, changed: tuple[tuple[str, float | None], ...]) -> tuple[Generated, float]:
    """The pairs, and the seconds they took."""
    from core.preview import preview_pairs  # all of generation: whoever audits need not wait for it

    start = time.monotonic()
    settings = get_finetuning_config(**dict(changed))
    made = preview_pairs(session.store, session.workspace, settings, _readied(session), N_QUESTIONS)
    return made, time.monotonic() - start


@st.cache_resource(max_entries=1, hash_funcs=BY_CORPUS, show_spinner=False)
def _readied(session: Session) -> Readied:
    """Kept from preview to preview: other settings change nothing of what is read off the corpus."""
    from core.preview import readied

    return readied(session.store)


def _draw_line(pair: Pair, chunk: Chunk | None) -> None:
    if chunk is None:
        return
    shown, marks = excerpt(chunk.text, marks_of(pair.evidence), 160)
    where = chip(chunk.title or chunk.filename)
    st.html(labels_of(pair) + where + passage(pair.reason, size=".92rem") + passage(shown, marks, ".9rem", muted=True))
