"""Which of a question's expected topics a chunk covers, and by which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.corpus.aliases import AliasIndex, Span, fold, words
from core.records import Chunk, Entity

How = Literal["name", "alias", "mention", "phrase"]
EntityKey = tuple[str, str]

MOST_CHUNKS_HELD = 200_000  # readings kept in memory, about 1.5 kB each


@dataclass(frozen=True, slots=True)
class Match:
    """A covered topic. `words` are the chunk's: its characters [start, end), or the mention it lists (start and end None)."""

    topic: str
    how: How
    words: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The expected topics a chunk covers and those it misses, each in the order asked."""

    covered: tuple[Match, ...]
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        """Covered topics / expected topics; 0 where none is expected."""
        asked = len(self.covered) + len(self.missed)
        return len(self.covered) / asked if asked else 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a chunk is about, by the (type, name) of an entity: the span of its text that names the entity (the first one, under
    its primary name where there is one) and the mention that lists it. `listed` holds the mentions as written, by folded name.
    """

    chunk: Chunk
    spans: Mapping[EntityKey, Span]
    mentioned: Mapping[EntityKey, str]
    listed: Mapping[str, str]


class TopicMatcher:
    """Decides coverage. A topic is looked up among the entities; one that no entity claims is taken as a phrase.

    A name shared by several entities means, in a text, those that the chunk's mentions list; where they list none, the one whose
    primary name it is; where there is none either, each of them.
    """

    def __init__(self, entities: Iterable[Entity]) -> None:
        entities = tuple(entities)
        self.index = AliasIndex(entities)
        self._types = {entity.type for entity in entities}
        self._held: dict[str, Found] = {}
        self._phrases: dict[str, AliasIndex] = {}
        self._meanings: dict[str, tuple[Entity, ...]] = {}
        self._mention_meanings: dict[tuple[str, str], tuple[Entity, ...]] = {}

    def entities(self, topic: str) -> tuple[Entity, ...]:
        """What a topic means: the entities whose primary name it is, else those that claim it as an alias, else none."""
        if topic not in self._meanings:
            self._meanings[topic] = _owners(topic, self.index.resolve(topic))
        return self._meanings[topic]

    def cover(self, topic: str, chunk: Chunk) -> Match | None:
        """How `chunk` covers `topic`: by name in its text, else an alias in its text, else a mention; None where it does not."""
        found = self.found_in(chunk)
        meant = self.entities(topic)
        if not meant:
            return _listed(topic, found) or self._phrase(topic, chunk)
        in_text = [match for entity in meant if (match := _in_text(topic, entity, found))]
        if in_text:
            return min(in_text, key=lambda match: match.how == "alias")
        return next((match for entity in meant if (match := _mention(topic, entity, found))), None)

    def coverage(self, topics: Sequence[str], chunk: Chunk) -> Coverage:
        """What `chunk` covers of `topics`; a topic given twice counts once."""
        matches = {topic: self.cover(topic, chunk) for topic in dict.fromkeys(topics)}
        return Coverage(
            covered=tuple(match for match in matches.values() if match),
            missed=tuple(topic for topic, match in matches.items() if not match),
        )

    def found_in(self, chunk: Chunk) -> Found:
        """The chunk's entities, found once and kept."""
        held = self._held.get(chunk.chunk_id)
        if held is not None and (held.chunk is chunk or held.chunk == chunk):
            return held
        if len(self._held) >= MOST_CHUNKS_HELD:
            self._held.clear()
        mentioned = self._mentioned(chunk)
        listed = {fold(name): name for names in chunk.mentions.values() for name in names}
        found = Found(chunk, _first_spans(self.index.find(chunk.text), mentioned), mentioned, listed)
        self._held[chunk.chunk_id] = found
        return found

    def _mentioned(self, chunk: Chunk) -> dict[EntityKey, str]:
        mentioned: dict[EntityKey, str] = {}
        for type_, names in chunk.mentions.items():
            for name in names:
                for entity in self._meant_by_mention(type_, name):
                    mentioned.setdefault(key_of(entity), name)
        return mentioned

    def _meant_by_mention(self, type_: str, name: str) -> tuple[Entity, ...]:
        if (type_, name) not in self._mention_meanings:
            claimants = self.index.resolve(name)
            if type_ in self._types:  # a mention type that has no index may mean an entity of any type
                claimants = tuple(entity for entity in claimants if entity.type == type_)
            self._mention_meanings[type_, name] = _owners(name, claimants)
        return self._mention_meanings[type_, name]

    def _phrase(self, topic: str, chunk: Chunk) -> Match | None:
        if topic not in self._phrases:
            self._phrases[topic] = AliasIndex([Entity(topic, "")])
        spans = self._phrases[topic].find(chunk.text, ignore_case=True)
        return Match(topic, "phrase", chunk.text[spans[0].start : spans[0].end], spans[0].start, spans[0].end) if spans else None


