"""What training must not see: the guard takes pairs away, it never adds or replaces one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.pairing.groups import normal_text
from core.records import Pair, Question

SAME_TEXT = "leak: same text as a held-out question"
SAME_ANSWER = "leak: synthetic query about a chunk that answers a held-out question"
REPEATED = "duplicate: same query and chunk as another pair"


@dataclass(frozen=True, slots=True)
class Guarded:
    """The pairs that may be trained on, and for each reason how many queries it removed (of duplicates: how many pairs)."""

    pairs: tuple[Pair, ...]
    dropped: dict[str, int]


def remove_leaks(pairs: Sequence[Pair], questions: Sequence[Question]) -> Guarded:
    """Held out is every question outside train. A query goes with all its pairs, negatives too."""
    held = [question for question in questions if question.split != "train"]
    held_texts = {normal_text(question.text) for question in held}
    held_answers = {chunk_id for question in held for chunk_id in question.relevant}
    same_text = {_query(pair) for pair in pairs if normal_text(pair.query) in held_texts}
    made_up = [pair for pair in pairs if not pair.question_id and pair.label == "positive"]
    same_answer = {_query(pair) for pair in made_up if pair.chunk_id in held_answers} - same_text
    gone = same_text | same_answer
    left = [pair for pair in pairs if _query(pair) not in gone]
    first: dict[str, Pair] = {}
    for pair in left:
        first.setdefault(pair.pair_id, pair)
    counts = {SAME_TEXT: len(same_text), SAME_ANSWER: len(same_answer), REPEATED: len(left) - len(first)}
    return Guarded(tuple(first.values()), {reason: count for reason, count in counts.items() if count})


def _query(pair: Pair) -> tuple[str, str]:
    return pair.question_id, pair.query
