"""Ballots, votes and the questions of the demo. Votes are appended, taken back by appending; what stands is a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from duckdb import DuckDBPyConnection

from core.store.database import bump_revision
from core.voting.ballot import Ballot, Vote

BALLOT = ", ".join(one.name for one in fields(Ballot))
VOTE = ", ".join(f'"{one.name}"' for one in fields(Vote))  # quoted: left is a word of SQL
ADD_BALLOT = f"INSERT INTO ballots ({BALLOT}) VALUES ({', '.join(f'${one.name}' for one in fields(Ballot))})"  # noqa: S608
BALLOTS = f"SELECT {BALLOT} FROM ballots ORDER BY created_at DESC, ballot_id"  # noqa: S608
ADD_VOTE = f"""
    INSERT INTO votes ({VOTE}, position)
    SELECT {", ".join(f"${one.name}" for one in fields(Vote))}, (SELECT coalesce(max(position), 0) + 1 FROM votes)
    WHERE $vote_id NOT IN (SELECT vote_id FROM votes) RETURNING vote_id"""  # noqa: S608
STANDING = f"SELECT {VOTE} FROM current_votes WHERE ballot_id = $ballot_id ORDER BY made_at, position"  # noqa: S608
CAST = "SELECT count(*) FROM votes WHERE ballot_id = $ballot_id AND voter = $voter AND question_id = $question_id AND undoes = ''"
LATEST = f"""
    SELECT {VOTE} FROM current_votes WHERE ballot_id = $ballot_id AND voter = $voter ORDER BY made_at DESC, position DESC LIMIT 1"""  # noqa: S608


def add_ballot(cursor: DuckDBPyConnection, ballot: Ballot) -> None:
    """Inside the caller's transaction."""
    values = {one.name: getattr(ballot, one.name) for one in fields(Ballot)}
    cursor.execute(ADD_BALLOT, values | {"question_ids": list(ballot.question_ids)})
    bump_revision(cursor)


def read_ballots(cursor: DuckDBPyConnection) -> tuple[Ballot, ...]:
    """Newest first."""
    names = [one.name for one in fields(Ballot)]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.execute(BALLOTS).fetchall())
    return tuple(Ballot(**{**row, "question_ids": tuple(row["question_ids"])}) for row in rows)


def add_vote(cursor: DuckDBPyConnection, vote: Vote) -> bool:
    """Inside the caller's transaction: append it unless its id is there already."""
    added = bool(cursor.execute(ADD_VOTE, {one.name: getattr(vote, one.name) for one in fields(Vote)}).fetchall())
    if added:
        bump_revision(cursor)
    return added


def standing_votes(cursor: DuckDBPyConnection, ballot_id: str) -> tuple[Vote, ...]:
    """One a voter and question: the latest that was not taken back. In the order they were cast."""
    return tuple(Vote(*row) for row in cursor.execute(STANDING, {"ballot_id": ballot_id}).fetchall())


def n_cast(cursor: DuckDBPyConnection, ballot_id: str, voter: str, question_id: str) -> int:
    """How many votes a voter has cast on a question, those taken back included."""
    [(n,)] = cursor.execute(CAST, {"ballot_id": ballot_id, "voter": voter, "question_id": question_id}).fetchall()
    return int(n)


def latest_vote(cursor: DuckDBPyConnection, ballot_id: str, voter: str) -> Vote | None:
    """A voter's latest vote that stands."""
    rows = cursor.execute(LATEST, {"ballot_id": ballot_id, "voter": voter}).fetchall()
    return Vote(*rows[0]) if rows else None


def curated(cursor: DuckDBPyConnection) -> tuple[str, ...]:
    """The questions chosen for the demo, in their order."""
    return tuple(row[0] for row in cursor.execute("SELECT question_id FROM curated ORDER BY position").fetchall())


def curate(cursor: DuckDBPyConnection, question_ids: Sequence[str]) -> None:
    """Inside the caller's transaction: these questions and no others, in this order."""
    cursor.execute("DELETE FROM curated")
    chosen = list(dict.fromkeys(question_ids))
    if chosen:
        cursor.execute("INSERT INTO curated SELECT unnest($ids::VARCHAR[]), unnest(range(len($ids)))", {"ids": chosen})
    bump_revision(cursor)
