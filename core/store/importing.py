"""An import: the corpus it brings becomes the state of the workspace, whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from core.records import Corpus
from core.store.answers import Change, Import
from core.store.database import bump_revision
from core.store.keeping import follow_corpus
from core.store.linking import link
from core.store.replacing import Replaced, replace
from core.store.staging import Staged, stage_chunks, stage_entities, stage_questions
from core.store.surveying import forget_survey, n_surveys

LATEST = "SELECT imported_at, source, report, n_chunks, n_entities, n_questions FROM imports ORDER BY rowid DESC LIMIT ?"

CHANGES = """
    SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM corrections) + (SELECT count(*) FROM left_out_said)"""


@dataclass(frozen=True, slots=True)
class StagedCorpus:
    """A corpus laid out as tables; made before the transaction, so that the write is short."""

    chunks: Staged
    entities: Staged
    questions: Staged


def stage_corpus(corpus: Corpus) -> StagedCorpus:
    """Raises InputError for an id given twice and for text that is no Unicode."""
    return StagedCorpus(stage_chunks(corpus.chunks), stage_entities(corpus.entities), stage_questions(corpus.questions))


def import_staged(
    cursor: DuckDBPyConnection, staged: StagedCorpus, report: Mapping[str, Any], source: str, how: Mapping[str, Any]
) -> Change:
    """Inside the caller's transaction. Nothing is recorded where the corpus, the source and the report are those of last time."""
    remember(cursor, source, how)
    change = change_of(replace(cursor, staged.chunks), replace(cursor, staged.entities), replace(cursor, staged.questions))
    if change.anything:
        follow_corpus(cursor)
        forget_survey(cursor)
        link(cursor)
        cursor.execute("DELETE FROM unpaired WHERE question_id NOT IN (SELECT question_id FROM questions)")
    if change.anything or not _same_as_last(cursor, report, source):
        _record(cursor, staged, report, source)
        bump_revision(cursor)
    return change


def change_of(chunks: Replaced, entities: Replaced, questions: Replaced) -> Change:
    """The comparisons of the three tables as one change."""
    return Change(
        added=chunks.n_added,
        changed=chunks.n_changed,
        removed=chunks.n_removed,
        unchanged=chunks.n_unchanged,
        n_entities_changed=entities.n_differing,
        n_questions_changed=questions.n_differing,
        moved=any(table.n_moved for table in (chunks, entities, questions)),
    )


def _same_as_last(cursor: DuckDBPyConnection, report: Mapping[str, Any], source: str) -> bool:
    last = last_import(cursor)
    return last is not None and last.source == source and last.report == json.loads(json.dumps(dict(report)))


def _record(cursor: DuckDBPyConnection, staged: StagedCorpus, report: Mapping[str, Any], source: str) -> None:
    sizes = [len(table.rows) for table in (staged.chunks, staged.entities, staged.questions)]
    cursor.execute("INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?)", [time.time(), source, json.dumps(dict(report)), *sizes])


def remember(cursor: DuckDBPyConnection, source: str, how: Mapping[str, Any]) -> None:
    """How a source is read, for the next time."""
    cursor.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", [source, json.dumps(dict(how))])


def remembered(cursor: DuckDBPyConnection, source: str) -> dict[str, Any]:
    """How a source was read last time; {} where it never was."""
    rows = cursor.execute("SELECT how FROM sources WHERE source = ?", [source]).fetchall()
    return dict(json.loads(rows[0][0])) if rows else {}


def imports(cursor: DuckDBPyConnection, most: int) -> list[Import]:
    """The latest imports that changed or said anything new, newest first."""
    return [Import(at, source, json.loads(report), *sizes) for at, source, report, *sizes in cursor.execute(LATEST, [most]).fetchall()]


def last_import(cursor: DuckDBPyConnection) -> Import | None:
    """The latest import that changed or said anything new."""
    return next(iter(imports(cursor, 1)), None)


def n_changes(cursor: DuckDBPyConnection) -> int:
    """How many imports brought anything new, surveys were taken, and corrections and chunks left out were said."""
    [(n,)] = cursor.execute(CHANGES).fetchall()
    return int(n) + n_surveys(cursor)
