"""Vectors on disk, keyed by everything that determines them: the encoder's fingerprint, the kind of text, the text.

A space is a folder of shards. A shard is `<id>.npy` (m, d) float32 with `<id>.keys`, m digests of 16 bytes each; the keys are
renamed into place last, so a shard without keys never happened and an interrupted embedding resumes where it stopped.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoders.protocol import Encoder, Kind
from core.records import Vectors, content_id

SHARD_ROWS = 256
DIGEST_BYTES = 16
OWNER = "encoder.txt"  # whose vectors a space holds, for people and for freeing them

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Embedded:
    """`vectors` (n, d) in the order of the texts; `n_encoded` of them had to be computed."""

    vectors: Vectors
    n_encoded: int


@dataclass(frozen=True, slots=True)
class Held:
    """What is there already: `indices` (m,) of the texts that have a vector, ascending, and these `vectors` (m, d); (0, 0) for none."""

    indices: NDArray[np.int64]
    vectors: Vectors


class VectorCache:
    """One encoder's vectors of one kind of text."""

    def __init__(self, root: Path, encoder: Encoder, kind: Kind) -> None:
        self._folder = root / content_id("space", encoder.fingerprint, kind)
        self._encoder = encoder
        self._kind = kind

    def embed(self, texts: Sequence[str], on_progress: OnProgress | None = None) -> Embedded:
        """The vectors of the texts; each distinct text that is new is encoded once. `on_progress(done, total)` counts the new ones."""
        keys = [_digest(text) for text in texts]
        stored = self._stored()
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in stored}
        for done, shard in enumerate(_shards(sorted(missing, key=lambda key: len(missing[key])))):
            self._write(shard, self._encoder.encode([missing[key] for key in shard], self._kind))
            if on_progress:
                on_progress(min((done + 1) * SHARD_ROWS, len(missing)), len(missing))
        return Embedded(self._gather(keys, self._stored() if missing else stored), len(missing))

    def keep(self, texts: Sequence[str], vectors: Vectors) -> int:
        """Takes in vectors (n, d) of texts (n) that were encoded elsewhere, rows of length one; how many distinct texts had none so far."""
        stored = self._stored()
        new = {key: row for row, key in enumerate(map(_digest, texts)) if key not in stored}
        for shard in _shards(list(new)):
            self._write(shard, vectors[[new[key] for key in shard]])
        return len(new)

    def held(self, texts: Sequence[str]) -> Held:
        """The vectors of those of the texts that have one; nothing is encoded."""
        keys, stored = [_digest(text) for text in texts], self._stored()
        known = [index for index, key in enumerate(keys) if key in stored]
        vectors = self._gather([keys[index] for index in known], stored) if known else np.zeros((0, 0), dtype=np.float32)
        return Held(np.array(known, dtype=np.int64), vectors)

    def n_missing(self, texts: Sequence[str]) -> int:
        """How many distinct texts `embed` would have to encode."""
        stored = self._stored()
        return len({key for key in map(_digest, texts) if key not in stored})

    def _stored(self) -> dict[bytes, tuple[Path, int]]:
        """Where each stored text's vector is: shard and row."""
        places: dict[bytes, tuple[Path, int]] = {}
        for file in sorted(self._folder.glob("*.keys")):
            raw = file.read_bytes()
            shard = file.with_suffix(".npy")
            if shard.is_file() and raw and len(raw) % DIGEST_BYTES == 0:
                places.update((raw[at : at + DIGEST_BYTES], (shard, at // DIGEST_BYTES)) for at in range(0, len(raw), DIGEST_BYTES))
        return places

    def _write(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / OWNER).write_text(self._encoder.name, encoding="utf-8")
        name = uuid.uuid4().hex
        np.save(self._folder / f"{name}.partial.npy", vectors)
        (self._folder / f"{name}.partial.npy").rename(self._folder / f"{name}.npy")
        (self._folder / f"{name}.partial").write_bytes(b"".join(keys))
        (self._folder / f"{name}.partial").rename(self._folder / f"{name}.keys")

    def _gather(self, keys: Sequence[bytes], places: dict[bytes, tuple[Path, int]]) -> Vectors:
        wanted: dict[Path, list[tuple[int, int]]] = {}
        for position, key in enumerate(keys):
            shard, row = places[key]
            wanted.setdefault(shard, []).append((position, row))
        vectors: Vectors | None = None
        for shard, pairs in wanted.items():
            rows = np.load(shard, mmap_mode="r", allow_pickle=False)
            if vectors is None:
                vectors = np.empty((len(keys), rows.shape[1]), dtype=np.float32)
            positions, indices = np.asarray(pairs).T
            vectors[positions] = rows[indices]
        return vectors if vectors is not None else self._encoder.encode([], self._kind)


def most_vectors(root: Path) -> int:
    """How many vectors the fullest space below `root` holds: too few for a corpus means that no model has to be loaded to find out."""
    spaces = [folder for folder in root.glob("*") if folder.is_dir()]
    return max((sum(file.stat().st_size for file in space.glob("*.keys")) // DIGEST_BYTES for space in spaces), default=0)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]


def _shards(keys: list[bytes]) -> list[list[bytes]]:
    return [keys[start : start + SHARD_ROWS] for start in range(0, len(keys), SHARD_ROWS)]
