"""Positive pairs of questions that people asked, each with what it rests on: the reason in one line, the evidence to point at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.corpus.topics import Coverage, Match
from core.mining.ground import Ground
from core.mining.wording import counted, listed, quoted, spoken
from core.pairing.spans import covered, named_in, spans_of
from core.records import Pair, Question
from core.retrieval.tokens import tokenize

MOST_SHARED_WORDS = 3
TELLING_SHARE = 0.05

_ALL = {1: "the expected topic", 2: "both expected topics"}

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Distinct:
    """A chunk (index) that answers, and the answers that say nearly the same as it."""

    chunk: int
    same: tuple[int, ...]


def judged_pair(question: Question, distinct: Distinct, ground: Ground) -> Pair:
    chunk = ground.chunks[distinct.chunk]
    grade = question.judgements[chunk.chunk_id]
    coverage = ground.matcher.coverage(question.expected_topics, chunk)
    names = named_in(question, distinct.chunk, ground)
    words = shared_words(question.text, distinct.chunk, ground)
    topics = {"covered": covered(coverage.covered), "missed": list(coverage.missed)} if question.expected_topics else {}
    return Pair(
        query=question.text,
        chunk_id=chunk.chunk_id,
        label="positive",
        rule="judged",
        question_id=question.question_id,
        score=float(grade),
        reason=_judged_reason(grade, [*coverage.covered, *names], words) + _same(distinct),
        evidence={
            "grade": grade,
            **topics,
            "spans": spans_of(chunk.text, coverage.covered, names, words),
            "shared_words": words,
            **_same_as(distinct, ground),
        },
    )


def _judged_reason(grade: int, matches: Sequence[Match], words: Sequence[str]) -> str:
    verdict = "Judged relevant" if grade == 1 else f"Judged relevant with grade {grade}"
    renamed = [worded for match in matches if match.how == "alias" and (worded := _worded(match)) != match.topic]
    speaks = f"; it speaks of {listed(renamed)}" if renamed else ""
    if words:
        return f"{verdict}{speaks}; both speak of {quoted(words)}."
    return f"{verdict}{speaks}." if speaks else f"{verdict}, though it shares no word with the question."


def topic_pair(question: Question, topics: Sequence[str], distinct: Distinct, ground: Ground) -> Pair:
    chunk = ground.chunks[distinct.chunk]
    coverage = ground.matcher.coverage(topics, chunk)
    words = shared_words(question.text, distinct.chunk, ground)
    return Pair(
        query=question.text,
        chunk_id=chunk.chunk_id,
        label="positive",
        rule="topics",
        question_id=question.question_id,
        score=coverage.share,
        reason=_topic_reason(coverage, len(topics)) + _same(distinct),
        evidence={
            "covered": covered(coverage.covered),
            "missed": list(coverage.missed),
            "spans": spans_of(chunk.text, coverage.covered, named_in(question, distinct.chunk, ground), words),
            "shared_words": words,
            **_same_as(distinct, ground),
        },
    )


def _topic_reason(coverage: Coverage, n_topics: int) -> str:
    names = listed([_worded(match) for match in coverage.covered])
    if not coverage.missed:
        return f"Speaks of {names}, {_ALL.get(n_topics, f'all {n_topics} expected topics')}."
    return f"Speaks of {names}, {len(coverage.covered)} of {n_topics} expected topics; not of {listed(coverage.missed, last='or')}."


def _worded(match: Match) -> str:
    """The topic, and what the chunk calls it where it calls it otherwise: 'Abraham (as “Abram”)'."""
    if match.how == "mention":
        return f"{match.topic} (by its mentions)"
    same = match.words.casefold() in (match.topic.casefold(), spoken(match.topic).casefold())
    return match.topic if same else f"{match.topic} (as “{match.words}”)"


def _same(distinct: Distinct) -> str:
    return f" {counted(len(distinct.same), 'near-duplicate')} left out." if distinct.same else ""


def _same_as(distinct: Distinct, ground: Ground) -> dict[str, list[str]]:
    return {"same_as": [ground.chunks[chunk].chunk_id for chunk in distinct.same]} if distinct.same else {}


def shared_words(text: str, chunk: int, ground: Ground) -> list[str]:
    """At most three of the words of `text` that the chunk says too in some form, the rarest first; words that more than a
    twentieth of the chunks say only where there are no others."""
    limit = TELLING_SHARE * len(ground.chunks)
    found: dict[str, tuple[int, str]] = {}
    for word in _WORD.findall(text):
        counts = [ground.n_with[token] for token in tokenize(word) if token in ground.token_sets[chunk]]
        if counts:
            found.setdefault(word.casefold(), (min(counts), word))
    rarest = sorted(found.values(), key=lambda counted_word: counted_word[0])
    telling = [counted_word for counted_word in rarest if counted_word[0] <= limit]
    return [word for _, word in (telling or rarest)[:MOST_SHARED_WORDS]]
