"""The corpora that benchmarks measure on, and their vectors, computed once and kept in `.cache/benchmarks` (git-ignored)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.frame import progress
from core.corpus.reading import read_folder
from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder
from core.encoders.protocol import Encode, Encoder, Kind
from core.pairing.splits import assign_splits
from core.records import Corpus, Vectors
from core.settings import PROJECT, Settings

VECTORS = PROJECT / ".cache" / "benchmarks" / "vectors"


def read_source(source: Path, seed: int = Settings.model_fields["SEED"].default) -> Corpus:
    """The corpus of a folder, every question in its split, as an import into a workspace would make it."""
    return assign_splits(read_folder(source).corpus, seed)


def cached_encode(settings: Settings) -> Encode:
    """Vectors under the settings' base model: looked up where they are known, else computed (minutes for 10,000 texts) and kept."""

    def encode(texts: Sequence[str], kind: Kind) -> Vectors:
        def on_progress(done: int, total: int) -> None:
            progress(f"{kind} vectors of {encoder().name}: {done:,} of {total:,}")

        return VectorCache(VECTORS, encoder(), kind).embed(texts, on_progress).vectors

    @cache
    def encoder() -> Encoder:
        return base_encoder(settings)

    return encode
