"""What every mode takes and what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encode
from core.evaluation.objective import Objective
from core.settings import Settings
from core.training.checkpoints import Best
from core.training.rows import Row
from core.training.verdict import Verdict

Emit = Callable[..., None]


def go_on() -> bool:
    """The answer to "should it stop?" where nobody stops it."""
    return False


@dataclass(frozen=True, slots=True)
class Job:
    """`base` is tuned on the rows, in the mode that the settings name, and measured on `dev` where there is one. Checkpoints and the best
    model go to `folder`; a second job with the same folder resumes.

    `emit` hears what happens, as kind and values; `should_stop` is asked after each step. `encode_base`: the base model where its vectors
    are at hand already.
    """

    base: ModelFolder
    rows: Sequence[Row]
    dev: Objective | None
    folder: Path
    settings: Settings
    emit: Emit
    should_stop: Callable[[], bool] = go_on
    encode_base: Encode | None = None

    @property
    def documents(self) -> list[str]:
        """The chunks that are trained on, one a row, and those that are measured against."""
        return [row.positive for row in self.rows] + [chunk.document for chunk in (self.dev.chunks if self.dev else ())]


@dataclass(frozen=True, slots=True)
class Trained:
    """`best`: the model to use if the tuned one is kept; `stopped` says the user ended it early."""

    best: Best | None
    verdict: Verdict
    stopped: bool
