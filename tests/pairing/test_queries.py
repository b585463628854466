"""What is known to answer a query, whatever its question says today and whatever a person has refused."""

from __future__ import annotations

from dataclasses import replace

from core.pairing.generate import generate_pairs
from core.pairing.queries import Queries
from core.pairing.verdicts import Said
from core.records import Audited, Corpus, Pair, Question
from core.settings import Settings
from tests.mining.isles import CHUNKS, ENTITIES, ground, ids
from tests.mining.toy import bag

ASKED = Question("q", "What does Ilsa ring?", judgements={"Ilsa.0": 2, "Osterhaven.0": 1}, split="train")
BEFORE = Pair("Whose bell sounds in fog?", "Ilsa.0", "positive", "judged", "q", reason="Accepted before the question was reworded.")
ACCEPTED = [Audited(BEFORE, "accept")]


def test_an_accepted_pair_keeps_its_words_and_gains_what_answers_its_question_now() -> None:
    found = ground()
    [query] = Queries([ASKED], [BEFORE], Said.of(ACCEPTED, [ASKED], found), found).asked([BEFORE], {})
    assert (query.text, query.question) == (BEFORE.query, replace(ASKED, text=BEFORE.query))
    assert ids(found, sorted(query.answers)) == ["Ilsa.0", "Osterhaven.0"]


def test_no_answer_of_a_reworded_question_is_a_hard_negative_of_its_old_words() -> None:
    settings = Settings(_env_file=None, SYNTHETIC_EXPANSION_FACTOR=0, CORPUS_SENTENCES=0, NUM_HARD_NEGATIVES=9)
    made = generate_pairs(Corpus(CHUNKS, ENTITIES, (ASKED,)), settings, bag, audited=ACCEPTED)
    assert {pair.query for pair in made.pairs} == {ASKED.text, BEFORE.query}
    negatives = {pair.chunk_id for pair in made.pairs if pair.query == BEFORE.query and pair.label == "negative"}
    assert negatives and not negatives & ASKED.judgements.keys()


def test_a_positive_that_was_refused_is_no_answer_that_nearness_is_measured_by() -> None:
    found = ground()
    refused = Pair(ASKED.text, "Osterhaven.0", "positive", "judged", "q")
    confirmed = Pair(ASKED.text, "Brandt.1", "negative", "same-type", "q", hardness="easy")
    said = Said.of([Audited(refused, "reject"), Audited(confirmed, "accept")], [ASKED], found)
    [judged] = Queries([ASKED], [], said, found).judged(said)
    assert (ids(found, [judged.chunk]), judged.is_answer) == (["Brandt.1"], False)
    assert ids(found, judged.known.answers) == ["Ilsa.0"]
