"""From text to the terms BM25 counts: words without the commonest ones, reduced to stems, proper names also as written.

"Moses" and "Naples" stemmed are "mose" and "napl", and "Pharisees" becomes one with "Pharisee". A corpus shows which words
are names: it never writes them small. Documents carry a name both ways; a query that spells one out asks for it as written
only, because a word that counted twice would outweigh the others (that costs up to 0.007 nDCG@10, this gains 0.001).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    """
    a an the and or so than not no of on in into at by for from to with as if that this these those then there such
    am is are was were be been do does did has have had can could may will would shall should
    i me my you your yours he him his she her hers it its we us our ours they them their theirs
    what when where which who whom whose why how
    """.split()  # noqa: SIM905 - seventy quoted words are harder to read
)
"""Function and question words: what is left of a question is what it asks about. Prepositions of place and time
("before", "between", "under") stay: they tell passages apart."""

LEAST_SIGHTINGS = 2
"""A word needs this many capitals inside sentences to be a name: one may be a slip."""

WORD = re.compile(r"[^\W_]+")
CONTRACTION = re.compile(r"(?:n['’]t|(?<=\w)['’](?:s|re|ve|ll|d|m))\b")
CAPITALISED = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][^\W_]+")


def tokenize(text: str) -> list[str]:
    """The stems of a text, in order: Unicode words, lower-cased, without stop-words, endings like 's and n't cut off."""
    return [stem for stem in map(_stem, _words(text)) if stem]


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Tokenisation for one corpus. `names`: its proper names, lower-cased, as far as stemming would change them."""

    names: frozenset[str]

    @classmethod
    def fitted(cls, documents: Iterable[str]) -> Tokenizer:
        """Learns the names: words written with a capital inside sentences, and nowhere in lower case."""
        forms: set[str] = set()
        capitalised: Counter[str] = Counter()
        for text in map(_normal, documents):
            forms.update(WORD.findall(text))
            capitalised.update(CAPITALISED.findall(text))
        sightings: Counter[str] = Counter()
        for word, n in capitalised.items():
            if word[0].isupper():
                sightings[word.lower()] += n
        return cls(frozenset(word for word, n in sightings.items() if n >= LEAST_SIGHTINGS and word not in forms and _changes(word)))

    def document(self, text: str) -> list[str]:
        """Terms of a document: every stem, and after the stem of a name the name itself."""
        terms = []
        for word in _words(text):
            stem = _stem(word)
            if stem:
                terms.append(stem)
                if word in self.names:
                    terms.append(word)
        return terms

    def query(self, text: str) -> list[str]:
        """Terms of a query, one for each word that counts: a name as written, capital or not, other words as stems."""
        return [word if word in self.names else stem for word in _words(text) if (stem := _stem(word))]


def _normal(text: str) -> str:
    """One spelling for what looks the same: composed accents, plain digits for subscripts, letters for ligatures."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _words(text: str) -> list[str]:
    return WORD.findall(CONTRACTION.sub(" ", _normal(text).lower()))


@lru_cache(maxsize=500_000)
def _stem(word: str) -> str:
    """The Snowball stem of a lower-case word; "" for a stop-word."""
    # A Stemmer may not be shared by threads, and a fresh one costs less than the look-up of a shared one's owner would.
    return "" if word in STOP_WORDS else str(Stemmer.Stemmer("english", 0).stemWord(word))


def _changes(word: str) -> bool:
    return _stem(word) not in ("", word)
