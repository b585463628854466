"""The instant mode: a table of token vectors, averaged over a text. Part of a vector is meaning, taken from the base model; the rest is a
random direction a token, by which texts agree as far as they share words; rare tokens count more. Training tunes the whole table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from torch import Tensor

from core.encoders.local import load_model
from core.errors import ForgeError
from core.settings import Settings
from core.training.feeding import relations
from core.training.groups import Group, grouped, number_of_batches
from core.training.job import Job, Trained
from core.training.keeping import Keeper
from core.training.losses import ranking_loss
from core.training.modes import INSTANT_BATCH, MODES
from core.training.rarity import bags, rarity, vocabulary_size
from core.training.verdict import COLLAPSED, UNKNOWN, judge

LEXICAL = 640  # dimensions that only say which tokens there are: enough for random directions to be nearly at right angles
VOCABULARY_SLICE = 1024


def train(job: Job) -> Trained:
    """As `core.training.loop.train`; so short that a killed run begins anew."""
    rows, dev, settings = job.rows, job.dev, job.settings
    if not rows:
        raise ForgeError("There are no positive pairs to train on: generate pairs first.")
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    teacher = load_model(job.base, settings.MAX_SEQ_LENGTH)
    keeper = Keeper(teacher, job)
    keeper.measure_base(job.encode_base)
    model = static_model(teacher, job.documents, settings.SEED)
    keeper.model = model
    stopped = _tune(model, teacher.tokenizer, job)
    if not stopped:
        keeper.offer(step=_n_steps(len(grouped(rows)), settings))
    best = keeper.best.current()
    if stopped or dev is None or keeper.base is None:
        return Trained(best, UNKNOWN, stopped)
    if best is None:
        return Trained(None, COLLAPSED, stopped=False)
    assert keeper.last is not None
    return Trained(best, judge(dev, keeper.base, keeper.last), stopped=False)


def static_model(teacher: SentenceTransformer, documents: Sequence[str], seed: int) -> SentenceTransformer:
    """The untrained table: for each token of the teacher's vocabulary its own vector by the teacher, beside a random direction, both
    times the token's inverse document frequency."""
    tokenizer = teacher.tokenizer
    meaning = _unit(_token_vectors(teacher))
    weight = rarity(bags(tokenizer, documents))
    names = np.random.default_rng(seed).normal(size=(len(meaning), LEXICAL)).astype(np.float32)
    table = np.concatenate([meaning, _unit(names)], axis=1) * weight[:, None]
    return SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(table)), Normalize()], device="cpu")


@torch.no_grad()
def _token_vectors(teacher: SentenceTransformer) -> NDArray[np.float32]:
    """(v, d) the teacher's vector of each token between its special ones, less the mean of all."""
    tokenizer, device = teacher.tokenizer, teacher.device
    teacher.eval()  # dropout would make other vectors each time
    opening, closing = _special(tokenizer)
    vectors = []
    size = vocabulary_size(tokenizer)
    for start in range(0, size, VOCABULARY_SLICE):
        tokens = torch.arange(start, min(start + VOCABULARY_SLICE, size))
        ids = torch.cat([opening.expand(len(tokens), -1), tokens[:, None], closing.expand(len(tokens), -1)], dim=1).to(device)
        made: Tensor = teacher({"input_ids": ids, "attention_mask": torch.ones_like(ids)})["sentence_embedding"]
        vectors.append(made.float().cpu().numpy())
    table = np.concatenate(vectors)
    return np.asarray(table - table.mean(axis=0), dtype=np.float32)


def _special(tokenizer: Any) -> tuple[Tensor, Tensor]:
    """The special tokens that the tokenizer puts before and behind a text, (1, a) and (1, b)."""
    probe = tokenizer("a", add_special_tokens=False)["input_ids"][0]
    whole = tokenizer("a")["input_ids"]
    at = whole.index(probe)
    return torch.tensor([whole[:at]], dtype=torch.long), torch.tensor([whole[at + 1 :]], dtype=torch.long)


