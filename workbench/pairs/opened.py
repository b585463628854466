"""One pair with everything that is known about it: the reason, the evidence, the passages that matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.records import Chunk, Pair
from workbench.highlight import Mark, chip, escape, passage
from workbench.navigation import COMPARE, CORPUS
from workbench.session import Session, questions

LABEL_TONES = {"positive": 6, "negative": 5}
KIND_TONES = {"topic": 0, "alias": 1, "mention": 2, "word": 4}
SCORES = {"cosine": "{:.3f}", "bm25": "{:.1f}", "dense_rank": "{:,.0f}", "bm25_rank": "{:,.0f}"}
SCORE_NAMES = {"cosine": "cosine", "bm25": "BM25", "dense_rank": "rank by cosine", "bm25_rank": "rank by BM25"}


def draw_pair(session: Session, pair: Pair) -> None:
    """Query and verdict of the rules on top, below them the chunk; a negative has the positive it is set against beside it."""
    question = questions(session).get(pair.question_id)
    st.html(passage(pair.query, size="1.25rem"))
    st.html(chips_of(pair, question.category if question else ""))
    if pair.reason:
        st.html(passage(pair.reason))
    _draw_topics(pair.evidence)
    chunk, positive = session.store.chunk(pair.chunk_id), _positive_of(session, pair)
    sides = st.columns(2 if positive else 1, gap="large")
    if chunk:
        with sides[0]:
            _draw_chunk(chunk, "The chunk", marks_of(pair.evidence))
    if positive:
        with sides[1]:
            _draw_chunk(positive, "The positive it is set against", [])
    if question:
        st.page_link(COMPARE, label="Ask every system", icon=":material/balance:", query_params={"question": question.question_id})
    with st.expander("Evidence", icon=":material/data_object:"):
        st.json(dict(pair.evidence))


def chips_of(pair: Pair, category: str = "") -> str:
    """What a pair is and how it scores, as labels: HTML."""
    about = category or ("" if pair.question_id else "synthetic query")
    scores = [f"{SCORE_NAMES[name]} {form.format(pair.evidence[name])}" for name, form in SCORES.items() if name in pair.evidence]
    return f"<div>{labels_of(pair)}{''.join(chip(fact) for fact in [about, *scores] if fact)}</div>"


def labels_of(pair: Pair) -> str:
    """Label, rule and hardness: HTML."""
    label = chip(pair.label, LABEL_TONES[pair.label], strong=True)
    return label + "".join(chip(fact) for fact in (pair.rule, pair.hardness) if fact)


def marks_of(evidence: Mapping[str, Any]) -> list[Mark]:
    """The passages that the rule went by, each in the tone of its kind."""
    spans = evidence.get("spans") or [
        {**one, "kind": "topic", "of": one["topic"]} for one in evidence.get("covered", ()) if one.get("start") is not None
    ]
    return [Mark(span["start"], span["end"], KIND_TONES.get(span["kind"]), f"{span['of']} ({span['kind']})") for span in spans]


def legend(marks: Sequence[Mark]) -> str:
    """The tones that occur among the marks and what they stand for: HTML, "" where nothing is marked."""
    tones = {mark.tone for mark in marks}
    return "".join(chip(kind, tone, strong=True) for kind, tone in KIND_TONES.items() if tone in tones)


def _draw_topics(evidence: Mapping[str, Any]) -> None:
    covered, missed = evidence.get("covered", ()), evidence.get("missed", ())
    if covered or missed:
        how = [chip(f"✓ {one['topic']}", KIND_TONES["topic"], title=f"by its {one.get('how', 'text')}", strong=True) for one in covered]
        st.html("<div>Topics: " + "".join([*how, *(chip(f"✗ {topic}") for topic in missed)]) + "</div>")


def _positive_of(session: Session, pair: Pair) -> Chunk | None:
    against = pair.evidence.get("positive")
    return session.store.chunk(against) if pair.label == "negative" and isinstance(against, str) else None


def _draw_chunk(chunk: Chunk, title: str, marks: Sequence[Mark]) -> None:
    with st.container(border=True, gap="xsmall"):
        st.html(f"<div><b>{escape(title)}</b> {chip(chunk.title or chunk.filename)}{legend(marks)}</div>")
        st.html(passage(chunk.text, marks))
        st.page_link(CORPUS, label="Read in the corpus", icon=":material/menu_book:", query_params={"chunk": chunk.chunk_id})
