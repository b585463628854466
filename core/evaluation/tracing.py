"""From a question that got worse back to what the model learned: which training pairs may have moved it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.corpus.about import Subjects
from core.corpus.aliases import fold
from core.evaluation.grouping import subject_name
from core.records import Label, Pair, Question


@dataclass(frozen=True, slots=True)
class Trace:
    """What training did near one question.

    `against_answers`: negatives on chunks that answer the question, so the model was taught to push its answers away (for other
    queries). `for_rivals`: positives on chunks that are no known answer and stand among its results since training. `touching`: how
    many pairs speak of what the question is about, by label and rule, commonest first.
    """

    against_answers: tuple[Pair, ...]
    for_rivals: tuple[Pair, ...]
    touching: tuple[tuple[Label, str, int], ...]

    @property
    def n_touching(self) -> int:
        return sum(n for _, _, n in self.touching)


class PairTracer:
    """The pairs of one run, looked up by chunk and by what they are about."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._by_chunk: dict[str, list[Pair]] = defaultdict(list)
        self._by_subject: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            self._by_chunk[pair.chunk_id].append(pair)
            for subject in pair.evidence.get("about", ()):
                self._by_subject[subject].append(pair)

    def trace(self, question: Question, subjects: Subjects, before: Sequence[str], after: Sequence[str]) -> Trace:
        """`before`, `after`: the chunk ids that stood and stand at the top of its ranking; `subjects`: what it is about."""
        entered = [chunk_id for chunk_id in after if chunk_id not in set(before) and chunk_id not in question.relevant]
        keys = sorted(subjects | {f"topic:{fold(subject_name(subject))}" for subject in subjects})
        touching = {pair.pair_id: pair for key in keys for pair in self._by_subject.get(key, ())}
        by_rule = Counter((pair.label, pair.rule) for pair in touching.values())
        return Trace(
            against_answers=self._on(question.relevant, "negative"),
            for_rivals=self._on(entered, "positive"),
            touching=tuple((label, rule, n) for (label, rule), n in sorted(by_rule.items(), key=lambda one: (-one[1], one[0]))),
        )

    def _on(self, chunk_ids: Sequence[str], label: Label) -> tuple[Pair, ...]:
        return tuple(pair for chunk_id in chunk_ids for pair in self._by_chunk.get(chunk_id, ()) if pair.label == label)
