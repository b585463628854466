from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from core.encoders.protocol import Kind
from core.pairing.guard import (
    MOST_ASKED,
    NEARLY_SAME,
    REPEATED,
    RESTATED,
    SAME_BY_ALIAS,
    SAME_TEXT,
    SHARED_CHUNK,
    Guarded,
    remove_leaks,
)
from core.records import Entity, Pair, Question, Vectors

MARIEKE = Entity("Marieke Dorn", "character", ("the Grey Lady", "Mother of Lamps"))
CAPTAIN = Entity("Captain Brandt", "character", ("Old Salt", "the Captain"))
ADMIRAL = Entity("Admiral Voss", "character", ("the Captain",))
ENTITIES = (MARIEKE, CAPTAIN, ADMIRAL)
HELD = (
    Question("t1", "Why did Marieke Dorn hide the silver compass beneath the chapel floor?", judgements={"c9": 1, "c8": 0}, split="test"),
    Question("d1", "Where did Captain Brandt repair the mast after the winter storm?", judgements={"c7": 1}, split="dev"),
    Question("t2", "Who was the father of Ilsa?", judgements={"c6": 1}, split="test"),
)
OTHERS = tuple(
    f"{asked} {doing} the {thing} {where}?"
    for asked in ("Who kept", "Why was", "When did they lose")
    for doing in ("and painted", "or sold", "and mended")
    for thing in ("ferry", "orchard", "ledger", "tower", "bell")
    for where in ("in Osterhaven", "at Cape Sorrow")
)


def positive(query: str, chunk_id: str = "c1", question_id: str = "q1") -> Pair:
    return Pair(query, chunk_id, "positive", "rule", question_id)


def negative(query: str, chunk_id: str, question_id: str = "q1") -> Pair:
    return Pair(query, chunk_id, "negative", "rule", question_id)


def guard(*pairs: Pair, held: Sequence[Question] = HELD, entities: Sequence[Entity] = ENTITIES) -> Guarded:
    """Among ninety other queries, so that rare words are rare."""
    crowd = [positive(text, f"x{number}", f"other {number}") for number, text in enumerate(OTHERS)]
    guarded = remove_leaks([*pairs, *crowd], held, entities)
    assert [pair for pair in guarded.pairs if pair in crowd] == crowd
    return Guarded(tuple(pair for pair in guarded.pairs if pair not in crowd), guarded.removed)


def test_a_query_that_reads_like_a_held_out_question_goes_with_its_negatives() -> None:
    pairs = [positive("who was the FATHER of Ilsa"), negative("who was the FATHER of Ilsa", "c2"), positive("Why?", "c3", "q2")]
    guarded = guard(*pairs)
    assert guarded.pairs == (pairs[2],)
    (removed,) = guarded.removed
    assert (removed.reason, removed.held_out, removed.question_id, removed.n_pairs) == (SAME_TEXT, "t2", "q1", 2)
    assert removed.how == "Reads like the test question t2 \u201cWho was the father of Ilsa?\u201d."


@pytest.mark.parametrize(
    "text",
    [
        "Beneath the chapel floor, why did Marieke Dorn hide the silver compass?",
        "Can you tell me for what reason Marieke Dorn hid the silver compass beneath the chapel floor?",
        "Why would Marieke Dorn be hiding silver compasses beneath a chapel floor, please?",
        "why did Mareike Dorn hide the silver compas beneath the chappel floor",
        "marieke dorn hide silver compass beneath chapel floor why",
    ],
)
def test_a_light_rewording_is_the_same_question(text: str) -> None:
    (removed,) = guard(positive(text)).removed
    assert (removed.reason, removed.held_out) == (NEARLY_SAME, "t1")


@pytest.mark.parametrize(
    "text",
    [
        "Who was the mother of Ilsa?",
        "Where was the father of Ilsa?",
        "Who was the father of Odda?",
        "Why did Marieke Dorn sell the silver compass?",
        "Who hid the silver compass beneath the chapel floor in the second winter of the siege?",
        "Where did Marieke Dorn repair the mast?",
    ],
)
def test_another_question_on_the_same_subject_stays(text: str) -> None:
    assert guard(positive(text)).removed == ()


@pytest.mark.parametrize(
    ("text", "held_out"),
    [
        ("Why did the Grey Lady hide the silver compass beneath the chapel floor?", "t1"),
        ("Beneath the chapel floor, why did the Mother of Lamps hide the silver compass?", "t1"),
        ("where did old salt repair the mast after the winter storm", "d1"),
        ("Where did the Captain repair the mast after the winter storm?", "d1"),
    ],
)
def test_another_name_is_the_same_question_both_ways(text: str, held_out: str) -> None:
    (removed,) = guard(positive(text)).removed
    assert removed.held_out == held_out
    asked = next(question for question in HELD if question.question_id == held_out)
    (back,) = guard(positive(asked.text), held=[Question("h", text, split="test")]).removed
    assert back.held_out == "h"


