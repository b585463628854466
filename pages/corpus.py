"""The corpus: read and search it, see it in charts, mend its entities, judge its quality. What is looked at stands in the URL."""

from __future__ import annotations

import streamlit as st

from workbench.corpus.charting import draw_charts
from workbench.corpus.entities import draw_entities
from workbench.corpus.quality import draw_quality
from workbench.corpus.reading import draw_read
from workbench.corpus.surveyed import keep_surveyed
from workbench.navigation import OVERVIEW
from workbench.session import counts, current
from workbench.views import chosen_view

VIEWS = {
    "read": (":material/menu_book: Read", draw_read),
    "charts": (":material/bar_chart: Charts", draw_charts),
    "entities": (":material/person_search: Entities", draw_entities),
    "quality": (":material/rule: Quality", draw_quality),
}

session = current()
held = counts(session)

st.title("Corpus", anchor=False)
if not held.n_chunks:
    st.info("There is nothing to read yet: import a folder on the overview.", icon=":material/menu_book:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

view = chosen_view({name: label for name, (label, _) in VIEWS.items()}, "read")
keep_surveyed(session, held.n_chunks)
VIEWS[view][1](session)
