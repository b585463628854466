"""A transformer compiled by OpenVINO for this processor: the function that torch computes, in less time. Imported only where it is used."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

HIDDEN = "last_hidden_state"
SAME = 0.9999  # cosine to torch's vectors below which a conversion has gone wrong
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class NotCompiled(Exception):
    """Why a model stays with torch, as the end of a sentence."""


def obstacle(model: Any) -> str | None:
    """Why a SentenceTransformer cannot be compiled, as the end of a sentence; None where it can be tried."""
    from sentence_transformers.base.modules import Transformer

    if model.device.type != "cpu":
        return f"it runs on {model.device.type}"
    if importlib.util.find_spec("openvino") is None:
        return "the openvino package is not installed"
    first = model[0]
    if not isinstance(first, Transformer):
        return f"its first part is a {type(first).__name__}, not a transformer"
    text = first.modality_config.get("text", {})
    if text.get("method") != "forward" or text.get("method_output_name") not in (HIDDEN, [HIDDEN], (HIDDEN,)):
        return "it reads texts in a way of its own"
    return None


def openvino() -> Any:
    """The openvino package without its telemetry, which would report each use to its maker unless the user had opted out."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # what cannot be imported is not used
    return importlib.import_module("openvino")


def convert(model: Any) -> Any:
    """The transformer of a SentenceTransformer as an openvino.Model, for any number of texts of any length."""
    network = model[0].model
    inputs = [name for name in INPUTS if name in model.preprocess(["a", "b c"])]
    example = tuple(torch.ones((2, 9), dtype=torch.long) for _ in inputs)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer's: what it gets wrong, `same_as_torch` finds
            converted = openvino().convert_model(_Traced(network, inputs).eval(), example_input=example)
    except Exception as error:  # a dozen kinds, by what the converter does not know
        raise NotCompiled(f"OpenVINO cannot convert it ({type(error).__name__})") from None
    for port, name in zip(converted.inputs, inputs, strict=True):
        port.get_tensor().set_names({name})
    return converted


def with_network(model: Any, network: Any, bf16: bool = False) -> Any:
    """The SentenceTransformer with `network`, an openvino.Model, in the place of its transformer, computing in fp32 or bf16. Prompts,
    pooling and truncation stay its own; `model` is left as it is."""
    compiled = (
        openvino()
        .Core()
        .compile_model(
            network,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16" if bf16 else "f32",  # left alone, it is bf16 also where that takes longer
                "INFERENCE_NUM_THREADS": torch.get_num_threads(),
                "PERFORMANCE_HINT": "LATENCY",
            },
        )
    )
    first = copy.copy(model[0])
    first._modules = {**first._modules, "model": _Compiled(model[0].model.config, compiled)}
    whole = copy.copy(model)
    whole._modules = {**whole._modules, next(iter(whole._modules)): first}
    return whole


def require_same(model: Any, fast: Any, texts: Sequence[str]) -> None:
    """Raises NotCompiled where the two give different vectors for the texts."""
    ours, theirs = (one.encode(list(texts), normalize_embeddings=True, show_progress_bar=False) for one in (fast, model))
    cosine = float((ours * theirs).sum(axis=1).min())
    if not cosine >= SAME:
        raise NotCompiled(f"OpenVINO computes other vectors than torch (cosine {cosine:.4f})")


class _Traced(torch.nn.Module):
    """A transformer as a function of its inputs by place, which is what the converter traces."""

    def __init__(self, network: torch.nn.Module, inputs: Sequence[str]) -> None:
        super().__init__()
        self.network, self.inputs = network, tuple(inputs)

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        """(b, t) each, in the order of `inputs`; the last hidden state (b, t, d)."""
        hidden: torch.Tensor = self.network(**dict(zip(self.inputs, tensors, strict=True)), return_dict=True)[HIDDEN]
        return hidden


class _Compiled(torch.nn.Module):
    """What a Transformer module calls instead of its transformer."""

    def __init__(self, config: Any, compiled: Any) -> None:
        super().__init__()
        self.config = config
        self._inputs = [port.get_any_name() for port in compiled.inputs]
        self._request = compiled.create_infer_request()
        self._one_at_a_time = threading.Lock()  # a request belongs to one caller until its answer is copied

    def forward(self, **features: Any) -> dict[str, torch.Tensor]:
        with self._one_at_a_time:
            answer = self._request.infer({name: features[name].numpy() for name in self._inputs}, share_inputs=True)
            return {HIDDEN: torch.from_numpy(np.array(answer[0]))}
