"""The words of a corpus as they are written: which are telling for a chunk, and which are ordinary words of the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from math import log

from core.records import Chunk
from core.retrieval.tokens import tokenize

FEWEST_LETTERS = 5
FEWEST_CHUNKS = 3
TELLING_SHARE = 0.01
TELLING_FLOOR = 10
COPIED_WORDS = 6

_WORD = re.compile(r"[^\W_]+")  # "Beth-peor" and "Beth Peor" are the same two words
_THING = re.compile(
    r"\b(?:the|a|an|his|her|their|its|my|your|our)\s+([^\W\d_]+)(?=\s*[,.;:!?)\]]|\s+(?:of|and|or|in|on|at|to|from|for|with|by|"
    r"is|was|are|were|has|had|have|which|who|that|shall|will|can|may|must|as|into|upon|before|after)\b)"
)
THING_SHARE = 0.2


class Vocabulary:
    """The words of n chunks, looked up by chunk index."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._words = [_WORD.findall(chunk.text) for chunk in chunks]
        self._plain = [f" {' '.join(words)} ".casefold() for words in self._words]
        self._sets = [frozenset(word.casefold() for word in words) for words in self._words]
        self._n_with = Counter(word for words in self._sets for word in words)
        self._n_lower = Counter(word for words in self._words for word in {word for word in words if word.islower()})
        things = Counter(word for chunk in chunks for word in set(_THING.findall(chunk.text)))
        self._things = {word for word, n in things.items() if n >= THING_SHARE * self._n_with[word]}
        self._most = max(TELLING_FLOOR, TELLING_SHARE * len(chunks))

    def telling(self, index: int, besides: Collection[str], at_most: int) -> tuple[str, ...]:
        """The words that set a chunk apart, by tf·idf: written small (so no names), long enough to mean something, in at least
        three chunks (so no slips of the pen), in at most a hundredth of all, in none of `besides`, and often used for a thing:
        between an article and the end of the phrase ("the flood came", not "the next flood")."""
        known = {word.casefold() for text in besides for word in _WORD.findall(text)}
        counts = Counter(word for word in self._words[index] if word in self._things and word.islower() and len(word) >= FEWEST_LETTERS)
        weight = {
            word: count * log((len(self._words) + 1) / self._n_with[word])
            for word, count in counts.items()
            if word not in known and FEWEST_CHUNKS <= self._n_with[word] <= self._most
        }
        by_stem: dict[str, str] = {}  # "corresponds" adds nothing to "correspond"
        for word in sorted(weight, key=lambda word: (-weight[word], word)):
            by_stem.setdefault("".join(tokenize(word)), word)
        return tuple(by_stem.values())[:at_most]

    def is_ordinary(self, name: str, n_mentions: int) -> bool:
        """Whether a one-word name is rather a word of the language: written small in more than twice as many chunks as mention who
        is called so. Asking for "Branch" or "Field" asks for nobody; "aboleth" stays a name."""
        words = _WORD.findall(name)
        return len(words) == 1 and self._n_lower[words[0].casefold()] > max(FEWEST_CHUNKS, 2 * n_mentions)

    def has(self, index: int, words: Collection[str]) -> bool:
        """Whether a chunk has all of these small-written words, in any case."""
        return self._sets[index].issuperset(words)

    def says(self, index: int, name: str) -> bool:
        """Whether a chunk has all words of a name, in any case."""
        return self.has(index, {word.casefold() for word in _WORD.findall(name)})

    def copies(self, text: str, index: int) -> bool:
        """Whether `text` repeats more than five words in a row from a chunk."""
        words = [word.casefold() for word in _WORD.findall(text)]
        runs = (" ".join(words[start : start + COPIED_WORDS]) for start in range(len(words) - COPIED_WORDS + 1))
        return any(f" {run} " in self._plain[index] for run in runs)
