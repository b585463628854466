"""Pages, filters, neighbours and counts over the five-chunk codex."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pandas as pd
import pytest

from core.records import Chunk, Corpus, Pair
from core.store import ChunkFilter, Counts, Store
from core.workspace import Workspace


def found(store: Store, where: ChunkFilter) -> list[str]:
    page = store.page_of_chunks(where, 0, 100)
    assert store.count_chunks(where) == len(page)
    return list(page["chunk_id"])


@pytest.fixture(scope="module")
def unchanging(tmp_path_factory: pytest.TempPathFactory, codex: Corpus) -> Iterator[Store]:
    """One filled store for all the tests that only read."""
    with Store.open(Workspace.create(tmp_path_factory.mktemp("w"))) as store:
        store.import_corpus(codex, {}, "codex")
        yield store


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (ChunkFilter(), ["c1", "c2", "c3", "c4", "c5"]),
        (ChunkFilter(text="BELL the"), ["c1", "c2"]),
        (ChunkFilter(text="bell fog"), ["c2"]),
        (ChunkFilter(text="été"), ["c3"]),
        (ChunkFilter(text="summer"), ["c3"]),
        (ChunkFilter(text="50%"), ["c2"]),
        (ChunkFilter(text="{x}. $1"), ["c5"]),
        (ChunkFilter(text="%"), ["c2", "c5"]),
        (ChunkFilter(text=".*"), []),
        (ChunkFilter(text="\\ '"), ["c5"]),
        (ChunkFilter(text="  "), ["c1", "c2", "c3", "c4", "c5"]),
        (ChunkFilter(wiki_type=("place",)), ["c2", "c4"]),
        (ChunkFilter(wiki_type=("place", "character"), source=("atlas",)), ["c2", "c3"]),
        (ChunkFilter(source=("x' OR 1=1 --",)), []),
        (ChunkFilter(entity=("Mira",)), ["c1", "c3"]),
        (ChunkFilter(entity=("warden of aven",)), ["c1", "c3"]),
        (ChunkFilter(entity=("Aven",)), ["c1"]),
        (ChunkFilter(entity=("nobody",)), []),
        (ChunkFilter(ids=("c5", "unknown", "c1", "c5")), ["c5", "c1"]),
        (ChunkFilter(ids=("c5", "c2", "c1"), text="bell"), ["c2", "c1"]),
        (ChunkFilter(ids=()), []),
    ],
    ids=str,
)
def test_filters(unchanging: Store, where: ChunkFilter, ids: list[str]) -> None:
    assert found(unchanging, where) == ids


def test_a_page_is_a_part_of_the_list(unchanging: Store) -> None:
    assert list(unchanging.page_of_chunks(ChunkFilter(), 1, 2)["chunk_id"]) == ["c2", "c3"]
    assert list(unchanging.page_of_chunks(ChunkFilter(ids=("c4", "c3", "c2", "c1")), 2, 5)["chunk_id"]) == ["c2", "c1"]
    assert unchanging.page_of_chunks(ChunkFilter(), 5, 2).empty


def test_what_a_page_tells(unchanging: Store) -> None:
    page = unchanging.page_of_chunks(ChunkFilter(), 0, 3)

    assert list(page.columns) == [
        "chunk_id", "text", "filename", "wiki_type", "source", "temporal_order", "n_words", "n_tokens", "n_mentions", "issues", "left_out",
        "score",
    ]  # fmt: skip
    assert list(page["n_words"]) == [5, 8, 5]
    assert list(page["n_mentions"]) == [3, 0, 2]
    assert page["temporal_order"].isna().tolist() == [True, True, False]
    assert list(unchanging.page_of_chunks(ChunkFilter(ids=()), 0, 3).columns) == list(page.columns)


def test_a_hit_says_the_same_in_fewer_columns(unchanging: Store) -> None:
    for where in (ChunkFilter(), ChunkFilter(text="the"), ChunkFilter(ids=("c4", "c2")), ChunkFilter(ids=())):
        hits, page = unchanging.page_of_hits(where, 0, 3), unchanging.page_of_chunks(where, 0, 3)
        pd.testing.assert_frame_equal(hits, page[hits.columns])


def test_all_chunks_are_counted_like_a_selection_of_all(unchanging: Store) -> None:
    """What is kept of the links for the charts is what they say."""
    kept, counted = (unchanging.charts(where) for where in (ChunkFilter(), ChunkFilter(ids=("c1", "c2", "c3", "c4", "c5"))))
    assert kept.entities["n"].tolist()
    for name in ("entities", "entity_type", "together", "topics"):
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(counted, name))


def test_neighbours_are_of_the_same_file(unchanging: Store) -> None:
    def around(chunk_id: str, each_side: int = 1) -> list[str]:
        return [chunk.chunk_id for chunk in unchanging.neighbours(chunk_id, each_side)]

    assert around("c1") == ["c1", "c2"]
    assert around("c2") == ["c1", "c2", "c4"]
    assert around("c1", 5) == ["c1", "c2", "c4"]
    assert around("c3") == ["c3"]
    assert around("unknown") == []


def test_one_chunk(unchanging: Store, codex: Corpus) -> None:
    assert unchanging.chunk("c3") == codex.chunks[2]
    assert unchanging.chunk("unknown") is None


def test_only_some(unchanging: Store, codex: Corpus) -> None:
    assert unchanging.chunks(searchable_only=True) == codex.searchable
    assert unchanging.questions("train") == (codex.questions[0],)
    assert unchanging.questions("dev") == ()


def test_counts(filled: Store) -> None:
    filled.save_pairs([Pair("a", "c1", "positive", "x"), Pair("a", "c2", "negative", "x"), Pair("b", "c2", "negative", "x")])

    assert filled.counts() == Counts(
        n_chunks=5, n_searchable=4, n_files=3, n_entities=3, n_aliases=3, entity_types={"character": 2, "place": 1},
        questions={"none": 1, "test": 1, "train": 1}, n_judged_questions=1, n_topic_questions=1, pairs={"positive": 1, "negative": 2},
    )  # fmt: skip


def test_counts_of_nothing(store: Store) -> None:
    assert store.counts() == Counts()
    assert store.facets() == {"wiki_type": {}, "source": {}}
    assert isinstance(store.page_of_chunks(ChunkFilter(text="x"), 0, 10), pd.DataFrame)


def test_facets_commonest_first(unchanging: Store) -> None:
    facets = unchanging.facets()

    assert list(facets["wiki_type"].items()) == [("place", 2), ("character", 1)]
    assert list(facets["source"].items()) == [("atlas", 2), ("notes", 1)]


def test_fifty_thousand_chunks_page_quickly(store: Store) -> None:
    texts = [f"Chunk {i} tells of the bell and of name{i % 97} at some length. " * 5 for i in range(50_000)]
    mentions = [{"place": (f"P{i % 900}",), "character": (f"N{i % 5000}", f"N{i % 77}")} for i in range(50_000)]
    chunks = tuple(Chunk(f"c{i}", texts[i], f"f{i // 20}", mentions=mentions[i]) for i in range(50_000))
    start = time.perf_counter()
    store.import_corpus(Corpus(chunks), {}, "many")
    imported_in = time.perf_counter() - start
    start = time.perf_counter()
    page = store.page_of_chunks(ChunkFilter(), 49_900, 50)
    paged_in = time.perf_counter() - start

    assert list(page["chunk_id"]) == [f"c{i}" for i in range(49_900, 49_950)]
    assert imported_in < 8  # 1.7 s alone on two cores
    assert paged_in < 0.3  # 0.02 s alone
