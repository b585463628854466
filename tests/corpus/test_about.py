from __future__ import annotations

from core.corpus.about import About
from core.records import Entity, Question

ABOUT = About(
    (
        Entity("Ilsa Varn", "character", ("the Keeper", "Ilsa")),
        Entity("Keeper", "office"),
        Entity("Brandt", "character", ("the Captain",)),
        Entity("Voss", "character", ("the Captain",)),
    )
)


def test_a_question_is_about_its_topics_and_the_names_in_its_text() -> None:
    question = Question("q", "Did Ilsa ring?", expected_topics=("the Keeper", "Great  Bell"))
    assert ABOUT.question(question) == {"entity:character:Ilsa Varn", "topic:great bell"}


def test_a_shared_name_means_whose_primary_name_it_is_else_every_bearer() -> None:
    assert ABOUT.topics(["Keeper"]) == {"entity:office:Keeper"}
    assert ABOUT.text("the Captain sails") == {"entity:character:Brandt", "entity:character:Voss"}


def test_capitals_count_unless_told_otherwise() -> None:
    assert ABOUT.text("brandt sails") == frozenset()
    assert ABOUT.text("brandt sails", ignore_case=True) == {"entity:character:Brandt"}
