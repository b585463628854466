"""What a person should know about generated pairs, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from core.mining.wording import counted
from core.records import Pair
from core.settings import Settings


def notes_on(pairs: Sequence[Pair], n_questions: int, has_mentions: bool, settings: Settings) -> tuple[str, ...]:
    """Sentences on what is missing from the pairs and why; none where nothing is."""
    found = (
        _on_questions(n_questions),
        _on_synthesis(has_mentions, settings),
        _on_negatives(pairs, has_mentions, settings),
    )
    return tuple(note for note in found if note)


def _on_questions(n_questions: int) -> str:
    return "" if n_questions else "No question is in the train split, so every pair is synthetic."


def _on_synthesis(has_mentions: bool, settings: Settings) -> str:
    if has_mentions or not settings.SYNTHETIC_EXPANSION_FACTOR:
        return ""
    return "No synthetic queries: they are made from entity mentions, and the chunks list none (no '<type>_mentions' field)."


def _on_negatives(pairs: Sequence[Pair], has_mentions: bool, settings: Settings) -> str:
    if not settings.NUM_HARD_NEGATIVES or not pairs:
        return ""
    if not has_mentions:
        return (
            "No hard negatives: the chunks list no entity mentions, so nothing tells a near miss from an answer. "
            "Training sets each query against the other chunks of its batch."
        )
    queries = {(pair.question_id, pair.query) for pair in pairs}
    without = len(queries) - len({(pair.question_id, pair.query) for pair in pairs if pair.label == "negative"})
    if not without:
        return ""
    return (
        f"No hard negative for {without:,} of {counted(len(queries), 'query')}: they name nothing that tells chunks apart, "
        "or no other chunk is close to what they name without being about it."
    )
