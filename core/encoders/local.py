"""A sentence-transformers model on this machine."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from math import isfinite
from typing import Any

import numpy as np

from core.encoders.batching import batches, token_budget, token_lengths
from core.encoders.hardware import autocast, device, has_bf16
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Engine, Kind
from core.encoders.quantised import Quantised
from core.errors import ForgeError, InputError, ModelUnavailable
from core.records import Vectors, content_id

MANY = 128  # texts from which on compiling, some seconds, is won back
OnNote = Callable[[str], None]


class LocalEncoder:
    """Encodes with torch, many texts at once with OpenVINO where the model and the processor allow it: both compute the same vectors.

    `engine` "torch" keeps to torch. A `model` that is given may be in training: it is used as it is. `on_note` is told, in a sentence,
    where what was asked for cannot be had.
    """

    def __init__(
        self,
        folder: ModelFolder,
        dimension: int | None = None,
        max_tokens: int | None = None,
        model: Any = None,
        engine: Engine = "torch",
        on_note: OnNote = lambda _: None,
    ) -> None:
        self.name = folder.name
        self.model = model if model is not None else load_model(folder, max_tokens)
        self._device = str(self.model.device.type)
        own = self.model.get_embedding_dimension()
        if dimension and own and dimension > own:
            raise InputError(f"EMBEDDING_DIM={dimension} is more than the {own} dimensions of {folder.name}: use at most {own}.")
        self._dimension = dimension if dimension != own else None
        self._on_note = on_note
        self.compiles = model is None and engine != "torch" and self._can_compile(engine)
        self._bf16 = has_bf16(self._device)
        precision = "bf16" if self._bf16 else "fp32"  # whether torch or OpenVINO computes in it is no matter
        limit, prompts = str(self.model.max_seq_length), repr(sorted(self.model.prompts.items()))
        self.exact_fingerprint = content_id(folder.fingerprint, limit, str(self._dimension), precision, prompts)
        self.fingerprint = self.exact_fingerprint
        self._quantised: Quantised | None = None
        self._fast: Any = None

    @property
    def meaning(self) -> int | None:
        """How many of the dimensions, the first, say what a text means, where the others say which words it has; None: all."""
        words = words_width(self.model)
        width = self.model.get_embedding_dimension() - words
        return width if words and (self._dimension or width + 1) > width else None

    @property
    def exact(self) -> LocalEncoder:
        """The same encoder with documents in full precision."""
        if self._quantised is None:
            return self
        other = copy.copy(self)
        other._quantised, other._fast, other.fingerprint = None, None, self.exact_fingerprint
        return other

    def in_int8(self, quantised: Quantised) -> LocalEncoder:
        """The same encoder with documents in int8; questions, few and short, stay exact."""
        other = copy.copy(self)
        other._quantised, other._fast = quantised, None
        other.fingerprint = content_id(self.exact_fingerprint, quantised.fingerprint)
        return other

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Texts (n) to vectors (n, d) float32, rows of length one. Each distinct text is encoded once."""
        if not texts:
            return np.zeros((0, self._dimension or self.model.get_embedding_dimension()), dtype=np.float32)
        distinct = list(dict.fromkeys(texts))
        vectors = self._encode(distinct, kind)
        if not np.isfinite(vectors).all():
            raise ForgeError(f"{self.name} computes vectors that are not numbers: its weights are damaged, or training has diverged.")
        if len(distinct) == len(texts):
            return vectors
        row = {text: position for position, text in enumerate(distinct)}
        return np.ascontiguousarray(vectors[[row[text] for text in texts]])

    def _encode(self, texts: list[str], kind: Kind) -> Vectors:
        model = self._model_for(texts, kind)
        encode = model.encode_query if kind == "query" else model.encode_document
        together = batches(token_lengths(model, texts), token_budget(self._device))
        how = {"normalize_embeddings": True, "truncate_dim": self._dimension, "show_progress_bar": False}
        with autocast(self._device) if self._bf16 else nullcontext():
            parts = [encode([texts[position] for position in batch], batch_size=len(batch), **how) for batch in together]
        vectors = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
        for batch, part in zip(together, parts, strict=True):
            vectors[batch] = part
        return vectors

    def _model_for(self, texts: Sequence[str], kind: Kind) -> Any:
        """The compiled model where it pays: for many texts, and for documents in int8, whose vectors torch cannot give."""
        in_int8 = self._quantised is not None and kind == "document"
        if not in_int8 and (not self.compiles or self._quantised or len(texts) < MANY):
            return self.model
        if self._fast is None:
            self._fast = self._in_int8() if in_int8 else self._compiled(texts)
        return self._fast

    def _in_int8(self) -> Any:
        from core.encoders.compiled import with_network

        assert self._quantised
        return with_network(self.model, self._quantised.network())

    def _compiled(self, texts: Sequence[str]) -> Any:
        from core.encoders.compiled import NotCompiled, convert, require_same, with_network

        try:
            fast = with_network(self.model, convert(self.model), bf16=self._bf16)
            require_same(self.model, fast, sorted(texts, key=len)[:: max(1, len(texts) // 8)])
        except NotCompiled as reason:
            self._on_note(f"{self.name} is encoded with torch: {reason}.")
            return self.model
        return fast

    def _can_compile(self, engine: Engine) -> bool:
        from core.encoders.compiled import obstacle

        reason = obstacle(self.model)
        if reason and engine != "auto":
            self._on_note(f"{self.name} is encoded with torch: {reason}.")
        return reason is None


def words_width(model: Any) -> int:
    """How many dimensions of a SentenceTransformer's vectors, the last, say which words a text has, as training makes them; 0: none."""
    from sentence_transformers.sentence_transformer.modules import WordEmbeddings

    return next((module.embeddings_dimension for module in list(model)[1:] if isinstance(module, WordEmbeddings)), 0)


def load_model(folder: ModelFolder, max_tokens: int | None = None) -> Any:
    """The SentenceTransformer in `folder`, from its files alone: no hub, no code of the model's own, no pickled weights."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            str(folder.path), device=device(), local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )
    except Exception as error:  # the libraries raise a dozen kinds for a folder that is no model
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(f"{folder.name} cannot be loaded as a sentence-transformers model: {reason}") from None
    if max_tokens and isfinite(model.max_seq_length or 0):  # a table of token vectors reads whole texts, however long
        model.max_seq_length = max_tokens
    return model
