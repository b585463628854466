"""Sentences of the corpus as queries for their own chunks."""

import pytest

from core.mining.ground import Ground
from core.pairing.sentences import sentence_pairs
from core.records import SENTENCE, Chunk, Pair

BELL = "“The great bell of Osterhaven is rung whenever the fog comes in.” Ilsa wrote so."
REFRAIN = "Then the keeper of the light spoke to them, saying:"
FERRY = "The ferryman of the northern sound has not been seen since the winter storm."
SHIPS = ("Gannet", "Merry Widow", "Old Salt", "Petrel", "Northern Light", "Herring Queen")
LONG = "and so on, " * 40


def made(texts: list[str], n: int = 9, seed: int = 13) -> list[Pair]:
    return sentence_pairs(Ground(tuple(Chunk(f"c{number}", text, "log.md") for number, text in enumerate(texts)), ()), n, seed)


def test_a_sentence_asks_for_the_chunk_it_stands_in() -> None:
    (pair,) = made([BELL])
    assert (pair.query, pair.chunk_id) == ("“The great bell of Osterhaven is rung whenever the fog comes in.”", "c0")
    assert (pair.label, pair.rule, pair.question_id, pair.split) == ("positive", SENTENCE, "", "train")
    (span,) = pair.evidence["spans"]
    assert BELL[span["start"] : span["end"]] == pair.query


@pytest.mark.parametrize("text", ["", "Short.", "Nine words are not quite enough.", LONG, "\n\n"])
def test_what_is_no_sentence_of_a_fit_length_asks_for_nothing(text: str) -> None:
    assert made([text]) == []


def test_a_line_ends_a_sentence_and_so_does_a_full_stop_of_another_script() -> None:
    verse = "A light that no one lit before the tower stood"
    assert [pair.query for pair in made([f"{verse}\nand\n"])] == [verse]
    chinese = "灯塔" * 30 + "。"
    assert [pair.query for pair in made([chinese + "短。"])] == [chinese]


def test_what_two_chunks_say_asks_for_neither() -> None:
    ferryman = "Nobody has seen the ferryman of the northern sound since the winter storm."
    found = made([f"{REFRAIN}\n{ferryman}", f"{REFRAIN.upper()}\nShort."])
    assert [(pair.query, pair.chunk_id) for pair in found] == [(ferryman, "c0")]


def test_neither_copies_nor_what_is_not_searched_ask() -> None:
    chunks = (Chunk("a", FERRY, "log.md"), Chunk("b", FERRY, "copy.md"), Chunk("c", BELL, "log.md", searchable=False))
    assert sentence_pairs(Ground(chunks, ()), 9, 13) == []


def test_one_a_chunk_as_many_as_wanted_and_the_same_for_a_seed() -> None:
    texts = [f"{FERRY} He owes the harbour at least {number} crowns, and {number * 7} to the widow." for number in (3, 5, 11, 13, 17, 19)]
    texts = [f"{text} Of the {name} no word has come since it left the sound." for text, name in zip(texts, SHIPS, strict=True)]
    assert len(made(texts, 3)) == 3
    assert made(texts) == made(texts)
    assert made(texts) != made(texts, seed=14)
