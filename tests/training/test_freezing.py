"""What is frozen stays as it is to the bit, and all else is trained."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer
from torch import nn

from core.training.freezing import freeze_lowest
from core.training.lean import lean
from tests.tiny import save_tiny_bert


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    return SentenceTransformer(str(save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")), device="cpu")


@pytest.fixture
def model(tiny: SentenceTransformer) -> SentenceTransformer:
    return copy.deepcopy(tiny)


def trained(model: SentenceTransformer) -> set[str]:
    return {name for name, weight in model.named_parameters() if weight.requires_grad}


def test_a_third_of_two_layers_is_one_with_all_below_it(model: SentenceTransformer) -> None:
    everything = {name for name, _ in model.named_parameters()}
    freeze_lowest(model, 1 / 3)
    frozen = everything - trained(model)
    assert frozen == {name for name in everything if ".embeddings." in name or ".layer.0." in name}
    assert any(".layer.1." in name for name in trained(model))


def test_a_step_leaves_the_lowest_layers_to_the_bit(model: SentenceTransformer) -> None:
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    freeze_lowest(model, 1 / 3)
    lean(model).train()
    vectors = model(model.preprocess(["bell tower", "salt law", "fog"]))["sentence_embedding"]
    (vectors @ vectors.T).logsumexp(1).sum().backward()
    reached = {name for name, weight in model.named_parameters() if weight.grad is not None}
    assert reached and reached <= trained(model)
    torch.optim.AdamW([weight for weight in model.parameters() if weight.requires_grad], lr=0.1).step()
    moved = {name for name, weight in model.named_parameters() if not torch.equal(weight, before[name])}
    assert moved == reached


def test_what_is_frozen_drops_nothing(model: SentenceTransformer) -> None:
    freeze_lowest(model, 1 / 3)
    lean(model).train()
    drops = {name: module.p for name, module in model.named_modules() if isinstance(module, nn.Dropout)}
    assert all(p == 0 for name, p in drops.items() if ".embeddings." in name or ".layer.0." in name)
    assert any(p > 0 for name, p in drops.items() if ".layer.1." in name)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_share_below_one_layer_freezes_nothing(model: SentenceTransformer, share: float) -> None:
    everything = trained(model)
    freeze_lowest(model, share)
    assert trained(model) == everything


def test_a_model_without_layers_is_trained_whole() -> None:
    table = nn.Sequential(nn.EmbeddingBag(20, 4), nn.Linear(4, 4))
    freeze_lowest(table, 1 / 3)
    assert all(weight.requires_grad for weight in table.parameters())


def test_a_longer_list_of_other_modules_is_not_the_layers(model: SentenceTransformer) -> None:
    side_by_side = nn.ModuleList(nn.Conv1d(32, 32, width) for width in (1, 3, 5))
    freeze_lowest(nn.Sequential(model, side_by_side), 1 / 3)
    assert all(weight.requires_grad for weight in side_by_side.parameters())
    assert any(".layer.1." in name for name in trained(model)) and not any(".layer.0." in name for name in trained(model))


def test_of_two_encoders_side_by_side_none_is_frozen(model: SentenceTransformer) -> None:
    towers = nn.ModuleDict({"query": model, "document": copy.deepcopy(model)})
    freeze_lowest(towers, 1 / 3)
    assert all(weight.requires_grad for weight in towers.parameters())


def test_a_model_is_saved_whole(model: SentenceTransformer, tmp_path: Path) -> None:
    freeze_lowest(model, 1 / 3)
    model.save_pretrained(str(tmp_path / "frozen"))
    again = SentenceTransformer(str(tmp_path / "frozen"), device="cpu")
    assert trained(again) == {name for name, _ in model.named_parameters()}
    torch.testing.assert_close(again.encode(["bell tower"]), model.encode(["bell tower"]))
