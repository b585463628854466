"""The words of a corpus as they are written: which chunk says what, and which names are ordinary words of the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from core.records import Chunk
from core.retrieval.tokens import STOP_WORDS

FEWEST_CHUNKS = 3
COPIED_WORDS = 6

_WORD = re.compile(r"[^\W_]+")  # "Beth-peor" and "Beth Peor" are the same two words


class Vocabulary:
    """The words of n chunks, looked up by chunk index."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        words = [_WORD.findall(chunk.text) for chunk in chunks]
        self._plain = [_plain(found) for found in words]
        self._sets = [frozenset(word.casefold() for word in found) for found in words]
        self._n_with = Counter(word for found in self._sets for word in found)
        self._n_lower = Counter(word for found in words for word in {word for word in found if word.islower()})

    def is_ordinary(self, name: str, n_mentions: int) -> bool:
        """Whether a one-word name is rather a word of the language: written small in more than twice as many chunks as mention who
        is called so. Asking for "Branch" or "Field" asks for nobody; "aboleth" stays a name."""
        words = _WORD.findall(name)
        return len(words) == 1 and self._n_lower[words[0].casefold()] > max(FEWEST_CHUNKS, 2 * n_mentions)

    def says(self, index: int, name: str) -> bool:
        """Whether a chunk has all words of a name, in any case."""
        return self._sets[index].issuperset(word.casefold() for word in _WORD.findall(name))

    def n_saying(self, text: str) -> int:
        """In how many chunks the rarest word of a text comes up."""
        return min((self._n_with[word.casefold()] for word in _WORD.findall(text)), default=0)

    def rarity(self, text: str) -> float:
        """The summed inverse document frequency, log((n + 1) / (n with it + 1)), of the words of a text that are no function words."""
        words = {word.casefold() for word in _WORD.findall(text)} - STOP_WORDS
        return sum(log((len(self._sets) + 1) / (self._n_with[word] + 1)) for word in words)

    def copies(self, text: str, index: int) -> bool:
        """Whether `text` repeats more than five words in a row from a chunk."""
        return _repeats(text, self._plain[index])


def copies(text: str, source: str) -> bool:
    """Whether one text repeats more than five words in a row from another."""
    return _repeats(text, _plain(_WORD.findall(source)))


def _plain(words: Sequence[str]) -> str:
    return f" {' '.join(words)} ".casefold()


def _repeats(text: str, plain: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(text)]
    runs = (" ".join(words[start : start + COPIED_WORDS]) for start in range(len(words) - COPIED_WORDS + 1))
    return any(f" {run} " in plain for run in runs)
