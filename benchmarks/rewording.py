"""Light rewordings of a question, as a person makes who asks it again: none of them changes what is asked."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from string import ascii_lowercase

Change = Callable[[str, random.Random], str | None]
"""The text with one change; None where the text offers no place for it."""

OPENINGS = (
    *("Please tell me:", "Can you tell me", "Could you say", "I would like to know:", "Do you know", "Does anyone remember", "I wonder:"),
    *("Just to be sure:", "One more question.", "Remind me,", "Hello,", "So", "In short,", "I was asked this:", "For my notes:"),
    *("For the record,", "A friend asks:", "While we are at it,"),
)
CLOSINGS = ("please", "again", "exactly", "do you know", "if I may ask", "in short", "thank you", "I forgot")
_SYNONYMS = """
    which = what, what = which, whom = who, about = concerning, in = within, on = upon, during = in, into = in, because = since,
    until = till, after = following, while = when, for = to, from = out of, of = from, the = that, did = does, does = did,
    is = was, was = is, are = were, were = are, has = had, have = had, will = would, can = could, should = must, by = through,
    and = as well as, why = for what reason, a = any
"""
DROPPED = frozenset("the a an did does do is was are were has had have will in on at of for to by with from that there then and".split())  # noqa: SIM905
TURNED_AT = frozenset("in on at during after before when while to from for with about by against between among".split())  # noqa: SIM905
_IRREGULAR = """
    said = say, told = tell, gave = give, went = go, came = come, took = take, saw = see, made = make, sent = send,
    brought = bring, found = find, kept = keep, built = build, wrote = write, heard = hear, knew = know, left = leave,
    lost = lose, men = man, women = woman, children = child, fell = fall
"""
_WORD = re.compile(r"[^\W\d_]+")


def _table(text: str) -> dict[str, str]:
    """A mapping from "word = another, …"."""
    words = (entry.partition("=") for entry in text.split(","))
    return {word.strip(): other.strip() for word, _, other in words}


SYNONYMS = _table(_SYNONYMS)
PRESENT = _table(_IRREGULAR)
_FORMS: Mapping[str, str] = {**PRESENT, **{present: past for past, present in PRESENT.items()}}


def reworded(text: str, rng: random.Random, n_changes: int = 2) -> tuple[str, tuple[str, ...]]:
    """The text after `n_changes` of CHANGES in random order, each of another kind, and their names; fewer where no more fit."""
    done: list[str] = []
    for name in rng.sample(sorted(CHANGES), len(CHANGES)):
        changed = CHANGES[name](text, rng) if len(done) < n_changes else None
        if changed and changed != text:
            text = changed
            done.append(name)
    return text, tuple(done)


def turned(text: str, rng: random.Random) -> str | None:
    """Another order: what follows a preposition comes first ("In Naples, what did he find?")."""
    body = text.rstrip(" ?.!")
    places = [match.start() for match in _WORD.finditer(body) if match[0] in TURNED_AT and match.start() > 0]
    if not places:
        return None
    at = rng.choice(places)
    return f"{body[at:]}, {body[:at].strip()}?"


def inflected(text: str, rng: random.Random) -> str | None:
    """One word in another form: plural or singular, another tense."""
    return _one_word(text, rng, lambda word: word.islower() and (len(word) > 3 or word in _FORMS) and word not in SYNONYMS, _other_form)


def _other_form(word: str, rng: random.Random) -> str:
    if word in _FORMS:
        return _FORMS[word]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    if len(word) > 5 and word.endswith(("ed", "ing")):
        return word[:-2] + "ing" if word.endswith("ed") else word[:-3] + "ed"
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    return word + rng.choice(("s", "d") if word.endswith("e") else ("s", "ed", "ing"))


def with_synonym(text: str, rng: random.Random) -> str | None:
    """One or two function words for others of the same meaning."""
    first = _one_word(text, rng, lambda word: word.lower() in SYNONYMS, _synonym)
    return first and (_one_word(first, rng, lambda word: word.lower() in SYNONYMS, _synonym) if rng.random() < 0.5 else first)


def _synonym(word: str, _: random.Random) -> str:
    other = SYNONYMS[word.lower()]
    return other.capitalize() if word[0].isupper() else other


def shortened(text: str, rng: random.Random) -> str | None:
    """Up to three function words left out."""
    for _ in range(rng.randint(1, 3)):
        text = " ".join((_one_word(text, rng, lambda word: word.lower() in DROPPED, lambda *_: "") or text).split())
    return text


def lengthened(text: str, rng: random.Random) -> str | None:
    """A polite opening or closing around the question."""
    if rng.random() < 0.6:
        return f"{rng.choice(OPENINGS)} {text[:1].lower() + text[1:] if text[1:2].islower() else text}"
    return f"{text.rstrip(' ?.!')}, {rng.choice(CLOSINGS)}?"


def misspelt(text: str, rng: random.Random) -> str | None:
    """One slip of the keyboard in a word of five letters or more."""
    return _one_word(text, rng, lambda word: len(word) >= 5, _slip)


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
        word[:at] + rng.choice(ascii_lowercase) + word[at + 1 :],
    )
    return rng.choice(slips)


def _one_word(text: str, rng: random.Random, fits: Callable[[str], bool], change: Callable[[str, random.Random], str]) -> str | None:
    places = [match for match in _WORD.finditer(text) if fits(match[0])]
    if not places:
        return None
    word = rng.choice(places)
    return text[: word.start()] + change(word[0], rng) + text[word.end() :]


CHANGES: Mapping[str, Change] = {
    "order": turned,
    "inflection": inflected,
    "synonym": with_synonym,
    "dropped": shortened,
    "added": lengthened,
    "typo": misspelt,
}
