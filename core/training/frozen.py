"""The lower layers kept as they are: without gradients, and computed once for each text."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

KEPT_BYTES = 2_000_000_000  # of kept activations; texts beyond that are computed each time


def freeze_lower(model: Any, share: float) -> int:
    """Freeze the embeddings and the lower share of the layers; how many layers that is.

    For BERT's family what they make of a text is remembered, in half precision; of other architectures only the gradients are saved.
    """
    backbone = model[0].auto_model if hasattr(model[0], "auto_model") else model[0]
    layers = _layers(backbone)
    n = int(len(layers) * share)
    if not n:
        return 0
    for parameter in backbone.parameters():
        parameter.requires_grad_(False)
    for layer in layers[n:]:
        layer.requires_grad_(True)
    if _like_bert(backbone) and model[0].tokenizer.padding_side == "right":
        _Foot(backbone, n)
    return n


def _layers(backbone: Any) -> torch.nn.ModuleList:
    """The longest list of modules: a transformer's layers."""
    lists = [module for module in backbone.modules() if isinstance(module, torch.nn.ModuleList)]
    return max(lists, key=len, default=torch.nn.ModuleList())


def _like_bert(backbone: Any) -> bool:
    return type(backbone).__name__ in {"BertModel", "RobertaModel", "XLMRobertaModel", "ElectraModel"}


class _Foot:
    """Takes the place of the frozen modules' `forward`: the embeddings give what the last frozen layer would, the frozen layers hand it on.
    The modules themselves stay where they are, so that the model is saved as ever."""

    def __init__(self, backbone: Any, n: int) -> None:
        self._embeddings, self._layers = backbone.embeddings, list(backbone.encoder.layer[:n])
        self._pad = backbone.config.pad_token_id
        self._kept: dict[bytes, Tensor] = {}
        self._n_bytes = 0
        self._forwards = [layer.forward for layer in self._layers]
        self._embed = self._embeddings.forward
        for layer in self._layers:
            layer.forward = _hand_on
        self._embeddings.forward = self._remembered

    def _remembered(self, input_ids: Tensor, **others: Any) -> Tensor:
        """(b, t) token ids to (b, t, d)."""
        lengths = (input_ids != self._pad).sum(1).tolist()
        keys = [ids[:length].tobytes() for ids, length in zip(input_ids.cpu().numpy(), lengths, strict=True)]
        new = [row for row, key in enumerate(keys) if key not in self._kept]
        fresh: dict[int, Tensor] = {}
        if new:
            computed = self._computed(input_ids[new], {name: _rows(value, new) for name, value in others.items()})
            fresh = {row: hidden[: lengths[row]].half() for row, hidden in zip(new, computed, strict=True)}
            for row, hidden in fresh.items():
                self._keep(keys[row], hidden)
        parts = [(fresh[row] if row in fresh else self._kept[key]).float() for row, key in enumerate(keys)]
        return torch.nn.utils.rnn.pad_sequence(parts, batch_first=True) if max(lengths) == input_ids.shape[1] else _padded(parts, input_ids)

    @torch.no_grad()
    def _computed(self, input_ids: Tensor, others: dict[str, Any]) -> Tensor:
        trained = self._embeddings.training
        for module in (self._embeddings, *self._layers):
            module.eval()
        hidden: Tensor = self._embed(input_ids=input_ids, **others)
        mask = (input_ids != self._pad)[:, None, None, :]
        for forward in self._forwards:
            hidden = forward(hidden, mask)
        for module in (self._embeddings, *self._layers):
            module.train(trained)
        return hidden

    def _keep(self, key: bytes, hidden: Tensor) -> None:
        kept = hidden.clone()
        if self._n_bytes + kept.nbytes <= KEPT_BYTES:
            self._kept[key] = kept
            self._n_bytes += kept.nbytes


def _hand_on(hidden_states: Tensor, *_: Any, **__: Any) -> Tensor:
    return hidden_states


def _rows(value: Any, rows: list[int]) -> Any:
    """Of an argument a row a text, those rows; of another (one row for all, or no tensor) the whole."""
    return value[rows] if isinstance(value, Tensor) and value.ndim and len(value) > 1 else value


def _padded(parts: list[Tensor], input_ids: Tensor) -> Tensor:
    whole = parts[0].new_zeros((*input_ids.shape, parts[0].shape[-1]))
    for row, part in enumerate(parts):
        whole[row, : len(part)] = part
    return whole
