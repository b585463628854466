"""Imported judgements and those made in the app as one.

Where both speak of the same question and chunk, the one made in the app counts: somebody looked again. Of several made in the app the
latest counts, whoever made it. One that was taken back leaves what stood before it: an earlier one, else the imported one, else nothing.

All of this is for measuring. Pairs are made from imported judgements alone, so that no answer that was judged to measure a held-out
question, pooled from the very systems that are compared, can teach one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.records import Question

Given = Mapping[str, Mapping[str, int]]
"""Grades made in the app and standing, by question id, then by chunk id."""


def merged(questions: Iterable[Question], given: Given) -> tuple[Question, ...]:
    """The questions with all their judgements, in their order."""
    return tuple(
        replace(question, judgements={**question.judgements, **given[question.question_id]}) if question.question_id in given else question
        for question in questions
    )


def n_judged_here(questions: Iterable[Question], given: Given) -> int:
    """How many judgements of these questions were made in the app."""
    return sum(len(given.get(question.question_id, ())) for question in questions)
