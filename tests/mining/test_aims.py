from __future__ import annotations

from core.mining.aims import aim_of_entities, aim_of_question
from core.mining.ground import Ground
from core.records import Entity, Question
from tests.mining.isles import CHUNKS, ENTITIES, chunk, ground, ids


def barred(found: Ground, question: Question, *positives: int) -> list[str]:
    return ids(found, aim_of_question(question, positives, found).barred.nonzero()[0])


def test_names_in_the_question_become_anchors_the_rarest_first() -> None:
    found = ground()
    aim = aim_of_question(Question("q", "Did Brandt ever meet the Keeper?"), [0], found)
    assert [found.mentions.entities[number].name for number in aim.anchors] == ["Ilsa", "Brandt"]
    assert aim.about == ("Brandt", "the Keeper")
    assert ids(found, aim.barred.nonzero()[0]) == ["Ilsa.0", "Ilsa.1", "Brandt.0", "Brandt.1"]


def test_a_chunk_that_names_the_entity_only_in_its_text_is_barred_too() -> None:
    found = ground(chunk("Letters.0", "East Haven sends its regards."))
    assert barred(found, Question("q", "Is Osterhaven cold?"), 4) == ["Ilsa.0", "Osterhaven.0", "Letters.0"]


def test_a_shared_name_means_whom_the_positive_mentions_and_bars_both() -> None:
    first, second = Entity("Jon (smith)", "character", ("Jon",)), Entity("Jon (miller)", "character", ("Jon",))
    smith, miller = chunk("Smith.0", "The forge.", character=("Jon (smith)",)), chunk("Mill.0", "The mill.", character=("Jon (miller)",))
    found = ground(smith, miller, entities=(*ENTITIES, first, second))
    aim = aim_of_question(Question("q", "What does Jon make?"), [len(CHUNKS)], found)
    assert [found.mentions.entities[number].name for number in aim.anchors] == ["Jon (smith)"]
    assert ids(found, aim.barred.nonzero()[0]) == ["Smith.0", "Mill.0"]
    unclear = aim_of_question(Question("q", "What does Jon make?"), [0], found)
    assert unclear.anchors == ()
    assert ids(found, unclear.barred.nonzero()[0]) == ["Smith.0", "Mill.0"]


def test_what_is_everywhere_is_left_out_unless_it_is_an_expected_topic() -> None:
    crowd = [chunk(f"Sea.{n}", "Waves.", place=("The Sea",)) for n in range(600)]
    found = ground(*crowd, entities=(*ENTITIES, Entity("The Sea", "place")))
    assert barred(found, Question("q", "Why does Mira fear The Sea?"), 6) == ["Mira.0"]
    assert len(barred(found, Question("q", "Why?", expected_topics=("The Sea", "Mira")), 6)) == 601
    alone = aim_of_question(Question("q", "How deep is The Sea?"), [10], found)
    assert alone.anchors == ()


def test_a_topic_and_its_alias_in_the_text_are_one_subject() -> None:
    aim = aim_of_question(Question("q", "What did Old Salt own?", expected_topics=("Brandt",)), [2], ground())
    assert aim.about == ("Brandt",)


def test_a_topic_that_no_entity_claims_bars_as_a_phrase() -> None:
    assert barred(ground(), Question("q", "?", expected_topics=("reed cutters",)), 0) == ["Fenn.0"]


def test_the_aim_of_a_synthetic_query() -> None:
    found = ground()
    number = found.mentions.number
    aim = aim_of_entities([number(ENTITIES[0])], ["the Keeper"], found)
    assert (aim.anchors, aim.about) == ((number(ENTITIES[0]),), ("the Keeper",))
    assert ids(found, aim.barred.nonzero()[0]) == ["Ilsa.0", "Ilsa.1"]
