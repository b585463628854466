"""A sentence-transformers model on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.encoders.hardware import autocast, device, has_bf16
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Kind
from core.errors import ForgeError, InputError, ModelUnavailable
from core.records import Vectors, content_id


class LocalEncoder:
    """Encodes with torch, in bf16 where the processor computes it natively."""

    def __init__(self, folder: ModelFolder, dimension: int | None = None, max_tokens: int | None = None, model: Any = None) -> None:
        self.name = folder.name
        self.model = model if model is not None else load_model(folder, max_tokens)
        self._device = str(self.model.device.type)
        own = self.model.get_embedding_dimension()
        if dimension and own and dimension > own:
            raise InputError(f"EMBEDDING_DIM={dimension} is more than the {own} dimensions of {folder.name}: use at most {own}.")
        self._dimension = dimension if dimension != own else None
        precision = "bf16" if has_bf16(self._device) else "fp32"
        self.fingerprint = content_id(
            folder.fingerprint, str(self.model.max_seq_length), str(self._dimension), precision, repr(sorted(self.model.prompts.items()))
        )

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Texts (n) to vectors (n, d) float32, rows of length one."""
        if not texts:
            return np.zeros((0, self._dimension or self.model.get_embedding_dimension()), dtype=np.float32)
        encode = self.model.encode_query if kind == "query" else self.model.encode_document
        with autocast(self._device):
            vectors = encode(list(texts), batch_size=32, normalize_embeddings=True, truncate_dim=self._dimension, show_progress_bar=False)
        if not np.isfinite(vectors).all():
            raise ForgeError(f"{self.name} computes vectors that are not numbers: its weights are damaged, or training has diverged.")
        return np.ascontiguousarray(vectors, dtype=np.float32)


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
    if max_tokens:
        model.max_seq_length = max_tokens
    return model
