"""What people have decided about pairs, looked up by query: what is kept as it is, and what never comes again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.mining.ground import Ground
from core.pairing.groups import normal_text
from core.records import Audited, Label, Pair, Question

Asker = tuple[str, str]
"""Who asks: the question's id ("" for a synthetic query) and the text of the query."""


def asker(pair: Pair) -> Asker:
    return pair.question_id, pair.query


@dataclass(frozen=True, slots=True)
class Said:
    """Accepted and rejected pairs whose chunk is in the corpus and whose question, if it has one, is a train question."""

    accepted: tuple[Pair, ...]
    rejected: tuple[Pair, ...]

    @classmethod
    def of(cls, audited: Sequence[Audited], questions: Sequence[Question], ground: Ground) -> Said:
        train = {question.question_id for question in questions} | {""}
        valid = [one for one in audited if one.pair.chunk_id in ground.index and one.pair.question_id in train]
        return cls(
            tuple(one.pair for one in valid if one.verdict == "accept"),
            tuple(one.pair for one in valid if one.verdict == "reject"),
        )

    def instructed(self, questions: Iterable[Question]) -> list[Question]:
        """The questions with every rejected positive judged not relevant, so that another chunk may take its place."""
        refused: dict[str, dict[str, int]] = defaultdict(dict)
        for pair in self.rejected:
            if pair.label == "positive" and pair.question_id:
                refused[pair.question_id][pair.chunk_id] = 0
        return [
            replace(one, judgements={**one.judgements, **refused[one.question_id]}) if one.question_id in refused else one
            for one in questions
        ]

    def settled(self, positives: Sequence[Pair]) -> list[Pair]:
        """Positives without the rejected ones, accepted ones as they were accepted; a query's accepted ones that no rule makes today
        stand behind its others, those of queries that nothing asks today at the end."""
        gone = {pair.pair_id for pair in self.rejected}
        kept = {pair.pair_id: pair for pair in self.accepted if pair.label == "positive"}
        by_asker: dict[Asker, dict[str, Pair]] = defaultdict(dict)
        for pair in positives:
            if pair.pair_id not in gone:
                by_asker[asker(pair)][pair.pair_id] = kept.get(pair.pair_id, pair)
        for pair in kept.values():
            by_asker[asker(pair)].setdefault(pair.pair_id, pair)
        return [pair for found in by_asker.values() for pair in found.values()]

    def answers(self) -> dict[str, set[str]]:
        """By normalised query the ids of chunks that a person said answer it: accepted positives, rejected negatives."""
        found: dict[str, set[str]] = defaultdict(set)
        accepted = [pair for pair in self.accepted if pair.label == "positive"]
        for pair in (*accepted, *(pair for pair in self.rejected if pair.label == "negative")):
            found[normal_text(pair.query)].add(pair.chunk_id)
        return found

    def negatives(self) -> dict[Asker, list[Pair]]:
        """The accepted negatives of each query."""
        return _by_asker(self.accepted, "negative")

    def no_positives(self) -> dict[Asker, list[Pair]]:
        """The rejected positives of each query."""
        return _by_asker(self.rejected, "positive")


def _by_asker(pairs: Iterable[Pair], label: Label) -> dict[Asker, list[Pair]]:
    found: dict[Asker, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.label == label:
            found[asker(pair)].append(pair)
    return found