def _unit(table: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _n_batches(n_groups: int) -> int:
    return max(1, n_groups // INSTANT_BATCH)


def _n_steps(n_groups: int, settings: Settings) -> int:
    return _n_batches(n_groups) * _epochs(n_groups, settings)


def _epochs(n_groups: int, settings: Settings) -> int:
    return MODES["instant"].epochs(settings.NUM_EPOCHS, number_of_batches(n_groups, settings.BATCH_SIZE_CPU))


def _tune(model: SentenceTransformer, tokenizer: Any, job: Job) -> bool:
    """Tune the table in place; whether the user stopped it. Only the rows of tokens that the texts hold are trained."""
    groups, settings = grouped(job.rows), job.settings
    table: Tensor = cast(Any, model[0]).embedding.weight
    queries = bags(tokenizer, [query for group in groups for query in group.queries])
    documents = bags(tokenizer, [group.positive for group in groups])
    used = np.union1d(queries.indices, documents.indices)
    queries, documents = queries[:, used], documents[:, used]
    rows = table.detach()[used].clone().requires_grad_()
    optimizer = torch.optim.Adam([rows], fused=True)
    highest = min(1.0, settings.LEARNING_RATE * MODES["instant"].rate)
    total = _n_steps(len(groups), settings)
    for step, batch in enumerate(_batches(groups, settings), start=1):
        rate = highest * (total - step + 1) / total
        optimizer.param_groups[0]["lr"] = rate
        loss, norm = _step(rows, _Batch(groups, batch, queries, documents), settings.TEMPERATURE)
        if not np.isfinite(loss):
            raise ForgeError(f"The loss is no longer a number at step {step}: lower LEARNING_RATE ({settings.LEARNING_RATE}).")
        optimizer.step()
        epoch = step / _n_batches(len(groups))
        job.emit("train", step=step, total_steps=total, epoch=epoch, loss=loss, learning_rate=rate, gradient_norm=norm)
        if job.should_stop():
            return True
    with torch.no_grad():
        table[used] = rows
    return False


def _batches(groups: Sequence[Group], settings: Settings) -> Iterator[NDArray[np.int64]]:
    rng = np.random.default_rng(settings.SEED)
    for _ in range(_epochs(len(groups), settings)):
        yield from np.array_split(rng.permutation(len(groups)), _n_batches(len(groups)))


class _Batch:
    """Some groups: their queries' and documents' bags, and what each document is to each query."""

    def __init__(self, groups: Sequence[Group], batch: NDArray[np.int64], queries: csr_array, documents: csr_array) -> None:
        starts = np.cumsum([0, *(len(group.queries) for group in groups)])
        own = [np.arange(starts[row], starts[row + 1]) for row in batch]
        self.queries, self.documents = queries[np.concatenate(own)], documents[batch]
        owner = np.repeat(np.arange(len(batch)), [len(part) for part in own])
        self.labels = relations([sorted(groups[row].keys) for row in batch], [])[torch.from_numpy(owner)]


def _step(rows: Tensor, batch: _Batch, temperature: float) -> tuple[float, float]:
    """Loss and gradient norm; leaves the gradient in `rows.grad`. The products with sparse bags are scipy's, forward and back."""
    weights = rows.detach().numpy()
    sides = [torch.from_numpy(bags @ weights).requires_grad_() for bags in (batch.queries, batch.documents)]
    queries, documents = (torch.nn.functional.normalize(side, dim=1) for side in sides)
    loss = ranking_loss(queries @ documents.T / temperature, batch.labels)
    loss.backward()  # type: ignore[no-untyped-call]
    gradients = [bags.T @ cast(Tensor, side.grad).numpy() for bags, side in zip((batch.queries, batch.documents), sides, strict=True)]
    rows.grad = torch.from_numpy(np.asarray(sum(gradients), dtype=np.float32))
    return float(loss.detach()), float(rows.grad.norm().detach())
