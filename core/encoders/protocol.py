"""What every encoder offers, whoever computes the vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from core.records import Vectors

Kind = Literal["query", "document"]
Engine = Literal["auto", "torch", "openvino", "int8"]
Encode = Callable[[Sequence[str], Kind], Vectors]
"""Texts (n) to vectors (n, d), rows of length one, wherever they come from."""


class Encoder(Protocol):
    """Prompts and truncation belong to the encoder; `fingerprint` names everything that determines its vectors."""

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def meaning(self) -> int | None:
        """How many of the dimensions, the first, say what a text means, where the others say which words it has; None: all."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Texts (n) to vectors (n, d) float32, rows of length one."""
        ...
