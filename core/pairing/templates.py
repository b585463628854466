"""The wordings of synthetic queries: questions, keywords and requests, as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.mining.wording import listed

Kind = Literal["person", "place", "event", "name", "phrase"]

PERSONS = frozenset({"character", "person", "people", "figure", "npc", "author", "deity"})
PLACES = frozenset({"place", "location", "city", "region", "country"})
EVENTS = frozenset({"event", "battle", "incident", "war"})


@dataclass(frozen=True, slots=True)
class Thing:
    """What a query asks for: what it calls it, and where the chunk's text says so, characters [start, end); `entity`: its number.

    `n_chunks`: in how many chunks it comes up, as far as that is counted.
    """

    text: str
    kind: Kind
    start: int | None = None
    end: int | None = None
    entity: int | None = None
    article: str = ""
    n_chunks: int = 1

    @property
    def said(self) -> str:
        """As it stands inside a sentence: 'the flood', 'Galilee'."""
        return f"{self.article} {self.text}" if self.article else self.text


def kind_of(type_: str) -> Kind:
    """How one asks for an entity of a type."""
    folded = type_.lower()
    return "person" if folded in PERSONS else "place" if folded in PLACES else "event" if folded in EVENTS else "name"


def question(things: Sequence[Thing], turn: int) -> str:
    """A question about one thing or several, in one of several wordings by `turn`."""
    first = things[0]
    if len(things) == 1:
        one = _ABOUT_MANY if _is_plural(first) else _ABOUT_ONE[first.kind]
        return _pick(one, turn).format(a=first.said)
    first, second = sorted(things[:2], key=lambda thing: _RANK[thing.kind])
    wording = _pick(_ABOUT_TWO.get((first.kind, second.kind), _ABOUT_ANY_TWO), turn)
    return wording.format(a=first.said, b=second.said, **_agreeing(first, "a"), **_agreeing(second, "b"))


def keywords(things: Sequence[Thing], turn: int) -> str:
    """What people type into a search box, every other time without capitals."""
    in_order = sorted(things, key=lambda thing: thing.start or 0)
    typed = " ".join(thing.text for thing in in_order)
    return typed.lower() if turn % 2 else typed


def statement(things: Sequence[Thing], turn: int) -> str:
    """A request that is no question."""
    return _pick(_REQUESTS, turn).format(what=listed([thing.said for thing in things]))


def _agreeing(thing: Thing, name: str) -> dict[str, str]:
    """The verbs that go with a thing: "does" or "do", "is" or "are", "has" or "have"."""
    is_plural = _is_plural(thing)
    return {f"{verb}_{name}": many if is_plural else one for verb, one, many in _VERBS}


def _is_plural(thing: Thing) -> bool:
    """Whether a phrase, as far as it is no lone name ("Moses"), ends as a plural does."""
    ends = thing.text.endswith("s") and not thing.text.endswith(("ss", "us", "is"))
    return thing.kind == "phrase" and ends and (" " in thing.text or thing.text.islower())


def _pick(wordings: Sequence[str], turn: int) -> str:
    return wordings[turn % len(wordings)]


_VERBS = (("does", "does", "do"), ("is", "is", "are"), ("has", "has", "have"))
_RANK: Mapping[Kind, int] = {"person": 0, "event": 1, "name": 2, "phrase": 3, "place": 4}

_ABOUT_MANY = ("What are {a}?", "What is known about {a}?", "Why do {a} matter?", "What is there to say about {a}?")
_ABOUT_ONE: Mapping[Kind, Sequence[str]] = {
    "person": (
        "Who is {a}?",
        "Who was {a}?",
        "What is known about {a}?",
        "What do we learn about {a}?",
        "What is {a} known for?",
        "What became of {a}?",
    ),
    "place": ("Where is {a}?", "What is {a} known for?", "What kind of place is {a}?", "What happened at {a}?", "What is {a} like?"),
    "event": ("{a}: what happened?", "What is told of {a}?", "What do we know about {a}?", "How did it come to {a}?"),
    "name": ("What is {a}?", "What is known about {a}?", "What is meant by {a}?", "What is {a} all about?", "Can you explain {a}?"),
    "phrase": ("What is {a}?", "What is known about {a}?", "What is meant by {a}?", "What about {a}?", "What do we know of {a}?"),
}
_ABOUT_ANY_TWO = (
    "How are {a} and {b} related?",
    "What {does_a} {a} have to do with {b}?",
    "What is the connection between {a} and {b}?",
    "What do we know about {a} and {b}?",
    "How {does_b} {b} bear on {a}?",
    "What is said about {a} and {b}?",
)
_ABOUT_TWO: Mapping[tuple[Kind, Kind], Sequence[str]] = {
    ("person", "person"): (
        "What happened between {a} and {b}?",
        "How do {a} and {b} know each other?",
        "What is told of {a} and {b}?",
        "What {has_a} {a} to do with {b}?",
    ),
    ("person", "event"): ("What part did {a} have in {b}?", "How {is_a} {a} tied to {b}?", "What did {a} do in {b}?"),
    ("person", "phrase"): (
        "What {has_a} {a} to do with {b}?",
        "What is the story of {a} and {b}?",
        "How {does_b} {b} come into the story of {a}?",
        "What about {a} and {b}?",
        "Why {does_b} {b} matter to {a}?",
    ),
    ("person", "place"): ("What did {a} do in {b}?", "What happened to {a} in {b}?", "What brought {a} to {b}?", "When was {a} in {b}?"),
    ("event", "place"): ("What did {a} mean for {b}?", "How was {b} touched by {a}?", "{a}: what happened in {b}?"),
    ("phrase", "place"): ("What is known about {a} in {b}?", "What about {a} in {b}?", "What {has_b} {b} to do with {a}?"),
    ("phrase", "phrase"): (
        "What is known about {a} and {b}?",
        "How {is_a} {a} linked to {b}?",
        "What {does_a} {a} have to do with {b}?",
        "What is the relationship between {a} and {b}?",
        "What does it say about {a} and {b}?",
        "Where do {a} and {b} come in?",
    ),
}
_REQUESTS = (
    "Tell me about {what}.",
    "I'd like to know more about {what}.",
    "I'm looking for something on {what}.",
    "Information on {what}",
    "I need to understand {what}.",
    "Find what is written about {what}.",
    "Everything on {what}, please.",
    "I read about {what} and want the details.",
)
