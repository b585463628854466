"""Encoders behind HTTP: Ollama's own interface and the OpenAI-compatible one. They can be compared and mixed, not trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.encoders.posting import Server
from core.encoders.protocol import Kind
from core.errors import ModelUnavailable
from core.records import Vectors, content_id

BATCH = 64
DEFAULT_URLS = {"ollama": "http://127.0.0.1:11434", "openai": "http://127.0.0.1:8080/v1"}


class ServerEncoder:
    """`backend` is "ollama" (POST /api/embed) or "openai" (POST /embeddings)."""

    meaning = None  # a server's model is the user's own

    def __init__(self, backend: str, model: str, url: str = "", api_key: str = "", dimension: int | None = None) -> None:
        self.name = model
        self._backend = backend
        self._server = Server(url or DEFAULT_URLS[backend], api_key, setting="MODEL_URL", what="embedding server")
        self._url = self._server.url
        self._dimension = dimension
        self.fingerprint = content_id("server", backend, self._url, model, str(dimension))

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002 - servers take no prompts
        """Texts (n) to vectors (n, d) float32, rows of length one. Without texts nobody is asked, and the width is not known."""
        if not texts:
            return np.zeros((0, self._dimension or 0), dtype=np.float32)
        rows = [row for start in range(0, len(texts), BATCH) for row in self._batch(list(texts[start : start + BATCH]))]
        try:
            vectors = np.asarray(rows, dtype=np.float32).reshape(len(texts), -1)[:, : self._dimension]
        except (ValueError, TypeError):
            raise ModelUnavailable(f"{self._url} answered with vectors of different lengths for {self.name}.") from None
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12))

    def _batch(self, texts: list[str]) -> list[list[float]]:
        path = "/api/embed" if self._backend == "ollama" else "/embeddings"
        answer = self._server.post(path, {"model": self.name, "input": texts})
        try:
            if self._backend == "ollama":
                rows = answer["embeddings"]
            else:
                rows = [item["embedding"] for item in sorted(answer["data"], key=lambda item: item["index"])]
        except (KeyError, TypeError):
            rows = []
        if len(rows) != len(texts):
            raise ModelUnavailable(
                f"{self._url}{path} returned {len(rows)} vectors for {len(texts)} texts: is {self.name} an embedding model?"
            )
        return list(rows)
