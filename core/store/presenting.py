"""The part of the store's face that stakeholders' votes and the demo go through."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from core.records import content_id
from core.store import voting
from core.store.database import Database
from core.voting.ballot import Ballot, Choice, Vote, assignment_id, on_the_left, vote_id


class Presenting:
    """Votes are appended, each on disk before the call returns; one a voter and question counts."""

    _database: Database

    def add_ballot(self, ballot: Ballot) -> None:
        with self._database.writing() as cursor:
            voting.add_ballot(cursor, ballot)

    def ballots(self) -> tuple[Ballot, ...]:
        """Newest first."""
        with self._database.reading() as cursor:
            return voting.read_ballots(cursor)

    def votes(self, ballot_id: str) -> tuple[Vote, ...]:
        """The votes that count: of each voter on each question the latest that was not taken back, in the order they were cast."""
        with self._database.reading() as cursor:
            return voting.standing_votes(cursor, ballot_id)

    def n_votes_cast(self, ballot: Ballot, voter: str, question_id: str) -> int:
        """How many votes a voter has cast on a question, those taken back included: what `vote` wants to know of the screen."""
        with self._database.reading() as cursor:
            return voting.n_cast(cursor, ballot.ballot_id, voter, question_id)

    def vote(
        self, ballot: Ballot, voter: str, question_id: str, choice: Choice, n_before: int, seconds: float = 0.0, comment: str = ""
    ) -> bool:
        """Casts a vote made on a screen that knew of `n_before` votes of this voter on this question. False where one has been cast since:
        neither a double click nor a second tab counts twice."""
        left = on_the_left(ballot, voter, question_id)
        identity = vote_id(assignment_id(ballot, voter, question_id), n_before)
        with self._database.writing() as cursor:
            if voting.n_cast(cursor, ballot.ballot_id, voter, question_id) != n_before:
                return False
            vote = Vote(identity, ballot.ballot_id, question_id, voter, choice, left, time.time(), seconds, comment)
            return voting.add_vote(cursor, vote)

    def take_vote_back(self, ballot: Ballot, voter: str) -> Vote | None:
        """Takes a voter's latest vote back, so that its question comes again; None where nothing is left to take back."""
        with self._database.writing() as cursor:
            latest = voting.latest_vote(cursor, ballot.ballot_id, voter)
            if latest:
                undoing = content_id("undo", latest.vote_id)
                voting.add_vote(cursor, replace(latest, vote_id=undoing, made_at=time.time(), comment="", undoes=latest.vote_id))
            return latest

    def curated(self) -> tuple[str, ...]:
        """The questions chosen for the demo, in their order; also those that are no longer asked."""
        with self._database.reading() as cursor:
            return voting.curated(cursor)

    def curate(self, question_ids: Sequence[str]) -> None:
        """Makes these the questions of the demo, in this order."""
        with self._database.writing() as cursor:
            voting.curate(cursor, question_ids)
