from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.pairing import answering
from core.pairing.export import line_of
from core.pairing.generate import Generated, generate_pairs
from core.pairing.guard import SAME_TEXT
from core.records import SENTENCE, Audited, Chunk, Corpus, Pair, Question
from core.settings import Settings
from tests.mining.isles import CHUNKS, ENTITIES, chunk
from tests.mining.toy import bag

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


def generate(
    corpus: Corpus = CORPUS,
    max_pairs: int | None = None,
    audited: Sequence[Audited] = (),
    rules_off: Sequence[str] = (),
    **settings: object,
) -> Generated:
    chosen = Settings(_env_file=None, **{"SYNTHETIC_EXPANSION_FACTOR": 4, "CORPUS_SENTENCES": 0, **settings})
    return generate_pairs(corpus, chosen, bag, max_pairs=max_pairs, audited=audited, rules_off=rules_off)


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
        assert {removed.held_out for removed in generated.removed if removed.reason == SAME_TEXT} >= {"d9", "t9"}
        assert not any(pair.query == "Who mends nets?" for pair in generated.pairs)


def test_every_query_gets_four_negatives_behind_its_positives_and_they_say_what_they_are_measured_by() -> None:
    generated = generate(SYNTHETIC_EXPANSION_FACTOR=0)
    first = [pair for pair in generated.pairs if pair.question_id == "q1"]
    assert [pair.label for pair in first] == ["positive"] + ["negative"] * 4
    for pair in first:
        assert {"cosine", "bm25", "dense_rank", "about"} <= set(pair.evidence)
        assert pair.evidence["about"] == ["entity:character:Ilsa"]
    for pair in first[1:]:
        assert pair.evidence["positive"] == "Ilsa.0"
        assert pair.evidence["positive_cosine"] == first[0].evidence["cosine"]
        assert pair.hardness
        assert pair.reason
        assert 0 <= pair.score < 1
    answers = {(pair.question_id, pair.chunk_id) for pair in generated.pairs if pair.label == "positive"}
    assert not any((pair.question_id, pair.chunk_id) in answers for pair in generated.pairs if pair.label == "negative")


def test_what_was_refused_is_reported_with_its_rule() -> None:
    generated = generate()
    known = {(pair.query, pair.chunk_id) for pair in generated.pairs if pair.label == "negative"}
    assert generated.dropped
    assert {one.rule for one in generated.dropped} <= {"near-duplicate", "neighbour", "covers-topics", "same-entity", "too-near"}
    assert not known & {(one.query, one.chunk_id) for one in generated.dropped}


def test_without_vectors_it_goes_by_words_and_rules() -> None:
    asked = Question("q6", "Who sells eels at the gate?", judgements={"Mira.0": 1}, split="train")
    generated = generate_pairs(replace(CORPUS, questions=(*TRAIN, asked)), Settings(_env_file=None))
    assert generated.share.basis == "words"
    rules = {pair.rule for pair in generated.pairs if pair.label == "negative"}
    assert "bm25-rank" in rules
    assert not rules & {"dense-rank", "both-ranks"}
    assert not any("cosine" in pair.evidence for pair in generated.pairs)


def test_negatives_are_made_even_where_none_is_trained_on() -> None:
    by_number = [[pair.pair_id for pair in generate(NUM_HARD_NEGATIVES=n).pairs if pair.label == "negative"] for n in (0, 4)]
    assert by_number[0] and by_number[0] == by_number[1]


def test_questions_that_read_alike_are_no_negatives_of_each_other() -> None:
    twin = Question("q1b", "what does ilsa ring", judgements={"Osterhaven.0": 1}, split="train")
    generated = generate(replace(CORPUS, questions=(*TRAIN, twin)), NUM_HARD_NEGATIVES=9)
    negatives = {pair.chunk_id for pair in generated.pairs if pair.question_id in ("q1", "q1b") and pair.label == "negative"}
    assert negatives
    assert not negatives & {"Ilsa.0", "Osterhaven.0"}


def test_a_judged_chunk_that_was_not_chosen_is_no_negative_and_one_that_was_refused_is_the_first() -> None:
    asked = Question("q", "What does Ilsa ring?", judgements={"Ilsa.0": 2, "Osterhaven.0": 1, "Brandt.0": 0}, split="train")
    generated = generate(replace(CORPUS, questions=(asked,)), POSITIVES_PER_QUERY=1, NUM_HARD_NEGATIVES=9, SYNTHETIC_EXPANSION_FACTOR=0)
    negatives = [pair for pair in generated.pairs if pair.label == "negative"]
    assert (negatives[0].chunk_id, negatives[0].rule) == ("Brandt.0", "judged-not")
    assert "Osterhaven.0" not in {pair.chunk_id for pair in negatives}


