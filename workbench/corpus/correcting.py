"""One entity with all that is known of it, and the corrections a person makes to its names."""

from __future__ import annotations

import streamlit as st

from core.records import Entity, content_id
from core.store import Correction
from workbench.corpus.rows import rows_of
from workbench.corpus.state import look_at
from workbench.highlight import chip, escape, passage, tones_of
from workbench.session import Session, counts, told
from workbench.words import ago, count, plain

MOST_RIVALS = 8
MOST_TOGETHER = 10
CANDIDATES = 30


def draw_entity(session: Session, entity_id: str) -> None:
    """Names, rivals, company, and the form that gives it a name."""
    entity = session.store.entity(entity_id)
    if entity is None:
        st.warning("The entity this link names is not in the corpus: it may have changed with an import.", icon=":material/link_off:")
        return
    tones = tones_of(counts(session).entity_types)
    linked = session.store.linked(entity_id)
    st.html(passage(entity.name, size="1.25rem") + f"<div>{chip(entity.type, tones.get(entity.type), strong=True)}</div>")
    surveyed = session.store.survey() is not None
    how = (
        f"{linked['listed']:,} list it, {linked['named']:,} name it"
        if surveyed
        else "as the corpus lists them; texts are read by the survey"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count(linked['chunks'], 'chunk')} speak of it: {how}", width="content")
        st.button(
            "Read them", key="read_entity", icon=":material/menu_book:", on_click=look_at, args=("read",), kwargs={"entity": entity.name}
        )
    _draw_aliases(session, entity)
    _draw_rivals(session, entity_id)
    _draw_together(session, entity_id)
    if entity.attributes:
        with st.expander("What the index says", icon=":material/data_object:"):
            st.json(dict(entity.attributes))


def _draw_aliases(session: Session, entity: Entity) -> None:
    st.markdown("**Also called**")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number, alias in enumerate(entity.aliases):
            st.button(
                plain(alias), key=f"drop_{entity.entity_id}_{number}", icon=":material/close:", help="Take this name away",
                on_click=_correct, args=(session, entity.entity_id, alias, False),
            )  # fmt: skip
        if not entity.aliases:
            st.caption("by no other name")
    with (
        st.form(f"add_alias_{entity.entity_id}", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        alias = st.text_input("Another name", placeholder="As the texts write it")
        if st.form_submit_button("Add", icon=":material/add:"):
            with told():
                session.store.correct_alias(entity.entity_id, alias, adds=True)
                st.rerun()


def _correct(session: Session, entity_id: str, alias: str, adds: bool) -> None:
    with told():
        session.store.correct_alias(entity_id, alias, adds=adds)


def _draw_rivals(session: Session, entity_id: str) -> None:
    rivals = session.store.rivals(entity_id)
    if len(rivals):
        st.markdown("**Shares a name with**")
        for row in rows_of(rivals.head(MOST_RIVALS)):
            said = f"{plain(row.name)} ({plain(row.type)}), which is called “{plain(row.spelling)}” too"
            st.button(said, key=f"rival_{row.entity_id}_{row.spelling}", type="tertiary", on_click=_open, args=(row.entity_id,))


def _draw_together(session: Session, entity_id: str) -> None:
    company = session.store.together_with(entity_id, MOST_TOGETHER)
    if len(company):
        st.markdown("**Most often met with**")
        with st.container(horizontal=True, gap="small"):
            for row in rows_of(company):
                st.button(
                    f"{plain(row.name)} · {row.n:,}", key=f"with_{row.entity_id}", type="tertiary", on_click=_open, args=(row.entity_id,)
                )


def _open(entity_id: str) -> None:
    st.query_params["opened"] = entity_id
    st.query_params.pop("list", None)


def draw_unclaimed(session: Session, mention: str) -> None:
    """A name that no entity has: it can become another name of one."""
    st.html(passage(mention, size="1.25rem"))
    st.button(
        "Read the chunks", key="read_mention", icon=":material/menu_book:", on_click=look_at, args=("read",), kwargs={"entity": mention}
    )
    box = f"claimant_{content_id(mention)}"  # what was typed for one name says nothing of the next
    likely = session.store.entities_like(st.session_state.get(box) or mention, CANDIDATES)
    names = {row.entity_id: f"{row.name} ({row.type})" for row in rows_of(likely)}
    st.text_input("Which entity is meant?", key=box, placeholder="Part of its name")
    key = f"meant_{content_id(*names)}"  # another list is another box, which offers its first
    meant = st.selectbox("Entity", list(names), format_func=lambda entity_id: names[entity_id], key=key, disabled=not names)
    if not names:
        st.caption("No entity has a name like that: type a part of the name it has.")
    label = "Make this another name of it"
    if st.button(label, key="claim", type="primary", icon=":material/add:", disabled=not meant) and meant:
        with told():
            session.store.correct_alias(meant, mention, adds=True)
            st.query_params.pop("mention", None)
            st.rerun()


def draw_corrections(session: Session) -> None:
    """What was corrected, newest first, each with its undo."""
    standing = session.store.corrections()
    if not standing:
        return
    with st.expander(f"Corrections ({len(standing):,})", icon=":material/history:"):
        if session.store.pairs_outdated():
            st.caption("Pairs were made before: generate them again for the corrected names to count in them.")
        for one in standing:
            _draw_correction(session, one)


def _draw_correction(session: Session, one: Correction) -> None:
    entity = session.store.entity(one.entity_id)
    whose = escape(entity.name) if entity else "an entity that is not in the corpus now"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f"{chip(one.alias, 6 if one.adds else 5, strong=True)} {'given to' if one.adds else 'taken from'} {whose} · {ago(one.made_at)}"
        )
        st.button("Undo", key=f"undo_{one.correction_id}", icon=":material/undo:", type="tertiary", on_click=_undo, args=(session, one))


def _undo(session: Session, one: Correction) -> None:
    with told():
        session.store.undo_correction(one.correction_id)
