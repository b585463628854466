"""The sparse products against the same thing said plainly, and slips of the keyboard against the textbook distance."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest

from core.pairing import likeness
from core.pairing.asking import bare, named_terms, plain_terms
from core.pairing.likeness import alike
from core.pairing.misspelling import misspellings, one_edit_apart
from core.records import Entity


def plainly(queries: list[dict[str, str]], held: list[dict[str, str]], least: float) -> dict[tuple[int, int], float]:
    texts = [set(terms) for terms in (*queries, *held)]
    n_with = Counter(term for terms in texts for term in terms)
    weight = {term: min(likeness.RAREST, math.log(1 + len(texts) / n)) for term, n in n_with.items()}
    shares = {}
    for i, one in enumerate(texts[: len(queries)]):
        for j, other in enumerate(texts[len(queries) :]):
            every = sum(weight[term] for term in one | other)
            shares[i, j] = sum(weight[term] for term in one & other) / every if every else 0.0
    return {pair: share for pair, share in shares.items() if share >= least}


@pytest.mark.parametrize("cells", [1, 70, 10**6])
def test_shares_are_the_weighted_jaccard_index_in_any_blocks(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    monkeypatch.setattr(likeness, "CELLS_AT_ONCE", cells)
    rng = random.Random(3)
    texts = [{word: word for word in rng.choices("abcdefghijklmnop", k=rng.randrange(6))} for _ in range(60)]
    found = alike(texts[:40], texts[40:], (), 0.2)
    wanted = plainly(texts[:40], texts[40:], 0.2)
    pairs = list(zip(found.queries.tolist(), found.held.tolist(), strict=True))
    assert pairs == sorted(wanted)
    assert len(pairs) > 50
    np.testing.assert_allclose(found.shares, [wanted[pair] for pair in pairs])


def test_a_linked_word_counts_as_much_as_the_commoner_one() -> None:
    texts = [{"bell": ""}, {"gong": ""}, {"bell": ""}, {"bell": ""}, {"gong": "", "bell": ""}]
    found = alike(texts[1:2], [texts[0], *texts[2:]], [("gong", "bell"), ("gong", "unknown")], 0.1)
    assert found.shares.tolist() == pytest.approx([1.0, 1.0, 1.0, 0.5])


def test_nothing_against_nothing() -> None:
    assert alike([], [{"a": ""}], (), 0.1).shares.tolist() == []
    assert alike([{}], [{}], (), 0.1).shares.tolist() == []


def distance(one: str, other: str) -> int:
    """Optimal string alignment (Damerau-Levenshtein without overlapping swaps), the textbook table."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def test_one_edit_apart_is_what_the_textbook_says() -> None:
    rng = random.Random(8)
    words = {"".join(rng.choices("ab", k=rng.choice((5, 6, 7)))) for _ in range(120)}
    verdicts = [(one_edit_apart(one, other), distance(one, other) == 1) for one in words for other in words]
    assert all(ours == textbook for ours, textbook in verdicts)
    assert 100 < sum(textbook for _, textbook in verdicts) < len(verdicts) / 2


def test_misspellings_are_rare_words_near_another() -> None:
    n_with = {"tower": 40, "towre": 1, "power": 30, "Yahweh": 9, "Yahwe": 2, "h1n1x": 1, "h1n2x": 5, "sail": 1, "said": 9, "Dorna": 1}
    found = set(misspellings(n_with, {"Dorna"}))
    assert found == {("towre", "tower"), ("Yahwe", "Yahweh")}
    pairs = {(one, other) for one in n_with for other in n_with if n_with[one] <= 2 and one != "Dorna" and one_edit_apart(one, other)}
    assert found == pairs


def test_politeness_asks_nothing() -> None:
    for text in (
        "Could you tell me who rang the bell, please?",
        "Hello! Does anyone know: who rang the bell?",
        "So, who rang the bell, again?",
    ):
        assert bare(text).rstrip("?") == "who rang the bell"
    assert bare("Tell me.") == "Tell me."
    assert bare("Why, after all, did he ring it?") == "Why, after all, did he ring it?"
    assert bare("For what reason did he ring it?") == "why did he ring it?"


def test_terms_keep_what_tells_questions_apart() -> None:
    where, when, never = plain_terms(["Where did she ring the bells?", "When did he ring the bell?", "Why didn't they ring it?"])
    assert set(where) == {"asked:where", "asked:she", "ring", "bell"}
    assert set(when) == {"asked:when", "asked:he", "ring", "bell"}
    assert set(never) == {"asked:why", "asked:not", "asked:they", "ring"}


def test_a_name_is_one_term_and_linked_to_the_others_of_its_bearers() -> None:
    entities = [Entity("Kett's father", "character", ("the chandler",)), Entity("Dorrit", "character", ("the chandler", "Dorrit Vosk"))]
    texts = ["What did Kett's father sell?", "What did the Chandler's wife sell?", "What did chandler sell?", "Dorrit Vosk's wife"]
    terms, links = named_terms(texts, entities)
    names = [[term for term in found if term.startswith("name:")] for found in terms]
    assert names == [["name:kett's father"], ["name:the chandler"], ["name:chandler"], ["name:dorrit vosk"]]
    assert ("name:kett's father", "name:the chandler") in links
    assert ("name:dorrit vosk", "name:the chandler") in links
    assert ("name:dorrit vosk", "name:kett's father") not in links
