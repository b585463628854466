from __future__ import annotations

from core.mining.aims import aim_of_question
from core.mining.ground import Ground
from core.mining.select import Miner, Negative
from core.records import Chunk, Question
from tests.mining.isles import chunk, ground


def mined(
    found: Ground, text: str = "What does Ilsa ring?", positives: tuple[int, ...] = (0,), answers: tuple[int, ...] = (), n: int = 9
) -> list[Negative]:
    aim = aim_of_question(Question("q", text), positives, found)
    scores = next(found.scores([text]))
    return Miner(found, 13).mine(aim, positives, {*positives, *answers}, scores, n)


def named(found: Ground, negatives: list[Negative]) -> list[str]:
    return [found.chunks[negative.proposal.chunk].chunk_id for negative in negatives]


def test_hard_medium_and_easy_in_turn_and_no_chunk_twice() -> None:
    crowd = [chunk(f"Crowd{n}.0", f"Osterhaven has a house number {n}.", place=("Osterhaven",)) for n in range(12)]
    found = ground(*crowd, chunk("Pia.0", "Pia sews.", character=("Pia",)))
    negatives = mined(found, n=6)
    assert [negative.proposal.hardness for negative in negatives][:4] == ["hard", "medium", "easy", "hard"]
    assert len(set(named(found, negatives))) == len(negatives) == 6


def test_a_rule_that_finds_nothing_leaves_its_turn_to_the_others() -> None:
    found = ground()
    assert [negative.proposal.rule for negative in mined(found, "Who mends nets, Mira?", positives=(6,), n=2)] == [
        "related-entity",
        "same-type",
    ]


def test_neither_the_positives_file_nor_another_answer_nor_what_speaks_of_the_query() -> None:
    found = ground()
    assert set(named(found, mined(found))) == {"Osterhaven.0", "Brandt.0", "Brandt.1", "Mira.0"}
    assert set(named(found, mined(found, answers=(4, 6)))) == {"Brandt.0", "Brandt.1"}


def test_the_same_text_elsewhere_is_no_negative() -> None:
    again = Chunk("Copy.0", "keeps the lighthouse and rings its great bell in fog.", "Copy", mentions={"place": ("Osterhaven",)})
    assert "Copy.0" not in named(ground(again), mined(ground(again)))


def test_what_comes_as_near_in_words_as_the_positive_is_no_negative() -> None:
    near = chunk("Near.0", "Brandt rings a bell, and rings it.", character=("Brandt",))
    found = ground(near)
    assert "Near.0" not in named(found, mined(found, "Who rings a bell, Ilsa?"))
    assert all(0 <= negative.closeness < 0.8 for negative in mined(found, "Who rings a bell, Ilsa?"))


def test_each_positive_gets_its_own() -> None:
    found = ground()
    negatives = mined(found, "What does Ilsa do?", positives=(0, 1), n=1)
    assert [negative.positive for negative in negatives] == [0, 1]
    assert len(set(named(found, negatives))) == 2


def test_none_asked_for_and_nobody_named() -> None:
    assert mined(ground(), n=0) == []
    assert mined(ground(), "Who danced in the rain?", positives=(8,)) == []


def test_without_mentions_there_are_none() -> None:
    found = Ground((Chunk("a", "Ilsa rings.", "a"), Chunk("b", "Brandt sails.", "b")), ground().entities)
    assert mined(found) == []
