from __future__ import annotations

import threading

import pytest

from core.retrieval.tokens import STOP_WORDS, Tokenizer, tokenize


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What is the main cause of HIV-1 infection?", ["main", "caus", "hiv", "1", "infect"]),
        ("SARS-CoV-2", ["sar", "cov", "2"]),
        ("Jesus’ robe, David's and Saul’s sons", ["jesus", "robe", "david", "saul", "son"]),
        ("They don't; she'll, we’ve", []),
        ("T cells and the S protein", ["t", "cell", "s", "protein"]),
        ("_Emphasis_ in **Markdown**", ["emphasi", "markdown"]),
        ("Éowyn of Łódź", ["éowyn", "łódź"]),
        ("cafe\u0301", ["café"]),
        ("H₁N₁", ["h1n1"]),
        ("Война и мир", ["война", "и", "мир"]),
        ("", []),
        ("... —!", []),
    ],
)
def test_tokenize(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


def test_words_of_place_and_time_are_kept() -> None:
    assert not STOP_WORDS & {"before", "after", "under", "between", "first", "all"}


WATERS = [
    "In spring the men of Waters came, and Waters fell. The water rose.",
    "So spoke Waters to Moses, and Moses to Banks of the river banks.",
]


def test_names_are_words_never_written_small() -> None:
    assert Tokenizer.fitted(WATERS).names == {"waters", "moses"}


def test_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    assert Tokenizer.fitted(["Horses ran. Horses slept. “Horses!” he said."]).names == frozenset()


def test_one_capital_inside_a_sentence_is_no_name_yet() -> None:
    assert Tokenizer.fitted(["He saw Horses once."]).names == frozenset()


def test_documents_carry_a_name_both_ways_and_queries_as_written() -> None:
    tokenizer = Tokenizer.fitted(WATERS)
    assert tokenizer.document("Waters and water") == ["water", "waters", "water"]
    assert tokenizer.query("Who are the Waters?") == ["waters"]
    assert tokenizer.query("who are the waters") == ["waters"]
    assert tokenizer.query("deep water") == ["deep", "water"]


def test_nothing_to_learn_from() -> None:
    assert Tokenizer.fitted([]).document("The Towers of Light") == tokenize("The Towers of Light")


def test_threads_get_the_same_stems() -> None:
    words = [f"{stem}{ending}" for stem in ("walk", "tower", "captur", "defend") for ending in ("s", "ed", "ing", "er", "ers")] * 50
    text = " ".join(f"{word}{number}ing" for number, word in enumerate(words))
    expected, found = tokenize(text), []
    threads = [threading.Thread(target=lambda: found.append(tokenize(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
