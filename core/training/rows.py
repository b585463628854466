"""Pairs as training rows: a query, a positive, as many negatives as the query has, and what the row must not share a batch with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.pairing.groups import normal_text
from core.records import Pair, content_id


@dataclass(frozen=True, slots=True)
class Row:
    """One training example; texts, not ids.

    `keys`: what a batch should hold only once: the query, the texts of all its positives, what it is about. `negative_keys`: those of
    the negatives' texts; a row that answers to one of them would be taught that its answer is wrong.
    """

    query: str
    positive: str
    negatives: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    negative_keys: tuple[str, ...] = ()


def training_rows(pairs: Sequence[Pair], documents: Mapping[str, str], n_negatives: int, sure: Collection[str] = ()) -> tuple[Row, ...]:
    """One row a positive train pair, with the negatives of its query that a person gave or accepted (`sure`: their ids) and up to
    `n_negatives` others, hardest first as mined.

    `documents` maps chunk ids to what the model reads; a pair whose chunk has left the corpus is skipped.
    """
    known = [pair for pair in pairs if pair.split == "train" and pair.chunk_id in documents]
    positives = [pair for pair in known if pair.label == "positive"]
    given: dict[str, list[str]] = defaultdict(list)
    mined: dict[str, list[str]] = defaultdict(list)
    for pair in known:
        if pair.label == "negative":
            (given if pair.pair_id in sure else mined)[pair.query].append(documents[pair.chunk_id])
    keys = _keys(known, documents)
    return tuple(_row(pair, documents[pair.chunk_id], (*given[pair.query], *mined[pair.query][:n_negatives]), keys) for pair in positives)


def _row(pair: Pair, positive: str, negatives: tuple[str, ...], keys: Mapping[str, set[str]]) -> Row:
    return Row(pair.query, positive, negatives, frozenset(keys[pair.query]), tuple(_text_key(text) for text in negatives))


def _keys(pairs: Sequence[Pair], documents: Mapping[str, str]) -> dict[str, set[str]]:
    """By query. Chunks count by what they say, so copies of one text are one."""
    keys: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        keys[pair.query] |= {f"query:{normal_text(pair.query)}", *pair.evidence.get("about", ())}
        if pair.label == "positive":
            keys[pair.query].add(_text_key(documents[pair.chunk_id]))
    return keys


def _text_key(text: str) -> str:
    return "text:" + content_id(text)
