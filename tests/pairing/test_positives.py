from __future__ import annotations

from core.pairing.positives import Positives, find_positives
from core.records import Question
from core.settings import Settings
from tests.mining.isles import chunk, ground


def found(question: Question, **settings: object) -> Positives:
    return find_positives(
        [question], ground(chunk("Feast.0", "Ilsa and Brandt dance at the harbour of Osterhaven.", 9)), Settings(_env_file=None, **settings)
    )


def chunks(positives: Positives) -> list[str]:
    return [pair.chunk_id for pair in positives.pairs]


def test_judged_chunks_the_best_grade_first() -> None:
    positives = found(Question("q", "What does Ilsa ring?", judgements={"Ilsa.1": 1, "Ilsa.0": 2, "Mira.0": 0}))
    assert chunks(positives) == ["Ilsa.0", "Ilsa.1"]
    best, second = positives.pairs
    assert (best.rule, best.score, best.label, best.split, best.question_id) == ("judged", 2.0, "positive", "train", "q")
    assert best.reason == "Judged relevant with grade 2; both speak of “ring” and “Ilsa”."
    assert best.evidence == {
        "grade": 2,
        "spans": [{"start": 0, "end": 4, "kind": "mention", "of": "Ilsa"}, {"start": 44, "end": 49, "kind": "word", "of": "ring"}],
        "shared_words": ["ring", "Ilsa"],
    }
    assert second.reason == "Judged relevant, though it shares no word with the question."


def test_at_most_so_many() -> None:
    assert chunks(found(Question("q", "?", judgements={"Ilsa.0": 1, "Ilsa.1": 1, "Mira.0": 1}), POSITIVES_PER_QUERY=1)) == ["Ilsa.0"]
    assert len(found(Question("q", "?", expected_topics=("Brandt",)), POSITIVES_PER_QUERY=2).pairs) == 2


def test_topics_by_coverage_then_by_nearness_in_words() -> None:
    positives = found(
        Question("q", "Whose compass and log?", expected_topics=("Brandt", "Heron")), MIN_TOPIC_COVERAGE=0.5, POSITIVES_PER_QUERY=3
    )
    assert chunks(positives) == ["Ilsa.1", "Brandt.0", "Brandt.1"]
    assert [pair.score for pair in positives.pairs] == [1.0, 1.0, 0.5]
    assert positives.pairs[0].reason == "Speaks of Brandt and Heron, both expected topics."
    assert positives.pairs[2].reason == "Speaks of Brandt, 1 of 2 expected topics; not of Heron."
    assert positives.pairs[2].evidence == {
        "covered": [{"topic": "Brandt", "how": "name", "words": "Brandt", "start": 0, "end": 6}],
        "missed": ["Heron"],
        "spans": [
            {"start": 0, "end": 6, "kind": "topic", "of": "Brandt"},
            {"start": 44, "end": 51, "kind": "word", "of": "compass"},
            {"start": 60, "end": 63, "kind": "word", "of": "log"},
        ],
        "shared_words": ["compass", "log"],
    }


def test_the_reason_says_by_which_name() -> None:
    positives = find_positives([Question("q", "?", expected_topics=("Ilsa",))], ground(), Settings(_env_file=None))
    assert positives.pairs[1].reason == "Speaks of Ilsa (by its mentions), the expected topic."
    alias = ground(chunk("Log.0", "Old Salt wrote this."))
    (pair,) = find_positives(
        [Question("q", "Who wrote this?", expected_topics=("Brandt",))], alias, Settings(_env_file=None, POSITIVES_PER_QUERY=1)
    ).pairs
    assert pair.reason == "Speaks of Brandt (as “Old Salt”), the expected topic."


def test_a_topic_asked_twice_counts_once_and_a_third_of_three_is_a_third() -> None:
    asked = Question("q", "?", expected_topics=("Mira", "Mira", "Storm Drum", "Sea Cow"))
    assert chunks(found(asked, MIN_TOPIC_COVERAGE=1 / 3)) == ["Mira.0"]
    assert found(asked, MIN_TOPIC_COVERAGE=0.5).unpaired == {
        "q": "No chunk covers more than 1 of its 3 topics (Mira, Storm Drum and Sea Cow); MIN_TOPIC_COVERAGE asks for 50%."
    }


