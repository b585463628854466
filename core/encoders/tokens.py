"""How many tokens a model reads of a text, counted without loading the model (or torch)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.encoders.locate import ModelFolder, locate
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """`count(texts)` gives tokens a text, special ones included; a model reads the first `limit` of them."""

    model: str
    limit: int
    count: Callable[[Sequence[str]], list[int]]


def token_counter(folder: ModelFolder, max_tokens: int | None = None) -> TokenCounter | None:
    """What measures texts as the model reads them, or None for a model whose tokenizer is not in the fast format."""
    file = folder.path / "tokenizer.json"
    if not file.is_file():
        return None

    @cache  # read by whoever counts first: an import counts beside its other work
    def tokenizer() -> Any:
        from tokenizers import Tokenizer

        whole = Tokenizer.from_file(str(file))
        whole.no_truncation()
        whole.no_padding()
        return whole

    def count(texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in tokenizer().encode_batch_fast(list(texts))]

    return TokenCounter(folder.name, max_tokens or _own_limit(folder.path), count)


def measure(settings: Settings) -> TokenCounter | None:
    """Token counts under the base model; None where a server keeps its tokenizer to itself."""
    if settings.MODEL_BACKEND != "sentence-transformers":
        return None
    return token_counter(locate(settings.BASE_MODEL), settings.MAX_SEQ_LENGTH)


def _own_limit(folder: Path) -> int:
    """The first length the model's own files name, in the order sentence-transformers looks at them."""
    for name, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("tokenizer_config.json", "model_max_length"),
        ("config.json", "max_position_embeddings"),
    ):
        file = folder / name
        value = json.loads(file.read_text(encoding="utf-8")).get(key) if file.is_file() else None
        if isinstance(value, int) and 0 < value < 1_000_000:
            return value
    return 512
