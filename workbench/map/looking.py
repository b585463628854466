"""The one thing that is looked at on the map: a question, a typed query, an entity or a chunk. It stands in the URL, its marks on the map,
its details below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.records import Question, Ranking
from core.runs.folder import RunFolder
from core.runs.mapped import SIDES, Side, owner_of
from core.search import BASE, NotEmbedded
from core.store import ChunkFilter
from workbench.map import marks
from workbench.map.marks import Mark
from workbench.map.scene import BY_SCENE, Scene
from workbench.session import BY_VECTORS, Session, ground, questions, side

KINDS = ("question", "q", "entity", "chunk")
K = 10


@dataclass(frozen=True, slots=True)
class Look:
    """`kind`: one of KINDS, "" for nothing; `value` as in the URL; `marks` as drawn; `lit`: the rows that stand out, None for all."""

    kind: str = ""
    value: str = ""
    marks: tuple[Mark, ...] = ()
    lit: tuple[int, ...] | None = None
    why: str = ""


def look_at(kind: str, value: str) -> None:
    """For callbacks: this, and nothing else."""
    for other in KINDS:
        st.query_params.pop(other, None)
    if kind:
        st.query_params[kind] = value


def typed() -> None:
    """The typed query takes the place of whatever was looked at."""
    text = (st.session_state["asked"] or "").strip()
    look_at("q" if text else "", text)


def looked_at(session: Session, scene: Scene, run: RunFolder) -> Look:
    """What the URL says, as far as there is such a thing."""
    kind = next((name for name in KINDS if st.query_params.get(name)), "")
    value = st.query_params.get(kind, "") if kind else ""
    if not scene.map.is_whole:
        return Look()
    if kind == "question" and (question := questions(session).get(value)):
        return _with_lines(kind, value, marks.of_question(scene, question))
    if kind == "q":
        return _of_query(session, scene, run, value)
    if kind == "entity":
        name, _, of_type = value.rpartition("|")
        about = _chunks_about(session, name)
        rows = tuple(row for row, chunk in enumerate(scene.chunks) if chunk and chunk.chunk_id in about)
        return Look(kind, value, tuple(marks.of_entity(scene, name, of_type)), rows)
    if kind == "chunk" and (row := scene.rows.get(value)) is not None:
        return _with_lines(kind, value, marks.of_chunk(scene, row))
    return Look()


def _with_lines(kind: str, value: str, drawn: Sequence[Mark]) -> Look:
    """Only what the lines lead to stands out."""
    lit = tuple({row for mark in drawn for side in SIDES for row, _ in mark.lines[side]})
    return Look(kind, value, tuple(drawn), lit if drawn else None)


def _of_query(session: Session, scene: Scene, run: RunFolder, text: str) -> Look:
    found, ids, why = answers(session, run, text)
    return _with_lines("q", text, marks.of_query(scene, text, found, ids)) if found else Look("q", text, why=why)


@st.cache_data(max_entries=100, hash_funcs=BY_VECTORS, show_spinner=False)
def answers(session: Session, run: RunFolder, text: str) -> tuple[dict[Side, Ranking], tuple[str, ...], str]:
    """What each model finds for a typed query, and the chunk ids that the rankings count; {} and a sentence where one cannot answer."""
    try:
        found = {place: side(session, _model(session, run, place)).search([text], K) for place in SIDES}
    except NotEmbedded as why:
        return {}, (), str(why)
    return found, tuple(chunk.chunk_id for chunk in ground(session).chunks), ""


def _model(session: Session, run: RunFolder, place: Side) -> str:
    """Whose space stands on a side of the map: "base", or the id of the run that tuned it."""
    owner = owner_of(run)
    if place == "after":
        return owner if RunFolder(session.workspace.runs / owner).model.is_dir() else BASE
    return run.config.get("map", {}).get("before") or BASE


@st.cache_data(max_entries=20, hash_funcs=BY_VECTORS, show_spinner=False)
def _chunks_about(session: Session, entity: str) -> frozenset[str]:
    where = ChunkFilter(entity=(entity,))
    return frozenset(session.store.page_of_chunks(where, 0, session.store.count_chunks(where))["chunk_id"])


@st.cache_data(max_entries=20, hash_funcs=BY_SCENE, show_spinner=False)
def search(scene: Scene, words: str) -> tuple[int, ...]:
    """The rows whose title, file or text have every word, in any case."""
    wanted = words.casefold().split()
    texts = ((row, f"{chunk.filename} {chunk.document}".casefold()) for row, chunk in enumerate(scene.chunks) if chunk)
    return tuple(row for row, text in texts if all(word in text for word in wanted))


def change_of(scene: Scene, question: Question) -> Mapping[str, float] | None:
    """A question's score before and after, and the difference."""
    found = scene.changes[scene.changes["question_id"] == question.question_id]
    return {name: float(found[name].iloc[0]) for name in ("before", "after", "difference")} if len(found) else None
