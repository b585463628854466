"""A folder with both native files and a BEIR folder: one corpus out of the two, joined by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.corpus.beir import Judged
from core.corpus.folder import SourceFile
from core.corpus.placed import PlacedChunks
from core.corpus.report import Placed, Problem, warning
from core.records import Chunk, Question

Chunks = Mapping[str, Placed[Chunk]]
Questions = Mapping[str, Placed[Question]]


def join_chunks(native: PlacedChunks, documents: Chunks, problems: list[Problem]) -> PlacedChunks:
    """The native chunks, then the documents that are none of them. Where there are documents, only they are searchable.

    A chunk in both takes its title from the document and keeps the rest of its own.
    """
    if not documents:
        return native
    own = native.records()
    joined = {id_: Placed(_titled(placed.record, documents.get(id_)), placed.place) for id_, placed in own.items()}
    problems.extend(_different_texts(own, documents))
    return PlacedChunks.of(joined | {id_: placed for id_, placed in documents.items() if id_ not in own})


def _titled(chunk: Chunk, document: Placed[Chunk] | None) -> Chunk:
    if document is None:
        return replace(chunk, searchable=False)
    return replace(chunk, title=document.record.title or chunk.title)


def _different_texts(native: Chunks, documents: Chunks) -> list[Problem]:
    differing = [id_ for id_, placed in native.items() if id_ in documents and documents[id_].record.text != placed.record.text]
    if not differing:
        return []
    first = native[differing[0]]
    told = f"{first.record.chunk_id!r} has another text in {documents[differing[0]].place}; the text here was taken"
    return [warning("text-differs", first.place, f"{told}{_as_for_others(len(differing))}.")]


def join_questions(native: Questions, queries: Questions, judged: Judged) -> dict[str, Placed[Question]]:
    """The native questions, then the judged queries that are none of them, each with its judgements and its split."""
    known = {**native, **{id_: placed for id_, placed in queries.items() if id_ not in native and id_ in judged.splits}}
    return {id_: Placed(_judged(placed.record, judged), placed.place) for id_, placed in known.items()}


def _judged(question: Question, judged: Judged) -> Question:
    id_ = question.question_id
    return replace(question, judgements=judged.grades[id_], split=judged.splits[id_]) if id_ in judged.splits else question


def unjudged_queries(native: Questions, queries: Questions, judged: Judged, files: Sequence[SourceFile]) -> list[Problem]:
    """One warning for the queries that nothing judges and no question list names."""
    left_out = [id_ for id_ in queries if id_ not in native and id_ not in judged.splits]
    if not left_out:
        return []
    told = f"{len(left_out):,} queries that qrels/*.tsv does not judge were left out, the first is {left_out[0]!r}."
    return [warning("unjudged-query", files[0].place, told)]


def _as_for_others(n: int) -> str:
    return "" if n == 1 else f", as for {n - 1:,} more"
