"""Checkpoints that can be resumed from, and the best model so far. Each is complete or it does not count."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RESUMABLE = ("trainer_state.json", "optimizer.pt", "scheduler.pt", "model.safetensors")


def last_checkpoint(folder: Path) -> Path | None:
    """The newest complete checkpoint; incomplete ones (the process died while writing) are removed."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]), reverse=True)
    for path in found:
        if _is_complete(path):
            return path
        shutil.rmtree(path)
    return None


def _is_complete(path: Path) -> bool:
    if not all((path / name).is_file() for name in RESUMABLE):
        return False
    try:  # the state is written last: if it parses, the rest was whole before it
        json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Best:
    """The best measurement so far and the model that made it."""

    step: int
    value: float
    path: Path


class BestModel:
    """Keeps one measured model: saved under a name of its own, then `best.json` points to it, then the older one goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "best.json"
        self._peak = folder / "peak.npy"

    def peak(self) -> NDArray[np.float64] | None:
        """The scores of the dev questions (q,) by the highest of all models measured so far, kept or not."""
        return np.load(self._peak) if self._peak.is_file() else None

    def set_peak(self, per_question: NDArray[np.float64]) -> None:
        """From now on the highest."""
        partial = self._peak.with_name("peak.partial.npy")
        np.save(partial, per_question)
        partial.rename(self._peak)

    def current(self) -> Best | None:
        """The best model, or None before a first measurement."""
        if not self._pointer.is_file():
            return None
        said = json.loads(self._pointer.read_text(encoding="utf-8"))
        return Best(said["step"], said["value"], self._folder / said["name"])

    def keep(self, step: int, value: float, save: Callable[[Path], None]) -> None:
        """Keep the model in place of the one before; `save(path)` writes it."""
        before = self.current()
        name = f"best-{step}"
        partial = self._folder / f"{name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        save(partial)
        shutil.rmtree(self._folder / name, ignore_errors=True)
        partial.rename(self._folder / name)
        pointer = self._folder / "best.json.partial"
        pointer.write_text(json.dumps({"step": step, "value": value, "name": name}), encoding="utf-8")
        pointer.rename(self._pointer)
        if before and before.path.name != name:
            shutil.rmtree(before.path, ignore_errors=True)
