from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from core.pairing.export import line_of
from core.pairing.generate import Generated, generate_pairs
from core.pairing.guard import SAME_ANSWER, SAME_TEXT
from core.records import Chunk, Corpus, Question
from core.settings import Settings
from tests.mining.isles import CHUNKS, ENTITIES, chunk

TOWNS = tuple(
    chunk(
        f"Town{n}.0",
        f"Town{n} sells the wool of Keeper{n} at the market every spring and autumn.",
        place=(f"Town{n}",),
        character=(f"Keeper{n}",),
    )
    for n in range(30)
)
TRAIN = (
    Question("q1", "What does Ilsa ring?", judgements={"Ilsa.0": 1}, split="train"),
    Question("q2", "What did Brandt own?", expected_topics=("Brandt", "Heron"), split="train"),
    Question("q3", "Who mends nets?", judgements={"Mira.0": 1, "Fenn.0": 1}, split="train"),
    Question("q4", "Who danced?", judgements={"Songs.0": 1}, split="train"),
    Question("q5", "Where is Atlantis?", expected_topics=("Atlantis",), split="train"),
)
HELD = (
    Question("d1", "What does Town3 sell?", judgements={"Town3.0": 1}, split="dev"),
    Question("t1", "What happens below Cape Sorrow?", expected_topics=("Cape Sorrow",), judgements={"Storm.0": 1}, split="test"),
)
CORPUS = Corpus((*CHUNKS, *TOWNS), ENTITIES, (*TRAIN, *HELD))


def generate(corpus: Corpus = CORPUS, max_pairs: int | None = None, **settings: object) -> Generated:
    return generate_pairs(corpus, Settings(_env_file=None, **{"SYNTHETIC_EXPANSION_FACTOR": 4, **settings}), max_pairs)


def as_bytes(generated: Generated) -> bytes:
    return "\n".join(json.dumps(line_of(pair, ""), ensure_ascii=False) for pair in generated.pairs).encode()


def test_every_train_question_has_pairs_or_a_reason() -> None:
    generated = generate()
    assert {pair.question_id for pair in generated.pairs} - {""} == {"q1", "q2", "q3", "q4"}
    assert generated.unpaired == {"q5": "No chunk speaks of Atlantis."}
    assert {pair.split for pair in generated.pairs} == {"train"}


def test_byte_for_byte_the_same_again_and_not_with_another_seed() -> None:
    assert as_bytes(generate()) == as_bytes(generate())
    assert as_bytes(generate()) != as_bytes(generate(SEED=14))


@pytest.mark.parametrize("max_pairs", [None, 5])
def test_held_out_questions_take_pairs_away_and_change_none(max_pairs: int | None) -> None:
    """Whatever dev and test ask, judge and expect: the pairs are those made without them, less what the guard takes."""
    alone = generate(replace(CORPUS, questions=TRAIN), max_pairs)
    others = (
        Question("d9", "Who mends NETS", judgements={"Town7.0": 1, "Town8.0": 2, "Ilsa.0": 1}, split="dev"),
        Question("t9", alone.pairs[-1].query, expected_topics=("Ilsa", "Town2"), split="test"),
    )
    for held in (HELD, others, tuple(reversed(others)), (*HELD, *others)):
        generated = generate(replace(CORPUS, questions=(*TRAIN, *held)), max_pairs)
        assert list(generated.pairs) == [pair for pair in alone.pairs if pair in generated.pairs]
    if max_pairs is None:
        assert generated.dropped[SAME_TEXT] == 2
        assert generated.dropped[SAME_ANSWER] > 0
        assert not any(pair.query == "Who mends nets?" for pair in generated.pairs)


def test_hard_negatives_follow_their_query_and_say_what_they_are_measured_by() -> None:
    generated = generate(NUM_HARD_NEGATIVES=2, SYNTHETIC_EXPANSION_FACTOR=0)
    first = [pair for pair in generated.pairs if pair.question_id == "q1"]
    assert [pair.label for pair in first] == ["positive", "negative", "negative"]
    assert {pair.evidence["positive"] for pair in first[1:]} == {"Ilsa.0"}
    assert all(pair.hardness and 0 <= pair.score < 1 for pair in first[1:])
    answers = {(pair.question_id, pair.chunk_id) for pair in generated.pairs if pair.label == "positive"}
    assert not any((pair.question_id, pair.chunk_id) in answers for pair in generated.pairs if pair.label == "negative")


def test_no_hard_negatives_wanted() -> None:
    generated = generate(NUM_HARD_NEGATIVES=0)
    assert {pair.label for pair in generated.pairs} == {"positive"}
    assert generated.notes == ()


def test_questions_that_read_alike_are_no_negatives_of_each_other() -> None:
    twin = Question("q1b", "what does ilsa ring", judgements={"Osterhaven.0": 1}, split="train")
    generated = generate(replace(CORPUS, questions=(*TRAIN, twin)), NUM_HARD_NEGATIVES=9)
    negatives = {pair.chunk_id for pair in generated.pairs if pair.question_id in ("q1", "q1b") and pair.label == "negative"}
    assert negatives
    assert not negatives & {"Ilsa.0", "Osterhaven.0"}


def test_a_judged_chunk_that_was_not_chosen_is_no_negative_either() -> None:
    asked = Question("q", "What does Ilsa ring?", judgements={"Ilsa.0": 2, "Osterhaven.0": 1, "Brandt.0": 0}, split="train")
    generated = generate(replace(CORPUS, questions=(asked,)), POSITIVES_PER_QUERY=1, NUM_HARD_NEGATIVES=9, SYNTHETIC_EXPANSION_FACTOR=0)
    assert "Brandt.1" in {pair.chunk_id for pair in generated.pairs if pair.label == "negative"}
    assert not {pair.chunk_id for pair in generated.pairs if pair.label == "negative"} & {"Osterhaven.0", "Brandt.0"}


def test_max_pairs_spreads_over_questions_before_it_synthesises() -> None:
    counts = [Counter(pair.question_id for pair in generate(max_pairs=n).pairs if pair.label == "positive") for n in (3, 4, 6, 7, 0)]
    assert [sum(count.values()) for count in counts] == [3, 4, 6, 7, 0]
    assert max(counts[0].values()) == 1
    assert set(counts[1]) == {"q1", "q2", "q3", "q4"}
    assert counts[2] == {"q1": 1, "q2": 2, "q3": 2, "q4": 1}
    assert counts[3][""] == 1


def test_a_corpus_without_questions_is_synthesised_from_a_quarter_of_its_chunks() -> None:
    generated = generate(replace(CORPUS, questions=()), SYNTHETIC_EXPANSION_FACTOR=1)
    assert sum(pair.label == "positive" for pair in generated.pairs) == 10
    assert generated.notes[0] == "No question is in the train split, so every pair is synthetic."


def test_a_corpus_without_mentions_says_why_there_is_nothing_else() -> None:
    plain = tuple(Chunk(one.chunk_id, one.text, one.filename) for one in CHUNKS)
    generated = generate(Corpus(plain, (), (*TRAIN[:1], *HELD)))
    assert [(pair.rule, pair.chunk_id) for pair in generated.pairs] == [("judged", "Ilsa.0")]
    assert [note.split(":")[0] for note in generated.notes] == ["No synthetic queries", "No hard negatives"]


def test_nothing_at_all() -> None:
    assert generate(Corpus()).pairs == ()


def test_progress_counts_queries() -> None:
    seen: list[tuple[int, int]] = []
    generate_pairs(CORPUS, Settings(_env_file=None), on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
