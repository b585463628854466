"""The one next step: what a workspace lacks next on its way from a folder to a proven model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.store import Counts

Action = Literal["import", "everything", "pairs", "train", "follow", "compare"]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, why, and what the button to it says."""

    action: Action
    title: str
    why: str
    button: str


def next_step(counts: Counts, pairs_outdated: bool, run_active: bool, has_results: bool, can_train: bool = True) -> Step:
    """The first thing that is missing. Results of an earlier corpus do not count once pairs are outdated. `can_train`: the weights
    of the base model are here."""
    if not counts.n_chunks:
        return Step("import", "Import a codex", "A folder of chunks, entity indexes and questions, a BEIR folder, or plain text.", "Import")
    if run_active:
        return Step("follow", "A run is under way", "Its stages, losses and dev scores are drawn as they come in.", "Follow it")
    if not counts.pairs.get("positive") and can_train:
        return Step(
            "everything",
            "From the corpus to a measured model",
            "One run in the background: embed, make pairs, fine-tune, evaluate, draw the map. Each page fills as its stage ends.",
            "Run it all",
        )
    if not counts.pairs.get("positive"):
        return Step(
            "pairs",
            "Make training pairs",
            "Each pair is a query and a chunk, with the rule and the reason it was made by.",
            "Generate pairs",
        )
    if pairs_outdated:
        return Step("pairs", "Make the pairs anew", "The corpus has changed since the pairs were made.", "Generate pairs again")
    if not has_results and can_train:
        return Step(
            "train",
            "Fine-tune the model",
            "The base model learns from the pairs, and is kept where it turns out to be the better one.",
            "Train",
        )
    return Step("compare", "See the difference", "One question, the top results of every system side by side.", "Compare")
