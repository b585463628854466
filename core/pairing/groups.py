"""Which questions belong together, so that no split learns from what another one is measured on."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.records import Question

BROAD_SHARE = 0.2
BROAD_FLOOR = 5

_WORD = re.compile(r"\w+")


def normal_text(text: str) -> str:
    """What two spellings of one question share: its words, without case, accents' coding, punctuation and spacing."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions (indices, ascending) that stay in one split, and the key that says which."""

    members: tuple[int, ...]
    key: str


def groups_of(questions: Sequence[Question], rarest_topic: Callable[[Question], str | None]) -> list[Group]:
    """The connected components of `questions`, linked by equal text, by a shared relevant chunk and by the same rarest topic.

    Only the rarest topic links: through the common ones ("God", the hero of the book) nearly all questions hang together, and
    one split would get them all. For the same reason a topic that is the rarest of more than a fifth of the questions
    (and of more than five) does not link at all.
    """
    topics = _narrow([rarest_topic(question) for question in questions])
    anchors = [_anchors(question, topic) for question, topic in zip(questions, topics, strict=True)]
    members: dict[int, list[int]] = defaultdict(list)
    for index, root in enumerate(_roots(anchors)):
        members[root].append(index)
    return [Group(tuple(found), min(anchor for index in found for anchor in anchors[index])) for found in members.values()]


def _anchors(question: Question, topic: str | None) -> tuple[str, ...]:
    """What a question hangs on. The group's key is its smallest anchor: a topic ("1 …") before a chunk before the text, because
    a question added later usually shares the topic and the chunks, and then the group keeps its key and its split."""
    by_topic = () if topic is None else (f"1 {topic}",)
    return (*by_topic, *(f"2 {chunk_id}" for chunk_id in question.relevant), f"3 {normal_text(question.text)}")


def _narrow(topics: Sequence[str | None]) -> list[str | None]:
    limit = max(BROAD_FLOOR, BROAD_SHARE * len(topics))
    n_asked = Counter(topics)
    return [topic if n_asked[topic] <= limit else None for topic in topics]


def _roots(anchors: Sequence[Sequence[str]]) -> list[int]:
    """For each question the first question of its component (union-find with path halving)."""
    parent = list(range(len(anchors)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, held in enumerate(anchors):
        for anchor in held:
            one, other = sorted((root(first.setdefault(anchor, index)), root(index)))
            parent[other] = one
    return [root(index) for index in range(len(anchors))]
