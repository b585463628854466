from __future__ import annotations

import random
from math import log

import pytest

from core.corpus import duplicates
from core.corpus.duplicates import LEAST_RATIO, SHARED, near_duplicates

WORDS = [f"w{n}" for n in range(400)]


def groups(*texts: str) -> list[int]:
    return near_duplicates([frozenset(text.split()) for text in texts]).tolist()


def test_equal_texts_share_a_group_numbered_by_first_sight() -> None:
    assert groups("a b c", "d e f", "a b c", "g", "d e f") == [0, 1, 0, 2, 1]


def test_no_chunks_and_empty_chunks() -> None:
    assert groups() == []
    assert groups("", "", "a", "") == [0, 1, 2, 3]
    assert groups("", "") == [0, 1]


def test_an_added_sentence_changes_little_and_a_heading_repeats_nothing() -> None:
    page = " ".join(WORDS[:30])
    assert groups(page, f"{page} and one more sentence") == [0, 0]
    assert groups(" ".join(WORDS[:3]), page) == [0, 1]


def test_serial_numbers_do_not_tell_forms_apart_but_names_do() -> None:
    form = " ".join(WORDS[:60])
    forms = [f"{form} {n}" for n in range(3000)]  # more than are compared at once
    assert set(groups(*forms)) == {0}
    rest = [" ".join(random.Random(n).sample(WORDS[20:], 12)) for n in range(200)]
    assert groups("a small beast with a bite badger", "a small beast with a bite bat", *rest)[:2] == [0, 1]


@pytest.mark.parametrize("rows", [duplicates.ROWS_AT_ONCE, 40, 7], ids=lambda rows: f"{rows} rows at once")
def test_as_comparing_each_with_each_says(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "ROWS_AT_ONCE", rows)
    monkeypatch.setattr(duplicates, "ROWS_TURNED", 3 * rows)
    draw = random.Random(1)
    sets = [frozenset(draw.choices(WORDS, [1 / (n + 1) for n in range(400)], k=draw.randrange(4, 40))) for _ in range(250)]
    for _ in range(250):
        copy = set(draw.choice(sets))
        sets.append(frozenset(copy - set(draw.sample(sorted(copy), min(len(copy), 2))) | set(draw.choices(WORDS, k=draw.randrange(1, 4)))))
    assert near_duplicates(sets).tolist() == _each_with_each(sets)


def _each_with_each(sets: list[frozenset[str]]) -> list[int]:
    """One group for each first chunk, by the words of the docstring."""
    distinct = list(dict.fromkeys(sets))
    weight = {word: 1 + log(len(distinct) / sum(word in words for words in distinct)) for words in distinct for word in words}

    def total(words: frozenset[str]) -> float:
        return sum(weight[word] for word in words)

    firsts: list[frozenset[str]] = []
    own: dict[frozenset[str], int] = {}
    for words in distinct:
        for number, first in enumerate(firsts):
            small, large = sorted((total(words), total(first)))
            if total(words & first) >= SHARED * small and small >= LEAST_RATIO * large:
                own[words] = number
                break
        else:
            own[words] = len(firsts)
            firsts.append(words)
    return [own[words] for words in sets]
