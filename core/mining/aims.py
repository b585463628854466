"""What a query is about: the entities its negatives are drawn around, and the chunks that may answer it and so are no negatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.corpus.aliases import fold
from core.mining.ground import Ground
from core.records import Question

MOST_ANCHORS = 3


@dataclass(frozen=True, slots=True)
class Aim:
    """`anchors`: numbers of the query's specific entities, the most telling first. `about`: what the query calls its subjects.

    `barred` (n,) bool: the chunks that speak of any of them, or of a namesake; `share` (n,): which part of the subjects each chunk
    speaks of, the expected topics where there are any (`expected`); `covered`: whether any chunk speaks of one. `keys`: what the query
    is about, for telling two queries apart.
    """

    anchors: tuple[int, ...]
    about: tuple[str, ...]
    barred: NDArray[np.bool_]
    share: NDArray[np.float32]
    expected: bool = False
    covered: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A name in a query, and the numbers of the entities it may mean."""

    name: str
    claimants: tuple[int, ...]


def aim_of_question(question: Question, positives: Sequence[int], ground: Ground) -> Aim:
    """Expected topics first, then the names found in the question's text.

    A name that several entities share means those the positives mention, where they mention one; chunks that speak of any of
    the others are barred all the same. Broad entities ("God") found in the text are left out: every second chunk speaks of
    them, which neither makes it an answer nor tells it from one. An expected topic bars its chunks however broad it is.
    """
    told = {number for index in positives for number in ground.mentions.of_chunk(index).tolist()}
    meant: list[int] = []
    barred: list[int] = []
    about = list(question.expected_topics)
    covered = {number for topic in question.expected_topics for number in _topic(topic, ground).claimants}
    for named in _named(question, ground):
        specific = [number for number in named.claimants if ground.mentions.is_specific(number)]
        known = [number for number in specific if number in told] or (specific if len(named.claimants) == 1 else [])
        meant += known
        barred += specific
        if known and not covered.issuperset(known):
            about.append(named.name)
            covered.update(known)
    topics = list(dict.fromkeys(question.expected_topics))
    covering = [np.array(ground.topics.candidates(topic), dtype=np.int64) for topic in topics]
    mask = bar(ground, barred)
    for chunks in covering:
        mask[chunks] = True
    subjects = covering or [ground.covering(number) for number in dict.fromkeys(meant)]
    keys = (*(f"topic:{fold(topic)}" for topic in topics), *_keys(meant, ground))
    share = _share(subjects, ground)
    return Aim(most_telling(meant, ground), tuple(dict.fromkeys(about)), mask, share, bool(topics), bool(share.any()), keys)


def aim_of_entities(numbers: Sequence[int], called: Sequence[str], ground: Ground) -> Aim:
    """The aim of a query made from these entities, `called` so in it."""
    specific = [number for number in numbers if ground.mentions.is_specific(number)]
    share = _share([ground.covering(number) for number in dict.fromkeys(specific)], ground)
    anchors = most_telling(specific, ground)
    return Aim(anchors, tuple(dict.fromkeys(called)), bar(ground, numbers), share, False, bool(share.any()), _keys(numbers, ground))


def most_telling(numbers: Iterable[int], ground: Ground) -> tuple[int, ...]:
    """At most three: proper names before words of the language ("mercy"), the rarer before the more frequent."""
    mentions = ground.mentions
    ordered = sorted(set(numbers), key=lambda number: (not mentions.is_name(number), -mentions.rarity[number], number))
    return tuple(ordered[:MOST_ANCHORS])


def bar(ground: Ground, numbers: Iterable[int]) -> NDArray[np.bool_]:
    """(n,) the chunks that speak of any of the entities or of their namesakes."""
    barred = np.zeros(len(ground.chunks), dtype=np.bool_)
    for number in dict.fromkeys(namesake for own in numbers for namesake in ground.mentions.namesakes(own)):
        barred[ground.covering(number)] = True
    return barred


def _share(subjects: Sequence[NDArray[np.int64]], ground: Ground) -> NDArray[np.float32]:
    share = np.zeros(len(ground.chunks), dtype=np.float32)
    for chunks in subjects:
        share[chunks] += 1 / len(subjects)
    return share


def _keys(numbers: Iterable[int], ground: Ground) -> tuple[str, ...]:
    entities = (ground.mentions.entities[number] for number in dict.fromkeys(numbers))
    return tuple(f"entity:{entity.type}:{entity.name}" for entity in entities)


def _named(question: Question, ground: Ground) -> Iterator[_Named]:
    for topic in question.expected_topics:
        yield _topic(topic, ground)
    for span in ground.names.find(question.text):
        said = question.text[span.start : span.end]
        yield _Named(said, tuple(ground.mentions.number(entity) for entity in span.entities))


def _topic(topic: str, ground: Ground) -> _Named:
    return _Named(topic, tuple(ground.mentions.number(entity) for entity in ground.matcher.entities(topic)))
