"""What every mode leaves."""

from __future__ import annotations

from dataclasses import dataclass

from core.training.checkpoints import Best
from core.training.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Trained:
    """`best`: the model to use if the tuned one is kept; `stopped` says the user ended it early."""

    best: Best | None
    verdict: Verdict
    stopped: bool
