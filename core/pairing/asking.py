"""What a question asks, as terms: what stays the same when somebody asks it again in slightly other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from core.corpus.aliases import AliasIndex, Span, fold, words
from core.corpus.topics import EntityKey, key_of
from core.records import Entity
from core.retrieval.tokens import CONTRACTION, tokenize

Terms = dict[str, str]
"""Each term with the word that it was written as; "" for a name, which is never taken for a misspelling."""

_SAYING = {
    "what": "what which",
    "who": "who whom whose",
    "when": "when",
    "where": "where",
    "why": "why",
    "how": "how",
    "not": "not no",
    "i": "i me my",
    "he": "he him his",
    "she": "she her hers",
    "they": "they them their",
}
_ASKED = {word: asked for asked, said in _SAYING.items() for word in said.split()}
"""Stop-words that tell questions apart all the same: where is not when, and she is not he."""

_LIGHT = frozenset(
    """
    about actually also amid any concerning during ever exactly just onto really regarding s some through till until upon within
    """.split()  # noqa: SIM905 - like the stop-words
)
_POLITE = frozenset(
    """
    a about actually again am an and another answer anybody anyone ask asked asking be but by can could curiosity did do does exactly
    explain find for forget forgot hello help here hey hi i if in interested is it just know like may me might more my need note notes
    now of ok one or out please question questions quick quickly re really remember remind s say short show so somebody someone sorry
    sure tell thank thanks that the then there this to us want was way we well will wonder wondering would you
    """.split()  # noqa: SIM905 - the same
)
"""An opening or a closing that holds nothing else ("Could you tell me", "thank you") asks nothing."""

_SPELT_OUT = (
    (re.compile(r"\b(?:for (?:what|which) (?:reason|purpose)|how come)\b", re.IGNORECASE), "why"),
    (re.compile(r"\b(?:(?:in|within) (?:what|which) (?:way|manner)|by (?:what|which) means)\b", re.IGNORECASE), "how"),
)
_WORD = re.compile(r"\w+")
_PAUSE = re.compile(r"[,.;:!?\u2014-]+\s+")


def bare(text: str) -> str:
    """The question without what is merely polite before and after it."""
    for pattern, word in _SPELT_OUT:
        text = pattern.sub(word, text)
    start = next((match.start() for match in _WORD.finditer(text) if match[0].lower() not in _POLITE), 0)
    pauses = list(_PAUSE.finditer(text, start))
    closing = _WORD.findall(text[pauses[-1].end() :].lower()) if pauses else []
    return text[start : pauses[-1].start()] if closing and _POLITE.issuperset(closing) else text[start:]


def plain_terms(texts: Iterable[str]) -> list[Terms]:
    """The terms of each text as it is written: stems, question words, pronouns and negations."""
    return [_terms(bare(text)) for text in texts]


def named_terms(texts: Iterable[str], entities: Sequence[Entity]) -> tuple[list[Terms], set[tuple[str, str]]]:
    """The terms of each text with every name as one term, and the pairs of names that one entity answers to.

    An ambiguous name is linked to all names of all its bearers. Capitals do not count: people who type questions leave them out.
    """
    index = AliasIndex([_without_article(entity) for entity in entities])
    bearers: dict[EntityKey, set[str]] = {}
    found = [_named(bare(text), index, bearers) for text in texts]
    links = {(one, other) for names in bearers.values() for one in names for other in names if one < other}
    return found, links


def _named(text: str, index: AliasIndex, bearers: dict[EntityKey, set[str]]) -> Terms:
    spans = index.find(text, ignore_case=True)
    terms: Terms = {}
    for span in spans:
        name = f"name:{fold(span.alias)}"
        terms[name] = ""
        for entity in span.entities:
            bearers.setdefault(key_of(entity), set()).add(name)
    return terms | _terms(" ".join(_between(text, spans)))


def _between(text: str, spans: Sequence[Span]) -> Iterator[str]:
    start = 0
    for span in spans:
        yield text[start : span.start]
        start = span.end
    yield text[start:]


def _without_article(entity: Entity) -> Entity:
    """The entity also as it is called without the article: "the Keeper" is "Keeper" in "Keeper's bell"."""
    return replace(entity, aliases=(*entity.aliases, *(name[4:] for name in entity.names if name[:4].lower() == "the ")))


def _terms(text: str) -> Terms:
    terms: Terms = {}
    for word in words(CONTRACTION.sub(lambda match: " not" if match[0].startswith("n") else " ", text)):
        for term in _of_word(word):
            terms.setdefault(term, word)
    return terms


@lru_cache(maxsize=200_000)
def _of_word(word: str) -> tuple[str, ...]:
    if word in _ASKED:
        return (f"asked:{_ASKED[word]}",)
    return () if word in _LIGHT else tuple(tokenize(word))
