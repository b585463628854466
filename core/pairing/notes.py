"""What a person should know about generated pairs, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.mining.share import Share
from core.mining.wording import counted
from core.pairing.answering import LEAST_NEGATIVES, ROUND_TRIP, Answered


def notes_on(answered: Sequence[Answered], share: Share, *, n_questions: int, n_synthetic: int) -> tuple[str, ...]:
    """Sentences on what is missing from the pairs and why, and on how negatives were kept off the answers. `n_synthetic`: synthetic
    queries wanted."""
    notes = [] if n_questions else ["No question is in the train split, so nobody has asked any of these queries."]
    notes += _on_synthesis(answered, n_synthetic)
    return (*notes, *_on_negatives(answered, share))


def _on_synthesis(answered: Sequence[Answered], n_wanted: int) -> Iterator[str]:
    n_made = sum(one.query.made_up and not one.is_lost for one in answered)
    n_lost = sum(one.is_lost for one in answered)
    if n_lost:
        yield (
            f"{counted(n_lost, 'synthetic query')} left out: the chunk it was made from is not among the best {ROUND_TRIP} for it, neither "
            "by words nor by meaning."
        )
    if n_made < n_wanted:
        yield f"{counted(n_made, 'synthetic query')} instead of {n_wanted:,}: the chunks offer no more that few others share."


def _on_negatives(answered: Sequence[Answered], share: Share) -> Iterator[str]:
    held = [one for one in answered if one.pairs]
    n_negatives = [sum(pair.label == "negative" for pair in one.pairs) for one in held]
    n_without, n_few = n_negatives.count(0), sum(0 < n < LEAST_NEGATIVES for n in n_negatives)
    if n_without:
        yield (
            f"No hard negative for {n_without:,} of {counted(len(held), 'query')}: every chunk close to them may be an answer. "
            "Training sets them against the other chunks of their batch."
        )
    if n_few:
        of_all = f"{n_few:,} of {counted(len(held), 'query')}"
        yield f"Fewer than {LEAST_NEGATIVES} negatives for {of_all}: what else was close may be an answer."
    if held:
        yield share.how
