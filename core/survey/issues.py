"""What may be wrong with a chunk: said twice, or nearly so, boilerplate, cut off by the model, empty, in another language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.corpus.duplicates import near_duplicates
from core.survey.language import language_outliers

Kind = Literal["exact", "near", "boilerplate", "truncated", "empty", "language"]
KINDS: tuple[Kind, ...] = ("exact", "near", "boilerplate", "truncated", "empty", "language")

LEAST_WORDS = 3
"""A text that has fewer words once its markup is taken away says nothing."""
LEAST_TERMS = 12
PASSAGE_WORDS = 4
LEAST_CHUNKS = 5
"""A passage that stands in this many different texts is boilerplate …"""
MOSTLY = 1 / 3
"""… and a chunk is called so where that part of its words belongs to such passages."""

_MARKUP = re.compile(r"<!--.*?-->|<[^<>]*>|&\w+;|!?\[[^\]]*\]\([^)]*\)|https?://\S+|\{\{.*?\}\}|[#*_`~=|>-]+", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_PASSAGE = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing about one chunk, by its index. `other`: the index of the chunk that it repeats, -1 for none; `detail`: which passage."""

    index: int
    kind: Kind
    other: int = -1
    detail: str = ""


def exact_copies(texts: Sequence[str]) -> Iterator[Issue]:
    """Every text that an earlier one says too, white space aside. The first of equals is no issue."""
    first: dict[str, int] = {}
    for index, text in enumerate(texts):
        key = " ".join(text.split())
        if key and (other := first.setdefault(key, index)) != index:
            yield Issue(index, "exact", other)


def near_copies(token_sets: Sequence[frozenset[str]], exact: frozenset[int]) -> Iterator[Issue]:
    """Every text that nearly repeats an earlier one (`near_duplicates` says what that is) and is no exact copy. Texts of a few words are
    left alone: two short notes of one form say two things."""
    worth = [terms if len(terms) >= LEAST_TERMS else frozenset[str]() for terms in token_sets]
    if not any(worth):
        return
    groups = near_duplicates(worth)
    firsts = np.unique(groups, return_index=True)[1]
    for index in np.flatnonzero(firsts[groups] != np.arange(len(groups))).tolist():
        if index not in exact:
            yield Issue(index, "near", int(firsts[groups[index]]))


def empty_texts(texts: Sequence[str]) -> Iterator[Issue]:
    """Texts of nothing but markup, addresses and signs."""
    for index, text in enumerate(texts):
        if len(text) < 2000 and len(_WORD.findall(_MARKUP.sub(" ", text))) < LEAST_WORDS:
            yield Issue(index, "empty")


def boilerplate(texts: Sequence[str], copies: frozenset[int]) -> Iterator[Issue]:
    """Texts a good part of which stands word for word in many others. `copies` say nothing of their own and are not counted."""
    passages = [_passages(text) for text in texts]
    holders = Counter(key for index, found in enumerate(passages) if index not in copies for key in {key for key, _, _ in found})
    for index, found in enumerate(passages):
        repeated = [(n, key, passage) for key, n, passage in found if holders[key] >= LEAST_CHUNKS]
        if index not in copies and sum(n for n, _, _ in repeated) > MOSTLY * max(1, len(_WORD.findall(texts[index]))):
            _, key, passage = max(repeated)
            yield Issue(index, "boilerplate", detail=f"“{passage[:160]}” stands in {holders[key]:,} texts")


def too_long(n_tokens: NDArray[np.int64], limit: int) -> Iterator[Issue]:
    """Texts of which the model reads only the beginning. n_tokens: (n,)."""
    for index in np.flatnonzero(n_tokens > limit).tolist():
        yield Issue(index, "truncated", detail=f"{n_tokens[index]:,} tokens; the model reads {limit:,}")


def in_another_language(texts: Sequence[str]) -> Iterator[Issue]:
    """Texts that are spelled unlike the rest and hold next to none of its common words."""
    for index in np.flatnonzero(language_outliers(texts)).tolist():
        yield Issue(index, "language")


def _passages(text: str) -> list[tuple[int, int, str]]:
    """Sentences and lines of a text that are long enough to be told apart: hash, number of words, passage."""
    found = ((passage.strip(), _WORD.findall(passage.lower())) for passage in _PASSAGE.split(text))
    return [(hash(" ".join(words)), len(words), passage) for passage, words in found if len(words) >= PASSAGE_WORDS]
