"""Chunks in another language than the rest, without a list of languages: the corpus itself says what its text looks like.

A chunk in another script than the rest is one. Where the script is the same, two signs must agree. Letter sequences: the mean surprise of a
chunk's trigrams under those of the whole corpus lies far above the usual. Common words: those that the corpus uses most are nearly absent.
Lists of names and numbers surprise but hold some common words; a terse table lacks common words but is spelled like the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_LETTERS = 80
"""Less text than this tells nothing."""
FAR = 4.0
"""How many times the usual spread the surprise must lie above the middle."""
LEAST_SPREAD = 0.05
LEAST_TEXTS = 20
COMMON_WORDS = 60
FEW = 0.25
"""A share of common words below this part of the usual one is next to none."""
LEAST_OF_SCRIPT = 10
"""Letters that it takes to say which script a text is written in."""
RARE = 0.05
"""A script of fewer chunks than this share is not the corpus' own."""
SPELLED_FROM = 20_000
"""Chunks that the corpus' own spelling is learned from, evenly drawn: more change nothing."""

TEXTS_AT_ONCE = 1_000

_BREAK = re.compile(r"[\W\d_]+")
_ALPHABET = 64
_SPACE = 0
_EDGES = np.array([0x0250, 0x0370, 0x0400, 0x0530, 0x0590, 0x0600, 0x0700, 0x0900, 0x0E00, 0x1100, 0x3040, 0x3400, 0xAC00], dtype=np.int64)
"""Where one script's letters end and the next one's begin: beyond Latin a letter counts as its script."""


def language_outliers(texts: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) whether each text is written unlike the rest. Too few or too short texts give no outliers."""
    words = [_BREAK.split(text.lower()) for text in texts]
    spelled = [" ".join(part for part in of_text if part) for of_text in words]
    foreign = _in_another_script(spelled)
    long_enough = np.array([len(text) >= LEAST_LETTERS for text in spelled], dtype=bool) & ~foreign
    if long_enough.sum() < LEAST_TEXTS:
        return np.zeros(len(texts), dtype=bool)
    surprise, common = _surprise(spelled, long_enough), _share_of_common(words, long_enough)
    usual = np.median(surprise[long_enough])
    spread = 1.4826 * np.median(np.abs(surprise[long_enough] - usual))
    few = common < FEW * np.median(common[long_enough])
    outlying: NDArray[np.bool_] = foreign | (long_enough & few & (surprise > usual + FAR * max(spread, LEAST_SPREAD)))
    return outlying


def _in_another_script(spelled: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) whether most letters of a text belong to a script in which hardly any text is written."""
    scripts = np.array([_script(text) for text in spelled], dtype=np.int64)
    known = scripts >= 0
    n_of = np.bincount(scripts[known], minlength=len(_EDGES) + 1)
    result: NDArray[np.bool_] = known & (n_of[scripts] < RARE * max(1, known.sum()))
    return result


def _script(text: str) -> int:
    """A number for the script of most letters, -1 for too few letters."""
    codes = _codes(text)
    letters = codes[codes != 32]
    return int(np.bincount(np.searchsorted(_EDGES, letters, "right")).argmax()) if len(letters) >= LEAST_OF_SCRIPT else -1


def _surprise(spelled: Sequence[str], counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,) mean of -log p of a text's letter trigrams, p from the counted texts with one added to each count; 0 for the others."""
    chosen = np.flatnonzero(counted)
    learned = chosen[:: max(1, len(chosen) // SPELLED_FROM)]
    seen = np.ones(_ALPHABET**3)
    for start in range(0, len(learned), TEXTS_AT_ONCE):
        trigrams = np.concatenate([_trigrams(spelled[index]) for index in learned[start : start + TEXTS_AT_ONCE].tolist()])
        seen += np.bincount(trigrams, minlength=len(seen))
    pairs = seen.reshape(_ALPHABET * _ALPHABET, _ALPHABET).sum(axis=1)
    cost = np.log(np.repeat(pairs, _ALPHABET)) - np.log(seen)
    surprise = np.zeros(len(spelled))
    for index in chosen.tolist():
        surprise[index] = cost[_trigrams(spelled[index])].mean()
    return surprise


def _trigrams(text: str) -> NDArray[np.int64]:
    """(letters - 2,) each run of three letters as one number."""
    codes = _codes(text)
    letters = np.where(
        codes == 32, _SPACE, np.where((codes >= 97) & (codes <= 122), codes - 96, 27 + np.searchsorted(_EDGES, codes, "right"))
    )
    return (letters[:-2] * _ALPHABET + letters[1:-1]) * _ALPHABET + letters[2:]


def _codes(text: str) -> NDArray[np.int64]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)


def _share_of_common(words: Sequence[Sequence[str]], counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,) which part of each text's words are among the corpus' commonest."""
    holders = Counter(word for of_text, counts in zip(words, counted, strict=True) if counts for word in set(of_text) if word)
    common = {word for word, _ in holders.most_common(COMMON_WORDS)}
    return np.array([sum(word in common for word in of_text) / max(1, len(of_text)) for of_text in words])
