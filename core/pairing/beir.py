"""Pairs as a BEIR folder: what core.corpus.beir reads back to the same questions and judgements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from core.records import Chunk, Pair, content_id

_PLAIN = re.compile(r"\S+( \S+)*")


def beir_files(pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> dict[str, bytes]:
    """corpus.jsonl with all chunks, queries.jsonl, and qrels/train.tsv: a positive's grade (1 where nobody graded it), 0 for a negative."""
    queries: dict[str, str] = {}
    grades: dict[tuple[str, str], int] = {}
    for pair in pairs:
        query_id = _id(pair.question_id or content_id("query", pair.query))
        queries[query_id] = pair.query
        judged = query_id, _id(pair.chunk_id)
        grades[judged] = max(_grade(pair), grades.get(judged, 0))
    documents = ({"_id": _id(chunk.chunk_id), "title": chunk.title, "text": chunk.text} for chunk in chunks)
    judgements = "".join(f"{query_id}\t{chunk_id}\t{grade}\n" for (query_id, chunk_id), grade in grades.items())
    return {
        "corpus.jsonl": _lines(documents),
        "queries.jsonl": _lines({"_id": query_id, "text": text} for query_id, text in queries.items()),
        "qrels/train.tsv": f"query-id\tcorpus-id\tscore\n{judgements}".encode("utf-8", "replace"),
    }


def _grade(pair: Pair) -> int:
    return max(1, int(pair.evidence.get("grade", 1))) if pair.label == "positive" else 0


def _id(given: str) -> str:
    """The id, or its hash where it holds white space that a line of tab-separated columns could not carry."""
    return given if _PLAIN.fullmatch(given) else content_id("id", given)


def _lines(records: Iterable[Mapping[str, str]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8", "replace")
