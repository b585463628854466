"""A cheaper step learns the same."""

from __future__ import annotations

import copy
import random
from functools import cache
from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer
from torch import nn

from core.training.lean import ByteDropout, lean
from core.training.losses import OVERHEAD, SLICE, embedded, slice_sizes
from tests.tiny import save_tiny_bert

TEXTS = [" ".join(["bell", "tower", "salt", "law", "fog"][: 1 + n % 5] * (1 + n % 3)) for n in range(2 * SLICE + 3)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    return SentenceTransformer(str(save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")), device="cpu")


def gradients(model: SentenceTransformer, sliced: bool) -> dict[str, torch.Tensor]:
    """Of all weights, after two losses, dropout left out."""
    model.eval()
    for half in (TEXTS[: SLICE + 2], TEXTS[SLICE:]):
        features = model.preprocess(half)
        vectors = embedded(model, features) if sliced else model(features)["sentence_embedding"]
        (vectors @ vectors.T).logsumexp(1).sum().backward()
    return {name: weight.grad for name, weight in model.named_parameters() if weight.grad is not None}


def test_gradients_are_those_of_the_plain_model(model: SentenceTransformer) -> None:
    plain = gradients(copy.deepcopy(model), sliced=False)
    cheaper = gradients(lean(copy.deepcopy(model)), sliced=True)

    assert cheaper.keys() == plain.keys() and any("word_embeddings" in name for name in plain)
    for name, gradient in cheaper.items():
        assert not gradient.is_sparse
        torch.testing.assert_close(gradient, plain[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("side", ["left", "right"])
def test_each_text_is_read_whole_whichever_side_is_padded(side: str) -> None:
    """By a model that adds up token ids, so that only it matters which tokens it reads."""
    texts = [torch.arange(1, 2 + n % 7 * 3) for n in range(2 * SLICE + 3)]
    ids = nn.utils.rnn.pad_sequence(texts, batch_first=True, padding_side=side)
    seen: list[torch.Tensor] = []

    def model(features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        seen.append(features["attention_mask"])
        return {"sentence_embedding": (features["input_ids"] * features["attention_mask"]).sum(1, keepdim=True)}

    vectors = embedded(model, {"input_ids": ids, "attention_mask": (ids > 0).long()})
    assert vectors[:, 0].tolist() == [int(text.sum()) for text in texts]
    assert len(seen) > 1 and all(mask.shape[1] == mask.sum(1).max() for mask in seen)


def test_attention_is_not_dropped_all_else_is_as_before(model: SentenceTransformer) -> None:
    before = {name: module.p for name, module in model.named_modules() if isinstance(module, nn.Dropout)}
    after = {name: module for name, module in lean(copy.deepcopy(model)).named_modules() if isinstance(module, nn.Dropout)}

    assert all(isinstance(module, ByteDropout) for module in after.values())
    assert {name: module.p for name, module in after.items()} == {name: 0.0 if "self" in name else p for name, p in before.items()}
    assert len({module.p for module in after.values()}) == 2


def test_dropout_drops_its_share_and_keeps_the_sum() -> None:
    torch.manual_seed(3)
    values = torch.ones(400, 1001, requires_grad=True)
    found = ByteDropout(0.1)(values)
    found.sum().backward()

    dropped = found == 0
    assert abs(float(dropped.float().mean()) - 26 / 256) < 0.002
    assert abs(float(found.detach().mean()) - 1) < 0.003
    assert values.grad is not None and torch.equal(values.grad, found.detach())
    assert len(torch.unique(found)) == 2


def test_dropout_comes_from_torchs_seed_and_ends_with_training() -> None:
    values, dropout = torch.rand(7, 5), ByteDropout(0.5)
    masks = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        masks.append(dropout(values) == 0)
    assert torch.equal(masks[0], masks[1]) and not torch.equal(masks[0], masks[2])
    assert torch.equal(dropout.eval()(values), values)


@pytest.mark.parametrize("seed", range(5))
def test_slices_compute_the_least(seed: int) -> None:
    rng = random.Random(seed)
    lengths = sorted((rng.randint(3, 256) for _ in range(SLICE + 6)), reverse=True)

    @cache
    def least(start: int) -> int:
        left = len(lengths) - start
        return min((n * lengths[start] + OVERHEAD + least(start + n) for n in range(1, min(SLICE, left) + 1)), default=0)

    sizes = slice_sizes(lengths)
    firsts = [sum(sizes[:n]) for n in range(len(sizes))]
    assert sum(sizes) == len(lengths) and max(sizes) <= SLICE
    assert sum(n * lengths[first] + OVERHEAD for n, first in zip(sizes, firsts, strict=True)) == least(0)


def test_texts_of_one_length_are_not_parted() -> None:
    assert slice_sizes([40] * SLICE) == [SLICE]
    assert slice_sizes([256, 256, 8, 8]) == [2, 2]
    assert slice_sizes([]) == []


def test_weights_are_the_same_files_after_training(model: SentenceTransformer, tmp_path: Path) -> None:
    lean(copy.deepcopy(model)).save_pretrained(str(tmp_path / "lean"))
    again = SentenceTransformer(str(tmp_path / "lean"), device="cpu")
    assert again.state_dict().keys() == model.state_dict().keys()
    assert not any(isinstance(module, ByteDropout) for module in again.modules())
