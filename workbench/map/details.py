"""What is looked at, in words and as one list: where each chunk stood before, and where it stands after."""

from __future__ import annotations

import streamlit as st

from core.runs.mapped import SIDES
from workbench.highlight import chip, excerpt, passage
from workbench.map.looking import Look, change_of, look_at
from workbench.map.rows import GREEN, RED, Row, draw_rows
from workbench.map.scene import Scene
from workbench.navigation import COMPARE, CORPUS, PAIRS
from workbench.session import Session, questions
from workbench.words import METRICS, plain


def draw_look(session: Session, scene: Scene, look: Look) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Back", icon=":material/arrow_back:", key="close_look", type="tertiary", on_click=look_at, args=("", ""))
        _draw_doors(look)
    if look.why or not look.marks:
        st.info(plain(look.why) or "It is not on this map: draw it again to see it.", icon=":material/scatter_plot:")
        return
    {"question": _draw_question, "q": _draw_query, "entity": _draw_entity, "chunk": _draw_chunk}[look.kind](session, scene, look)


def _draw_doors(look: Look) -> None:
    """Where else the same thing is looked at."""
    if look.kind == "chunk":
        st.page_link(CORPUS, label="Read", icon=":material/menu_book:", query_params={"chunk": look.value})
        st.page_link(PAIRS, label="Its pairs", icon=":material/gavel:", query_params={"view": "audit", "show": "all", "chunk": look.value})
    elif look.kind == "entity":
        name = look.value.rpartition("|")[0]
        st.page_link(PAIRS, label="Its pairs", icon=":material/gavel:", query_params={"view": "audit", "show": "all", "about": name})
    else:
        st.page_link(COMPARE, label="Compare", icon=":material/balance:", query_params={look.kind: look.value})


def _draw_question(session: Session, scene: Scene, look: Look) -> None:
    question = questions(session)[look.value]
    st.html(passage(question.text, size="1.05rem"))
    if change := change_of(scene, question):
        metric = METRICS.get(scene.changes["metric"].iloc[0], "score")
        tone = ":green" if change["difference"] > 0 else ":red" if change["difference"] < 0 else ":gray"
        st.markdown(f"{metric}, vectors alone: {change['before']:.3f} → {change['after']:.3f} {tone}-badge[{change['difference']:+.3f}]")
    _draw_found(scene, look)


def _draw_query(_session: Session, scene: Scene, look: Look) -> None:
    st.html(passage(look.value, size="1.05rem"))
    _draw_found(scene, look)


def _draw_chunk(_session: Session, scene: Scene, look: Look) -> None:
    row = scene.rows[look.value]
    point, chunk = scene.map.points.iloc[row], scene.chunks[row]
    if chunk:
        st.html(f'<div style="font-weight:600">{passage(chunk.title or chunk.filename)}</div>')
        st.html(passage(excerpt(chunk.text, [], 300)[0], size=".92rem", muted=True))
    if scene.map.has_after:
        k = scene.map.summary["listed"]
        st.markdown(f"Kept {round(point['overlap'] * k)} of its {k} nearest; moved by {point['moved']:.0%} of the map's width.")
    _draw_found(scene, look)


def _draw_entity(_session: Session, scene: Scene, look: Look) -> None:
    name, _, of_type = look.value.rpartition("|")
    table, names = (one[(one["entity"] == name) & (one["type"] == of_type)] for one in (scene.map.entities, scene.map.names))
    own, listed, distance = table.iloc[0], scene.map.summary["listed"], scene.map.summary["names"]["distance"]
    st.html(passage(name, size="1.05rem") + chip(of_type))
    sides = SIDES if scene.map.has_after else SIDES[:1]
    spread = " → ".join(f"{own[f'spread_{side}']:.2f}" for side in sides)
    anything = " → ".join(f"{distance[side]:.2f}" for side in sides)
    st.markdown(f"**Spread** {spread}  \n:small[The mean cosine distance of two of its names; two names of anything: {anything}.]")
    st.caption(f"Of the {listed} chunks nearest to each name, how many mention it under any of its names")
    for one in names.to_dict("records"):
        found = [round(one[f"found_{side}"] * listed) for side in sides]
        tone = GREEN if found[-1] > found[0] else RED if found[-1] < found[0] else None
        said = chip(" → ".join(map(str, found)), tone, strong=tone is not None)
        st.html(f'<div style="display:flex;gap:.5rem;align-items:baseline">{said}{passage(one["name"])}</div>')


def _draw_found(scene: Scene, look: Look) -> None:
    """One list of what the lines lead to, by the rank it has after; what is gone comes last."""
    lines = look.marks[0].lines
    ranks = {side: {row: place for place, (row, kind) in enumerate(lines[side], start=1) if kind != "expected"} for side in SIDES}
    kinds = {row: kind for side in SIDES for row, kind in lines[side]}
    last = len(scene.map.points)
    rows = sorted(kinds, key=lambda row: (ranks["after"].get(row, last), ranks["before"].get(row, last)))
    both = scene.map.has_after
    marked = "; expected chunks are marked" if look.kind == "question" else ""
    st.caption(("Rank before → after" if both else "The nearest chunks") + marked)
    draw_rows([_found(scene, row, kinds[row], [ranks[side].get(row) for side in (SIDES if both else SIDES[:1])]) for row in rows], "line")


def _found(scene: Scene, row: int, kind: str, ranks: list[int | None]) -> Row:
    expected = kind in {"both", "expected"}
    fact = ("✓ " if expected else "") + " → ".join("–" if rank is None else str(rank) for rank in ranks)
    tone = GREEN if expected or kind == "gained" else RED if kind == "lost" else None
    return Row("chunk", str(scene.map.points["chunk_id"].iloc[row]), scene.name(row), fact, tone, scene.note(row))
