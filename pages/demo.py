"""A few questions, before and after, in large type: for a projector. No settings; the slide stands in the URL."""

from __future__ import annotations

import streamlit as st

from workbench.demo.slides import draw_last, draw_slide, slides_of
from workbench.evaluate.look import planned_look
from workbench.navigation import EVALUATE, OVERVIEW
from workbench.session import current
from workbench.words import count

BARE = "<style>[data-testid='stHeader'], [data-testid='stToolbar'] {display: none}</style>"

session = current()
look = planned_look(session)
slides = slides_of(session, look) if look else None
if look is None or slides is None or not slides.question_ids:
    st.title("Demo", anchor=False)
    lacking = "import a folder on the overview" if not session.store.counts().n_chunks else "a finished run with test questions brings it"
    st.info(f"There is nothing to show yet: {lacking}.", icon=":material/slideshow:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

st.html(BARE)
n = len(slides.question_ids) + 1
asked_for = st.query_params.get("slide", "1")
at = min(max(int(asked_for), 1), n) if asked_for.isdecimal() else 1


def go(to: int) -> None:
    """The slide that is shown stands in the URL."""
    st.query_params["slide"] = str(min(max(to, 1), n))


with st.container(key="slide"):
    if at == n:
        draw_last(look)
    else:
        draw_slide(session, look, look.found.questions[slides.question_ids[at - 1]])

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
    st.button("Back", icon=":material/arrow_back:", shortcut="Left", on_click=go, args=(at - 1,), disabled=at == 1)
    st.caption(f"{at} of {n}", width="content")
    st.button("Next", icon=":material/arrow_forward:", shortcut="Right", on_click=go, args=(at + 1,), disabled=at == n, type="primary")
    how = "chosen by hand" if slides.chosen else "the clearest changes, losses among them"
    st.page_link(EVALUATE, label="Leave", icon=":material/close:", help=f"{count(n - 1, 'question')}: {how}. Choose them under Evaluate.")
