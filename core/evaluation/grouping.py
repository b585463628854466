"""Kinds of questions, to see where a difference comes from: category, difficulty, the entities asked about, the names used, and whether
training ever named what is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from core.corpus.about import About
from core.corpus.aliases import AliasIndex, fold
from core.evaluation.strict import held_out_entities
from core.records import Entity, Pair, Question

if TYPE_CHECKING:
    import pandas as pd

ALIAS, PRIMARY, NAMELESS = "uses an alias", "uses primary names only", "names no entity"
UNSEEN, SEEN, ABOUT_NOTHING = "only entities that training never named", "entities that training named", "about no known entity"
NONE = "(none)"


def groups_of(questions: Sequence[Question], entities: Sequence[Entity], pairs: Iterable[Pair]) -> pd.DataFrame:
    """Columns question_id, kind, group, for the test questions: one row for each group that a question is in.

    Kinds: category, difficulty, names, training (where there are pairs), entity (a question is in one group for each it is about).
    """
    import pandas as pd

    test = [question for question in questions if question.split == "test"]
    about = About(entities)
    named = _names(test, about.index) if entities else ()
    rows = [*_labels(test), *named, *_entities(test, about), *_training(test, questions, about, tuple(pairs))]
    return pd.DataFrame(rows, columns=["question_id", "kind", "group"])


def subject_name(subject: str) -> str:
    """What a subject of `core.corpus.about` is called: the entity's primary name, or the topic."""
    kind, _, rest = subject.partition(":")
    return rest.partition(":")[2] if kind == "entity" else rest


def _labels(questions: Sequence[Question]) -> Iterator[tuple[str, str, str]]:
    for kind in ("category", "difficulty"):
        if any(getattr(question, kind) for question in questions):
            yield from ((question.question_id, kind, getattr(question, kind) or NONE) for question in questions)


def _names(questions: Sequence[Question], index: AliasIndex) -> Iterator[tuple[str, str, str]]:
    for question in questions:
        spans = index.find(question.text, ignore_case=True)
        by_alias = any(all(fold(span.alias) != fold(entity.name) for entity in span.entities) for span in spans)
        yield question.question_id, "names", ALIAS if by_alias else PRIMARY if spans else NAMELESS


def _entities(questions: Sequence[Question], about: About) -> Iterator[tuple[str, str, str]]:
    for question in questions:
        for name in sorted({subject_name(subject) for subject in about.question(question)}):
            yield question.question_id, "entity", name


def _training(
    test: Sequence[Question], questions: Sequence[Question], about: About, pairs: tuple[Pair, ...]
) -> Iterator[tuple[str, str, str]]:
    if not pairs:
        return
    found = held_out_entities(questions, pairs, about)
    for question in test:
        one = question.question_id
        yield one, "training", UNSEEN if one in found.unseen else SEEN if one in found.about_something else ABOUT_NOTHING
