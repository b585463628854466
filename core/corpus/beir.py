"""BEIR folders: corpus.jsonl, queries.jsonl, qrels/{train,dev,test}.tsv with graded relevance."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from core.corpus.collecting import Format, collect
from core.corpus.fields import Row, optional, required
from core.corpus.folder import SourceFile
from core.corpus.json_files import read_lines, read_objects
from core.corpus.report import Place, Placed, Problem, error, warning
from core.records import SPLITS, Chunk, Question, Split

DOCUMENT_NEEDS = "Each line needs '_id' and 'text'."
QUERY_NEEDS = "Each line needs '_id' and 'text'."
JUDGEMENT_NEEDS = "Each line needs a query id, a document id and a whole number, with tabs between them."

_DOCUMENT_FIELDS = frozenset({"_id", "title", "text"})
_GRADE = re.compile(r"[+-]?[0-9]{1,9}(\.0*)?")


@dataclass(frozen=True, slots=True)
class Judged:
    """By question id: the grade of each judged chunk, and the split whose file judges it."""

    grades: dict[str, dict[str, int]] = field(default_factory=dict)
    splits: dict[str, Split] = field(default_factory=dict)


def read_documents(files: Sequence[SourceFile], problems: list[Problem]) -> dict[str, Placed[Chunk]]:
    """The documents as chunks, by id."""
    entries = (entry for file in files for entry in read_objects(file, DOCUMENT_NEEDS, problems))
    return collect(entries, Format(_document, lambda chunk: chunk.chunk_id, "_id", DOCUMENT_NEEDS), problems)


def _document(row: Row) -> Chunk:
    id_, title = required(row, "_id").strip(), optional(row, "title").strip()
    text = optional(row, "text")
    return Chunk(
        chunk_id=id_,
        text=text if text.strip() else title or required(row, "text"),  # published sets hold documents that are only a title
        filename=title or id_,
        title=title,
        extra={name: value for name, value in row.items() if name not in _DOCUMENT_FIELDS},
    )


def read_queries(files: Sequence[SourceFile], problems: list[Problem]) -> dict[str, Placed[Question]]:
    """The queries as questions, by id."""
    entries = (entry for file in files for entry in read_objects(file, QUERY_NEEDS, problems))
    return collect(entries, Format(_query, lambda question: question.question_id, "_id", QUERY_NEEDS), problems)


def _query(row: Row) -> Question:
    return Question(question_id=required(row, "_id").strip(), text=required(row, "text"))


def read_judgements(
    files: Sequence[SourceFile], question_ids: Container[str], chunk_ids: Container[str], problems: list[Problem]
) -> Judged:
    """The judgements of the known questions about the known chunks. A question belongs to the first split that judges it."""
    judged = Judged()
    by_split = {file.path.stem: file for file in files}
    for split in SPLITS:
        if split in by_split:
            for place, question_id, chunk_id, grade in _lines(by_split.pop(split), question_ids, problems):
                problem = _unknown(place, question_id, chunk_id, question_ids, chunk_ids)
                problem = problem or _add(judged, split, place, question_id, chunk_id, grade)
                if problem:
                    problems.append(problem)
    for file in by_split.values():
        problems.append(warning("unknown-split", file.place, "was not read. Judgements stand in train.tsv, dev.tsv and test.tsv."))
    return judged


def _lines(file: SourceFile, question_ids: Container[str], problems: list[Problem]) -> Iterator[tuple[Place, str, str, int]]:
    for place, line in read_lines(file, problems):
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) == 3 and all(columns) and _GRADE.fullmatch(columns[2]):
            yield place, columns[0], columns[1], int(float(columns[2]))
        elif place.line != 1 or columns[0] in question_ids:  # else it is the header
            problems.append(error("bad-judgement", place, f"{_shortened(line)!r} is no judgement. {JUDGEMENT_NEEDS}"))


def _unknown(place: Place, question_id: str, chunk_id: str, question_ids: Container[str], chunk_ids: Container[str]) -> Problem | None:
    if question_id not in question_ids:
        return error("unknown-judged-question", place, f"no question has the id {question_id!r}. Add it, or take out the line.")
    if chunk_id not in chunk_ids:
        return error("unknown-judged-chunk", place, f"no chunk has the id {chunk_id!r}. Add it, or take out the line.")
    return None


def _add(judged: Judged, split: Split, place: Place, question_id: str, chunk_id: str, grade: int) -> Problem | None:
    first = judged.splits.setdefault(question_id, split)
    if first != split:
        return error("two-splits", place, f"question {question_id!r} is judged in {first}.tsv already. Keep it in one split.")
    held = judged.grades.setdefault(question_id, {}).setdefault(chunk_id, grade)
    if held != grade:
        return error("contradicting-judgement", place, f"{chunk_id!r} has grade {held} for {question_id!r} already. Keep one.")
    return None


def _shortened(line: str) -> str:
    return line if len(line) <= 80 else line[:79] + "…"
