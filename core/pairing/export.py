"""training_pairs.jsonl: the pairs with their texts, for any trainer."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.records import Pair


def write_training_pairs(pairs: Sequence[Pair], texts: Mapping[str, str], path: Path) -> None:
    """One JSON object a line, in the order of `pairs`. `texts`: chunk id → what the model reads of it. A reader never sees half
    a file: it is written beside `path` and renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            for pair in pairs:
                file.write(json.dumps(line_of(pair, texts[pair.chunk_id]), ensure_ascii=False, allow_nan=False) + "\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def line_of(pair: Pair, text: str) -> dict[str, Any]:
    """A pair as one line of training_pairs.jsonl."""
    return {
        "pair_id": pair.pair_id,
        "query": pair.query,
        "chunk_id": pair.chunk_id,
        "text": text,
        "label": pair.label,
        "rule": pair.rule,
        "hardness": pair.hardness,
        "score": pair.score,
        "reason": pair.reason,
        "question_id": pair.question_id,
        "split": pair.split,
        "evidence": dict(pair.evidence),
    }
