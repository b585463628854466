"""Pairs a page at a time, against the same asked of all of them in Python."""

from __future__ import annotations

import math
import random
import time

import pytest

from core.records import Chunk, Corpus, Pair, Question
from core.store import PairFilter, Store

random.seed(5)
CATEGORIES = ("who", "where", "")
CHUNKS = tuple(
    Chunk(f"c{i}", f"Text {i} tells of {'Salt' if i % 3 else 'bread'} (a_b).", f"f{i % 4}", title=f"Title {i % 7}") for i in range(40)
)
QUESTIONS = tuple(Question(f"q{i}", f"question {i}", CATEGORIES[i % 3], split="train") for i in range(12))
PAIRS = tuple(
    {
        pair.pair_id: pair
        for i in range(300)
        for question in [QUESTIONS[i % 12] if i % 5 else None]
        for pair in [
            Pair(
                question.text if question else f"synthetic {i % 20}",
                f"c{random.randrange(40)}",
                "positive" if i % 3 else "negative",
                random.choice(("judged", "topics")),
                question.question_id if question else "",
                hardness="" if i % 3 else random.choice(("hard", "easy")),
                evidence={"cosine": i / 300, "bm25": float(i)} if i % 2 else {},
            )
        ]
    }.values()
)


@pytest.fixture
def paired(store: Store) -> Store:
    store.import_corpus(Corpus(CHUNKS, (), QUESTIONS), {}, "x")
    store.save_pairs(PAIRS)
    return store


def holds(pair: Pair, where: PairFilter) -> bool:
    category = {question.question_id: question.category for question in QUESTIONS}.get(pair.question_id, "")
    chunk = next(chunk for chunk in CHUNKS if chunk.chunk_id == pair.chunk_id)
    readable = f"{pair.query}\n{chunk.text}\n{chunk.title}".lower()
    allowed = ((where.label, pair.label), (where.rule, pair.rule), (where.hardness, pair.hardness), (where.category, category))
    return all(not values or value in values for values, value in allowed) and all(word.lower() in readable for word in where.text.split())


@pytest.mark.parametrize(
    "where",
    [
        PairFilter(),
        PairFilter(label=("negative",)),
        PairFilter(label=("positive",), rule=("judged",), category=("who", "")),
        PairFilter(hardness=("",)),
        PairFilter(category=("",)),
        PairFilter(text="SALT"),
        PairFilter(text="(a_b). title"),
        PairFilter(text="synthetic bread"),
        PairFilter(text="nothing says this"),
    ],
)
def test_a_filter_finds_what_it_says(paired: Store, where: PairFilter) -> None:
    wanted = [pair.pair_id for pair in PAIRS if holds(pair, where)]
    assert paired.count_pairs(where) == len(wanted)
    pages = [paired.page_of_pairs(where, offset, 50)["pair_id"].tolist() for offset in range(0, len(wanted) + 1, 50)]
    assert [pair_id for page in pages for pair_id in page] == wanted


def test_a_row_says_what_the_pair_says(paired: Store) -> None:
    row = paired.page_of_pairs(PairFilter(), 1, 1).iloc[0]
    pair = PAIRS[1]
    assert (row["label"], row["rule"], row["query"], row["chunk_id"]) == (pair.label, pair.rule, pair.query, pair.chunk_id)
    assert row["cosine"] == pytest.approx(pair.evidence["cosine"]) and row["filename"].startswith("f")
    assert math.isnan(paired.page_of_pairs(PairFilter(), 2, 1)["bm25"].iloc[0])
    assert paired.pair(pair.pair_id) == pair
    assert paired.pair("never was") is None


def test_kinds_add_up_to_all_pairs(paired: Store) -> None:
    kinds = paired.pair_kinds()
    assert sum(kind.n for kind in kinds) == len(PAIRS)
    assert sum(kind.n for kind in kinds if kind.synthetic) == sum(not pair.question_id for pair in PAIRS)
    assert {kind.category for kind in kinds if not kind.synthetic} == set(CATEGORIES)


def test_a_histogram_holds_every_scored_pair_once(paired: Store) -> None:
    table = paired.score_histogram("cosine", n_bins=10)
    scored = [pair for pair in PAIRS if "cosine" in pair.evidence]
    assert table["n"].sum() == len(scored)
    low, high = (pick(pair.evidence["cosine"] for pair in scored) for pick in (min, max))
    assert table["low"].min() == pytest.approx(low) and (table["low"] + table["width"]).max() == pytest.approx(high)
    assert len(table) <= 20
    assert paired.score_histogram("dense_rank").empty


def test_a_page_of_many_pairs_is_there_at_once(store: Store) -> None:
    """Twenty thousand pairs; the time allowed is many times what it takes, for busy machines."""
    store.import_corpus(Corpus(CHUNKS, (), QUESTIONS), {}, "x")
    store.save_pairs([Pair(f"query {i}", f"c{i % 40}", "positive", "judged", f"q{i % 12}") for i in range(20_000)])
    start = time.perf_counter()
    assert len(store.page_of_pairs(PairFilter(category=("who",)), 6_000, 12)) == 12
    assert time.perf_counter() - start < 0.5
