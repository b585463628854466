from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.mining.ground import Ground
from core.mining.ranks import Ranks, View
from core.records import Chunk
from core.retrieval import ranking
from tests.mining.toy import bag

if TYPE_CHECKING:
    import pytest

RNG = np.random.default_rng(5)
WORDS = [f"word{number}" for number in range(60)]
CHUNKS = tuple(Chunk(f"c{number}", " ".join(RNG.choice(WORDS, 8)), f"f{number}") for number in range(300))
QUERIES = [" ".join(RNG.choice(WORDS, 3)) for _ in range(7)]


def views(ground: Ground, *, searched: bool = True, words_only: bool = False) -> list[View]:
    return list(Ranks(ground, None if words_only else bag).views(QUERIES, [searched] * len(QUERIES)))


def test_both_lists_and_ranks_are_what_sorting_everything_gives() -> None:
    ground = Ground(CHUNKS, ())
    cosines = bag(QUERIES, "query") @ bag([chunk.document for chunk in CHUNKS], "document").T
    for view, cosine, bm25 in zip(views(ground), cosines, ground.scores(QUERIES), strict=True):
        nearest, by_words = np.argsort(-view.cosine, kind="stable"), np.argsort(-bm25, kind="stable")
        np.testing.assert_allclose(view.cosine, cosine, atol=1e-6)
        np.testing.assert_array_equal(view.bm25, bm25)
        assert view.dense_top.tolist() == nearest[:50].tolist()
        assert view.bm25_top.tolist() == [index for index in by_words[:50].tolist() if bm25[index] > 0]
        for place in (0, 1, 20, 299):
            assert view.dense_rank(int(nearest[place])) == place + 1
            assert view.bm25_rank(int(by_words[place])) == (place + 1 if bm25[by_words[place]] > 0 else None)


def test_proposed_are_the_chunks_of_both_lists_the_highest_in_either_first() -> None:
    for view in views(Ground(CHUNKS, ())):
        proposed = view.proposed.tolist()
        assert set(proposed) == {*view.dense_top.tolist(), *view.bm25_top.tolist()}
        assert len(set(proposed)) == len(proposed)
        assert proposed[0] == view.dense_top[0]
        best = [min(top.tolist().index(one) if one in top else 99 for top in (view.dense_top, view.bm25_top)) for one in proposed]
        assert best == sorted(best)


def test_block_by_block_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = views(Ground(CHUNKS, ()))
    monkeypatch.setattr(ranking, "BLOCK_FLOATS", 2 * len(CHUNKS))
    for one, other in zip(whole, views(Ground(CHUNKS, ())), strict=True):
        np.testing.assert_allclose(one.cosine, other.cosine, atol=1e-5)  # a product's last bits depend on the shape of the block
        np.testing.assert_allclose(one.cosine[one.dense_top], other.cosine[other.dense_top], atol=1e-5)
        assert one.bm25_top.tolist() == other.bm25_top.tolist()


def test_negatives_come_from_the_side_of_the_positive_and_only_searched_chunks_have_vectors() -> None:
    asked: list[int] = []
    mixed = Ground(tuple(replace(chunk, searchable=number % 3 > 0) for number, chunk in enumerate(CHUNKS)), ())

    def counting(texts: list[str], kind: str) -> np.ndarray:
        asked.append(len(texts))
        return bag(texts, kind)  # type: ignore[arg-type]

    ranks = Ranks(mixed, counting)  # type: ignore[arg-type]
    searched, other = ranks.views(QUERIES[:1] * 2, [True, False])
    assert asked == [200, 2]
    assert all(index % 3 for index in searched.proposed.tolist())
    assert not any(index % 3 for index in other.proposed.tolist())
    assert not len(other.dense_top)
    assert searched.dense_rank(0) is None
    assert np.isnan(searched.cosine[0])
    side = [index for index in range(300) if index % 3]
    before = sorted(side, key=lambda index: (-searched.cosine[index], index)).index(100)
    assert searched.dense_rank(100) == before + 1
    np.testing.assert_array_equal(ranks.vectors_of(np.array([[1], [2]])), bag([CHUNKS[1].text, CHUNKS[2].text], "document")[:, None])


def test_without_a_model_there_are_words_alone() -> None:
    for view in views(Ground(CHUNKS, ()), words_only=True):
        assert view.cosine is None
        assert view.dense_rank(3) is None
        assert view.proposed.tolist() == view.bm25_top.tolist()
