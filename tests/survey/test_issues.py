"""What a survey finds wrong, on texts made to be wrong in one way each."""

from __future__ import annotations

import numpy as np
import pytest

from core.retrieval.tokens import tokenize
from core.survey.issues import boilerplate, empty_texts, exact_copies, in_another_language, near_copies, too_long

PLAIN = (
    "The old man walked across the bridge every morning to buy his bread at the market before the sun rose over the roofs of the town.",
    "When the fog came in from the sea, she rang the bell for three days and nobody in the harbour slept until the ships were home.",
    "There was a door in the wall of the garden that had been locked for as long as any of the children could remember it being there.",
)
FOREIGN = {
    "German": "Der alte Mann ging jeden Morgen über die Brücke zum Markt und kaufte dort Brot, bevor die Sonne über den Dächern aufging.",
    "French": "Le vieil homme traversait chaque matin le pont pour aller au marché, où il achetait du pain avant le lever du soleil.",
    "Latin": "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, aliam Aquitani, tertiam qui ipsorum lingua Celtae.",
    "Russian": "Старик каждое утро переходил мост и шёл на рынок, где покупал хлеб, прежде чем солнце вставало над крышами города.",
    "Japanese": "老人は毎朝、町の屋根の上に太陽が昇る前に橋を渡って市場へ行き、そこでパンを買った。",
}


def english(n: int) -> list[str]:
    """n different texts of ordinary English, of the words of PLAIN."""
    rng = np.random.default_rng(0)
    words = " ".join(PLAIN).split()
    return [" ".join(rng.permutation(words)[:40]) for _ in range(n)]


def test_copies_point_to_the_first() -> None:
    found = list(exact_copies(["a b c", "x", "a  b\nc", "", "", "a b c"]))
    assert [(issue.index, issue.other) for issue in found] == [(2, 0), (5, 0)]


def test_near_copies_are_no_exact_ones_and_no_short_notes() -> None:
    texts = [PLAIN[0], PLAIN[1], f"{PLAIN[0]} Indeed.", PLAIN[0], "A Gadite who joined David (12:3).", "A Gadite who joined David (12:9)."]
    exact = frozenset(issue.index for issue in exact_copies(texts))
    found = list(near_copies([frozenset(tokenize(text)) for text in texts], exact))
    assert [(issue.index, issue.other) for issue in found] == [(2, 0)]
    assert list(near_copies([frozenset(), frozenset()], frozenset())) == []


@pytest.mark.parametrize(
    "text", ["", " \n", "<br/>&nbsp;<p></p>", "# --- | --- |", "https://a.example/x?y=z", "![alt text](pic.png) [x](y)"]
)
def test_nothing_but_markup_is_empty(text: str) -> None:
    assert [issue.index for issue in empty_texts(["Three words here", text])] == [1]


def test_boilerplate_is_what_many_different_texts_share() -> None:
    notice = "Subscribe to our letter for more of these tales."
    texts = [*english(6), *(f"{text.split()[0]} {number} rose. {notice}" for number, text in enumerate(english(6)))]
    found = list(boilerplate(texts, frozenset()))
    assert [issue.index for issue in found] == [6, 7, 8, 9, 10, 11]
    assert "stands in 6 texts" in found[0].detail and "Subscribe" in found[0].detail
    assert list(boilerplate([f"{notice} {notice}"] * 9, frozenset(range(1, 9)))) == []  # copies of one text are no boilerplate


def test_too_long_says_by_how_much() -> None:
    [issue] = too_long(np.array([256, 257, 3]), 256)
    assert issue.index == 1 and issue.detail == "257 tokens; the model reads 256"


@pytest.mark.parametrize("language", FOREIGN)
def test_another_language_is_told_from_the_rest(language: str) -> None:
    texts = [*english(60), FOREIGN[language]]
    assert [issue.index for issue in in_another_language(texts)] == [60]


def test_a_corpus_of_two_languages_has_no_outliers() -> None:
    texts = [*english(40), *[FOREIGN["German"]] * 40]
    assert list(in_another_language(texts)) == []


def test_a_few_texts_tell_nothing() -> None:
    assert list(in_another_language([PLAIN[0], FOREIGN["German"]])) == []
