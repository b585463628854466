"""One result to judge as the browser gets it, and the line of results that somebody goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.judging.giving import GRADES
from core.judging.pooling import Item
from core.records import Chunk, Question, Split, content_id
from workbench.highlight import Mark, chip, marked, passage, tones_of
from workbench.session import Session, ground, topic_matcher
from workbench.words import count, printable


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who goes through which line. `again`: also through what is judged already."""

    line: Sequence[Item]
    split: Split
    auditor: str
    again: bool = False

    def is_open(self, item: Item, asked: Mapping[str, Question]) -> bool:
        return self.again or item.chunk_id not in asked[item.question_id].judgements

    def next_open(self, item: Item | None, asked: Mapping[str, Question], line: Sequence[Item] | None = None) -> Item | None:
        """The first open one after `item`, else the first open one at all, other than `item`; None where none is left."""
        line = self.line if line is None else line
        start = line.index(item) + 1 if item else 0
        return next((one for one in [*line[start:], *line[:start]] if one != item and self.is_open(one, asked)), None)

    def beside(self, item: Item, step: int) -> Item:
        """The one before or after, judged or not; itself at an end of the line."""
        return self.line[min(max(self.line.index(item) + step, 0), len(self.line) - 1)]


def card(session: Session, sitting: Sitting, asked: Mapping[str, Question], item: Item | None, turn: str, notice: str) -> dict[str, Any]:
    """What judge.js shows. Corpus text leaves here as escaped HTML; what is plain text is put in as text there."""
    n_open = sum(one.chunk_id not in asked[one.question_id].judgements for one in sitting.line)
    question = asked[item.question_id] if item else None
    return {
        "turn": turn,
        "item": content_id(item.question_id, item.chunk_id) if item else "",
        "html": _html(session, question, item) if question and item else _nothing_left(sitting),
        "grades": list(GRADES.items()),
        "now": question.judgements.get(item.chunk_id) if question and item and sitting.again else None,
        "headline": f"{len(sitting.line) - n_open:,} of {len(sitting.line):,} judged",
        "lines": [_of_question(sitting, question)] if question else [],
        "notice": notice,
    }


def _html(session: Session, question: Question, item: Item) -> dict[str, str]:
    searched = ground(session)
    chunk = searched.chunks[searched.places[item.chunk_id]]
    tones = tones_of(question.expected_topics)
    return {
        "query": f'<span dir="auto">{marked(question.text)}</span>',
        "about": "".join(chip(topic, tones[topic], strong=True) for topic in question.expected_topics),
        "head": chip(printable(chunk.title or chunk.filename), title=chunk.filename),
        "text": passage(chunk.text, _marks(session, question, chunk, tones)),
    }


def _marks(session: Session, question: Question, chunk: Chunk, tones: Mapping[str, int]) -> list[Mark]:
    covered = topic_matcher(session).coverage(question.expected_topics, chunk).covered
    return [Mark(one.start, one.end, tones[one.topic], one.topic) for one in covered if one.start is not None and one.end is not None]


def _of_question(sitting: Sitting, question: Question) -> str:
    own = [item for item in sitting.line if item.question_id == question.question_id]
    n_left = sum(item.chunk_id not in question.judgements for item in own)
    return f"{count(len(own), 'result')} for this question, {n_left:,} to judge"


def _nothing_left(sitting: Sitting) -> dict[str, str]:
    why = "Everything in the pool is judged." if sitting.line else f"The newest evaluations ranked nothing for {sitting.split} questions."
    return {"query": why, "about": "", "head": "", "text": ""}
