"""How rows reach the sentence-transformers trainer: one dataset, batches without collisions, texts to tensors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import torch
from datasets import Dataset, Features, List, Value
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.data_collator import SentenceTransformerDataCollator

from core.training.batches import Batches
from core.training.rows import Row

TEXT, TEXTS = Value("string"), List(Value("string"))
COLUMNS = Features({"query": TEXT, "positive": TEXT, "negatives": TEXTS, "keys": TEXTS, "negative_keys": TEXTS})


def dataset_of(rows: Sequence[Row]) -> Dataset:
    """All rows in one dataset, however many negatives each has."""
    return Dataset.from_list([{**asdict(row), "keys": sorted(row.keys)} for row in rows], features=COLUMNS)


class CollisionFreeSampler(DefaultBatchSampler):
    """The trainer's batch sampler. Its batches depend on seed and epoch alone, so a resumed run goes on with the ones it had."""

    def __init__(self, dataset: Dataset, batch_size: int, drop_last: bool, seed: int = 0, **others: Any) -> None:
        super().__init__(dataset, batch_size=batch_size, drop_last=drop_last, seed=seed, **others)
        self.batches = Batches(dataset["keys"][:], dataset["negative_keys"][:], batch_size, seed)

    def __iter__(self) -> Iterator[list[int]]:
        return (batch.tolist() for batch in self.batches.of_epoch(self.epoch))

    def __len__(self) -> int:
        return len(self.batches)


@dataclass
class RowCollator(SentenceTransformerDataCollator):
    """Rows to what the loss takes: the queries, the documents (the rows' positives, then each negative of the batch once, as many as
    there are), and as the label the mask of `core.training.losses.MaskedRankingLoss`."""

    def __call__(self, features: list[dict[str, Any]]) -> dict[str, Any]:
        negatives = {key: text for row in features for key, text in zip(row["negative_keys"], row["negatives"], strict=True)}
        batch: dict[str, Any] = {"label": masked([row["keys"] for row in features], list(negatives))}
        batch |= self._tensors("query", [row["query"] for row in features])
        return batch | self._tensors("document", [row["positive"] for row in features] + list(negatives.values()))

    def _tensors(self, kind: str, texts: list[str]) -> dict[str, Any]:
        prompts = cast(dict[str, str], self.prompts)
        made = self.preprocess_fn(texts, prompt=prompts.get(kind), task=kind)
        return {f"{kind}_{name}": value for name, value in made.items()} | {f"{kind}_task": kind}


def masked(keys: Sequence[Sequence[str]], negative_keys: Sequence[str]) -> torch.Tensor:
    """(b, b + n) which documents may well answer a query that they do not belong to: the positives of rows that share a key with
    it, and the negatives that are one of its answers."""
    holders: dict[str, list[int]] = defaultdict(list)
    for row, own in enumerate(keys):
        for key in own:
            holders[key].append(row)
    mask = torch.zeros((len(keys), len(keys) + len(negative_keys)), dtype=torch.bool)
    for rows in holders.values():
        mask[torch.tensor(rows)[:, None], rows] = True
    mask.fill_diagonal_(False)
    for column, key in enumerate(negative_keys, start=len(keys)):
        mask[holders.get(key, []), column] = True
    return mask
