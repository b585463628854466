"""One question opened: what it asks, where its answers stood and stand, and what training taught near it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.records import Question
from workbench.demo.curating import draw_pin
from workbench.evaluate import derived
from workbench.evaluate.look import Look
from workbench.evaluate.tracing import draw_trace, is_trained
from workbench.highlight import chip, passage, tones_of
from workbench.navigation import COMPARE, CORPUS
from workbench.session import Session
from workbench.words import count, plain

SNIPPET = 110
COLUMNS = {
    "answer": st.column_config.TextColumn(width="large"),
    "grade": st.column_config.NumberColumn(width=60),
}


def draw_question(session: Session, look: Look, question: Question) -> None:
    """The question, its numbers, its answers' ranks, the way on."""
    about = [one for one in (question.category, question.difficulty) if one]
    tones = tones_of(question.expected_topics)
    topics = "".join(chip(topic, tones[topic], strong=True) for topic in question.expected_topics)
    st.html(passage(question.text, size="1.25rem") + "<div>" + "".join(chip(one) for one in about) + topics + "</div>")
    values = derived.measured(look.run, look.metric).values
    with st.container(horizontal=True, vertical_alignment="center"):
        if question.question_id in values.index:
            before, after = (float(values[system][question.question_id]) for system in (look.before, look.after))
            st.markdown(f"{look.metric_name}: {before:.3f} → **{after:.3f}** ({after - before:+.3f})")
        st.page_link(COMPARE, label="Side by side", icon=":material/balance:", query_params={"question": question.question_id})
        draw_pin(session, question.question_id)
    _draw_answers(session, look, question)
    if is_trained(look):
        draw_trace(session, look, question)


def _draw_answers(session: Session, look: Look, question: Question) -> None:
    """Where the passages that answer it stood and stand."""
    import pandas as pd

    order, key = derived.ranked(look.run), question.question_id
    before, after = order.get((look.before, key), ()), order.get((look.after, key), ())
    if not question.relevant:
        st.caption("Nobody has judged which chunks answer it: it is scored by the topics that its results cover.")
        return
    chunks = [session.store.chunk(chunk_id) for chunk_id in question.relevant]
    rows = [
        {
            "answer": " ".join(chunk.document.split())[:SNIPPET] if chunk else "no longer in the corpus",
            "grade": question.judgements[chunk_id],
            look.before: _rank(before, chunk_id),
            look.after: _rank(after, chunk_id),
        }
        for chunk_id, chunk in zip(question.relevant, chunks, strict=True)
    ]
    table = pd.DataFrame(rows).sort_values([look.after, look.before], na_position="last")
    st.markdown(f"**Where its {count(len(rows), 'answer')} stood before and after** (rank; empty: below the tenth)")
    st.dataframe(table, column_config=COLUMNS, hide_index=True, height="content" if len(rows) < 8 else 300, alt="Ranks of the answers")
    _draw_lost(session, look, [one for one in before if one in question.relevant and one not in after])


def _draw_lost(session: Session, look: Look, lost: Sequence[str]) -> None:
    for chunk_id in lost[:3]:
        if chunk := session.store.chunk(chunk_id):
            label = f"{plain(look.after)} no longer finds {plain(chunk.title or chunk.filename)}"
            st.page_link(CORPUS, label=label, icon=":material/menu_book:", query_params={"chunk": chunk_id})


def _rank(ranked: Sequence[str], chunk_id: str) -> int | None:
    return ranked.index(chunk_id) + 1 if chunk_id in ranked else None
