"""Which chunks answer a question: those a judge has named, else those that cover its expected topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.mining.ground import Ground
from core.mining.wording import counted, listed
from core.pairing.labelled import Distinct, judged_pair, topic_pair
from core.records import Pair, Question
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Positives:
    """Positive pairs in the order of the questions, best first, and for each question without one the reason (by question id)."""

    pairs: tuple[Pair, ...]
    unpaired: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """The pairs of one question, best first; where there are none, why."""

    pairs: list[Pair]
    why_none: str = ""


def find_positives(questions: Sequence[Question], ground: Ground, settings: Settings) -> Positives:
    """At most POSITIVES_PER_QUERY chunks for each question, never one that is later in time than the question may look.

    A question with relevant chunks keeps to them (rule "judged", score = grade). Any other takes the chunks that cover at least
    MIN_TOPIC_COVERAGE of its topics (rule "topics", score = share covered), those nearest to it by BM25 first among equals. A
    chunk that covers only topics found nearly everywhere must also be the nearest of all chunks to the question in words. Of chunks
    that say nearly the same (`Ground.twins`) only the best counts: the others are no new evidence, and no negatives either.
    """
    scores = ground.scores([question.text for question in questions if not question.relevant])
    pairs: list[Pair] = []
    unpaired: dict[str, str] = {}
    for question in questions:
        found = _judged(question, ground) if question.relevant else _by_topics(question, ground, next(scores), settings)
        pairs += found.pairs[: settings.POSITIVES_PER_QUERY]
        if not found.pairs:
            unpaired[question.question_id] = found.why_none
    return Positives(tuple(pairs), unpaired)


def _judged(question: Question, ground: Ground) -> _Found:
    known = [chunk_id for chunk_id in question.relevant if chunk_id in ground.index]
    if not known:
        return _Found([], f"None of its {counted(len(question.relevant), 'judged chunk')} is in the corpus.")
    allowed = [chunk_id for chunk_id in known if not _too_late(question, ground.index[chunk_id], ground)]
    if not allowed:
        return _Found([], f"Every chunk judged relevant is later than its temporal limit {question.temporal_limit:g}.")
    best_first = sorted((ground.index[chunk_id] for chunk_id in allowed), key=lambda chunk: -question.judgements[_id(chunk, ground)])
    return _Found([judged_pair(question, distinct, ground) for distinct in _distinct(best_first, ground)])


def _distinct(chunks: Iterable[int], ground: Ground) -> list[Distinct]:
    """The chunks without those that nearly repeat one before them, which go with it."""
    groups: dict[int, list[int]] = {}
    for chunk in chunks:
        groups.setdefault(int(ground.twins[chunk]), []).append(chunk)
    return [Distinct(group[0], tuple(group[1:])) for group in groups.values()]


def _id(chunk: int, ground: Ground) -> str:
    return ground.chunks[chunk].chunk_id


def _by_topics(question: Question, ground: Ground, scores: NDArray[np.float64], settings: Settings) -> _Found:
    topics = tuple(dict.fromkeys(question.expected_topics))
    if not topics:
        return _Found([], "It has neither expected topics nor a chunk judged relevant.")
    share = _shares(topics, ground)
    covering = np.flatnonzero(share >= settings.MIN_TOPIC_COVERAGE - 1e-9).tolist()
    if not covering:
        return _Found([], _too_little(topics, float(share.max(initial=0.0)), settings.MIN_TOPIC_COVERAGE))
    open_to_it = [chunk for chunk in covering if question.judgements.get(ground.chunks[chunk].chunk_id) != 0]
    in_time = [chunk for chunk in open_to_it if not _too_late(question, chunk, ground)]
    if not in_time:
        barrier = f"later than its temporal limit {question.temporal_limit:g}" if open_to_it else "judged not relevant"
        return _Found([], f"Every chunk that covers enough of its topics is {barrier}.")
    told = _told(topics, ground) | ((scores > 0) & (scores >= scores.max()))
    pointed_at = [chunk for chunk in in_time if told[chunk]]
    best_first = _distinct(sorted(pointed_at, key=lambda chunk: (-share[chunk], -scores[chunk], chunk)), ground)
    subject = f"The topic {topics[0]} comes" if len(topics) == 1 else f"The topics {listed(topics)} come"
    why_none = f"{subject} up in too many chunks to point at one, and none of these is the nearest to the question in words."
    return _Found([topic_pair(question, topics, distinct, ground) for distinct in best_first[: settings.POSITIVES_PER_QUERY]], why_none)


def _told(topics: Sequence[str], ground: Ground) -> NDArray[np.bool_]:
    """(n,) whether a chunk covers a topic that tells chunks apart, and not only such as come up nearly everywhere."""
    told = np.zeros(len(ground.chunks), dtype=np.bool_)
    for topic in topics:
        if ground.tells_apart(topic):
            told[list(ground.topics.candidates(topic))] = True
    return told


def _shares(topics: Sequence[str], ground: Ground) -> NDArray[np.float64]:
    """(n,) the share of the topics that each chunk covers."""
    n_covered = np.zeros(len(ground.chunks))
    for topic in topics:
        n_covered[list(ground.topics.candidates(topic))] += 1
    return n_covered / len(topics)


def _too_little(topics: Sequence[str], best: float, needed: float) -> str:
    if not best:
        return f"No chunk speaks of {listed(topics, last='or')}."
    n_best = round(best * len(topics))
    return f"No chunk covers more than {n_best} of its {len(topics)} topics ({listed(topics)}); MIN_TOPIC_COVERAGE asks for {needed:.0%}."


def _too_late(question: Question, chunk: int, ground: Ground) -> bool:
    order = ground.chunks[chunk].temporal_order
    return order is not None and question.temporal_limit is not None and order > question.temporal_limit
