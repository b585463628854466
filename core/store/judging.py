"""The part of the store's face that judgements go through: appended, taken back by appending; what stands is derived."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields, replace

from duckdb import DuckDBPyConnection

from core.records import Judgement, content_id
from core.store.database import Database, bump_revision

COLUMNS = tuple(one.name for one in fields(Judgement))
LISTED = ", ".join(COLUMNS)
TYPES = {"made_at": "DOUBLE", "seconds": "DOUBLE", "grade": "INTEGER"}
ARRIVING = ", ".join(f"unnest(${name}::{TYPES.get(name, 'VARCHAR')}[]) AS {name}" for name in COLUMNS)
APPEND = f"""
    INSERT INTO judged ({LISTED}, position)
    SELECT {LISTED}, (SELECT coalesce(max(position), 0) FROM judged) + row_number() OVER (ORDER BY place)
    FROM (SELECT {ARRIVING}, unnest(range(len($judgement_id))) AS place) ANTI JOIN judged USING (judgement_id)
    RETURNING judgement_id"""  # noqa: S608 - the names are this module's own
READ = f"SELECT {LISTED} FROM judged ORDER BY position"  # noqa: S608
STANDING = f"""
    SELECT {LISTED} FROM judged_standing
    WHERE auditor = $auditor AND ($question_id = '' OR question_id = $question_id) AND ($judgement_id = '' OR judgement_id = $judgement_id)
    ORDER BY made_at DESC, position DESC LIMIT $limit"""  # noqa: S608
GRADED = """
    (SELECT question_id, chunk_id, grade FROM judged_now
     UNION ALL SELECT question_id, chunk_id, grade FROM judgements ANTI JOIN judged_now USING (question_id, chunk_id)) AS graded"""
"""Every judgement that stands: those made in the app, and the imported ones that none of them is in the place of."""
NOW = """
    SELECT question_id, chunk_id, grade FROM judged_now
    SEMI JOIN questions USING (question_id) SEMI JOIN chunks USING (chunk_id) ORDER BY question_id, chunk_id"""


class Judging:
    """Judgements made in the app. Those of a question or a chunk that is gone sleep until it is back."""

    _database: Database

    def judge(self, made: Sequence[Judgement]) -> int:
        """Appends the judgements whose id is not known yet, all or none; how many those were."""
        with self._database.writing() as cursor:
            return _append(cursor, made)

    def unjudge(self, question_id: str, auditor: str, judgement_id: str = "") -> Judgement | None:
        """Takes back an auditor's latest standing judgement, of one question where it is not "", or the named one while it stands; None
        where nothing is left. Each further call goes one step further back."""
        with self._database.writing() as cursor:
            found = _standing(cursor, question_id, auditor, judgement_id, 1)
            for judgement in found:
                undo_id = content_id("undo", judgement.judgement_id)
                _append(cursor, [replace(judgement, judgement_id=undo_id, made_at=time.time(), seconds=0.0, undoes=judgement.judgement_id)])
            return next(iter(found), None)

    def judged_lately(self, auditor: str, question_id: str = "", limit: int = 10) -> tuple[Judgement, ...]:
        """An auditor's standing judgements, of one question where it is not "", newest first."""
        with self._database.reading() as cursor:
            return _standing(cursor, question_id, auditor, "", limit)

    def judgements(self) -> tuple[Judgement, ...]:
        """All that were ever made in the app, those that were taken back and those that take back included, in the order they arrived."""
        with self._database.reading() as cursor:
            return tuple(Judgement(*row) for row in cursor.execute(READ).fetchall())

    def judged_here(self) -> dict[str, dict[str, int]]:
        """The grades that stand among those made in the app, by question id, then by chunk id."""
        given: dict[str, dict[str, int]] = {}
        with self._database.reading() as cursor:
            for question_id, chunk_id, grade in cursor.execute(NOW).fetchall():
                given.setdefault(question_id, {})[chunk_id] = grade
        return given


def _append(cursor: DuckDBPyConnection, made: Sequence[Judgement]) -> int:
    new = list({judgement.judgement_id: judgement for judgement in made}.values())
    if not new:
        return 0
    values = {name: [getattr(judgement, name) for judgement in new] for name in COLUMNS}
    if n_added := len(cursor.execute(APPEND, values).fetchall()):
        bump_revision(cursor)
    return n_added


def _standing(cursor: DuckDBPyConnection, question_id: str, auditor: str, judgement_id: str, limit: int) -> tuple[Judgement, ...]:
    values = {"question_id": question_id, "auditor": auditor, "judgement_id": judgement_id, "limit": limit}
    return tuple(Judgement(*row) for row in cursor.execute(STANDING, values).fetchall())