def test_accepted_pairs_are_kept_as_they_are_and_what_was_rejected_never_comes_again() -> None:
    before = generate()
    asked = [pair for pair in before.pairs if pair.question_id == "q1"]
    positive, first, second = asked[:3]
    own = Pair("What does Ilsa ring?", "Songs.1", "positive", "audit", "q1", reason="Somebody says so.")
    made_up = next(pair for pair in before.pairs if not pair.question_id and pair.label == "positive")
    stranger = Pair("Whose bell is it?", "Ilsa.0", "positive", "audit", reason="Asked by hand.")
    kept = replace(second, reason="Read and confirmed.")
    verdicts = [(positive, "reject"), (first, "reject"), (kept, "accept"), (own, "accept"), (made_up, "reject"), (stranger, "accept")]
    after = generate(audited=[Audited(pair, verdict) for pair, verdict in verdicts])  # type: ignore[arg-type]
    now = {pair.pair_id: pair for pair in after.pairs}
    assert not {positive.pair_id, first.pair_id, made_up.pair_id} & set(now)
    assert now[kept.pair_id] == kept
    assert now[own.pair_id].reason == own.reason
    assert now[stranger.pair_id].rule == "audit"
    labels = Counter((pair.query, pair.label) for pair in after.pairs)
    assert labels["What does Ilsa ring?", "negative"] == 4
    assert labels["Whose bell is it?", "negative"] > 0
    of_q1 = {pair.chunk_id: pair.label for pair in after.pairs if pair.question_id == "q1"}
    assert "Ilsa.0" not in of_q1
    assert "Songs.1" in {chunk_id for chunk_id, label in of_q1.items() if label == "positive"}


def test_a_rejected_negative_counts_as_an_answer_for_all_who_ask_the_same() -> None:
    twin = Question("q1b", "what does ilsa ring", judgements={"Ilsa.0": 1}, split="train")
    corpus = replace(CORPUS, questions=(*TRAIN, twin))
    wrong = next(pair for pair in generate(corpus).pairs if pair.question_id == "q1" and pair.label == "negative")
    after = generate(corpus, audited=[Audited(wrong, "reject")])
    assert not any(pair.chunk_id == wrong.chunk_id for pair in after.pairs if pair.question_id in ("q1", "q1b"))


def test_a_rejected_positive_makes_way_for_another_chunk() -> None:
    asked = Question("q", "What did Brandt own?", expected_topics=("Brandt",), split="train")
    corpus = replace(CORPUS, questions=(asked,))
    (best,) = [pair for pair in generate(corpus, POSITIVES_PER_QUERY=1, SYNTHETIC_EXPANSION_FACTOR=0).pairs if pair.label == "positive"]
    after = generate(corpus, POSITIVES_PER_QUERY=1, SYNTHETIC_EXPANSION_FACTOR=0, audited=[Audited(best, "reject")])
    (other,) = [pair for pair in after.pairs if pair.label == "positive"]
    assert other.chunk_id != best.chunk_id


def test_verdicts_on_what_is_gone_or_held_out_are_passed_over() -> None:
    gone = Pair("What does Ilsa ring?", "No.0", "positive", "audit", "q1")
    held = Pair("What does Town3 sell?", "Town3.0", "positive", "judged", "d1")
    skipped = Pair("What does Ilsa ring?", "Songs.1", "positive", "audit", "q1")
    audited = [Audited(gone, "accept"), Audited(held, "accept"), Audited(skipped, "skip")]
    assert as_bytes(generate(audited=audited)) == as_bytes(generate())


def test_a_synthetic_query_that_does_not_find_its_chunk_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generate(replace(CORPUS, questions=()))
    monkeypatch.setattr(answering, "ROUND_TRIP", 0)
    none = generate(replace(CORPUS, questions=()))
    assert whole.pairs
    assert none.pairs == ()
    assert any("left out: the chunk it was made from is not among the best" in note for note in none.notes)
    assert any(pair.question_id for pair in generate().pairs)


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
    assert generated.notes[0] == "No question is in the train split, so nobody has asked any of these queries."


