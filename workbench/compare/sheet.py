"""All systems' answers to one query, small enough to keep: the first ten of each, and where each of these stands under the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.retrieval.systems import Dense
from core.search import Hit, Recipe, ask
from workbench.session import BY_MODEL, Session, ground, side

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """`hits` by system, best first; `ranks`: by system, the rank of every chunk that any system has among its hits; `seconds`: what each
    system takes alone, `took`: all together. `n_searched` of `n_chunks` were searched, `n_timeless` of them without a time."""

    hits: Mapping[str, tuple[Hit, ...]]
    ranks: Mapping[str, Mapping[str, int]]
    seconds: Mapping[str, float]
    took: float
    n_searched: int
    n_chunks: int
    n_timeless: int


@st.cache_data(max_entries=200, hash_funcs={**BY_MODEL, Recipe: repr}, show_spinner=False)
def sheet(session: Session, wanted: tuple[Recipe, ...], text: str, until: float | None) -> Sheet:
    """Asked once for each state of the workspace, so that a look at another page, or a judgement, does not search again."""
    searched = ground(session)
    sides: dict[str, Dense] = {recipe.model: side(session, recipe.model) for recipe in wanted if recipe.model}
    [answered] = ask(searched, sides, wanted, [text], until)
    hits = {recipe.name: answered.hits(recipe.name, DEPTH) for recipe in wanted}
    found = dict.fromkeys(hit.chunk.chunk_id for own in hits.values() for hit in own)
    ranks = {name: {chunk_id: answered.rank(name, chunk_id) or 0 for chunk_id in found} for name in hits}
    n_timeless = int(np.isnan(searched.orders[answered.admitted]).sum())
    return Sheet(hits, ranks, answered.seconds, answered.took, len(answered.admitted), len(searched.chunks), n_timeless)
