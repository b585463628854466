"""A folder of files becomes a corpus and a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.corpus import beir, checks, native
from core.corpus.checks import Measure
from core.corpus.folder import Layout, lay_out
from core.corpus.joining import join_chunks, join_questions, unjudged_queries
from core.corpus.plaintext import read_texts
from core.corpus.report import Placed, Problem, Report
from core.errors import InputError
from core.records import Chunk, Corpus, Entity, Question

__all__ = ["Measure", "Reading", "read_folder"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder holds, less every line with an error, and the report that lists them."""

    corpus: Corpus
    report: Report


@dataclass(frozen=True, slots=True)
class _Gathered:
    chunks: list[Placed[Chunk]]
    entities: list[Placed[Entity]]
    questions: list[Placed[Question]]


def read_folder(source: Path, measure: Measure | None = None) -> Reading:
    """Reads the native formats, BEIR, both joined by id, or plain texts; `docs/formats.md` specifies them.

    `measure` counts tokens, to find chunks that are too long for the model. Raises InputError where `source` is missing, is no
    folder, is empty, or holds nothing to read; everything else that is wrong is in the report.
    """
    problems: list[Problem] = []
    layout = lay_out(source, problems)
    gathered = _gather(layout, problems)
    _check(gathered, measure, problems)
    if not gathered.chunks and not any(problem.severity == "error" for problem in problems):
        raise InputError(f"There is no chunk in {source}: {layout.files[0].name} holds nothing.")
    corpus = _corpus(gathered)
    report = Report(
        source=str(source),
        files=tuple(file.name for file in layout.files),
        n_chunks=len(corpus.chunks),
        n_entities=len(corpus.entities),
        n_questions=len(corpus.questions),
        n_judgements=sum(len(question.judgements) for question in corpus.questions),
        problems=tuple(problems),
    )
    return Reading(corpus, report)


def _gather(layout: Layout, problems: list[Problem]) -> _Gathered:
    own_chunks = native.read_chunks(layout.chunks, problems) | read_texts(layout.texts, problems)
    chunks = join_chunks(own_chunks, beir.read_documents(layout.documents, problems), problems)
    entities = native.read_entities(layout.indexes, problems)
    own_questions = native.read_questions(layout.questions, problems)
    queries = beir.read_queries(layout.queries, problems)
    judged = beir.read_judgements(layout.judgements, own_questions.keys() | queries.keys(), chunks.keys(), problems)
    problems += unjudged_queries(own_questions, queries, judged, layout.queries)
    questions = join_questions(own_questions, queries, judged)
    return _Gathered(list(chunks.values()), entities, list(questions.values()))


def _check(gathered: _Gathered, measure: Measure | None, problems: list[Problem]) -> None:
    problems += checks.ambiguous_aliases(gathered.entities)
    if gathered.entities:
        problems += checks.unknown_mentions(gathered.chunks, gathered.entities)
        problems += checks.unknown_topics(gathered.questions, gathered.entities)
    problems += checks.unanswerable(gathered.questions)
    if measure is not None:
        problems += checks.too_long(gathered.chunks, measure)


def _corpus(gathered: _Gathered) -> Corpus:
    return Corpus(
        chunks=tuple(placed.record for placed in gathered.chunks),
        entities=tuple(placed.record for placed in gathered.entities),
        questions=tuple(placed.record for placed in gathered.questions),
    )
