"""The part of the store's face that people's decisions go through."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from core.records import Audited, Decision, Label, Pair, Verdict
from core.store import contradictions, decisions, queue, training, turns
from core.store.answers import TrainingCounts
from core.store.database import Database
from core.store.queue import AuditQueue, Place
from core.store.turns import Turn


class Auditing:
    """Decisions are appended, each in a transaction of its own that is on disk before the call returns; what stands is derived."""

    _database: Database

    # Deciding

    def decide(self, made: Sequence[Decision]) -> int:
        """Appends the decisions whose id is not known yet, all or none; how many those were. Saying the same twice says it once."""
        with self._database.writing() as cursor:
            return decisions.decide(cursor, made)

    def undo(self, auditor: str, decision_id: str = "") -> tuple[Decision, ...]:
        """Takes back an auditor's latest standing decision, or the named one while it stands, and all that were made in the same bulk.

        Returns what was taken back: () where nothing is left. Each further call goes one step further back.
        """
        with self._database.writing() as cursor:
            return decisions.undo(cursor, auditor, decision_id, time.time())

    def amend(self, decision: Decision, **changes: str) -> bool:
        """Says a standing decision again with another `reason`, `note` or `becomes`, in its place: one undo takes back both. False where
        it no longer stands."""
        with self._database.writing() as cursor:
            return decisions.amend(cursor, decision, time.time(), **changes)

    def decisions(self) -> tuple[Decision, ...]:
        """All that were ever made, those that were taken back and those that take back included, in the order they arrived."""
        with self._database.reading() as cursor:
            return decisions.read_decisions(cursor)

    def merge(self, others: Sequence[Decision]) -> int:
        """Takes in decisions from another copy of the workspace, without loss or doubles; how many were new. What stands then is the latest
        by the time it was made, whichever copy was merged into which."""
        return self.decide(others)

    # What decisions come to

    def audited(self) -> tuple[Audited, ...]:
        """Every pair with a verdict that stands (the latest of all auditors'), what a rejected pair became, and what was added by hand."""
        with self._database.reading() as cursor:
            return training.audited(cursor)

    def training_pairs(self, undecided: bool = True) -> tuple[Pair, ...]:
        """What may be trained on: accepted pairs, pairs added by hand, what rejected pairs became, and, by choice, undecided and skipped
        ones whose rule is not switched off. Never a rejected or a flagged pair."""
        with self._database.reading() as cursor:
            return training.training_pairs(cursor, undecided)

    def training_counts(self) -> TrainingCounts:
        """How many training pairs there are."""
        with self._database.reading() as cursor:
            return training.training_counts(cursor)

    def decision_counts(self) -> dict[Verdict, int]:
        """How many of the pairs that there are have which verdict."""
        with self._database.reading() as cursor:
            return decisions.decision_counts(cursor)

    def verdicts(self, pair_ids: Sequence[str] | None = None) -> dict[str, Verdict]:
        """The verdict that stands, the latest of all auditors', of each of these pairs that has one; None: of every pair, also of those
        that are not there now."""
        with self._database.reading() as cursor:
            return decisions.verdicts(cursor, pair_ids)

    def kinds_of_decided(self) -> dict[str, tuple[str, Label]]:
        """Rule and label of each pair with a standing decision."""
        with self._database.reading() as cursor:
            return decisions.kinds_of_decided(cursor)

    def add_pairs(self, pairs: Sequence[Pair]) -> int:
        """Pairs that a person adds, under the rule "audit"; how many were not there yet. They outlive a re-generation."""
        with self._database.writing() as cursor:
            return training.add_pairs(cursor, pairs)

    def rules_off(self) -> frozenset[str]:
        """The rules whose undecided pairs are not trained on."""
        with self._database.reading() as cursor:
            return training.rules_off(cursor)

    def switch_rule(self, rule: str, on: bool) -> None:
        """Whether undecided pairs of a rule are trained on. What was accepted counts either way."""
        with self._database.writing() as cursor:
            training.switch_rule(cursor, rule, on)

    def adopt_contradictions(self, run_id: str, amounts: Mapping[str, float]) -> bool:
        """Takes in how far a run's tuned model contradicts each pair's label (pair id → amount), and lines the queue up by it. False where
        they are in already."""
        with self._database.writing() as cursor:
            return contradictions.adopt(cursor, run_id, amounts)

    def contradicted_by(self) -> str:
        """The run whose contradictions stand; "" for none."""
        return self._database.lasting(contradictions.newest_run)

    # The desk

    def turn(self, pair_id: str, auditor: str) -> Turn:
        """All that the desk shows of a pair."""
        with self._database.reading() as cursor:
            return turns.turn(cursor, pair_id, auditor)

    def place(self, through: AuditQueue, pair_id: str) -> Place:
        """Where a pair stands in the queue; before all others where it is not in it."""
        with self._database.reading() as cursor:
            return queue.place(cursor, through, pair_id)

    def open_pairs(self, through: AuditQueue) -> tuple[str, ...]:
        """Ids of the pairs of the queue that are still open, in order."""
        with self._database.reading() as cursor:
            return queue.open_ids(cursor, through)

    def listed_pairs(self, through: AuditQueue) -> tuple[str, ...]:
        """Ids of all pairs of the queue, in order."""
        with self._database.reading() as cursor:
            return queue.listed_ids(cursor, through)

    def repeat_for(self, auditor: str, apart: int) -> str:
        """A judged pair for the auditor to judge once more, not among the last `apart` ones; "" for none."""
        with self._database.reading() as cursor:
            return queue.repeat_for(cursor, auditor, apart)