def test_never_a_chunk_later_than_the_question_may_look() -> None:
    early = Question("q", "?", temporal_limit=2, expected_topics=("Brandt",))
    assert chunks(found(early, POSITIVES_PER_QUERY=9)) == ["Ilsa.1"]
    assert chunks(found(Question("q", "?", temporal_limit=0, expected_topics=("Osterhaven",)))) == ["Osterhaven.0"]  # no order: no limit
    too_early = Question("q", "?", temporal_limit=1.5, expected_topics=("Mira",))
    assert found(too_early).unpaired == {"q": "Every chunk that covers enough of its topics is later than its temporal limit 1.5."}
    judged = Question("q", "?", temporal_limit=2, judgements={"Brandt.0": 2, "Ilsa.0": 1})
    assert chunks(found(judged)) == ["Ilsa.0"]
    assert found(Question("q", "?", temporal_limit=2, judgements={"Brandt.0": 1})).unpaired == {
        "q": "Every chunk judged relevant is later than its temporal limit 2."
    }


def test_why_a_question_has_none() -> None:
    assert found(Question("q", "?")).unpaired == {"q": "It has neither expected topics nor a chunk judged relevant."}
    assert found(Question("q", "?", judgements={"Gone.0": 1})).unpaired == {"q": "None of its 1 judged chunk is in the corpus."}
    assert found(Question("q", "?", expected_topics=("Sea Cow",))).unpaired == {"q": "No chunk speaks of Sea Cow."}


def test_a_chunk_judged_not_relevant_is_no_positive_by_topics_either() -> None:
    refused = Question("q", "?", expected_topics=("Mira",), judgements={"Mira.0": 0})
    assert found(refused).unpaired == {"q": "Every chunk that covers enough of its topics is judged not relevant."}


def test_a_topic_that_is_everywhere_does_not_make_an_answer_of_what_shares_no_words() -> None:
    sea = [chunk(f"Sea.{n}", f"The sea, day {n}.", thing=("sea",)) for n in range(30)]
    world = ground(*sea, chunk("Tide.0", "The tide turns twice and the sea withdraws.", thing=("sea",)))
    settings = Settings(_env_file=None, POSITIVES_PER_QUERY=9)
    near = Question("near", "When does the tide turn?", expected_topics=("sea",))
    far = Question("far", "What freezes one winter in nine?", expected_topics=("sea",))
    positives = find_positives([near, far], world, settings)
    assert [(pair.question_id, pair.chunk_id) for pair in positives.pairs] == [("near", "Tide.0")]
    assert positives.unpaired == {
        "far": "The topic sea comes up in too many chunks to point at one, and none of these is the nearest to the question in words."
    }


def test_a_judged_chunk_points_at_names_by_any_alias() -> None:
    log = chunk("Log.0", "Old Salt wrote in the log that the harbour froze, and logs do not lie.", 1)
    asked = Question("q", "What did Brandt write in his log?", expected_topics=("Osterhaven",), judgements={"Log.0": 1})
    (pair,) = find_positives([asked], ground(log), Settings(_env_file=None)).pairs
    assert pair.reason == "Judged relevant; it speaks of Brandt (as “Old Salt”); both speak of “log”."
    assert pair.evidence["covered"] == []
    assert pair.evidence["missed"] == ["Osterhaven"]
    marked = [(log.text[span["start"] : span["end"]], span["kind"], span["of"]) for span in pair.evidence["spans"]]
    assert marked == [("Old Salt", "alias", "Brandt"), ("log", "word", "log"), ("logs", "word", "log")]


def test_a_near_duplicate_is_no_new_evidence() -> None:
    text = "Mira sold the last of her eels to the reed cutters before the gate was shut for the winter"
    copies = [chunk(f"Copy.{n}", f"{text}{ending}", 4) for n, ending in enumerate((".", " again.", "!"))]
    judged = Question("q", "Who sold eels?", judgements={"Copy.1": 1, "Copy.0": 2, "Copy.2": 1, "Mira.0": 1})
    world = ground(*copies)
    positives = find_positives([judged], world, Settings(_env_file=None, POSITIVES_PER_QUERY=9))
    assert chunks(positives) == ["Copy.0", "Mira.0"]
    assert positives.pairs[0].evidence["same_as"] == ["Copy.1", "Copy.2"]
    assert positives.pairs[0].reason.endswith(" 2 near-duplicates left out.")
    by_topic = Question("q", "Who sold eels?", expected_topics=("Mira",))
    assert chunks(find_positives([by_topic], world, Settings(_env_file=None, POSITIVES_PER_QUERY=2))) == ["Copy.0", "Mira.0"]
