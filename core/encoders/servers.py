"""Encoders behind HTTP: Ollama's own interface and the OpenAI-compatible one. They can be compared and mixed, not trained."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.encoders.protocol import Kind
from core.errors import InputError, ModelUnavailable
from core.records import Vectors, content_id

BATCH = 64
TIMEOUT_S = 120
DEFAULT_URLS = {"ollama": "http://127.0.0.1:11434", "openai": "http://127.0.0.1:8080/v1"}


class ServerEncoder:
    """`backend` is "ollama" (POST /api/embed) or "openai" (POST /embeddings)."""

    def __init__(self, backend: str, model: str, url: str = "", api_key: str = "", dimension: int | None = None) -> None:
        self.name = model
        self._backend = backend
        self._url = (url or DEFAULT_URLS[backend]).rstrip("/")
        if not self._url.startswith(("http://", "https://")):
            raise InputError(f"MODEL_URL={url!r} is not allowed; needed: an address that starts with http:// or https://.")
        self._api_key = api_key
        self._dimension = dimension
        self.fingerprint = content_id("server", backend, self._url, model, str(dimension))

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002 - servers take no prompts
        """Texts (n) to vectors (n, d) float32, rows of length one."""
        rows = [row for start in range(0, len(texts), BATCH) for row in self._batch(list(texts[start : start + BATCH]))]
        try:
            vectors = np.asarray(rows, dtype=np.float32).reshape(len(texts), -1)[:, : self._dimension]
        except (ValueError, TypeError):
            raise ModelUnavailable(f"{self._url} answered with vectors of different lengths for {self.name}.") from None
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12))

    def _batch(self, texts: list[str]) -> list[list[float]]:
        path = "/api/embed" if self._backend == "ollama" else "/embeddings"
        answer = self._post(path, {"model": self.name, "input": texts})
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

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)  # noqa: S310 - scheme checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            detail = error.read(300).decode("utf-8", "replace").strip()
            raise ModelUnavailable(f"{self._url}{path} refused {self.name}: {error.code} {detail}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise ModelUnavailable(f"No embedding server answers at {self._url} ({error}): start it, or set MODEL_URL.") from None
