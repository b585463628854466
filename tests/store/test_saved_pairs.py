"""Pairs come back as saved, and tell which state they are."""

from __future__ import annotations

import pytest

from core.errors import InputError
from core.records import Corpus, Pair
from core.store import Store

POSITIVE = Pair("Who keeps the tower?", "c1", "positive", "topics", "q2", "train", "", 0.5, "covers Mira", {"covered": ["Mira"]})
NEGATIVE = Pair("Who keeps the tower?", "c3", "negative", "related-entity", "q2", "train", "hard", 0.25, "about Ilo")
SYNTHETIC = Pair("salt law", "c4", "positive", "synthetic-keyword", split="dev")


def test_pairs_come_back_in_order(filled: Store) -> None:
    filled.save_pairs([SYNTHETIC, POSITIVE, NEGATIVE])

    assert filled.pairs() == (SYNTHETIC, POSITIVE, NEGATIVE)
    assert filled.pairs("positive") == (SYNTHETIC, POSITIVE)
    assert filled.pairs(split="train") == (POSITIVE, NEGATIVE)
    assert filled.pairs("negative", "dev") == ()


def test_saving_replaces(filled: Store) -> None:
    filled.save_pairs([POSITIVE, NEGATIVE])
    filled.save_pairs([SYNTHETIC, POSITIVE])

    assert filled.pairs() == (SYNTHETIC, POSITIVE)
    filled.save_pairs([])
    assert filled.pairs() == ()


def test_the_revision_follows_the_pairs(filled: Store) -> None:
    filled.save_pairs([POSITIVE, NEGATIVE])
    revision = filled.revision()

    filled.save_pairs([POSITIVE, NEGATIVE])
    assert filled.revision() == revision

    filled.save_pairs([NEGATIVE, POSITIVE])
    filled.save_pairs([POSITIVE, Pair(**{**_fields(NEGATIVE), "reason": "another"})])
    assert filled.revision() == revision + 2


def _fields(pair: Pair) -> dict[str, object]:
    return {name: getattr(pair, name) for name in pair.__slots__}


def test_pairs_are_outdated_once_the_corpus_changes(filled: Store, codex: Corpus) -> None:
    assert not filled.pairs_outdated()
    filled.save_pairs([POSITIVE])
    assert not filled.pairs_outdated()

    filled.import_corpus(Corpus(codex.chunks, codex.entities[:2], codex.questions), {}, "codex")
    assert filled.pairs_outdated()
    filled.save_pairs([POSITIVE])
    assert not filled.pairs_outdated()


def test_the_summary_counts_every_kind(filled: Store) -> None:
    filled.save_pairs([POSITIVE, NEGATIVE, Pair("x", "c3", "negative", "related-entity", hardness="hard")])

    assert list(filled.pair_summary().itertuples(index=False, name=None)) == [
        ("topics", "positive", "", 1),
        ("related-entity", "negative", "hard", 2),
    ]
    assert list(filled.pair_summary().columns) == ["rule", "label", "hardness", "count"]


def test_the_same_claim_twice_is_refused(filled: Store) -> None:
    filled.save_pairs([POSITIVE])
    with pytest.raises(InputError, match="pair_id"):
        filled.save_pairs([NEGATIVE, NEGATIVE])
    assert filled.pairs() == (POSITIVE,)


def test_unpaired(filled: Store) -> None:
    reasons = {"q2": "no chunk covers half of its topics", "q0": "neither topics nor judgements"}
    filled.save_unpaired(reasons)
    revision = filled.revision()

    filled.save_unpaired(reasons)
    assert (filled.unpaired(), filled.revision()) == (reasons, revision)
    filled.save_unpaired({})
    assert filled.unpaired() == {}
