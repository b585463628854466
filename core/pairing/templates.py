"""The wordings of synthetic queries: a question, keywords, a statement, and a question under another name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.mining.wording import listed

PERSONS = frozenset({"character", "person", "people", "figure", "npc", "author", "deity"})
PLACES = frozenset({"place", "location", "city", "region", "country"})
EVENTS = frozenset({"event", "battle", "incident"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a synthetic query asks for: the names it uses, their types, some words of the chunk, and whether the chunk is the page
    of the (then only) name."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    words: tuple[str, ...]
    own_page: bool


def question(subject: Subject, turn: int) -> str:
    """A question, in one of several wordings by `turn`."""
    if subject.own_page:
        return _who_or_what(subject.names[0], subject.types[0])
    if len(subject.names) > 1:
        return _pick(_QUESTIONS_ON_SEVERAL, turn).format(what=_what(subject))
    return _pick(_QUESTIONS_ON_ONE_AND_MORE if subject.words else _QUESTIONS_ON_ONE, turn).format(what=_what(subject))


def keywords(subject: Subject, turn: int) -> str:
    """What people type into a search box."""
    del turn  # there is one way only
    return " ".join((*subject.names, *subject.words))


def statement(subject: Subject, turn: int) -> str:
    """A request that is no question."""
    return _pick(_REQUESTS, turn).format(what=subject.names[0] if subject.own_page else _what(subject))


def _what(subject: Subject) -> str:
    """'Noah and the flood', 'Noah, the flood and the ship', 'Paul, Silas and Lydia'."""
    words = tuple(f"the {word}" for word in subject.words) if len(subject.names) == 1 else ()
    return listed((*subject.names, *words))


def _who_or_what(name: str, type_: str) -> str:
    if type_ in PERSONS:
        return f"Who is {name}?"
    if type_ in PLACES:
        return f"Where is {name}, and what is known about it?"
    return f"What happened in {name}?" if type_ in EVENTS else f"What is {name}?"


def _pick(wordings: Sequence[str], turn: int) -> str:
    return wordings[turn % len(wordings)]


_QUESTIONS_ON_ONE = ("What is said about {what}?", "What do we learn about {what}?")
_QUESTIONS_ON_ONE_AND_MORE = (*_QUESTIONS_ON_ONE, "Where do {what} come up together?")
_QUESTIONS_ON_SEVERAL = ("What is told about {what}?", "How are {what} connected?", "Where do {what} come up together?")
_REQUESTS = ("Tell me about {what}.", "I am looking for what is said about {what}.", "Show me the passage with {what}.")
