"""Reading one chunk: its text with every known name marked, what is known about it, and its neighbours in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.corpus.aliases import AliasIndex, Span
from core.records import Chunk, Entity
from workbench.corpus.nearest import draw_nearest
from workbench.corpus.part import draw_issues, draw_part
from workbench.highlight import chip, entity_marks, escape, excerpt, passage, tones_of
from workbench.session import Session, alias_index, counts
from workbench.words import count

KIND = "display:inline-block;min-width:6em;opacity:.7;font-size:.9em"


def open_chunk(chunk_id: str) -> None:
    """For a button's on_click: which chunk is read stands in the URL."""
    st.query_params["chunk"] = chunk_id


def draw_chunk(session: Session, chunk_id: str, around: Sequence[Chunk]) -> None:
    """The whole chunk: its text, what it speaks of and takes part in, what stands before and after it, and what is like it.
    `around`: the chunk with its neighbours in the file."""
    at = [one.chunk_id for one in around].index(chunk_id)
    chunk = around[at]
    tones = tones_of([*counts(session).entity_types, *chunk.mentions])
    index = _names_for(session, chunk)
    spans = _spans(chunk, index)
    st.html(f'<div style="font-size:1.2rem;font-weight:600">{passage(chunk.title or chunk.filename, size="1.2rem")}</div>{_facts(chunk)}')
    with st.container(border=True, key="chunk_text"):
        st.html(passage(chunk.text, entity_marks(spans, tones), size="1.05rem"))
    draw_issues(session, chunk.chunk_id, open_chunk)
    _draw_entities(chunk, index, spans, tones)
    draw_part(session, chunk)
    if chunk.extra:
        with st.expander("Other fields of this chunk", icon=":material/data_object:"):
            st.json(dict(chunk.extra))
    _draw_neighbours(around, at)
    draw_nearest(session, chunk, open_chunk)


def _names_for(session: Session, chunk: Chunk) -> AliasIndex:
    """The names to look for in the text: a survey has found out which entities it may be, so that twenty thousand need not be read."""
    if session.store.survey() is None:
        return alias_index(session)
    return AliasIndex(session.store.entities_in(chunk.chunk_id))


def _spans(chunk: Chunk, index: AliasIndex) -> list[Span]:
    """Where the text names what an index knows, or a mention of this chunk that none does."""
    unknown = [Entity(name, kind) for kind, names in chunk.mentions.items() for name in names if not index.resolve(name)]
    return [*index.find(chunk.text), *AliasIndex(unknown).find(chunk.text)]


def _facts(chunk: Chunk) -> str:
    known = [
        ("file", chunk.filename if chunk.title else ""),
        ("type", chunk.wiki_type),
        ("source", chunk.source),
        ("time", "" if chunk.temporal_order is None else f"{chunk.temporal_order:g}"),
        ("length", count(len(chunk.text.split()), "word")),
        ("id", chunk.chunk_id),
        ("search", "" if chunk.searchable else "not searched"),
    ]
    return "<div>" + "".join(chip(f"{name}: {value}") for name, value in known if value) + "</div>"


def _draw_entities(chunk: Chunk, index: AliasIndex, spans: Sequence[Span], tones: Mapping[str, int]) -> None:
    """By type, the entities that the text names (filled) and those that the corpus only lists for this chunk (outlined)."""
    named = {(span.entities[0].type, span.entities[0].name) for span in spans}
    listed = {(kind, _primary(name, kind, index)) for kind, names in chunk.mentions.items() for name in names}
    rows = [
        f'<div><span style="{KIND}">{escape(kind)}</span>'
        + "".join(chip(name, tones[kind], strong=(kind, name) in named) for name in sorted(names))
        + "</div>"
        for kind in sorted(tones)
        if (names := {name for of_kind, name in named | listed if of_kind == kind})
    ]
    if rows:
        st.caption("Entities here: filled where the text names them, outlined where the corpus only lists them for this chunk")
        st.html("".join(rows))


def _primary(name: str, kind: str, index: AliasIndex) -> str:
    """What the entity that a mention means is called; the mention itself where no index knows it."""
    return next((entity.name for entity in index.resolve(name) if entity.type == kind), name)


def _draw_neighbours(around: Sequence[Chunk], at: int) -> None:
    sides = [
        ("Before it in the file", around[:at], ":material/arrow_upward:"),
        ("After it in the file", around[at + 1 :], ":material/arrow_downward:"),
    ]
    for column, (title, others, icon) in zip(st.columns(2), sides, strict=True):
        for other in others:
            with column.container(border=True, height="stretch"):
                st.caption(title)
                st.html(passage(excerpt(other.text, [], 200)[0], muted=True, size=".95rem"))
                st.button("Read", key=f"neighbour_{other.chunk_id}", icon=icon, on_click=open_chunk, args=(other.chunk_id,))
