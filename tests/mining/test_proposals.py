from __future__ import annotations

import numpy as np

from core.mining.proposals import in_turn, kept, rows_of, without
from core.retrieval.ranking import NONE


def test_two_lists_take_turns_and_name_each_chunk_once() -> None:
    found = in_turn(np.array([[5, 3, 1], [7, NONE, NONE]]), np.array([[3, 9, NONE], [NONE, NONE, NONE]]))
    assert found.tolist() == [[5, 3, 9, 1, NONE, NONE], [7, NONE, NONE, NONE, NONE, NONE]]


def test_as_a_plain_loop_says() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        one, other = (np.stack([rng.permutation(20)[:6] for _ in range(4)]) for _ in range(2))
        expected = [list(dict.fromkeys(chunk for pair in zip(*row, strict=True) for chunk in pair)) for row in zip(one, other, strict=True)]
        assert [[chunk for chunk in row if chunk != NONE] for row in in_turn(one, other).tolist()] == expected


def test_what_is_kept_moves_up_in_its_order() -> None:
    chunks = np.array([[4, 2, 8], [1, 5, 6]])
    assert kept(chunks, np.array([[False, True, True], [True, False, False]])).tolist() == [[2, 8, NONE], [1, NONE, NONE]]


def test_those_that_are_not_barred() -> None:
    assert without(np.array([4, 2, 8]), {2}) == [4, 8]


def test_rows_of_nothing() -> None:
    assert rows_of([[], []]).tolist() == [[NONE], [NONE]]
    assert rows_of([]).shape == (0, 1)