def test_a_corpus_without_mentions_gets_its_negatives_by_rank() -> None:
    plain = tuple(Chunk(one.chunk_id, one.text, one.filename) for one in CHUNKS)
    generated = generate(Corpus(plain, (), TRAIN[:1]), SYNTHETIC_EXPANSION_FACTOR=0)
    positive, *negatives = generated.pairs
    assert (positive.rule, positive.chunk_id) == ("judged", "Ilsa.0")
    assert len(negatives) == 4
    assert {pair.rule for pair in negatives} <= {"dense-rank", "bm25-rank", "both-ranks"}


def test_a_query_close_to_answers_only_gets_no_negative_and_the_notes_say_so() -> None:
    files = tuple(Chunk(f"p{number}", "Rain again.", "page") for number in range(3))
    generated = generate(Corpus(files, (), (Question("q", "Rain?", judgements={"p1": 1}, split="train"),)), SYNTHETIC_EXPANSION_FACTOR=0)
    assert [pair.label for pair in generated.pairs] == ["positive"]
    assert generated.notes[0].startswith("No hard negative for 1 of 1 query: every chunk close to them may be an answer.")


def test_nothing_at_all() -> None:
    assert generate(Corpus()).pairs == ()


def test_progress_counts_queries() -> None:
    seen: list[tuple[int, int]] = []
    generate_pairs(CORPUS, Settings(_env_file=None), on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0


def test_by_a_rule_that_is_off_nothing_is_made_and_others_take_its_place() -> None:
    whole = generate()
    for rule in sorted({pair.rule for pair in whole.pairs if pair.label == "negative"}):
        without = generate(rules_off=[rule])
        assert rule not in {pair.rule for pair in without.pairs}
        negatives = Counter(pair.query for pair in without.pairs if pair.label == "negative")
        assert negatives["What does Ilsa ring?"] == 4
        kept = [pair for pair in whole.pairs if pair.label == "positive"]
        assert [pair for pair in without.pairs if pair.label == "positive"] == kept


def test_a_question_whose_rule_is_off_says_so_and_keeps_what_was_accepted() -> None:
    of_topics = next(pair for pair in generate().pairs if pair.rule == "topics")
    without = generate(rules_off=["topics"])
    assert "topics" not in {pair.rule for pair in without.pairs}
    assert without.unpaired["q2"] == "The rule “topics”, which finds its answers, is off."
    accepted = generate(rules_off=["topics"], audited=[Audited(of_topics, "accept")])
    assert [pair.pair_id for pair in accepted.pairs if pair.rule == "topics"] == [of_topics.pair_id]
    assert "q2" not in accepted.unpaired


def test_beside_questions_nothing_is_made_up_unless_asked_for() -> None:
    plain = {"SYNTHETIC_EXPANSION_FACTOR": None, "CORPUS_SENTENCES": None}
    assert {pair.question_id for pair in generate(**plain).pairs} == {"q1", "q2", "q3", "q4"}
    unasked = [pair for pair in generate(replace(CORPUS, questions=()), **plain).pairs if pair.label == "positive"]
    assert Counter(pair.rule == SENTENCE for pair in unasked) == {True: 10, False: 10}


def test_sentences_have_no_negatives_and_come_before_synthetic_queries() -> None:
    pairs = generate(max_pairs=8, SYNTHETIC_EXPANSION_FACTOR=1, CORPUS_SENTENCES=0.4).pairs
    positives = Counter(pair.rule for pair in pairs if pair.label == "positive" and not pair.question_id)
    assert positives == {SENTENCE: 2}
    asked = {pair.query for pair in pairs if pair.rule == SENTENCE}
    assert not any(pair.label == "negative" and pair.query in asked for pair in pairs)


def test_a_sentence_that_restates_a_held_out_question_is_removed() -> None:
    sentences = {
        pair.query: pair for pair in generate(CORPUS, SYNTHETIC_EXPANSION_FACTOR=0, CORPUS_SENTENCES=20).pairs if pair.rule == SENTENCE
    }
    said = next(iter(sentences))
    held = Question("held", said, judgements={sentences[said].chunk_id: 1}, split="test")
    again = generate(replace(CORPUS, questions=(*CORPUS.questions, held)), SYNTHETIC_EXPANSION_FACTOR=0, CORPUS_SENTENCES=20)
    left = {pair.query for pair in again.pairs if pair.rule == SENTENCE}
    assert said not in left and left <= sentences.keys()
    assert any(removed.query == said and removed.held_out == "held" for removed in again.removed)