def test_only_names_of_one_entity_are_the_same_and_the_report_says_so() -> None:
    held = [Question("t", "Whom did the Grey Lady love?", split="test")]
    (removed,) = guard(positive("Whom did Marieke Dorn love?"), held=held).removed
    assert removed.reason == SAME_BY_ALIAS
    assert "once every name of an entity counts as the same" in removed.how
    assert guard(positive("Whom did Captain Brandt love?"), held=held).removed == ()


def test_a_synthetic_query_goes_for_what_it_says_and_not_for_its_chunk() -> None:
    same_chunk, restating = positive("What lies under the chapel?", "c9", ""), positive("the chapel floor and the silver compass", "c9", "")
    elsewhere = positive("the chapel floor and the silver compass", "c4", "")
    assert guard(same_chunk).pairs == (same_chunk,)
    assert guard(elsewhere).pairs == (elsewhere,)
    guarded = guard(restating, negative(restating.query, "c2", ""))
    assert guarded.pairs == ()
    assert [(removed.reason, removed.held_out, removed.n_pairs) for removed in guarded.removed] == [(RESTATED, "t1", 2)]


def test_a_shared_judged_chunk_goes_and_the_question_with_its_last() -> None:
    kept, shared = positive("Asked by a person", "c1"), positive("Asked by a person", "c9")
    only, beside = positive("Asked by another", "c7", "q2"), negative("Asked by another", "c2", "q2")
    judged_irrelevant, answer_is_negative = positive("A third", "c8", "q3"), negative("A third", "c9", "q3")
    guarded = guard(kept, shared, only, beside, judged_irrelevant, answer_is_negative)
    assert guarded.pairs == (kept, judged_irrelevant, answer_is_negative)
    found = [(removed.question_id, removed.reason, removed.held_out, removed.n_pairs) for removed in guarded.removed]
    assert found == [("q1", SHARED_CHUNK, "t1", 1), ("q2", SHARED_CHUNK, "d1", 2)]


def test_a_chunk_that_answers_everything_gives_nothing_away() -> None:
    held = [Question(f"t{n}", f"Question number {n}?", judgements={"hub": 1}, split="test") for n in range(MOST_ASKED + 1)]
    pair = positive("Asked by a person", "hub")
    assert guard(pair, held=held).pairs == (pair,)
    assert guard(pair, held=held[:-1]).pairs == ()


def test_train_questions_hold_nothing_back_and_those_without_a_split_do() -> None:
    pairs = (positive("Who rings?"),)
    assert remove_leaks(pairs, [Question("q1", "Who rings?", judgements={"c1": 1}, split="train")]).pairs == pairs
    assert remove_leaks(pairs, [Question("q1", "Who rings?")]).pairs == ()


def test_one_claim_is_kept_once() -> None:
    pairs = [positive("Who?"), positive("Who?", "c1", "q2"), positive("Who?", "c2", "q2")]
    guarded = remove_leaks(pairs, [])
    assert guarded.pairs == (pairs[0], pairs[2])
    assert [(removed.question_id, removed.reason, removed.n_pairs) for removed in guarded.removed] == [("q2", REPEATED, 1)]


def test_no_pairs_no_questions_and_questions_of_no_words() -> None:
    assert remove_leaks([], HELD) == Guarded((), ())
    assert remove_leaks([positive("?!")], [Question("t", "Is it?", split="test")]).pairs == (positive("?!"),)


WIFE, DAUGHTER = "Who was father to the tall wife of Ilsa?", "Who was father to the small girl Ilsa?"


def encoder(usual: float) -> tuple[list[str], object]:
    """A space in which DAUGHTER and t2 coincide and any other two texts have the cosine `usual`; and the texts it was asked for."""
    asked: list[str] = []

    def encode(texts: Sequence[str], kind: Kind) -> Vectors:
        asked.extend(texts)
        names = [HELD[2].text if text == DAUGHTER else text for text in texts]
        axes = np.eye(len(texts) + 1)[[names.index(name) + 1 for name in names]]
        return (np.sqrt(usual) * np.eye(len(texts) + 1)[0] + np.sqrt(1 - usual) * axes).astype(np.float32)

    return asked, encode


@pytest.mark.parametrize("usual", [0.0, 0.97])
def test_vectors_decide_where_words_leave_it_open(usual: float) -> None:
    """DAUGHTER shares half of its weight with the held-out question; in a narrow space 0.97 is no sign for others, and 1 still is."""
    asked, encode = encoder(usual)
    pairs = [positive(DAUGHTER), positive(WIFE, "c2", "q2"), *(positive(text, f"x{n}", f"other {n}") for n, text in enumerate(OTHERS))]
    assert remove_leaks(pairs, HELD, ENTITIES).removed == ()
    (removed,) = remove_leaks(pairs, HELD, ENTITIES, encode).removed  # type: ignore[arg-type]
    assert (removed.query, removed.reason, removed.held_out) == (DAUGHTER, NEARLY_SAME, "t2")
    assert "the cosine of the two is 1.00" in removed.how
    assert {DAUGHTER, HELD[2].text} <= set(asked)
