"""Finding the corpus' entities in running text, under their names and aliases."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.records import Entity

# Chinese and Japanese write no spaces: there each character counts as a word, so that a name is found inside a sentence.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ACCENTS = "\u0300-\u036f"  # a decomposed letter carries its accent as a character of its own
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+(?:[{_ACCENTS}]+[^\W{UNSPACED}]*)*")
_JOINERS = str.maketrans("", "", " \t\n\r\u00a0\u202f'’-‐‑")
MARKS = "+#@$%&*"


def fold(text: str) -> str:
    """What two spellings of one name share: case, the way accents are coded and the amount of white space do not matter."""
    return _fold_word(" ".join(text.split()))


def words(text: str) -> list[str]:
    """The words of a text, folded, in their order: what names are matched by."""
    return [_fold_word(match[0]) for match in _WORD.finditer(text)]


def _fold_word(word: str) -> str:
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word).casefold()


def first_word(text: str) -> str:
    """The first of `words`; "" for a name without a letter or digit ("?"), which can be looked up, but not found as whole words. Most
    names begin with plain letters, which need no looking for."""
    head = text.partition(" ")[0]
    if head.isascii() and head.isalnum():
        return head.lower()
    found = _WORD.search(text)
    return _fold_word(found[0]) if found else ""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a text that say `alias`, which all of `entities` claim."""

    start: int
    end: int
    entities: tuple[Entity, ...]
    alias: str


@dataclass(slots=True)
class _Name:
    """One spelling: its words, the characters between them that a text must repeat, and who claims it."""

    alias: str
    words: tuple[str, ...]
    gaps: tuple[str, ...]
    before: str
    after: str
    entities: list[Entity] = field(default_factory=list)

    @classmethod
    def of(cls, alias: str) -> _Name:
        found = list(_WORD.finditer(alias))
        return cls(
            alias=alias,
            words=tuple(match[0] for match in found),
            gaps=tuple(_gap(alias, left, right) for left, right in pairwise(found)),
            before=_marks(alias[: found[0].start()]) if found else "",
            after=_marks(alias[found[-1].end() :]) if found else "",
        )

    def reads(self, text: str, found: Sequence[re.Match[str]], ignore_case: bool) -> bool:
        """Whether the words `found` in `text`, equal to this name's but for case, are this name."""
        if not (text.endswith(self.before, 0, found[0].start()) and text.startswith(self.after, found[-1].end())):
            return False
        if not ignore_case and not all(_capitals_kept(word, match[0]) for word, match in zip(self.words, found, strict=True)):
            return False
        between = zip(self.gaps, pairwise(found), strict=True)
        return all(_gap_fits(gap, text, left, right) for gap, (left, right) in between)


@dataclass(slots=True)
class _Node:
    """A place in the tree of names: where each next word leads, and the names that are complete here."""

    onward: dict[str, _Node] = field(default_factory=dict)
    names: list[_Name] = field(default_factory=list)


class AliasIndex:
    """Every name and alias of the entities, to look up and to find in text.

    Names wait under their first word until a text holds it or a name is asked for that begins with it: of the names of twenty thousand
    entities a page needs a few, and to plant all of them takes two seconds.
    """

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._names: dict[str, list[tuple[str, Entity]]] = {}
        self._claims: dict[str, dict[str, list[Entity]]] = {}
        self._onward: dict[str, _Node] = {}
        for entity in entities:
            for alias in dict.fromkeys(entity.names):
                for first in _first_words(alias):
                    self._names.setdefault(first, []).append((alias, entity))

    def _grow(self, first: str) -> None:
        """The part of the tree below a first word. Whole before it is seen, so that threads that share the index see all of it."""
        root = _Node()
        for alias, entity in self._names[first]:
            _plant(root, alias, entity)
        self._onward[first] = root.onward.get(first, _Node())

    def resolve(self, name: str) -> tuple[Entity, ...]:
        """Every entity that claims `name` in any case: those it is the primary name of first, each group in index order."""
        folded = fold(name)
        first = first_word(folded)
        if first in self._names and first not in self._claims:
            self._claims[first] = _claimants(self._names[first])
        claimants = self._claims.get(first, {}).get(folded, [])
        return tuple(sorted(claimants, key=lambda entity: fold(entity.name) != folded))

    def find(self, text: str, ignore_case: bool = False) -> list[Span]:
        """The names in `text`, as whole words, from left to right; of names that overlap the longest, of equally long ones the first.

        A name written with capitals is found only where the text has them too ("Light", the title, is not "light"), a
        lower-case name in any case; `ignore_case` lifts that. Spaces, hyphens and apostrophes between words are alike.
        """
        found = list(_WORD.finditer(text))
        keys = [_fold_word(match[0]) for match in found]
        starts = self._names.keys()
        for first in starts & set(keys):
            if first not in self._onward:  # asked one by one: a difference of sets would go through all that has grown
                self._grow(first)
        readings = [
            _span(names, found[at].start(), found[end - 1].end())
            for at, key in enumerate(keys)
            if key in starts
            for names, end in self._readings(text, found, keys, at, ignore_case)
        ]
        return _longest(readings)

    def _readings(
        self, text: str, found: Sequence[re.Match[str]], keys: Sequence[str], at: int, ignore_case: bool
    ) -> Iterator[tuple[list[_Name], int]]:
        """The names that start with word `at`, a list of spellings for each word that one may end before."""
        onward: Mapping[str, _Node] = self._onward
        for end in range(at, len(keys)):
            node = onward.get(keys[end])
            if node is None:
                return
            onward = node.onward
            matching = [name for name in node.names if name.reads(text, found[at : end + 1], ignore_case)]
            if matching:
                yield matching, end + 1


