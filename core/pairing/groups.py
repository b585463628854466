"""Which questions belong together, so that no split learns from what another one is measured on."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.records import Question

LARGEST_SHARE = 0.05
LARGEST_AT_LEAST = 5
MOST_ON_SUBJECT = 10

_WORD = re.compile(r"\w+")
_TEXT, _CHUNK, _SUBJECT = range(3)  # the strongest kind of link first
_Anchor = tuple[int, str]


def normal_text(text: str) -> str:
    """What two spellings of one question share: its words, without case, accents' coding, punctuation and spacing."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions (indices, ascending) that stay in one split, and the key that says which."""

    members: tuple[int, ...]
    key: str


def groups_of(questions: Sequence[Question], subjects: Callable[[Question], Iterable[str]]) -> list[Group]:
    """The connected components of `questions`, linked by equal text, by a shared relevant chunk and by a shared subject, cut where
    they grow too large.

    In a dense corpus nearly all questions hang together, and one split would get them all. So the links are followed from the
    strongest to the weakest, and one that would make a group too large (`_largest`) is left out: the group is cut along its weakest
    links. Equal text is strongest and always followed; then come chunks, then subjects, of each kind those that fewest questions
    share first. A subject of more than ten questions links none of them: the hero of the book is not what they are about.
    """
    limit = _largest(len(questions))
    anchors = [_anchors(question, subjects(question)) for question in questions]
    parts = _Parts(len(questions))
    held = _held(questions, anchors)
    for (kind, _), members in sorted(held.items(), key=lambda item: (item[0][0], len(item[1]), item[0][1])):
        if kind != _SUBJECT or len(members) <= min(limit, MOST_ON_SUBJECT):
            for one, other in pairwise(members):
                parts.join(one, other, len(questions) if kind == _TEXT else limit)
    return [Group(tuple(members), _key(members, anchors, held)) for members in parts.members()]


def _largest(n_questions: int) -> int:
    """A twentieth of the questions, rounded down to a power of two so that a few more do not cut everything anew; at least five."""
    share = int(LARGEST_SHARE * n_questions)
    return max(LARGEST_AT_LEAST, 1 << share.bit_length() >> 1)


def _anchors(question: Question, subjects: Iterable[str]) -> list[_Anchor]:
    chunks = ((_CHUNK, chunk_id) for chunk_id in question.relevant)
    return [(_TEXT, normal_text(question.text)), *chunks, *((_SUBJECT, subject) for subject in sorted(set(subjects)))]


def _held(questions: Sequence[Question], anchors: Sequence[Sequence[_Anchor]]) -> dict[_Anchor, list[int]]:
    """The questions at each anchor, in an order that does not depend on theirs: which links are cut must not either."""
    held: dict[_Anchor, list[int]] = defaultdict(list)
    for index in sorted(range(len(questions)), key=lambda index: (anchors[index][0], questions[index].question_id)):
        for anchor in anchors[index]:
            held[anchor].append(index)
    return held


def _key(members: Sequence[int], anchors: Sequence[Sequence[_Anchor]], held: dict[_Anchor, list[int]]) -> str:
    """The anchor that most of the members share, of those that nobody else has; of equals a subject before a chunk before the text.

    A question added later usually shares the group's subject or chunk, and then the group keeps its key and its split.
    """
    shared = Counter(anchor for index in members for anchor in anchors[index])
    own = [(n, anchor[0], anchor[1]) for anchor, n in shared.items() if n == len(held[anchor])]
    _, kind, name = min(own, key=lambda entry: (-entry[0], -entry[1], entry[2]))
    return f"{kind} {name}"


class _Parts:
    """A partition of 0 … n - 1 that is joined up (union-find with path halving; the root is the smallest member)."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))
        self._size = [1] * n

    def join(self, one: int, other: int, limit: int) -> None:
        """Make one part of two, unless it would have more than `limit` members."""
        first, second = sorted((self._root(one), self._root(other)))
        if first != second and self._size[first] + self._size[second] <= limit:
            self._parent[second] = first
            self._size[first] += self._size[second]

    def members(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self._parent)):
            found[self._root(index)].append(index)
        return list(found.values())

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index
