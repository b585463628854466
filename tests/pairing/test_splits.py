from __future__ import annotations

from collections import Counter

import pytest

from core.pairing.splits import assign_splits
from core.records import Chunk, Corpus, Entity, Question, Split

SARA = Entity("Sarah", "character", ("Sarai",))
CHUNKS = tuple(Chunk(f"c{n}", "Sarah waits." if n < 3 else "God speaks.", f"f{n}") for n in range(6))


def topical(n: int, per_topic: int = 2) -> Corpus:
    questions = [Question(f"q{i}", f"question {i}", expected_topics=(f"topic {i // per_topic}",)) for i in range(n)]
    return Corpus(CHUNKS, (), tuple(questions))


def splits(corpus: Corpus, seed: int = 13) -> dict[str, Split | None]:
    return {question.question_id: question.split for question in assign_splits(corpus, seed).questions}


def test_a_half_a_fifth_and_three_tenths() -> None:
    counts = Counter(splits(topical(4000)).values())
    assert counts["train"] == pytest.approx(2000, abs=150)
    assert counts["dev"] == pytest.approx(800, abs=120)
    assert counts["test"] == pytest.approx(1200, abs=130)


def test_the_same_again_and_another_seed_otherwise() -> None:
    assert splits(topical(100)) == splits(topical(100))
    assert splits(topical(100)) != splits(topical(100), seed=14)


def test_new_questions_leave_the_others_where_they_are() -> None:
    before, after = splits(topical(400)), splits(topical(500, per_topic=2))
    assert {name: after[name] for name in before} == before


def test_questions_that_share_a_relevant_chunk_stay_in_one_split() -> None:
    questions = tuple(Question(f"q{i}", f"question {i}", judgements={f"c{i // 3}": 1, f"x{i}": 1}) for i in range(300))
    found = splits(Corpus(CHUNKS, (), questions))
    assert all(len({found[f"q{i}"] for i in range(start, start + 3)}) == 1 for start in range(0, 300, 3))


def test_what_questions_are_about_holds_them_together_under_any_name() -> None:
    crowd = [Question(f"x{n}", f"other {n}", expected_topics=(f"topic {n}",)) for n in range(100)]
    mine = [Question(f"q{n}", f"mine {n}", expected_topics=("God", "Sarai" if n % 2 else "sarah")) for n in range(3)]
    asked = [Question(f"q{n}", f"Why did {'Sarai' if n % 2 else 'Sarah'} laugh {n} times?") for n in range(3, 5)]
    broad = [Question(f"g{n}", f"broad {n}", expected_topics=("God", f"theme {n}")) for n in range(30)]
    found = splits(Corpus(CHUNKS, (SARA, Entity("God", "character")), (*crowd, *mine, *asked, *broad)))
    assert len({found[f"q{n}"] for n in range(5)}) == 1
    assert len({found[f"g{n}"] for n in range(30)}) == 3


@pytest.mark.parametrize("seed", range(5))
def test_no_split_swallows_a_dense_set(seed: int) -> None:
    """Every question shares a chunk with the next one: one component, and yet three splits."""
    chain = tuple(Question(f"q{n}", f"question {n}", judgements={f"c{n}": 1, f"c{n + 1}": 1}) for n in range(400))
    counts = Counter(splits(Corpus(CHUNKS, (), chain), seed).values())
    assert counts["train"] == pytest.approx(200, abs=60)
    assert min(counts["dev"], counts["test"]) >= 30


@pytest.mark.parametrize("n", range(3, 12))
def test_a_handful_of_questions_still_fills_every_split(n: int) -> None:
    assert set(splits(topical(n, per_topic=1)).values()) == {"train", "dev", "test"}
    assert set(splits(topical(n, per_topic=20)).values()) == {"train", "dev", "test"}


def test_two_questions_give_a_test_and_a_train_one() -> None:
    assert set(splits(topical(2, per_topic=1)).values()) == {"train", "test"}


def test_a_given_split_is_kept_and_the_others_follow_it() -> None:
    given = [Question("t", "Who waits?", judgements={"c0": 1}, split="test"), Question("r", "Who else?", split="train")]
    new = [Question("n1", "who WAITS"), Question("n2", "Where?", judgements={"c0": 1}), Question("n3", "Who else")]
    found = splits(Corpus(CHUNKS, (), (*given, *new)))
    assert (found["t"], found["r"]) == ("test", "train")
    assert (found["n1"], found["n2"], found["n3"]) == ("test", "test", "train")


def test_what_hangs_on_train_and_test_alike_goes_to_test() -> None:
    given = [Question("t", "a", judgements={"c0": 1}, split="test"), Question("r", "b", judgements={"c1": 1}, split="train")]
    found = splits(Corpus(CHUNKS, (), (*given, Question("n", "c", judgements={"c0": 1, "c1": 1}))))
    assert found == {"t": "test", "r": "train", "n": "test"}


def test_a_tenth_of_train_becomes_dev_where_none_was_given() -> None:
    train = [Question(f"q{i}", f"question {i}", judgements={f"c{i // 2}": 1}, split="train") for i in range(1000)]
    found = splits(Corpus(CHUNKS, (), (*train, Question("t", "test", split="test"))))
    assert Counter(found.values())["dev"] == pytest.approx(100, abs=40)
    assert found["t"] == "test"
    assert all(found[f"q{i}"] == found[f"q{i + 1}"] for i in range(0, 1000, 2))


def test_a_given_dev_split_is_enough() -> None:
    given = tuple(Question(f"q{i}", f"question {i}", split="train") for i in range(50))
    assert Counter(splits(Corpus(CHUNKS, (), (*given, Question("d", "dev", split="dev")))).values()) == {"train": 50, "dev": 1}


def test_one_train_question_is_not_taken_away_and_no_questions_are_no_error() -> None:
    assert splits(Corpus(CHUNKS, (), (Question("q", "only", split="train"),))) == {"q": "train"}
    assert assign_splits(Corpus(CHUNKS), 13) == Corpus(CHUNKS)
