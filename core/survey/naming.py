"""Which entities the texts name, under whatever name, and which topics that are no entity they hold as a phrase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.corpus.aliases import AliasIndex
from core.corpus.topics import TopicMatcher
from core.records import Chunk, Entity, Question


def named(chunk: Chunk, matcher: TopicMatcher) -> list[str]:
    """Ids of the entities that a chunk's text names. A name that several share means what `TopicMatcher` takes it to mean."""
    return [Entity(name, kind).entity_id for kind, name in matcher.found_in(chunk).spans]


def phrases_of(questions: Iterable[Question], matcher: TopicMatcher) -> tuple[str, ...]:
    """The expected topics that mean no entity, each once."""
    topics = dict.fromkeys(topic for question in questions for topic in question.expected_topics)
    return tuple(topic for topic in topics if not matcher.entities(topic))


def holding(chunks: Sequence[Chunk], phrases: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(index of the chunk, phrase) for each phrase that a text holds, in any case."""
    if not phrases:
        return
    index = AliasIndex(Entity(phrase, "") for phrase in phrases)
    for number, chunk in enumerate(chunks):
        for phrase in {entity.name for span in index.find(chunk.text, ignore_case=True) for entity in span.entities}:
            yield number, phrase
