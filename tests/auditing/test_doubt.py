"""What speaks against a label, and how much."""

from __future__ import annotations

import pytest

from core.auditing.doubt import UNKNOWN, doubt, signs
from core.records import Pair


def positive(**evidence: object) -> Pair:
    return Pair("q", "c", "positive", "topics", evidence=evidence)


def negative(**evidence: object) -> Pair:
    return Pair("q", "d", "negative", "same-type", evidence=evidence)


COVERED = [{"topic": "a", "how": "name"}]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (negative(cosine=0.7, positive_cosine=0.6), negative(cosine=0.5, positive_cosine=0.6)),
        (negative(bm25=12, positive_bm25=10), negative(bm25=4, positive_bm25=10)),
        (negative(covered=COVERED, missed=[]), negative(covered=COVERED, missed=["b"])),
        (negative(covered=COVERED, missed=["b"]), negative(covered=[], missed=["a", "b"])),
        (negative(dense_rank=1), negative(dense_rank=40)),
        (negative(cosine=0.7, positive_cosine=0.6, bm25=12, positive_bm25=10), negative(cosine=0.7, positive_cosine=0.6)),
        (positive(covered=[], missed=["a"]), positive(covered=COVERED, missed=["b"])),
        (positive(covered=COVERED, missed=["b"]), positive(covered=COVERED, missed=[])),
        (positive(cosine=0.1), positive(cosine=0.6)),
        (positive(dense_rank=300, bm25_rank=90), positive(dense_rank=300, bm25_rank=2)),
        (positive(cosine=0.1), positive(cosine=0.1, grade=2)),
        (positive(shared_words=[], cosine=0.5), positive(shared_words=["bell"], cosine=0.5)),
    ],
)
def test_what_speaks_against_a_label_makes_it_doubtful(more: Pair, less: Pair) -> None:
    assert 0 <= doubt(less) < doubt(more) <= 1


def test_a_chunk_that_beats_its_positive_is_doubted_more_often_than_not() -> None:
    assert doubt(negative(cosine=0.75, positive_cosine=0.6)) > 0.5 > doubt(negative(cosine=0.3, positive_cosine=0.6))


def test_without_evidence_nothing_is_known() -> None:
    assert doubt(positive()) == doubt(negative(note="x", cosine=None, bm25=float("nan"))) == pytest.approx(UNKNOWN)
    assert signs(positive()) is None


def test_the_strongest_sign_is_told_first() -> None:
    found = signs(negative(cosine=0.66, positive_cosine=0.6, dense_rank=3))
    assert found is not None
    assert [sign.words for sign in found] == ["its cosine is 110% of its positive's", "rank 3 among all chunks"]
