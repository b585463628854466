"""Pairs made wrong on purpose: as many as asked for, undone exactly, and not given away by their evidence."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.corrupted_pairs import corrupted, trained_on
from benchmarks.corruption import ANSWER, EXCHANGED, NEAR, RANDOM, corrupt, restored
from benchmarks.rescoring import Rescorer
from core.pairing.generate import generate_pairs
from core.records import Corpus, Pair
from core.settings import Settings
from tests.harbour import CORPUS

ANYWHERE = [f"c{number}" for number in range(40)]


def made(n: int = 20) -> list[Pair]:
    """Queries with one positive and one negative set against it; each fourth has another answer that no pair uses."""
    return [
        pair
        for number in range(n)
        for pair in (
            Pair(f"q{number}", f"c{number}", "positive", "judged"),
            Pair(f"q{number}", f"c{number + 1}", "negative", "bm25-rank", evidence={"positive": f"c{number}"}),
        )
    ]


ANSWERS = {f"q{number}": {f"c{number}"} | ({"c30"} if number % 4 == 0 else set()) for number in range(20)}


@pytest.mark.parametrize("seed", range(6))
def test_a_fifth_is_wrong_and_all_of_it_can_be_put_right(seed: int) -> None:
    pairs = made()
    told = corrupt(pairs, 0.2, ANSWERS, lambda _: ANYWHERE[20:25], ANYWHERE, seed)
    wrong = [one for one in told if one.how]
    assert len(wrong) == 8 and all(one.pair != one.truth for one in wrong) and all(one.pair == one.truth for one in told if not one.how)
    assert [one.truth for one in told] == pairs == list(restored(told, {one.pair.pair_id for one in wrong}))
    assert sum(one != other for one, other in zip(restored(told, {wrong[0].pair.pair_id}), pairs, strict=True)) == 7
    assert Counter(one.how for one in wrong)[EXCHANGED] % 2 == 0


def test_no_chunk_is_on_both_sides_of_a_query() -> None:
    for seed in range(20):
        told = corrupt(made(), 0.5, ANSWERS, lambda _: ANYWHERE[20:25], ANYWHERE, seed)
        claims = Counter((one.pair.query, one.pair.chunk_id) for one in told)
        assert max(claims.values()) == 1


def test_each_kind_of_mistake_is_what_it_says() -> None:
    told = [one for seed in range(20) for one in corrupt(made(), 0.3, ANSWERS, lambda _: ANYWHERE[20:25], ANYWHERE, seed)]
    for how, label in ((NEAR, "positive"), (RANDOM, "positive"), (ANSWER, "negative")):
        of_kind = [one for one in told if one.how == how]
        assert of_kind and {one.pair.label for one in of_kind} == {label}
        assert all((one.pair.chunk_id in ANSWERS[one.pair.query]) == (label == "negative") for one in of_kind)
    exchanged = [one for one in told if one.how == EXCHANGED]
    assert all((one.pair.chunk_id in ANSWERS[one.pair.query]) == (one.pair.label == "negative") for one in exchanged)


def test_wrong_pairs_have_the_evidence_of_what_they_are_now() -> None:
    settings = Settings(_env_file=None, MIN_TOPIC_COVERAGE=0.1)
    pairs = trained_on(generate_pairs(CORPUS, settings).pairs, 1)
    rescorer = Rescorer(CORPUS, None)
    told = corrupted(pairs, CORPUS, 3, rescorer)
    wrong = [one for one in told if one.how]
    assert wrong
    again = list(rescorer.rescored([one.pair for one in told], {}))
    assert [one.pair.evidence for one in told] == [pair.evidence for pair in again]  # scored by what it is, not by what it was
    assert any(one.pair.evidence["bm25"] != one.truth.evidence["bm25"] for one in wrong)
    of_query = {(one.pair.query, one.pair.chunk_id): one.pair for one in told}
    for one in told:
        if "positive" in one.pair.evidence:
            against = of_query[one.pair.query, one.pair.evidence["positive"]]
            assert against.label == "positive" and against.evidence["bm25"] == one.pair.evidence["positive_bm25"]


def test_evidence_that_generation_words_otherwise_ends_the_benchmark() -> None:
    pairs = trained_on(generate_pairs(CORPUS, Settings(_env_file=None)).pairs, 1)
    other = [Pair(pair.query, pair.chunk_id, pair.label, pair.rule, evidence={**pair.evidence, "bm25": -1.0}) for pair in pairs]
    with pytest.raises(SystemExit, match="bm25"):
        corrupted(other, Corpus(CORPUS.chunks, CORPUS.entities, CORPUS.questions), 3, Rescorer(CORPUS, None))
