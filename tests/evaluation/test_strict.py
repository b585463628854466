from __future__ import annotations

from core.corpus.about import About
from core.evaluation.strict import held_out_entities
from core.records import Entity, Pair, Question

ENTITIES = (
    Entity("Ilsa Varn", "character", ("the Keeper", "Ilsa")),
    Entity("Brandt", "character", ("Old Salt",)),
    Entity("Light", "concept"),
    Entity("Cape Sorrow", "place"),
)
TEST = (
    Question("named", "Where did Ilsa go?", split="test"),
    Question("by-topic", "Who went there?", expected_topics=("Old Salt",), split="test"),
    Question("two", "Did Brandt see Cape Sorrow?", split="test"),
    Question("phrase", "What is it?", expected_topics=("winter of ice",), split="test"),
    Question("nothing", "Why is the sky blue?", split="test"),
    Question("dev", "Where did Ilsa go?", split="dev"),
)


def unseen(*pairs: Pair, train: tuple[Question, ...] = ()) -> set[str]:
    found = held_out_entities((*TEST, *train), pairs, About(ENTITIES))
    assert found.about_something == {"named", "by-topic", "two", "phrase"}
    return set(found.unseen)


def pair(query: str, question_id: str = "", about: tuple[str, ...] = ()) -> Pair:
    return Pair(query, "c", "positive", "rule", question_id, evidence={"about": list(about)} if about else {})


def test_what_no_query_names_is_unseen() -> None:
    assert unseen(pair("Who sings?")) == {"named", "by-topic", "two", "phrase"}
    assert unseen() == {"named", "by-topic", "two", "phrase"}


def test_a_name_is_seen_under_any_alias_and_in_any_capitals() -> None:
    assert unseen(pair("who is the keeper?")) == {"by-topic", "two", "phrase"}
    assert unseen(pair("old salt sings")) == {"named", "phrase"}


def test_one_known_entity_of_two_is_enough_to_be_seen() -> None:
    assert unseen(pair("Where is Cape Sorrow?")) == {"named", "by-topic", "phrase"}


def test_what_a_pair_or_its_question_is_about_is_seen_too() -> None:
    assert unseen(pair("Who sings?", about=("entity:character:Brandt",))) == {"named", "phrase"}
    asked = Question("q", "Who sings?", expected_topics=("Winter of Ice", "the Keeper"), split="train")
    assert unseen(pair("Who sings?", "q"), train=(asked,)) == {"by-topic", "two"}
