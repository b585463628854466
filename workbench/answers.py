"""Systems' answers to one query, side by side: results with the topics they cover, the grade, the time they took."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.corpus.topics import Match, TopicMatcher
from core.evaluation.rubric import RUBRIC_K, Grade, grade
from core.pipeline import start_run
from core.records import Question
from core.runs.folder import RunFolder
from core.search import Hit
from workbench.audit.teaching import draw_teaching
from workbench.highlight import Mark, chip, excerpt, passage, tones_of
from workbench.navigation import CORPUS, TRAIN
from workbench.session import BY_VECTORS, Session, alias_index, systems, topic_matcher
from workbench.words import count, milliseconds, plain

TEACH = "Make it a training pair: a positive, or a hard negative."
MEANING = "1: no expected topic in the first five results, 2: some, 3: at least half, 4: all, 5: all in the first three."


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `topics` are a question's expected ones; for free text they are the entities named in it, and no grade is given.
    `teachable`: a result may be made a training pair; never for a held-out question."""

    text: str
    topics: tuple[str, ...] = ()
    judgements: Mapping[str, int] = field(default_factory=dict)
    graded: bool = False
    question_id: str = ""
    teachable: bool = False

    @property
    def tones(self) -> dict[str, int]:
        return tones_of(self.topics)


@dataclass(frozen=True, slots=True)
class Answer:
    """A system's results, best first, and the seconds it took."""

    hits: tuple[Hit, ...]
    seconds: float


def from_question(question: Question) -> Query:
    graded, teachable = bool(question.expected_topics), question.split == "train"
    return Query(question.text, question.expected_topics, question.judgements, graded, question.question_id, teachable)


def from_text(session: Session, text: str) -> Query:
    """A typed query; the entities it names are looked for in the results."""
    spans = alias_index(session).find(text, ignore_case=True)
    return Query(text, tuple(dict.fromkeys(span.entities[0].name for span in spans)), teachable=True)


@st.cache_data(max_entries=200, hash_funcs=BY_VECTORS, show_spinner=False)
def answer(session: Session, run: RunFolder | None, system: str, query: str, k: int) -> Answer:
    """Asked once for each state of the workspace, so a look at another page does not search again."""
    loaded = systems(session, run)
    start = time.perf_counter()
    hits = tuple(loaded.search(system, query, k))
    return Answer(hits, time.perf_counter() - start)


def draw_query(query: Query) -> None:
    """The question and what is looked for in the results."""
    st.html(passage(query.text, size="1.25rem"))
    if query.topics:
        st.caption("Topics a good answer covers" if query.graded else "Entities named in the query")
        st.html("".join(chip(topic, query.tones[topic], strong=True) for topic in query.topics))


def draw_missing(session: Session, missing: Mapping[str, str]) -> None:
    """Which systems cannot answer yet and why, with the way out."""
    if not missing:
        return
    st.caption("  \n".join(f"**{name}** is missing: {plain(why)}" for name, why in missing.items()))
    if st.button("Embed the corpus", icon=":material/scatter_plot:"):
        start_run(session.store, session.workspace, session.settings, ("embed",))
        st.switch_page(TRAIN)


def draw_answer(session: Session, name: str, given: Answer, query: Query) -> None:
    """One column: the system, how it did, its results."""
    matcher = topic_matcher(session)
    st.subheader(name, anchor=False)
    facts = [milliseconds(given.seconds)]
    if any(value > 0 for value in query.judgements.values()):
        n_relevant = sum(query.judgements.get(hit.chunk.chunk_id, 0) > 0 for hit in given.hits)
        facts.append(f"{n_relevant} relevant of {sum(value > 0 for value in query.judgements.values())}")
    st.caption(" · ".join(facts))
    if query.graded:
        _draw_grade(grade(query.topics, [hit.chunk for hit in given.hits], matcher))
    for hit in given.hits:
        _draw_hit(session, name, hit, query, matcher)


def _draw_grade(given: Grade) -> None:
    dots = "●" * given.grade + "○" * (5 - given.grade)
    covered, expected = len(given.covered), len(given.covered) + len(given.missed)
    st.markdown(
        f":primary[{dots}] **{given.grade}** of 5", help=f"{covered} of {count(expected, 'topic')} in the first {RUBRIC_K}. {MEANING}"
    )


def _draw_hit(session: Session, system: str, hit: Hit, query: Query, matcher: TopicMatcher) -> None:
    covered = matcher.coverage(query.topics, hit.chunk).covered
    shown, marks = excerpt(hit.chunk.text, _marks(covered, query.tones), 220)
    judged = query.judgements.get(hit.chunk.chunk_id)
    relevance = "" if judged is None else chip("✓ judged relevant", 6, strong=True) if judged > 0 else chip("judged not relevant")
    with st.container(border=True, gap="xsmall"):
        st.html(
            f'<div style="font-size:.85rem"><b>{hit.rank}</b> <span style="opacity:.7;margin-left:.5em">{hit.score:.3f}</span></div>'
            + chip(hit.chunk.filename)
            + passage(shown, marks, size=".92rem")
            + '<div style="margin-top:.4em">'
            + relevance
            + "".join(chip(match.topic, query.tones[match.topic], title=_how(match)) for match in covered)
            + "</div>"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(CORPUS, label="Read", icon=":material/menu_book:", query_params={"chunk": hit.chunk.chunk_id})
            key = f"teach_{system}_{hit.rank}"
            if query.teachable and st.button("Teach", icon=":material/school:", key=key, type="tertiary", help=TEACH):
                draw_teaching(session, query.text, query.question_id, hit.chunk)


def _marks(covered: Sequence[Match], tones: Mapping[str, int]) -> list[Mark]:
    return [
        Mark(match.start, match.end, tones[match.topic], _how(match))
        for match in covered
        if match.start is not None and match.end is not None
    ]


def _how(match: Match) -> str:
    return f"{match.topic}: by its {match.how}, “{match.words}”"
