"""The stricter reading of held out: test questions about entities that training never named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.corpus.about import About
from core.records import Pair, Question


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Ids of the test questions about anything at all, and of those among them all of whose subjects are new to the model."""

    about_something: frozenset[str]
    unseen: frozenset[str]


def held_out_entities(questions: Sequence[Question], pairs: Iterable[Pair], about: About) -> HeldOut:
    """A question is about the entities that its topics mean and its text names, under any alias; a topic that no entity claims counts
    as one. Seen is what a training pair's query names, in any capitals, what the pair says it is about and what its question is.

    The chunks of the pairs do not count: the corpus is known to everybody, what is asked about it is not.
    """
    subjects = {question.question_id: about.question(question) for question in questions if question.split == "test"}
    asked = {question.question_id: question for question in questions}
    seen = set(_seen(pairs, asked, about))
    told = {question_id: own for question_id, own in subjects.items() if own}
    return HeldOut(frozenset(told), frozenset(question_id for question_id, own in told.items() if seen.isdisjoint(own)))


def _seen(pairs: Iterable[Pair], asked: dict[str, Question], about: About) -> Iterator[str]:
    queries: set[tuple[str, str]] = set()
    for pair in pairs:
        yield from pair.evidence.get("about", ())
        if (pair.question_id, pair.query) not in queries:
            queries.add((pair.question_id, pair.query))
            yield from about.text(pair.query, ignore_case=True)
            if pair.question_id in asked:
                yield from about.question(asked[pair.question_id])
