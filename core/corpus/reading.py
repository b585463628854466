"""A folder of files becomes a corpus and a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from core.corpus import beir, checks, native
from core.corpus.checks import Measure
from core.corpus.folder import Layout, lay_out
from core.corpus.joining import join_chunks, join_questions, unjudged_queries
from core.corpus.json_files import Entry
from core.corpus.placed import PlacedChunks
from core.corpus.plaintext import read_texts
from core.corpus.report import Placed, Problem, Report
from core.corpus.tables import Columns, Mappings, check_mapping, holds_questions, own_names, peek, read_table
from core.errors import InputError
from core.records import Corpus, Entity, Question

__all__ = ["Measure", "Reading", "read_folder"]

NOTHING_MAPPED: Mappings = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder holds, less every line with an error, and the report that lists them."""

    corpus: Corpus
    report: Report


@dataclass(frozen=True, slots=True)
class _Gathered:
    chunks: PlacedChunks
    entities: list[Placed[Entity]]
    questions: list[Placed[Question]]


def read_folder(source: Path, measure: Measure | None = None, mappings: Mappings = NOTHING_MAPPED) -> Reading:
    """Reads the native formats, BEIR, both joined by id, tables, or plain texts; `docs/formats.md` specifies them. `source` may also be
    one table or text.

    `measure` counts tokens, to find chunks that are too long for the model; `mappings` says which columns of a table mean what.
    Raises InputError where `source` is missing, is empty, or holds nothing to read; everything else that is wrong is in the report.
    """
    problems: list[Problem] = []
    layout, columns = sort_out(lay_out(source, problems), mappings)
    chunks = _chunks(layout, columns, problems)
    with ThreadPoolExecutor(1) as aside:  # counting tokens is no Python: it takes another processor meanwhile
        counted = aside.submit(_too_long, chunks, measure)
        gathered = _gather(layout, columns, chunks, problems)
        _check(gathered, problems)
        problems += counted.result()
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


def sort_out(layout: Layout, mappings: Mappings) -> tuple[Layout, dict[str, Columns]]:
    """What is read of a layout, and the mapping of each of its tables. A table without a mapping is read where its columns are named
    like the fields and there are no other chunks; texts are read where no table is."""
    columns: dict[str, Columns] = {}
    structured = layout.chunks or layout.documents
    for file in layout.tables:
        given = mappings.get(file.name, mappings.get("", {}))
        named = own_names(peek(file).columns) if given or not structured else {}
        whole = {**named, **given}
        if (given or not structured) and (whole.get("text") or whole.get("question") or not layout.texts):
            check_mapping(file, whole)
            columns[file.name] = whole
    tables = tuple(file for file in layout.tables if file.name in columns)
    return replace(layout, tables=tables, texts=() if tables else layout.texts), columns


def _chunks(layout: Layout, columns: Mapping[str, Columns], problems: list[Problem]) -> PlacedChunks:
    own_chunks = native.read_chunks(layout.chunks, problems)
    if layout.texts or layout.tables:
        others = read_texts(layout.texts, problems) | native.chunks_of(_rows_of(layout, columns, False, problems), problems)
        own_chunks = PlacedChunks.of(own_chunks.records() | others)
    return join_chunks(own_chunks, beir.read_documents(layout.documents, problems), problems)


def _too_long(chunks: PlacedChunks, measure: Measure | None) -> list[Problem]:
    return list(checks.too_long(chunks, measure)) if measure else []


def _gather(layout: Layout, columns: Mapping[str, Columns], chunks: PlacedChunks, problems: list[Problem]) -> _Gathered:
    entities = native.read_entities(layout.indexes, problems)
    own_questions = native.read_questions(layout.questions, problems)
    own_questions |= native.questions_of(_rows_of(layout, columns, True, problems), problems)
    queries = beir.read_queries(layout.queries, problems)
    judged = beir.read_judgements(layout.judgements, own_questions.keys() | queries.keys(), chunks.keys(), problems)
    problems += unjudged_queries(own_questions, queries, judged, layout.queries)
    questions = join_questions(own_questions, queries, judged)
    return _Gathered(chunks, entities, list(questions.values()))


def _rows_of(layout: Layout, columns: Mapping[str, Columns], questions: bool, problems: list[Problem]) -> Iterator[Entry]:
    """The rows of the tables that list questions, or of those that list chunks."""
    for file in layout.tables:
        if holds_questions(columns[file.name]) == questions:
            yield from read_table(file, columns[file.name], problems)


def _check(gathered: _Gathered, problems: list[Problem]) -> None:
    problems += checks.ambiguous_aliases(gathered.entities)
    if gathered.entities:
        known = checks.types_by_name(gathered.entities)
        problems += checks.unknown_mentions(gathered.chunks, known)
        problems += checks.unknown_topics(gathered.questions, known)
    problems += checks.unanswerable(gathered.questions)


def _corpus(gathered: _Gathered) -> Corpus:
    return Corpus(
        chunks=gathered.chunks.chunks,
        entities=tuple(placed.record for placed in gathered.entities),
        questions=tuple(placed.record for placed in gathered.questions),
    )
