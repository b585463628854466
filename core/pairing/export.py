"""Pairs as files, for any trainer: training_pairs.jsonl, sentence-transformers columns, a BEIR folder.

For a download, a page calls `pairs_as`; for a place on disk, core.exporting calls `export_of` and writes its files.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.pairing.beir import beir_files
from core.pairing.columns import as_columns
from core.records import Chunk, Pair

Files = Mapping[str, bytes]

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same pairs give the same bytes, whenever


@dataclass(frozen=True, slots=True)
class Export:
    """`files`: name (never one out of the data) → content; `said`: what they hold, in a sentence."""

    files: Files
    said: str


def export_of(form: str, pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> Export:
    """The pairs in one of FORMATS. Raises KeyError for a pair whose chunk is not among `chunks`."""
    return FORMATS[form](pairs, chunks)


def pairs_as(form: str, pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> bytes:
    """The pairs (`store.training_pairs()`) in one of FORMATS, as what a download button hands out under `download_name(form)`."""
    files = export_of(form, pairs, chunks).files
    if form == "jsonl":
        return next(iter(files.values()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def download_name(form: str) -> str:
    """One file, or a zip of several."""
    return "training_pairs.jsonl" if form == "jsonl" else f"training_pairs-{form}.zip"


def _training_pairs(pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> Export:
    texts = {chunk.chunk_id: chunk.text for chunk in chunks}
    lines = "".join(_line(pair, texts) for pair in pairs)
    return Export({"training_pairs.jsonl": lines.encode("utf-8", "replace")}, f"{len(pairs):,} pairs, one a line.")


def _columns_jsonl(pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> Export:
    return _columns(pairs, chunks, "jsonl", _json_lines)


def _columns_parquet(pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> Export:
    return _columns(pairs, chunks, "parquet", _parquet)


def _columns(pairs: Sequence[Pair], chunks: Sequence[Chunk], suffix: str, write: Callable[[Sequence[Mapping[str, str]]], bytes]) -> Export:
    columns = as_columns(pairs, {chunk.chunk_id: chunk.document for chunk in chunks})
    tables = {"train": columns.rows, "pairs": columns.fewer}
    return Export({f"{name}.{suffix}": write(table) for name, table in tables.items() if table}, columns.said(suffix))


def _beir(pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> Export:
    files = beir_files(pairs, chunks)
    n_queries = files["queries.jsonl"].count(b"\n")
    return Export(files, f"{n_queries:,} queries with {len(pairs):,} judgements of {len(chunks):,} documents; negatives have the score 0.")


FORMATS: Mapping[str, Callable[[Sequence[Pair], Sequence[Chunk]], Export]] = {
    "jsonl": _training_pairs,
    "st-jsonl": _columns_jsonl,
    "st-parquet": _columns_parquet,
    "beir": _beir,
}


def _json_lines(rows: Sequence[Mapping[str, str]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "replace")


def _parquet(rows: Sequence[Mapping[str, str]]) -> bytes:
    import pandas as pd

    return bytes(pd.DataFrame.from_records(rows).to_parquet(index=False))


def write_training_pairs(pairs: Sequence[Pair], texts: Mapping[str, str], path: Path) -> None:
    """One JSON object a line, in the order of `pairs`. `texts`: chunk id → what the model reads of it. A reader never sees half
    a file: it is written beside `path` and renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(_line(pair, texts) for pair in pairs)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _line(pair: Pair, texts: Mapping[str, str]) -> str:
    return json.dumps(line_of(pair, texts[pair.chunk_id]), ensure_ascii=False, allow_nan=False) + "\n"


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
