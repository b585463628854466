"""Of many pairs the wrong ones come first, positives and negatives alike."""

from __future__ import annotations

import random

from core.auditing.weighing import weigh
from core.records import SENTENCE, Label, Pair


def pair(query: str, chunk: str, label: Label, *ranks: int, bm25: float | None = None) -> Pair:
    known = dict(zip(("dense_rank", "bm25_rank"), ranks, strict=False))
    return Pair(query, chunk, label, "rule", evidence=known if bm25 is None else {**known, "bm25": bm25})


def test_what_both_searches_rank_against_its_label_comes_first() -> None:
    good, halfway, bad = pair("a", "x", "positive", 1, 2), pair("b", "x", "positive", 1, 300), pair("c", "x", "positive", 80, 300)
    weights = weigh([halfway, bad, good])
    assert weights[good.pair_id] < weights[halfway.pair_id] < weights[bad.pair_id]
    near, far = pair("a", "y", "negative", 1, 1), pair("b", "y", "negative", 50, 200)
    weights = weigh([far, near])
    assert weights[far.pair_id] < weights[near.pair_id]


def test_a_positive_and_a_negative_that_changed_places_both_stand_out() -> None:
    clean = [
        one
        for number in range(8)
        for one in (pair(f"q{number}", "yes", "positive", bm25=10 + number), pair(f"q{number}", "no", "negative", bm25=3 + number / 10))
    ]
    swapped = [pair("swapped", "no", "positive", bm25=3), pair("swapped", "yes", "negative", bm25=10)]
    weights = weigh([*clean, *swapped])
    first = sorted(weights, key=lambda pair_id: -weights[pair_id])[:2]
    assert set(first) == {one.pair_id for one in swapped}


def test_neither_label_is_before_the_other_as_such() -> None:
    rng = random.Random(5)
    pairs = [
        *(pair(f"q{number}", "yes", "positive", rng.randint(1, 40), rng.randint(1, 400), bm25=20 * rng.random()) for number in range(300)),
        *(pair(f"q{number}", "no", "negative", rng.randint(1, 5), rng.randint(1, 9), bm25=20 * rng.random()) for number in range(300)),
    ]
    weights = weigh(pairs)
    first = sorted(pairs, key=lambda one: -weights[one.pair_id])[:150]
    assert sum(one.label == "positive" for one in first) == 75
    assert min(weights.values()) > 0 and max(weights.values()) <= 1


def test_without_evidence_all_are_alike() -> None:
    pairs = [pair("a", "x", "positive"), pair("b", "x", "positive"), pair("a", "y", "negative")]
    assert set(weigh(pairs).values()) == {0.5}
    assert weigh([]) == {}


def test_what_a_tuned_model_contradicts_comes_first() -> None:
    fine, contradicted, unknown = pair("a", "x", "positive", 1, 1), pair("b", "x", "positive", 1, 1), pair("c", "x", "positive", 1, 1)
    weights = weigh([fine, contradicted, unknown], {fine.pair_id: -0.2, contradicted.pair_id: 0.1})
    assert weights[fine.pair_id] < weights[unknown.pair_id] < weights[contradicted.pair_id]


def test_of_a_sentence_and_its_own_chunk_there_is_nothing_to_judge() -> None:
    asked, sentence = pair("a", "x", "positive", 1, 1), Pair("b", "y", "positive", SENTENCE)
    weights = weigh([sentence, asked])
    assert weights[sentence.pair_id] == 0 < weights[asked.pair_id]
