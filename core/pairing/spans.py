"""Where in a chunk's text stands what makes it an answer: evidence to point at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import TypedDict

from core.corpus.aliases import fold
from core.corpus.topics import Match
from core.mining.ground import Ground
from core.records import Question
from core.retrieval.tokens import tokenize

MOST_OF_A_WORD = 3

_WORD = re.compile(r"[^\W_]+")


class SpanEvidence(TypedDict):
    """Characters [start, end) of chunk.text. `kind`: "topic" (an expected topic), "mention" (a name of the question), "alias" (either
    of them under another name) or "word"; `of`: the topic, name or word that is found there."""

    start: int
    end: int
    kind: str
    of: str


class Covered(TypedDict):
    """A covered topic as evidence: how, and the words that cover it; `start` and `end` are None for one that only the mentions list."""

    topic: str
    how: str
    words: str
    start: int | None
    end: int | None


def covered(matches: Iterable[Match]) -> list[Covered]:
    """Matches as evidence."""
    return [{"topic": match.topic, "how": match.how, "words": match.words, "start": match.start, "end": match.end} for match in matches]


def named_in(question: Question, chunk: int, ground: Ground) -> tuple[Match, ...]:
    """The names in the question's text that the chunk has too, in some form, and that are no expected topic; in the question's order."""
    topics = {fold(topic) for topic in question.expected_topics}
    names = dict.fromkeys(span.alias for span in ground.names.find(question.text) if fold(span.alias) not in topics)
    matches = (ground.matcher.cover(name, ground.chunks[chunk]) for name in names)
    return tuple(match for match in matches if match)


def spans_of(text: str, topics: Iterable[Match], names: Iterable[Match], words: Sequence[str]) -> list[SpanEvidence]:
    """The spans of all of these in a chunk's text, in its order, none inside another: topics before names before words."""
    found = [
        *(_of_match(match, "topic") for match in topics if match.start is not None),
        *(_of_match(match, "mention") for match in names if match.start is not None),
        *_of_words(text, words),
    ]
    return sorted(apart(found), key=lambda span: span["start"])


def apart(spans: Iterable[SpanEvidence]) -> list[SpanEvidence]:
    """The spans without those that overlap one before them."""
    kept: list[SpanEvidence] = []
    for span in spans:
        if all(span["end"] <= other["start"] or other["end"] <= span["start"] for other in kept):
            kept.append(span)
    return kept


def _of_match(match: Match, kind: str) -> SpanEvidence:
    assert match.start is not None
    assert match.end is not None
    other_name = match.how == "alias" or fold(match.words) != fold(match.topic)
    return {"start": match.start, "end": match.end, "kind": "alias" if other_name else kind, "of": match.topic}


def _of_words(text: str, words: Collection[str]) -> list[SpanEvidence]:
    """The first few places where the text has a form of each word."""
    of = {stem: word for word in words for stem in tokenize(word)}
    n_found = dict.fromkeys(words, 0)
    spans: list[SpanEvidence] = []
    for match in _WORD.finditer(text) if of else ():
        word = next((of[stem] for stem in _stems(match[0]) if stem in of), None)
        if word is not None and n_found[word] < MOST_OF_A_WORD:
            n_found[word] += 1
            spans.append({"start": match.start(), "end": match.end(), "kind": "word", "of": word})
    return spans


@lru_cache(maxsize=100_000)
def _stems(word: str) -> tuple[str, ...]:
    """A corpus says the same words over and over."""
    return tuple(tokenize(word))
