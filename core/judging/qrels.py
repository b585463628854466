"""Judgements as files: qrels with a header and three columns as in BEIR, or four as in TREC (`question 0 chunk grade`)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from core.corpus.folder import SourceFile
from core.corpus.json_files import read_lines
from core.corpus.report import Problem, error
from core.errors import InputError
from core.records import Judgement, Question, content_id

BEIR_HEADER = "query-id\tcorpus-id\tscore"
GREATEST = 3
NEEDS = "Each line needs a question id, a chunk id and a grade from 0 to 3, in the columns of BEIR (three) or TREC (four)."
_GRADE = re.compile(r"[0-9](\.0*)?")
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class ReadQrels:
    """What a file holds: judgements, and each bad line as a problem that prints as "qrels.tsv, line 12: …"."""

    judgements: tuple[Judgement, ...]
    problems: tuple[Problem, ...]


def qrels(questions: Iterable[Question], form: str = "beir") -> str:
    """All judgements of the questions, in their order. In TREC's form columns are parted by blanks: ids with blanks are left out."""
    lines = [(question.question_id, chunk_id, grade) for question in questions for chunk_id, grade in question.judgements.items()]
    if form == "trec":
        return "".join(f"{a} 0 {b} {grade}\n" for a, b, grade in lines if not (_BLANK.search(a) or _BLANK.search(b)))
    return f"{BEIR_HEADER}\n" + "".join(f"{a}\t{b}\t{grade}\n" for a, b, grade in lines if not any(c in a + b for c in "\t\r\n"))


def read_qrels(path: Path, name: str, question_ids: Container[str], chunk_ids: Container[str], auditor: str, at: float) -> ReadQrels:
    """The judgements of a file, as made by `auditor` at `at`. Their ids follow from what they say: the same file read twice says it once.
    Raises InputError where there is no such file; `name` is what problems call it."""
    if not path.is_file():
        raise InputError(f"There is no file {path}: name a file of judgements, in BEIR's or TREC's columns.")
    problems: list[Problem] = []
    found: dict[tuple[str, str], Judgement] = {}
    for place, line in read_lines(SourceFile(path, name), problems):
        columns = [column.strip() for column in line.split("\t")] if "\t" in line else line.split()
        if len(columns) == 4:
            del columns[1]
        why = _wrong(columns, question_ids, chunk_ids)
        if why and place.line == 1 and len(columns) == 3 and not _GRADE.fullmatch(columns[2]):
            continue  # the header
        if why:
            problems.append(error("bad-judgement", place, f"{why} {NEEDS}"))
            continue
        question_id, chunk_id, grade = columns[0], columns[1], int(float(columns[2]))
        judgement_id = content_id("qrels", auditor, question_id, chunk_id, str(grade))
        found[question_id, chunk_id] = Judgement(judgement_id, question_id, chunk_id, grade, auditor, at)
    return ReadQrels(tuple(found.values()), tuple(problems))


def _wrong(columns: list[str], question_ids: Container[str], chunk_ids: Container[str]) -> str:
    if len(columns) != 3 or not _GRADE.fullmatch(columns[2]) or float(columns[2]) > GREATEST:
        return "no judgement."
    if columns[0] not in question_ids:
        return f"no question has the id {columns[0]!r}."
    return "" if columns[1] in chunk_ids else f"no chunk has the id {columns[1]!r}."
