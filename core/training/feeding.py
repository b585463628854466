"""How groups of rows reach the sentence-transformers trainer: one dataset, batches without collisions, texts to tensors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import numpy as np
import torch
from datasets import Dataset, Features, List, Value
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.data_collator import SentenceTransformerDataCollator

from core.records import Vectors
from core.training.batches import Batches
from core.training.groups import Group

TEXT, TEXTS = Value("string"), List(Value("string"))
COLUMNS = Features({"queries": TEXTS, "positive": TEXT, "negatives": TEXTS, "keys": TEXTS, "negative_keys": TEXTS})
WRONG, RIGHT, LEFT_OUT = 0, 1, 2  # what a document is to a query of the batch


def dataset_of(groups: Sequence[Group]) -> Dataset:
    """All groups in one dataset, however many queries and negatives each has."""
    return Dataset.from_list([{**asdict(group), "keys": sorted(group.keys)} for group in groups], features=COLUMNS)


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
class GroupCollator(SentenceTransformerDataCollator):
    """Groups to what the loss takes: their queries, the documents (each group's positive, then each negative of the batch once), and as
    the label (q, n) what each document is to each query.

    `max_length`: tokens read of a text. `guide`: base vectors by text; where given, a document that the base model finds nearer to a query
    than its answer is left out (GIST: Solatorio 2024, arXiv 2402.16829).
    """

    guide: Mapping[str, Vectors] = field(default_factory=dict)

    def __call__(self, features: list[dict[str, Any]]) -> dict[str, Any]:
        negatives = {key: text for row in features for key, text in zip(row["negative_keys"], row["negatives"], strict=True)}
        queries = [query for row in features for query in row["queries"]]
        documents = [row["positive"] for row in features] + list(negatives.values())
        owner = torch.tensor([number for number, row in enumerate(features) for _ in row["queries"]])
        label = relations([row["keys"] for row in features], list(negatives))[owner]
        if self.guide:
            label = self._guided(label, queries, documents, owner.numpy())
        return {"label": label} | self._tensors("query", queries) | self._tensors("document", documents)

    def _guided(self, label: torch.Tensor, queries: list[str], documents: list[str], owner: Any) -> torch.Tensor:
        scores = np.stack([self.guide[text] for text in queries]) @ np.stack([self.guide[text] for text in documents]).T
        nearer = torch.from_numpy(scores > scores[np.arange(len(queries)), owner][:, None])
        return label.masked_fill(nearer & (label == WRONG), LEFT_OUT)

    def _tensors(self, kind: str, texts: list[str]) -> dict[str, Any]:
        prompts = cast(dict[str, str], self.prompts)
        shorter = {"max_length": self.max_length} if self.max_length else {}
        made = self.preprocess_fn(texts, prompt=prompts.get(kind), task=kind, **shorter)
        return {f"{kind}_{name}": value for name, value in made.items()} | {f"{kind}_task": kind}


def relations(keys: Sequence[Sequence[str]], negative_keys: Sequence[str]) -> torch.Tensor:
    """(b, b + n) of b groups and n negatives: a group's own document is RIGHT; LEFT_OUT is what may well answer it too, the positives of
    groups that share a key with it and the negatives that are one of its answers; all else is WRONG."""
    holders: dict[str, list[int]] = defaultdict(list)
    for row, own in enumerate(keys):
        for key in own:
            holders[key].append(row)
    relation = torch.zeros((len(keys), len(keys) + len(negative_keys)), dtype=torch.int8)
    for rows in holders.values():
        relation[torch.tensor(rows)[:, None], rows] = LEFT_OUT
    for column, key in enumerate(negative_keys, start=len(keys)):
        relation[holders.get(key, []), column] = LEFT_OUT
    return relation.fill_diagonal_(RIGHT)
