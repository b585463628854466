"""Turning a plain sentence into the question that it answers: "The virus was isolated from bats." → "What was the virus isolated from?"

Only sentences of the plainest build are turned, subject first and then the verb; of any other nothing is made.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from core.pairing.phrases import FUNCTION_WORDS, Phrases

MOST_SUBJECT_WORDS = 6

_OPENING = re.compile(r"(?:[A-Z][\w'’-]*(?: [\w'’-]+){0,3}, )?")
_WORD = re.compile(r"[\w'’-]+")
_BE = ("is", "are", "was", "were")
_MODAL = ("can", "may", "could", "should", "must", "will", "might")
_NO_SUBJECT = FUNCTION_WORDS - {"the", "a", "an"} | {"little", "better", "several", "whoever"}
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "these", "those", "his", "her", "its", "their", "my", "your", "our"})
_INSIDE = frozenset({"the", "a", "an", "of", "in", "for", "and", "on", "at", "to", "with", "from", "by", "between"})
_ADVERBS = frozenset(
    """
    also often usually now then still not never always generally commonly only first later thus therefore already
    """.split()  # noqa: SIM905 - quoted words are harder to read
)
_PARTICIPLES = frozenset(
    """
    found known made shown seen given built taken called held born sent kept brought written chosen told lost led hidden slain cut set put
    bound bought caught driven drawn eaten fed felt fought forgotten forbidden hung laid left meant met paid read run said sold spent
    spoken stolen struck sworn taught thrown torn worn understood grown cast shut hurt bitten broken buried carried
    """.split()  # noqa: SIM905 - the same
)
_TAKING = {
    f"{verb}s": verb
    for verb in """
    affect allow bind carry cause contain control cost cover depend enable encode explain govern grant hold imply include increase indicate
    induce inhibit involve lead limit mean need offer open prevent produce promote protect provide reduce regulate represent
    require reveal serve show suggest support target teach tell trigger use weigh
    """.split()  # noqa: SIM905 - the same
} | {"carries": "carry"}
_PREPOSITIONS = ("to", "from", "in", "on", "with", "for", "of", "into", "by", "as", "at")
_OBJECTS = frozenset({"the", "a", "an", "his", "her", "its", "their", "any", "all", "one", "two", "three", "many", "some", "every"})
_WHEN = re.compile(r"\b(?:1[0-9]|20)\d\d\b|\b(?:January|February|March|April|June|July|August|September|October|November|December) \d")
_WHY = re.compile(r"\b(?:because|due to|owing to|in order to)\b")
_WHERE = re.compile(r"(?:in|at|on|near) (?:the )?[A-Z][a-z]")


@dataclass(frozen=True, slots=True)
class Turned:
    """A question, and the words of its sentence that it is about."""

    question: str
    subject: str


def turn(sentence: str, phrases: Phrases, persons: Collection[str] = ()) -> Turned | None:
    """The question that a sentence answers; None where it is not plain enough. `persons`: names of which one asks who."""
    body = sentence[len(_opening(sentence)) :]
    words = list(_WORD.finditer(body))
    at = next((place for place, word in enumerate(words[: MOST_SUBJECT_WORDS + 1]) if _is_verb(word[0])), 0)
    if not at or not _is_subject([word[0] for word in words[:at]], body[: words[at].start()].rstrip(), phrases):
        return None
    subject = _small_first(body[: words[at - 1].end()], phrases)
    rest = [word for word in words[at + 1 :] if word[0] not in _ADVERBS and not (word[0].endswith("ly") and len(word[0]) > 4)]
    if not rest:
        return None
    question = _ask(subject, words[at][0], body, rest, subject in persons, phrases)
    return Turned(question, subject) if question else None


def _opening(sentence: str) -> str:
    """What stands before the subject: "However, ", "In this study, "; "" where it may belong to it."""
    opening = _OPENING.match(sentence)
    first = opening[0].split(None, 1)[0].lower().rstrip(",") if opening and opening[0] else ""
    return opening[0] if opening and (first.endswith("ly") or first in FUNCTION_WORDS - _DETERMINERS) else ""


def _is_verb(word: str) -> bool:
    return word in _BE or word in _MODAL or word in _TAKING


def _is_subject(words: list[str], text: str, phrases: Phrases) -> bool:
    """Nothing but words in a row, none of them a pronoun or a verb, and at least one that says something."""
    if words[0].lower() in _NO_SUBJECT or words[-1].lower() in _INSIDE or not re.fullmatch(r"[\w'’ -]+", text):
        return False
    inner = [word for word in words if word.lower() not in _INSIDE]
    plain = not any(word.lower() in _NO_SUBJECT or phrases.is_verb(word) for word in inner) and not words[0][0].isdigit()
    return plain and "The" not in words[1:] and any(len(word) > 2 for word in inner)


def _small_first(subject: str, phrases: Phrases) -> str:
    first = subject.split(" ", 1)[0]
    others = [word for word in subject.split()[1:] if word.lower() not in _INSIDE]
    is_name = bool(others) and all(map(str.istitle, others))
    is_plain = first.istitle() and (first.lower() in _INSIDE or (phrases.is_small(first) and not is_name))
    return subject[:1].lower() + subject[1:] if is_plain else subject


def _ask(subject: str, verb: str, body: str, rest: list[re.Match[str]], is_person: bool, phrases: Phrases) -> str:
    next_word, tail = rest[0][0], body[rest[0].end() :]
    following = rest[1][0] if len(rest) > 1 else ""
    if verb in _TAKING:
        stranded = _stranded(next_word, {"to", "in", "on", "as", "for"})
        return f"What does {subject} {_TAKING[verb]}{stranded}?" if stranded or next_word not in _PREPOSITIONS else ""
    if verb in _BE:
        if next_word in ("a", "an", "the", "one"):
            return f"{'Who' if is_person else 'What'} {verb} {subject}?"
        return _passive(f"{verb} {subject}", next_word, following, tail) if _is_participle(next_word) else ""
    if next_word == "be":
        return f"How {verb} {subject} be {following}?" if _is_participle(following) else ""
    takes = following in _OBJECTS or following in _PREPOSITIONS[:5]
    if not takes or not phrases.is_verb(next_word):
        return ""
    return f"What {verb} {subject} {next_word}{_stranded(following, {'to', 'in', 'on', 'from', 'with'})}?"


def _passive(clause: str, participle: str, following: str, tail: str) -> str:
    if participle in ("called", "named", "known"):
        return f"What {clause} {participle}{_stranded(following, {'as', 'for'})}?"
    if participle in ("said", "considered", "supposed", "going"):
        return ""
    if following == "to" or _WHY.search(tail[:60]):
        return f"Why {clause} {participle}?"
    if _WHEN.search(tail[:40]):
        return f"When {clause} {participle}?"
    if _WHERE.match(tail.lstrip()):
        return f"Where {clause} {participle}?"
    if following in _PREPOSITIONS:
        return f"What {clause} {participle} {following}?"
    return f"How {clause} {participle}?"


def _is_participle(word: str) -> bool:
    return word in _PARTICIPLES or (word.endswith("ed") and len(word) > 4)


def _stranded(word: str, allowed: set[str]) -> str:
    return f" {word}" if word in allowed else ""
