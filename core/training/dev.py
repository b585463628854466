"""What is measured while training: dev questions against a fixed part of the corpus, small enough to encode several times a run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from core.corpus.topics import TopicMatcher
from core.evaluation.objective import Objective, objective_for
from core.records import Chunk, Question
from core.retrieval.systems import Lexical

MAX_QUESTIONS = 200
MAX_CHUNKS = 400
RIVALS = 20  # BM25's best for each question: distractors that make the measurement hard


def dev_set(questions: Sequence[Question], lexical: Lexical, chunks: Sequence[Chunk], matcher: TopicMatcher, seed: int) -> Objective | None:
    """A part of the corpus to measure on, or None where no dev question has judgements or topics.

    `lexical` ranks `chunks`. Up to MAX_QUESTIONS questions; their relevant chunks, then BM25's rivals, then random chunks, up to
    MAX_CHUNKS (more only where the relevant chunks alone are more).
    """
    whole = objective_for(questions, chunks, matcher)
    if whole is None:
        return None
    rng = random.Random(seed)
    asked = sorted(rng.sample(whole.questions, min(MAX_QUESTIONS, len(whole.questions))), key=lambda question: question.question_id)
    place = {chunk.chunk_id: index for index, chunk in enumerate(chunks)}
    relevant = {place[chunk_id] for question in asked for chunk_id in question.relevant if chunk_id in place}
    rivals = lexical.search([question.text for question in asked], RIVALS).indices
    wanted = dict.fromkeys([*sorted(relevant), *_by_turns(rivals.tolist()), *rng.sample(range(len(chunks)), len(chunks))])
    chosen = sorted(list(wanted)[: max(MAX_CHUNKS, len(relevant))])
    return objective_for(asked, [chunks[index] for index in chosen], matcher)


def _by_turns(rows: Sequence[Sequence[int]]) -> Iterator[int]:
    """Every question's first rival, then every question's second, so a cut treats questions alike."""
    return (index for turn in zip_longest(*rows) for index in turn if index is not None)