def _first_words(alias: str) -> set[str]:
    """What an alias may begin with: in a text, where it is found word by word, and folded whole, as it is looked up. They differ where
    signs that are no letters make one with them, as in decomposed Japanese or Hindi."""
    return {first_word(alias)} if alias.isascii() else {first_word(alias), first_word(fold(alias))}


def _claimants(names: Iterable[tuple[str, Entity]]) -> dict[str, list[Entity]]:
    """Who claims each name, by the folded name."""
    claims: dict[str, list[Entity]] = {}
    for alias, entity in names:
        claimants = claims.setdefault(fold(alias), [])
        if not claimants or claimants[-1] is not entity:
            claimants.append(entity)
    return claims


def _plant(root: _Node, alias: str, entity: Entity) -> None:
    fresh = _Name.of(alias)
    node = root
    for word in fresh.words:
        node = node.onward.setdefault(_fold_word(word), _Node())
    name = next((name for name in node.names if name.alias == alias), None)
    if name is None:
        node.names.append(fresh)
        name = fresh
    name.entities.append(entity)


def _longest(readings: Sequence[Span]) -> list[Span]:
    """Of spans that overlap the longest: "the bell" takes nothing away from "the Bell House"."""
    chosen: list[Span] = []
    for span in sorted(readings, key=lambda span: (span.start - span.end, span.start)):
        place = bisect(chosen, span.start, key=lambda other: other.start)
        before, after = chosen[place - 1 : place], chosen[place : place + 1]
        if all(other.end <= span.start for other in before) and all(span.end <= other.start for other in after):
            chosen.insert(place, span)
    return chosen


def _span(names: Sequence[_Name], start: int, end: int) -> Span:
    entities = {(entity.type, entity.name): entity for name in names for entity in name.entities}
    return Span(start, end, tuple(entities.values()), names[0].alias)


def _gap(text: str, left: re.Match[str], right: re.Match[str]) -> str:
    return text[left.end() : right.start()].translate(_JOINERS)


def _gap_fits(gap: str, text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether what stands between two words may stand inside a name whose spelling has `gap` there.

    A text may leave out a comma or full stop ("Crossbow light"), not add one: "Paul. Silas" is not "Paul Silas".
    """
    between = text[left.end() : right.start()]
    if between == " ":
        return not gap.strip(",.")
    stands = between.translate(_JOINERS)
    return between.count("\n") < 2 and (stands == gap or stands == gap.replace(",", "").replace(".", ""))


def _marks(edge: str) -> str:
    """The signs at a name's edge that tell it from another: "C++" and "C#" are not "C"."""
    return edge if edge and all(sign in MARKS for sign in edge) else ""


def _capitals_kept(alias_word: str, text_word: str) -> bool:
    if alias_word == text_word or alias_word.islower():
        return True
    here, there = (unicodedata.normalize("NFC", word) for word in (alias_word, text_word))
    return len(here) == len(there) and all(other.isupper() for letter, other in zip(here, there, strict=True) if letter.isupper())