class TopicIndex:
    """The chunks that cover a topic, out of many, without reading each of them for each topic."""

    def __init__(self, matcher: TopicMatcher, chunks: Sequence[Chunk]) -> None:
        self._matcher = matcher
        self._chunks = chunks
        self._by_entity: dict[EntityKey, list[int]] = defaultdict(list)
        self._covering: dict[str, tuple[int, ...]] = {}
        self._by_word: dict[str, list[int]] = {}
        for index, chunk in enumerate(chunks):
            found = matcher.found_in(chunk)
            for key in found.spans.keys() | found.mentioned.keys():
                self._by_entity[key].append(index)

    def candidates(self, topic: str) -> tuple[int, ...]:
        """Indices, ascending, of the chunks that cover `topic`."""
        if topic not in self._covering:
            covers = self._matcher.cover
            self._covering[topic] = tuple(index for index in self._possible(topic) if covers(topic, self._chunks[index]))
        return self._covering[topic]

    def _possible(self, topic: str) -> Iterable[int]:
        meant = self._matcher.entities(topic)
        if not meant:
            return sorted(self._with_words(words(topic)))
        return sorted({index for entity in meant for index in self._by_entity.get(key_of(entity), ())})

    def _with_words(self, wanted: Sequence[str]) -> set[int]:
        """The chunks whose text or mentions hold every wanted word."""
        if not self._by_word:  # only topics that no entity claims need it
            self._by_word = _postings(self._chunks)
        holders = [set(self._by_word.get(word, ())) for word in wanted]
        return set.intersection(*holders) if holders else set()


def _postings(chunks: Sequence[Chunk]) -> dict[str, list[int]]:
    postings: dict[str, list[int]] = defaultdict(list)
    for index, chunk in enumerate(chunks):
        listed = (name for names in chunk.mentions.values() for name in names)
        for word in {*words(chunk.text), *(word for name in listed for word in words(name))}:
            postings[word].append(index)
    return postings


def key_of(entity: Entity) -> EntityKey:
    """What an entity is told apart by: (type, name)."""
    return entity.type, entity.name


def _owners(name: str, claimants: Sequence[Entity]) -> tuple[Entity, ...]:
    """Of the entities that claim a name, those it is the primary name of, where there are any."""
    primary = tuple(entity for entity in claimants if fold(entity.name) == fold(name))
    return primary or tuple(claimants)


def _first_spans(spans: Sequence[Span], mentioned: Mapping[EntityKey, str]) -> dict[EntityKey, Span]:
    first: dict[EntityKey, Span] = {}
    for span in spans:
        for key in _bearers(span, mentioned):
            held = first.get(key)
            if held is None or (held.alias != key[1] and span.alias == key[1]):
                first[key] = span
    return first


def _bearers(span: Span, mentioned: Mapping[EntityKey, str]) -> list[EntityKey]:
    listed = [key_of(entity) for entity in span.entities if key_of(entity) in mentioned]
    return listed or [key_of(entity) for entity in _owners(span.alias, span.entities)]


def _in_text(topic: str, entity: Entity, found: Found) -> Match | None:
    span = found.spans.get(key_of(entity))
    if span is None:
        return None
    how: How = "name" if fold(span.alias) == fold(entity.name) else "alias"
    return Match(topic, how, found.chunk.text[span.start : span.end], span.start, span.end)


def _mention(topic: str, entity: Entity, found: Found) -> Match | None:
    name = found.mentioned.get(key_of(entity))
    return Match(topic, "mention", name) if name is not None else None


def _listed(topic: str, found: Found) -> Match | None:
    name = found.listed.get(fold(topic))
    return Match(topic, "mention", name) if name is not None else None
