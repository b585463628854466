"""The 1-5 rubric: how well the top of a ranking covers the topics a question expects.

    1  no expected topic is covered in the first k chunks (k = 5 unless asked otherwise)
    2  some topics are covered, fewer than half
    3  at least half of them are
    4  all of them are
    5  all of them are, within the first three chunks

A topic is covered by a chunk when `core.corpus.topics.TopicMatcher` finds it there: under its entity's name or an alias in the text,
in the chunk's list of mentions, or, where no entity has that name, as a phrase. Several chunks may cover the topics between
them. The grade depends on the topics, the ranked chunks and the entity index alone: nothing is drawn by chance or judged by a model,
so the same ranking always gets the same grade. For each covered topic the best-ranked chunk that covers it is kept with the
words that do, so that a person can check the grade by reading. A question with a single topic gets 1, 4 or 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.corpus.topics import Match, TopicMatcher
from core.records import Chunk

RUBRIC_K = 5
RUBRIC_TOP = 3


class Covering(NamedTuple):
    """The best-ranked chunk that covers a topic (`rank` counts from 1), and the words by which it does."""

    rank: int
    chunk_id: str
    match: Match


@dataclass(frozen=True, slots=True)
class Grade:
    """A ranking's grade, 1 to 5, and what it rests on: `covered` by topic, and the topics `missed`, each in the order asked."""

    grade: int
    covered: Mapping[str, Covering]
    missed: tuple[str, ...]


def grade(topics: Sequence[str], ranked_chunks: Sequence[Chunk], matcher: TopicMatcher, k: int = RUBRIC_K, top: int = RUBRIC_TOP) -> Grade:
    """The grade of `ranked_chunks`, best first, of which the first k count. A topic given twice counts once.

    Raises ValueError where no topic is expected: such a question has no grade.
    """
    expected = tuple(dict.fromkeys(topics))
    if not expected:
        raise ValueError("a question that expects no topics cannot be graded")
    covered = {topic: found for topic in expected if (found := _first_covering(topic, ranked_chunks[:k], matcher))}
    missed = tuple(topic for topic in expected if topic not in covered)
    return Grade(_grade_for(len(expected), [covering.rank for covering in covered.values()], top), covered, missed)


def _first_covering(topic: str, ranked_chunks: Sequence[Chunk], matcher: TopicMatcher) -> Covering | None:
    for rank, chunk in enumerate(ranked_chunks, start=1):
        match = matcher.cover(topic, chunk)
        if match is not None:
            return Covering(rank, chunk.chunk_id, match)
    return None


def _grade_for(n_expected: int, ranks: Sequence[int], top: int) -> int:
    if not ranks:
        return 1
    if len(ranks) == n_expected:
        return 5 if max(ranks) <= top else 4
    return 3 if 2 * len(ranks) >= n_expected else 2
