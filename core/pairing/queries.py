"""The queries that pairs are made of: their positives, everything known to answer them, and what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.mining.aims import Aim, aim_of_entities, aim_of_question
from core.mining.ground import Ground
from core.mining.measuring import Judged, Known
from core.mining.refusals import Sought
from core.pairing.groups import normal_text
from core.pairing.synthesis import Synthetic
from core.pairing.verdicts import Asker, Said, asker
from core.records import Pair, Question

Indices = frozenset[int]


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its positive pairs and the negatives that a person has accepted.

    `answers`: chunks (indices) known to answer it; `spared`: chunks a person has refused as its positives; `made_up`: whether the query
    is synthetic and nobody has accepted it, so that its chunk has still to be found by it.
    """

    positives: tuple[Pair, ...]
    negatives: tuple[Pair, ...]
    answers: Indices
    spared: Indices
    made_up: bool
    question: Question
    aim: Callable[[], Aim] = field(repr=False)

    @property
    def text(self) -> str:
        return self.question.text

    def known(self) -> Known:
        return Known(self.text, self.answers)

    def sought(self, ground: Ground, aim: Aim) -> Sought:
        """What negatives are sought for."""
        judged_not = (chunk_id for chunk_id, grade in self.question.judgements.items() if grade <= 0 and chunk_id in ground.index)
        return Sought(
            query=self.text,
            question_id=self.question.question_id,
            aim=aim,
            positives=tuple(ground.index[pair.chunk_id] for pair in self.positives),
            answers=self.answers,
            judged_not=tuple(ground.index[chunk_id] for chunk_id in judged_not),
            spared=self.spared | {ground.index[pair.chunk_id] for pair in self.negatives},
            latest=self.question.temporal_limit,
        )


class Queries:
    """Puts pairs and what is known together. Queries that read alike share their answers, or one's positive would be the other's
    negative."""

    def __init__(self, questions: Sequence[Question], positives: Sequence[Pair], said: Said, ground: Ground) -> None:
        self._ground = ground
        self._questions = {question.question_id: question for question in questions}
        self._negatives: Mapping[Asker, Sequence[Pair]] = said.negatives()
        self._no_positives: Mapping[Asker, Sequence[Pair]] = said.no_positives()
        self._accepted = {pair.pair_id for pair in said.accepted}
        self._answers: dict[str, set[int]] = defaultdict(set)
        for text, chunk_ids in said.answers().items():
            self._answers[text].update(ground.index[chunk_id] for chunk_id in chunk_ids)
        for question in questions:
            self._answers[normal_text(question.text)].update(ground.index[one] for one in question.relevant if one in ground.index)
        for pair in positives:  # an accepted one keeps the words that its question had then, and all that answers it now
            now = self._questions.get(pair.question_id)
            right = (pair.chunk_id, *(one for one in (now.relevant if now else ()) if one in ground.index))
            self._answers[normal_text(pair.query)].update(ground.index[chunk_id] for chunk_id in right)

    def asked(self, positives: Sequence[Pair], made: Mapping[str, Synthetic]) -> Iterator[Query]:
        """One query for each asker of the positives, in their order; `made`: synthetic positives by pair id."""
        grouped: dict[Asker, list[Pair]] = defaultdict(list)
        for pair in positives:
            grouped[asker(pair)].append(pair)
        for (question_id, text), found in grouped.items():
            known = self._questions.get(question_id)
            question = replace(known, text=text) if known else Question("", text, split="train")
            yield Query(
                positives=tuple(found),
                negatives=tuple(self._negatives.get((question_id, text), ())),
                answers=self._answering((question_id, text)),
                spared=self._spared((question_id, text)),
                made_up=not question_id and not any(pair.pair_id in self._accepted for pair in found),
                question=question,
                aim=self._aim(question, found, made),
            )

    def _aim(self, question: Question, found: Sequence[Pair], made: Mapping[str, Synthetic]) -> Callable[[], Aim]:
        synthetic = made.get(found[0].pair_id)
        if synthetic:
            return partial(aim_of_entities, synthetic.entities, synthetic.called, self._ground)
        return partial(aim_of_question, question, [self._ground.index[pair.chunk_id] for pair in found], self._ground)

    def judged(self, said: Said) -> list[Judged]:
        """The audited negatives of queries of which an answer is known."""
        verdicts = [(pair, False) for pair in said.accepted] + [(pair, True) for pair in said.rejected]
        return [
            Judged(Known(pair.query, answers), self._ground.index[pair.chunk_id], is_answer)
            for pair, is_answer in verdicts
            if pair.label == "negative" and (answers := self._answering(asker(pair)))
        ]

    def _answering(self, who: Asker) -> Indices:
        return frozenset(self._answers.get(normal_text(who[1]), ())) - self._spared(who)

    def _spared(self, who: Asker) -> Indices:
        return frozenset(self._ground.index[pair.chunk_id] for pair in self._no_positives.get(who, ()))
