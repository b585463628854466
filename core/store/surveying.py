"""The survey of the corpus, as long as that is the one it was taken of."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from core.errors import InputError
from core.records import content_id
from core.store.answers import SurveyOf
from core.store.database import bump_revision, mark, set_mark
from core.store.linking import link
from core.store.reading import CORRECTED, fingerprints

if TYPE_CHECKING:
    from core.survey.take import Survey

TABLES = ("lengths", "issues", "named", "phrases", "terms", "postings")
N_SURVEYS = "surveys"


def surveyable(cursor: DuckDBPyConnection) -> str:
    """Names what a survey is taken of: the imported corpus, with the names that a person has corrected."""
    said = str(cursor.execute(CORRECTED).fetchall()[0][0])
    return content_id(*(fingerprints(cursor, table) for table in ("chunks", "entities", "questions")), said)


def survey_of(cursor: DuckDBPyConnection) -> SurveyOf | None:
    rows = cursor.execute("SELECT taken_at, model, max_tokens FROM surveys").fetchall()
    return SurveyOf(*rows[0]) if rows else None


def save_survey(cursor: DuckDBPyConnection, survey: Survey, taken_of: str) -> None:
    """Inside the caller's transaction. Raises InputError where the corpus is no longer the one it was taken of (`surveyable` then)."""
    if surveyable(cursor) != taken_of:
        raise InputError("The corpus has changed since this survey was begun: take another one.")
    forget_survey(cursor)
    for name in TABLES:
        cursor.register("surveyed", getattr(survey, name))
        cursor.execute(f"INSERT INTO {name} BY NAME SELECT * FROM surveyed")  # noqa: S608 - the names are this module's own
        cursor.unregister("surveyed")
    cursor.execute("INSERT INTO surveys VALUES (?, ?, ?)", [time.time(), survey.model, survey.limit])
    set_mark(cursor, N_SURVEYS, str(n_surveys(cursor) + 1))
    link(cursor)
    bump_revision(cursor)


def forget_survey(cursor: DuckDBPyConnection) -> None:
    """Inside the caller's transaction: the corpus is another one, so nothing that was measured on it holds."""
    for name in ("surveys", *TABLES):
        cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - the names are this module's own


def n_surveys(cursor: DuckDBPyConnection) -> int:
    """How many surveys were ever taken in."""
    return int(mark(cursor, N_SURVEYS) or 0)
