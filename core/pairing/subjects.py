"""What a synthetic query about a chunk can ask for: few names that, taken together, hardly any other chunk mentions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.corpus.aliases import fold
from core.mining.ground import Ground
from core.mining.wording import spoken
from core.pairing.templates import Subject
from core.pairing.vocabulary import Vocabulary

MOST_NAMES = 3
MOST_SHARING = 3
MOST_WORDS = 2

_SEPARATORS = re.compile(r"[-_/\s]+")


@dataclass(frozen=True, slots=True)
class About:
    """A subject with the numbers of its entities, and in how many chunks all of it comes up (`n_sharing`; an own page: 1)."""

    subject: Subject
    entities: tuple[int, ...]
    n_sharing: int


@dataclass
class Subjects:
    """Finds subjects on one corpus."""

    ground: Ground
    words: Vocabulary

    def of(self, index: int) -> list[About]:
        """The subjects of a chunk: its own page's entity, then the rarest names it mentions together."""
        page = self.page_of(index)
        found = [] if page is None else [self._about(index, (page,), own_page=True)]
        names = self._names(index)
        if names:
            about = self._about(index, self._narrowed(names), own_page=False)
            if about.n_sharing <= MOST_SHARING and (about.subject.words or len(about.entities) > 1):
                found.append(about)
        return found

    def page_of(self, index: int) -> int | None:
        """The entity whose page a chunk opens: file or title carries its name; None where none or several do."""
        chunk = self.ground.chunks[index]
        if index not in self._first_of_file:
            return None
        keys = {_page_key(chunk.filename), _page_key(chunk.title)}
        claimants = {number for key in keys if key for number in self._by_page.get(key, ())}
        mentioned = claimants & set(self.ground.mentions.of_chunk(index).tolist())
        meant = mentioned or claimants
        return meant.pop() if len(meant) == 1 else None

    def other_name(self, index: int, number: int) -> str | None:
        """A name of the entity that the chunk does not use, nobody else claims, and that is no ordinary word; None where none is."""
        if not self._names_it(index, number):
            return None
        for name in self.ground.mentions.entities[number].names:
            alone = len(self.ground.names.resolve(name)) == 1
            if alone and not self.words.is_ordinary(name) and not self.words.says(index, spoken(name)):
                return spoken(name)
        return None

    def _names_it(self, index: int, number: int) -> bool:
        match = self.ground.matcher.cover(self.ground.mentions.entities[number].name, self.ground.chunks[index])
        return match is not None and match.how != "mention"

    def called(self, index: int, number: int) -> str:
        """What a chunk calls an entity: its primary name if the text has it, else the alias found there, else the primary name."""
        entity = self.ground.mentions.entities[number]
        name = spoken(entity.name)
        if self.words.says(index, name):
            return name
        match = self.ground.matcher.cover(entity.name, self.ground.chunks[index])
        own = match is not None and match.how == "alias" and len(self.ground.names.resolve(match.words)) == 1
        return match.words if match is not None and own else name

    def _names(self, index: int) -> list[int]:
        """The specific proper names a chunk mentions, the rarest first, one for each way of saying it."""
        mentions = self.ground.mentions
        told = [number for number in mentions.of_chunk(index).tolist() if mentions.is_specific(number) and mentions.is_name(number)]
        by_name: dict[str, int] = {}
        for number in sorted(told, key=lambda number: (-mentions.rarity[number], number)):
            by_name.setdefault(fold(spoken(mentions.entities[number].name)), number)
        return list(by_name.values())

    def _narrowed(self, names: Sequence[int]) -> tuple[int, ...]:
        """The fewest of the rarest names that at most three chunks share; where even three do not get there, the rarest alone."""
        for n in range(1, min(MOST_NAMES, len(names)) + 1):
            if self.ground.mentions.shared_by(names[:n]) <= MOST_SHARING:
                return tuple(names[:n])
        return (names[0],)

    def _about(self, index: int, numbers: tuple[int, ...], own_page: bool) -> About:
        entities = [self.ground.mentions.entities[number] for number in numbers]
        besides = [name for number in self.ground.mentions.of_chunk(index).tolist() for name in self.ground.mentions.entities[number].names]
        besides += [name for entity in entities for name in entity.names]
        subject = Subject(
            names=tuple(self.called(index, number) for number in numbers),
            types=tuple(entity.type for entity in entities),
            words=self.words.telling(index, besides, MOST_WORDS),
            own_page=own_page,
        )
        return About(subject, numbers, 1 if own_page else self._n_sharing(numbers, subject.words))

    def _n_sharing(self, numbers: Sequence[int], words: Sequence[str]) -> int:
        """Chunks that mention all of the entities and, where there is but one, have all of the words."""
        if len(numbers) > 1:
            return self.ground.mentions.shared_by(numbers)
        return sum(self.words.has(index, words) for index in self.ground.mentions.chunks_of(numbers[0]).tolist())

    @cached_property
    def _first_of_file(self) -> set[int]:
        first: dict[int, int] = {}
        for index, file in enumerate(self.ground.files.tolist()):
            first.setdefault(file, index)
        return set(first.values())

    @cached_property
    def _by_page(self) -> dict[str, set[int]]:
        pages: dict[str, set[int]] = defaultdict(set)
        for number, entity in enumerate(self.ground.mentions.entities):
            for name in (*entity.names, entity.filename):
                pages[_page_key(name)].add(number)
        return pages


def _page_key(name: str) -> str:
    """'acid-arrow' and 'Acid Arrow', 'places/Moria.md' and 'Moria' are one page."""
    return fold(_SEPARATORS.sub(" ", name.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(".txt")))
