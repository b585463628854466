"""The ways to train, from seconds to hours. Each mode trains through one function of its own module, loaded when it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # torch waits until somebody trains
    from core.training.job import Job, Trained

ENOUGH_STEPS, MOST_EPOCHS = 60, 4  # where NUM_EPOCHS is empty: as many epochs as bring so many steps, but no more than this
INSTANT_BATCH = 128  # chunks a step of *instant*: encoding them costs next to nothing, so batches are large
Name = Literal["instant", "fast", "standard", "full"]


@dataclass(frozen=True, slots=True)
class Mode:
    """`what` says it to a person. `tokens`: how many of each text training reads; None: as many as the model does.

    `rate` and `passes` are multiples of the LEARNING_RATE and NUM_EPOCHS of the settings, which are those of *standard*: a small trainable
    part bears larger steps. `frozen`: the share of the layers, the lowest, that stay as they are: a third of them saves about a
    quarter of the time, for a dev nDCG@10 that differed by -.009 to +.002 on four sets of pairs, within what chance does there.
    """

    name: Name
    what: str
    module: str
    rate: float = 1.0
    passes: float = 1.0
    tokens: int | None = None
    frozen: float = 0.0

    def train(self, job: Job) -> Trained:
        """Do a job."""
        train: Callable[[Job], Trained] = import_module(self.module).train
        return train(job)

    def epochs(self, chosen: int | None, n_batches: int) -> int:
        """How often this mode goes through the pairs; `chosen` is NUM_EPOCHS, `n_batches` how many steps *standard* takes an epoch."""
        of_standard = chosen or min(MOST_EPOCHS, -(-ENOUGH_STEPS // n_batches))
        return max(1, round(self.passes * of_standard))


LOOP = "core.training.loop"
LOWEST = 1 / 3
MODES: dict[str, Mode] = {
    mode.name: mode
    for mode in (
        Mode(
            "instant",
            "A preview: a table of word vectors from the base model, tuned in a minute. Searches very fast, blind to word order.",
            "core.training.static",
            rate=90,
            passes=1.5,
        ),
        Mode(
            "fast",
            "As standard, but only by how each text begins, and half as often where the pairs are few: down to a fourth of its time.",
            LOOP,
            passes=0.5,
            tokens=128,
            frozen=LOWEST,
        ),
        Mode(
            "standard",
            "All layers but the lowest third; a chunk is encoded once a batch for all questions it answers. The best on a laptop.",
            LOOP,
            frozen=LOWEST,
        ),
        Mode(
            "full",
            "All layers, in large batches, whose memory is bounded by caching gradients, in bf16 on a GPU. For machines with one.",
            LOOP,
            passes=1.5,
        ),
    )
}
