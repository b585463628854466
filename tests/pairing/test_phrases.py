from __future__ import annotations

import pytest

from core.pairing.acronyms import spelt_out
from core.pairing.descriptions import ask_for, description_of
from core.pairing.phrases import Phrases
from core.pairing.templates import Thing, question
from core.pairing.turning import turn
from core.records import Chunk, Entity

TEXT = "The virus was isolated from fruit bats. They will increase it, and Marlow measured the viral load slowly in two northern clinics."
MORE = "It shows a high viral load. We can increase it."
PHRASES = Phrases([Chunk("a", TEXT, "a"), Chunk("b", MORE, "b"), *(Chunk(f"c{n}", "", "c") for n in range(60))])


def said(text: str) -> list[str]:
    return [phrase.text for phrase in PHRASES.of(text)]


def test_phrases_stand_between_function_words_verbs_and_punctuation() -> None:
    assert said(TEXT) == ["Marlow", "viral load"]
    assert said("A high viral load, and again the tide") == ["high viral load"]


def test_what_a_phrase_knows() -> None:
    last = PHRASES.of(TEXT)[-1]
    assert (TEXT[last.start : last.end], last.article, last.n_chunks) == ("viral load", "the", 1)
    assert not PHRASES.is_verb("load")
    assert PHRASES.is_verb("increase")


def test_sentences() -> None:
    text = 'He saw 3.5 ships. "None came," she said.\nThe end'
    assert [text[start:end] for start, end in PHRASES.sentences(text)] == ["He saw 3.5 ships.", '"None came," she said.', "The end"]


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("The virus was isolated from fruit bats.", "What was the virus isolated from?"),
        ("Viral load is the amount of virus in blood.", "What is viral load?"),
        ("The clinic was closed because of the flood.", "Why was the clinic closed?"),
        ("The clinic was opened in March 2019.", "When was the clinic opened?"),
        ("The samples were taken in Nairobi and frozen.", "Where were the samples taken?"),
        ("The samples were quickly frozen and shipped.", None),
        ("The instrument is known as a zither.", "What is the instrument known as?"),
        ("The lamp can be seen from the reef.", "How can the lamp be seen?"),
        ("Viral load can increase the risk.", "What can viral load increase?"),
        ("The gate opens at eight.", None),
        ("However, the virus was isolated from fruit bats.", "What was the virus isolated from?"),
        ("The gate opens the way into town.", "What does the gate open?"),
        ("It was isolated from fruit bats.", None),
        ("After the war the virus was isolated.", None),
        ("The results we saw were isolated.", None),
        ("Nothing here to turn", None),
    ],
)
def test_a_plain_sentence_becomes_the_question_it_answers(sentence: str, asked: str | None) -> None:
    turned = turn(sentence, PHRASES)
    assert (turned and turned.question) == asked


def test_a_person_is_asked_who() -> None:
    turned = turn("Marlow is the keeper of the light.", PHRASES, {"Marlow"})
    assert turned
    assert (turned.question, turned.subject) == ("Who is Marlow?", "Marlow")


def test_acronyms_by_the_letters_before_the_bracket() -> None:
    texts = ["human bocavirus (HBoV) and Middle East Respiratory Syndrome (MERS), seen (Figure) twice (see LATER)", "no letters fit (XYZ)"]
    assert spelt_out(texts) == {"HBoV": "human bocavirus", "MERS": "Middle East Respiratory Syndrome"}
    assert spelt_out(["case study (CS)", "cold start (CS)"]) == {}


def test_descriptions_open_with_an_article_and_do_not_name() -> None:
    summary = "A marsh knife that alone can part a cord, slowly."
    described = Entity("Vezhka", "item", ("the eel knife",), "", {"summary": summary, "book": 1})
    assert description_of(described) == "a marsh knife that alone can part a cord"
    named = Entity("Vezhka", "item", ("the eel knife",), "", {"summary": "A cover for the eel knife, worn at the belt."})
    assert description_of(named) == ""
    assert description_of(Entity("x", "y", (), "", {"role": "captain", "text": "Sails without any article in front of it"})) == ""
    asked = {ask_for("a marsh knife that can part a cord", Thing("Vezhka", "name"), turn) for turn in range(4)}
    assert "What is the marsh knife that can part a cord?" in asked
    assert len(asked) == 4


def test_verbs_agree_with_what_is_asked_for() -> None:
    many, one = Thing("monsoon rains", "phrase"), Thing("harvest", "phrase", article="the")
    asked = {question([many, one], turn) for turn in range(12)}
    assert "What do monsoon rains have to do with the harvest?" in asked
    assert not any("does monsoon rains" in text or "is monsoon rains" in text for text in asked)
