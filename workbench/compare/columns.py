"""The systems' answers as columns: how each did, its results, and what changed against the left one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.corpus.topics import Match
from core.evaluation.rubric import RUBRIC_K, Grade, grade
from core.evaluation.single import measure_one
from core.records import Question
from core.search import Hit, Recipe
from workbench.audit.teaching import draw_teaching
from workbench.compare.changes import Change, change, departed, summary
from workbench.compare.choosing import label
from workbench.compare.judging import draw_thumbs
from workbench.compare.query import Query
from workbench.compare.sheet import Sheet
from workbench.highlight import Mark, chip, escape, excerpt, passage
from workbench.navigation import CORPUS
from workbench.session import Session, ground, topic_matcher
from workbench.words import METRICS, count, milliseconds

TEACH = "Make it a training pair: a positive, or a hard negative."
MEANING = "1: no expected topic in the first five results, 2: some, 3: at least half, 4: all, 5: all in the first three."
ENTERED, ROSE, FELL = 2, 6, 5  # tones
JUDGED_AT = "judged@10 is the share of the first ten that anybody has judged: the rest counts as not relevant."


def draw_columns(session: Session, wanted: Sequence[Recipe], found: Sheet, query: Query, k: int, newest: str) -> None:
    """A column a system; the first is what the others are compared with."""
    measured = query.judged_within(ground(session))
    for column, recipe in zip(st.columns(len(wanted), gap="small"), wanted, strict=True):
        with column:
            st.subheader(label(recipe.name, newest), anchor=False)
            _draw_facts(session, found, recipe.name, query, measured)
            if recipe is wanted[0]:
                changes = None
                st.caption("What the others are compared with" if len(wanted) > 1 else "All by itself")
            else:
                changes = _draw_changes(found, wanted[0].name, recipe.name, k)
            for hit in found.hits[recipe.name][:k]:
                _draw_hit(session, hit, query, changes, f"{recipe.name}_{hit.rank}")
            if changes is not None:
                _draw_departed(found, wanted[0].name, recipe.name, k)


def _draw_facts(session: Session, found: Sheet, name: str, query: Query, measured: Question | None) -> None:
    chunks = [hit.chunk for hit in found.hits[name]]
    if query.graded:
        _draw_grade(grade(query.topics, chunks, topic_matcher(session)))
    values = measure_one(measured, [chunk.chunk_id for chunk in chunks]) if measured else {}
    shown = [f"{METRICS[metric]} {value:.2f}" for metric, value in values.items()]
    st.caption(" · ".join([*shown, milliseconds(found.seconds[name])]), help=JUDGED_AT if values else None)


def _draw_grade(given: Grade) -> None:
    dots = "●" * given.grade + "○" * (5 - given.grade)
    covered, expected = len(given.covered), len(given.covered) + len(given.missed)
    help_ = f"{covered} of {count(expected, 'topic')} in the first {RUBRIC_K}. {MEANING}"
    st.markdown(f":primary[{dots}] **{given.grade}** of 5", help=help_)


def _draw_changes(found: Sheet, left: str, name: str, k: int) -> Mapping[str, Change]:
    """Of each result its change against the left column, and all of them in a line."""
    hits = found.hits[name][:k]
    changes = {hit.chunk.chunk_id: change(hit.rank, found.ranks[left][hit.chunk.chunk_id], k) for hit in hits}
    st.caption(summary(list(changes.values()), len(_departed(found, left, name, k))))
    return changes


def _departed(found: Sheet, left: str, name: str, k: int) -> list[tuple[str, int]]:
    here = [hit.chunk.chunk_id for hit in found.hits[name][:k]]
    return departed([hit.chunk.chunk_id for hit in found.hits[left][:k]], here, found.ranks[name])


def _draw_departed(found: Sheet, left: str, name: str, k: int) -> None:
    gone = _departed(found, left, name, k)
    if not gone:
        return
    by_id = {hit.chunk.chunk_id: hit for hit in found.hits[left]}
    lines = [
        f'<div style="opacity:.8;font-size:.85rem;margin-top:.3em"><b>{by_id[chunk_id].rank} → {rank:,}</b> '
        f"{escape(by_id[chunk_id].chunk.text[:90])}…</div>"
        for chunk_id, rank in gone
    ]
    with st.container(border=True, gap="xsmall"):
        st.html(f'<div style="font-size:.85rem"><b>Left the first {k}</b></div>' + "".join(lines))


def _draw_hit(session: Session, hit: Hit, query: Query, changes: Mapping[str, Change] | None, key: str) -> None:
    covered = topic_matcher(session).coverage(query.topics, hit.chunk).covered
    shown, marks = excerpt(hit.chunk.text, _marks(covered, query.tones), 220)
    moved = "" if changes is None else _moved(changes[hit.chunk.chunk_id], hit.rank)
    with st.container(border=True, gap="xsmall"):
        st.html(
            f'<div style="font-size:.85rem"><b>{hit.rank}</b> <span style="opacity:.7;margin:0 .5em">{hit.score:.3f}</span>{moved}</div>'
            + chip(hit.chunk.filename)
            + passage(shown, marks, size=".92rem")
            + '<div style="margin-top:.4em">'
            + _judged(query.question, hit.chunk.chunk_id)
            + "".join(chip(match.topic, query.tones[match.topic], title=how(match)) for match in covered)
            + "</div>"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.page_link(CORPUS, label="Read", icon=":material/menu_book:", query_params={"chunk": hit.chunk.chunk_id})
            if query.question:
                draw_thumbs(session, query.question, hit.chunk.chunk_id, key)
            elif st.button("Teach", icon=":material/school:", key=f"teach_{key}", type="tertiary", help=TEACH):
                draw_teaching(session, query.text, "", hit.chunk)


def _moved(one: Change, rank: int) -> str:
    match one.kind:
        case "entered":
            return chip(f"new, was {one.before:,}", ENTERED, strong=True, title=f"On rank {one.before:,} in the left column")
        case "rose":
            return chip(f"▲ {one.by(rank)}", ROSE, strong=True, title=f"From rank {one.before}")
        case "fell":
            return chip(f"▼ {-one.by(rank)}", FELL, strong=True, title=f"From rank {one.before}")
        case _:
            return chip("=", title="On the same rank")


def _judged(question: Question | None, chunk_id: str) -> str:
    if question is None:
        return ""
    given = question.judgements.get(chunk_id)
    if given is None:
        return chip("not judged") if question.judgements else ""
    return chip(f"✓ judged relevant ({given})", ROSE, strong=True) if given > 0 else chip("judged not relevant", FELL)


def _marks(covered: Sequence[Match], tones: Mapping[str, int]) -> list[Mark]:
    return [
        Mark(match.start, match.end, tones[match.topic], how(match))
        for match in covered
        if match.start is not None and match.end is not None
    ]


def how(match: Match) -> str:
    """How a chunk covers a topic."""
    return f"{match.topic}: by its {match.how}, “{match.words}”"
