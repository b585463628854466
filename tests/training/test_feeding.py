"""Rows on their way to the trainer, on a model of a few thousand weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from core.training.feeding import LEFT_OUT, RIGHT, WRONG, CollisionFreeSampler, GroupCollator, dataset_of, relations
from core.training.groups import grouped
from core.training.loop import tokens_read
from core.training.losses import CachedRankingLoss, GroupedRankingLoss
from core.training.modes import MODES
from core.training.rows import Row
from tests.tiny import save_tiny_bert

ROWS = (
    Row("who kept the bell", "the keeper kept the bell", ("the queen rules", "the salt lamp"), frozenset({"a"}), ("n1", "n2")),
    Row("where is the river", "the river is in the north", (), frozenset({"b"})),
    Row("what is the song", "the song of the war", ("the salt lamp",), frozenset({"c"}), ("n2",)),
    Row("who rules the city", "the king rules the city", ("the moon book",), frozenset({"d"}), ("n3",)),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> SentenceTransformer:
    folder: Path = save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")
    return SentenceTransformer(str(folder), device="cpu").eval()


def collated(model: SentenceTransformer, rows: tuple[Row, ...], **prompts: str) -> dict:
    return GroupCollator(preprocess_fn=model.preprocess, prompts=prompts)(list(dataset_of(grouped(rows))))


def features(batch: dict) -> list[dict]:
    return [{name.removeprefix(kind): value for name, value in batch.items() if name.startswith(kind)} for kind in ("query_", "document_")]


def test_each_negative_of_the_batch_stands_in_it_once(model) -> None:
    batch = collated(model, ROWS)
    assert [len(part["input_ids"]) for part in features(batch)] == [4, 4 + 3]
    assert batch["label"].shape == (4, 7) and batch["label"].tolist() == [
        [RIGHT if n == row else WRONG for n in range(7)] for row in range(4)
    ]


def test_a_batch_may_be_without_negatives(model) -> None:
    assert collated(model, ROWS[1:2])["document_input_ids"].shape[0] == 1


def test_training_reads_no_more_of_a_text_than_it_is_told(model) -> None:
    collator = GroupCollator(preprocess_fn=model.preprocess, max_length=5)
    batch = collator(list(dataset_of(grouped(ROWS))))
    assert features(collated(model, ROWS))[1]["input_ids"].shape[1] > 5 == features(batch)[1]["input_ids"].shape[1]


def test_only_a_limit_below_the_models_own_shortens(model) -> None:
    own = model.max_seq_length
    assert [tokens_read(model, replace(MODES["fast"], tokens=n)) for n in (own - 1, own, None)] == [own - 1, None, None]


def test_prompts_go_to_queries_and_to_all_documents(model) -> None:
    plain, prompted = (features(collated(model, ROWS, **prompts)) for prompts in ({}, {"query": "who ", "document": "the city "}))
    added = [
        (with_["attention_mask"].sum(1)[-1] - none["attention_mask"].sum(1)[-1]).item() for none, with_ in zip(plain, prompted, strict=True)
    ]
    assert added == [1, 2]


def test_the_label_says_what_a_document_is_to_a_query() -> None:
    keys = [["a", "topic"], ["b", "topic"], ["c"]]
    assert relations(keys, ["c", "x"]).tolist() == [
        [RIGHT, LEFT_OUT, WRONG, WRONG, WRONG],
        [LEFT_OUT, RIGHT, WRONG, WRONG, WRONG],
        [WRONG, WRONG, RIGHT, LEFT_OUT, WRONG],
    ]


def test_a_chunk_goes_through_the_model_once_for_all_its_queries(model) -> None:
    more = Row("who kept the bell in winter", ROWS[0].positive, ("the moon book",), frozenset({"a"}), ("n3",))
    batch = collated(model, (*ROWS, more))
    assert [len(part["input_ids"]) for part in features(batch)] == [5, 4 + 3]
    assert (batch["label"] == RIGHT).int().argmax(1).tolist() == [0, 0, 1, 2, 3]


def test_what_the_base_finds_nearer_than_the_answer_is_left_out(model) -> None:
    rows = ROWS[1:3]
    texts = [row.query for row in rows] + [row.positive for row in rows] + ["the salt lamp"]
    guide = dict(zip(texts, np.float32([[1, 0], [0, 1], [0.6, 0.8], [0, 1], [1, 0]]), strict=True))
    collate = GroupCollator(preprocess_fn=model.preprocess, prompts={}, guide=guide)
    assert collate(list(dataset_of(grouped(rows))))["label"].tolist() == [[RIGHT, WRONG, LEFT_OUT], [WRONG, RIGHT, WRONG]]


@pytest.mark.parametrize("loss", [GroupedRankingLoss, CachedRankingLoss])
def test_with_nothing_left_out_it_is_the_librarys_loss(model, loss) -> None:
    """One negative a row, as the library's columns need it: the two take the same documents."""
    rows = tuple(Row(row.query, row.positive, (f"the book {row.query}",), row.keys, (f"k{row.query}",)) for row in ROWS)
    batch = collated(model, rows)
    columns = [[row.query for row in rows], [row.positive for row in rows], [row.negatives[0] for row in rows]]
    with torch.no_grad():
        ours = loss(model)(features(batch), batch["label"])
        theirs = MultipleNegativesRankingLoss(model)([model.preprocess(column) for column in columns], None)
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_a_document_left_out_has_no_part_in_the_loss(model) -> None:
    """Rows 0 and 1 share a topic: each loses one wrong document, as if the other were not there."""
    together = [Row(row.query, row.positive, (), frozenset({"topic"})) for row in ROWS[:2]]
    batch = collated(model, (*together, Row(ROWS[2].query, ROWS[2].positive, (), frozenset({"c"}))))
    loss = GroupedRankingLoss(model)
    with torch.no_grad():
        whole = loss(features(batch), batch["label"]) * 3
        vectors = [model.encode([getattr(row, side) for row in ROWS[:3]], convert_to_tensor=True) for side in ("query", "positive")]
    scores = loss.scale * vectors[0] @ vectors[1].T
    alone = [torch.logsumexp(scores[row, kept], 0) - scores[row, row] for row, kept in enumerate(([0, 2], [1, 2], [0, 1, 2]))]
    assert whole == pytest.approx(float(sum(alone)), abs=1e-4)


def test_the_sampler_gives_an_epoch_its_batches(model) -> None:
    rows = tuple(Row(f"q{row}", f"p{row}", (), frozenset({f"topic:{row % 4}"})) for row in range(16))
    sampler = CollisionFreeSampler(dataset_of(grouped(rows)), batch_size=4, drop_last=False, seed=3)
    assert len(sampler) == 4
    first = list(sampler)
    assert all(sorted(row % 4 for row in batch) == [0, 1, 2, 3] for batch in first)
    sampler.set_epoch(1)
    assert list(sampler) != first
    sampler.set_epoch(0)
    assert list(sampler) == first
