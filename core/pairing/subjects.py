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
        words = self._telling(index, page)
        found = [] if page is None else [self._about(index, (page,), words, own_page=True)]
        names = self._names(index)
        if names:
            about = self._about(index, self._narrowed(names, at_least=1 if words else 2), words, own_page=False)
            found += [about] if about.n_sharing <= MOST_SHARING else []
        return found

    def _telling(self, index: int, page: int | None) -> tuple[str, ...]:
        """Words of the chunk that are no part of a name of what it mentions."""
        numbers = [*self.ground.mentions.of_chunk(index).tolist(), *([] if page is None else [page])]
        return self.words.telling(index, [name for number in numbers for name in self.ground.mentions.entities[number].names], MOST_WORDS)

    def page_of(self, index: int) -> int | None:
        """The entity whose page a chunk opens: file or title carries its name; None where none or several do."""
        if index not in self._first_of_file:
            return None
        claimants = {number for key in self._page_keys(index) for number in self._by_page.get(key, ())}
        mentioned = claimants & set(self.ground.mentions.of_chunk(index).tolist())
        meant = mentioned or claimants
        return meant.pop() if len(meant) == 1 else None

    def other_name(self, index: int, number: int) -> str | None:
        """A name of the entity that the chunk does not use, nobody else claims, and that is no ordinary word; None where none is."""
        if not self._names_it(index, number):
            return None
        names = (spoken(name) for name in self.ground.mentions.entities[number].names if len(self.ground.names.resolve(name)) == 1)
        return next((name for name in names if not (self._is_ordinary(number, name) or self._uses(index, name))), None)

    def _uses(self, index: int, name: str) -> bool:
        """Whether a chunk's text has a name, or its page goes by it."""
        return self.words.says(index, name) or _page_key(name) in self._page_keys(index)

    def _page_keys(self, index: int) -> set[str]:
        chunk = self.ground.chunks[index]
        return {_page_key(chunk.filename), _page_key(chunk.title)} - {""}

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
        if match is None or match.how != "alias" or len(self.ground.names.resolve(match.words)) > 1:
            return name
        return name if self._is_ordinary(number, match.words) else match.words

    def _is_ordinary(self, number: int, name: str) -> bool:
        return self.words.is_ordinary(name, int(self.ground.mentions.n_chunks[number]))

    def _names(self, index: int) -> list[int]:
        """The specific proper names a chunk mentions, the rarest first, one for each way of saying it."""
        mentions = self.ground.mentions
        told = [number for number in mentions.of_chunk(index).tolist() if mentions.is_specific(number) and mentions.is_name(number)]
        by_name: dict[str, int] = {}
        for number in sorted(told, key=lambda number: (-mentions.rarity[number], number)):
            name = spoken(mentions.entities[number].name)
            if not self._is_ordinary(number, name):
                by_name.setdefault(fold(name), number)
        return list(by_name.values())

    def _narrowed(self, names: Sequence[int], at_least: int) -> tuple[int, ...]:
        """The fewest of the rarest names, `at_least` so many where there are, that at most three chunks share; where even three do
        not get there, the rarest alone."""
        for n in range(min(at_least, len(names)), min(MOST_NAMES, len(names)) + 1):
            if self.ground.mentions.shared_by(names[:n]) <= MOST_SHARING:
                return tuple(names[:n])
        return (names[0],)

    def _about(self, index: int, numbers: tuple[int, ...], words: tuple[str, ...], own_page: bool) -> About:
        subject = Subject(
            names=tuple(self.called(index, number) for number in numbers),
            types=tuple(self.ground.mentions.entities[number].type for number in numbers),
            words=words,
            own_page=own_page,
        )
        return About(subject, numbers, 1 if own_page else self._n_sharing(numbers, words))

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
