"""The slides: one question each, what was found before and what is found after, and a last one with the whole result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.corpus.topics import TopicMatcher
from core.evaluation import standings
from core.records import Question
from core.reporting.examples import clearest, movement
from workbench.evaluate import derived
from workbench.evaluate.look import Look
from workbench.highlight import Mark, chip, escape, excerpt, passage, tones_of
from workbench.results import verdict
from workbench.session import Session, topic_matcher
from workbench.telling import at_the_top, moved, tone_of
from workbench.words import count

N_BETTER, N_WORSE, N_RESULTS = 5, 2, 3
BIG = "font-size:clamp(1.6rem,2.6vw,2.6rem);line-height:1.25;font-weight:600;font-family:serif"
TONES = {"better": 0, "worse": 1, "same": None}


@dataclass(frozen=True, slots=True)
class Slides:
    """Ids of the questions to show. `chosen`: by a person, else by how much they changed."""

    question_ids: tuple[str, ...]
    chosen: bool


def slides_of(session: Session, look: Look) -> Slides:
    """What somebody chose, as far as the run asked it; else the clearest gains with the clearest losses among them."""
    chosen = tuple(one for one in session.store.curated() if one in look.found.questions)
    if chosen:
        return Slides(chosen, True)
    changes = derived.changes(look.run, look.metric, look.before, look.after)
    examples = clearest(changes, N_BETTER, N_WORSE).interleaved()
    return Slides(tuple(one.question_id for one in examples), False)


def draw_slide(session: Session, look: Look, question: Question) -> None:
    """A question, in one sentence what became of it, and both lists."""
    order, key = derived.ranked(look.run), question.question_id
    before, after = order.get((look.before, key), ()), order.get((look.after, key), ())
    tones = tones_of(question.expected_topics)
    st.html(f'<div style="{BIG}">{passage(question.text, size="inherit")}</div>')
    tone = _tone(look, question.question_id)
    said = moved(movement(question, before, after), tone) if question.relevant else _by_score(look, question)
    st.html(f'<div style="font-size:1.5rem">{chip(tone, TONES[tone], strong=True)} {escape(said)}</div>')
    sides = ((look.before, "Before", before), (look.after, "After", after))
    for column, (system, name, ranked) in zip(st.columns(2, gap="large"), sides, strict=True):
        with column:
            st.html(f'<div style="font-size:1.3rem;font-weight:600">{name} <span style="opacity:.6">{escape(system)}</span></div>')
            _draw_results(session, question, ranked, before if name == "After" else (), tones)


def draw_last(look: Look) -> None:
    """The whole result in two sentences that need no statistics."""
    found = derived.compared(look.run, look.metric, look.before, look.after)
    said, tone = verdict(found)
    st.html(f'<div style="{BIG}">{escape(said)}</div>')
    lines = [
        *at_the_top(_hits(look)),
        f"Of {count(found['n'], 'question')} that nothing was trained on, {found['wins']:,} got better, {found['losses']:,} got worse and "
        f"{found['ties']:,} stayed as they were.",
    ]
    for line in lines:
        st.html(f'<div style="font-size:1.6rem;line-height:1.5;margin-top:.6em">{escape(line)}</div>')
    if tone == "info":
        st.html('<div style="font-size:1.3rem;opacity:.75;margin-top:.6em">More questions would be needed to be sure.</div>')


def _tone(look: Look, question_id: str) -> str:
    table = derived.changes(look.run, look.metric, look.before, look.after)
    change = table.loc[table["question_id"] == question_id, "change"]
    return tone_of(float(change.iloc[0]) if len(change) else 0.0)


def _hits(look: Look) -> dict[str, tuple[int, int, int]]:
    present = set(look.found.scores["metric"])
    metrics = [metric for metric in ("precision@1", "recall@10") if metric in present]
    return {metric: standings.hits(derived.measured(look.run, metric), look.before, look.after) for metric in metrics}


def _by_score(look: Look, question: Question) -> str:
    values = derived.measured(look.run, look.metric).values
    if question.question_id not in values.index:
        return ""
    before, after = (float(values[system][question.question_id]) for system in (look.before, look.after))
    return f"{look.metric_name} {before:.2f} before, {after:.2f} after."


def _draw_results(session: Session, question: Question, ranked: Sequence[str], before: Sequence[str], tones: dict[str, int]) -> None:
    matcher: TopicMatcher = topic_matcher(session)
    for rank, chunk_id in enumerate(ranked[:N_RESULTS], start=1):
        chunk = session.store.chunk(chunk_id)
        if chunk is None:
            continue
        covered = matcher.coverage(question.expected_topics, chunk).covered
        marks = [Mark(one.start, one.end, tones[one.topic]) for one in covered if one.start is not None and one.end is not None]
        shown, marks = excerpt(chunk.text, marks, 260)
        answers = chip("✓ answers the question", 6, strong=True) if chunk_id in question.relevant else ""
        with st.container(border=True, gap="xsmall"):
            st.html(
                f'<div style="font-size:1.15rem"><b>{rank}</b> {_came(chunk_id, rank, before)} {answers}</div>'
                + passage(shown, marks, size="1.2rem")
            )


def _came(chunk_id: str, rank: int, before: Sequence[str]) -> str:
    """Where a result of the list after stood before."""
    if not before:
        return ""
    if chunk_id not in before:
        return chip("new", 2)
    change = before.index(chunk_id) + 1 - rank
    return chip(f"↑ {change}", 0) if change > 0 else chip(f"↓ {-change}", 1) if change < 0 else ""
