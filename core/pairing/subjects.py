"""What a query about a chunk can ask for: its own page, what one of its sentences names together, and what its mentions alone tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.corpus.aliases import fold
from core.mining.ground import Ground
from core.mining.wording import spoken
from core.pairing.phrases import Phrases
from core.pairing.templates import Thing, kind_of
from core.pairing.vocabulary import Vocabulary

MOST_NAMES = 3
MOST_SHARING = 3
MOST_THINGS = 3
MOST_SENTENCES = 3
NAMED = 1.5
"""What the corpus holds worth naming counts this much more than a phrase that is as rare."""

_SEPARATORS = re.compile(r"[-_/\s]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, characters [start, end) of the chunk's text, and the two or three most telling things it names, the best first."""

    start: int
    end: int
    things: tuple[Thing, ...]


@dataclass
class Subjects:
    """Finds subjects on one corpus."""

    ground: Ground
    words: Vocabulary
    phrases: Phrases

    def page(self, index: int) -> Thing | None:
        """The entity whose page a chunk opens: file or title carries its name; None where none or several do."""
        if index not in self._first_of_file:
            return None
        claimants = {number for key in self._page_keys(index) for number in self._by_page.get(key, ())}
        mentioned = claimants & set(self.ground.mentions.of_chunk(index).tolist())
        meant = mentioned or claimants
        return self._named(index, meant.pop()) if len(meant) == 1 else None

    def told(self, index: int) -> list[Told]:
        """The most telling sentences of a chunk, at most three, the best first: those that name at least two rare things; where there is
        none, the text with the one most telling name in it."""
        text = self.ground.chunks[index].text
        weighed = sorted(self._weighed(index), key=lambda one: one[1].start or 0)
        found: list[tuple[float, Told]] = []
        for start, end in self.phrases.sentences(text):
            inside = [one for one in weighed if start <= (one[1].start or 0) < end]
            best = _most_telling(inside)
            if len(best) > 1 and any(_says_what(thing) for _, thing in best[:2]):
                found.append((sum(weight for weight, _ in best[:2]), Told(start, end, tuple(thing for _, thing in best))))
        if not found:
            alone = [thing for _, thing in sorted(weighed, key=lambda one: (-one[0], one[1].start or 0)) if not thing.text.islower()]
            found = [(0.0, Told(0, len(text), (thing,))) for thing in alone[:1]]
        return [told for _, told in sorted(found, key=lambda one: (-one[0], one[1].start))[:MOST_SENTENCES]]

    def mentioned(self, index: int) -> tuple[tuple[Thing, ...], int]:
        """The fewest of the rarest names that a chunk mentions and that at most three chunks share, and how many do; none where even
        three names do not get there."""
        names = self._rare_names(index)
        for n in range(1, min(MOST_NAMES, len(names)) + 1):
            n_sharing = self.ground.mentions.shared_by(names[:n])
            if n_sharing <= MOST_SHARING:
                return tuple(self._named(index, number) for number in names[:n]), n_sharing
        return (), 0

    def other_name(self, index: int, number: int) -> str | None:
        """A name of the entity that the chunk does not use, nobody else claims, and that is no ordinary word; None where none is."""
        if not self._names_it(index, number):
            return None
        names = (spoken(name) for name in self.ground.mentions.entities[number].names if len(self.ground.names.resolve(name)) == 1)
        return next((name for name in names if not (self._is_ordinary(number, name) or self._uses(index, name))), None)

    def named_between(self, index: int, start: int, end: int) -> list[Thing]:
        """The entities named between two places of a chunk's text."""
        return [thing for _, thing in self._names(index) if start <= (thing.start or 0) < end]

    def _weighed(self, index: int) -> Iterator[tuple[float, Thing]]:
        """Names and phrases of the text with how much they tell it apart; a phrase that overlaps a name is part of it."""
        yield from self._names(index)
        chunk = self.ground.chunks[index]
        taken = [(span.start, span.end) for span in self.ground.matcher.found_in(chunk).spans.values()]
        for phrase in self.phrases.of(chunk.text):
            if all(phrase.end <= start or end <= phrase.start for start, end in taken):
                yield phrase.weight, Thing(phrase.text, "phrase", phrase.start, phrase.end, None, phrase.article, phrase.n_chunks)

    def _names(self, index: int) -> Iterator[tuple[float, Thing]]:
        """The specific proper names in a chunk's text."""
        chunk, mentions = self.ground.chunks[index], self.ground.mentions
        for key, span in self.ground.matcher.found_in(chunk).spans.items():
            number = mentions.number(next(entity for entity in span.entities if (entity.type, entity.name) == key))
            said = chunk.text[span.start : span.end]
            if len(said) > 1 and mentions.is_specific(number) and mentions.is_name(number) and not self._is_ordinary(number, said):
                n_chunks = int(mentions.n_chunks[number])
                yield NAMED * float(mentions.rarity[number]), Thing(said, kind_of(key[0]), span.start, span.end, number, n_chunks=n_chunks)

    def _named(self, index: int, number: int) -> Thing:
        """An entity under what the chunk calls it: its primary name if the text has it, else the alias found there, else that name too."""
        entity, chunk = self.ground.mentions.entities[number], self.ground.chunks[index]
        match = self.ground.matcher.cover(entity.name, chunk)
        start, end = (match.start, match.end) if match else (None, None)
        name = spoken(entity.name)
        unclear = match is None or match.how != "alias" or len(self.ground.names.resolve(match.words)) > 1
        if match is not None and not unclear and not self.words.says(index, name) and not self._is_ordinary(number, match.words):
            name = match.words
        return Thing(name, kind_of(entity.type), start, end, number, n_chunks=int(self.ground.mentions.n_chunks[number]))

    def _uses(self, index: int, name: str) -> bool:
        """Whether a chunk's text has a name, or its page goes by it."""
        return self.words.says(index, name) or _page_key(name) in self._page_keys(index)

    def _page_keys(self, index: int) -> set[str]:
        chunk = self.ground.chunks[index]
        return {_page_key(chunk.filename), _page_key(chunk.title)} - {""}

    def _names_it(self, index: int, number: int) -> bool:
        match = self.ground.matcher.cover(self.ground.mentions.entities[number].name, self.ground.chunks[index])
        return match is not None and match.how != "mention"

    def _is_ordinary(self, number: int, name: str) -> bool:
        return self.words.is_ordinary(name, int(self.ground.mentions.n_chunks[number]))

    def _rare_names(self, index: int) -> list[int]:
        """The specific proper names a chunk mentions, the rarest first, one for each way of saying it."""
        mentions = self.ground.mentions
        told = [number for number in mentions.of_chunk(index).tolist() if mentions.is_specific(number) and mentions.is_name(number)]
        by_name: dict[str, int] = {}
        for number in sorted(told, key=lambda number: (-mentions.rarity[number], number)):
            name = spoken(mentions.entities[number].name)
            if not self._is_ordinary(number, name):
                by_name.setdefault(fold(name), number)
        return list(by_name.values())

    @cached_property
    def _first_of_file(self) -> set[int]:
        return {index for index, place in enumerate(self.ground.places.tolist()) if not place}

    @cached_property
    def _by_page(self) -> Mapping[str, set[int]]:
        pages: dict[str, set[int]] = defaultdict(set)
        for number, entity in enumerate(self.ground.mentions.entities):
            for name in (*entity.names, entity.filename):
                pages[_page_key(name)].add(number)
        return pages


def _says_what(thing: Thing) -> bool:
    """Whether a thing is a name or a phrase of several words: "the absence" and "the points" say nothing."""
    return thing.entity is not None or " " in thing.text or not thing.text.islower()


def _most_telling(weighed: Sequence[tuple[float, Thing]]) -> list[tuple[float, Thing]]:
    """The heaviest things, at most three, none that has a word of another."""
    kept: list[tuple[float, Thing]] = []
    for weight, thing in sorted(weighed, key=lambda one: (-one[0], one[1].start or 0)):
        own = set(fold(thing.text).split())
        if len(kept) < MOST_THINGS and all(own.isdisjoint(fold(other.text).split()) for _, other in kept):
            kept.append((weight, thing))
    return kept


def _page_key(name: str) -> str:
    """'acid-arrow' and 'Acid Arrow', 'places/Moria.md' and 'Moria' are one page."""
    return fold(_SEPARATORS.sub(" ", name.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(".txt")))
