from __future__ import annotations

from core.pairing.guard import REPEATED, SAME_ANSWER, SAME_TEXT, remove_leaks
from core.records import Pair, Question


def positive(query: str, chunk_id: str, question_id: str = "") -> Pair:
    return Pair(query, chunk_id, "positive", "rule", question_id)


HELD = [Question("t", "Who rings the bell?", judgements={"c9": 1, "c8": 0}, split="test"), Question("d", "Who sails?", split="dev")]


def test_a_query_that_reads_like_a_held_out_question_goes_with_its_negatives() -> None:
    pairs = [
        positive("who rings the BELL", "c1", "q1"),
        Pair("who rings the BELL", "c2", "negative", "rule", "q1"),
        positive("Why?", "c3", "q2"),
    ]
    guarded = remove_leaks(pairs, HELD)
    assert guarded.pairs == (pairs[2],)
    assert guarded.dropped == {SAME_TEXT: 1}


def test_a_synthetic_query_about_a_held_out_answer_goes_and_a_labelled_one_stays() -> None:
    pairs = [positive("Tell me about c9.", "c9"), positive("Asked by a person", "c9", "q1"), positive("Tell me about c8.", "c8")]
    guarded = remove_leaks(pairs, HELD)
    assert guarded.pairs == (pairs[1], pairs[2])
    assert guarded.dropped == {SAME_ANSWER: 1}


def test_train_questions_hold_nothing_back() -> None:
    pairs = (positive("Who?", "c1", "q1"),)
    assert remove_leaks(pairs, [Question("q1", "Who?", judgements={"c1": 1}, split="train")]).pairs == pairs


def test_one_claim_is_kept_once() -> None:
    pairs = [positive("Who?", "c1", "q1"), positive("Who?", "c1", "q2"), positive("Who?", "c2", "q2")]
    guarded = remove_leaks(pairs, [])
    assert guarded.pairs == (pairs[0], pairs[2])
    assert guarded.dropped == {REPEATED: 1}
