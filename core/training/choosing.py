"""Between the base model and the tuned one: weights are interpolated (WiSE-FT: Wortsman et al. 2022, arXiv 2109.01903), and as much of the
tuned ones is kept as dev questions and everyday language allow."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from core.training.checkpoints import Best
from core.training.measuring import Measured

SHARES = (0.25, 0.5, 0.75)  # of the tuned weights; 1 is the tuned model itself
FORGETTING = 0.01  # the fall of the general rank correlation that is accepted without looking for a smaller one
LEAST_GAIN = 0.8  # of the gain on dev that a milder model must keep to be preferred


@dataclass(frozen=True, slots=True)
class Candidate:
    """The share of the tuned weights, and what that model measured."""

    share: float
    measured: Measured


def choose(base: Measured, candidates: list[Candidate]) -> Candidate:
    """The most tuned of those that dev cannot tell from the highest; where it forgets more than FORGETTING, the most tuned of those that
    forget less and keep LEAST_GAIN of the highest one's gain."""
    highest = max(candidates, key=lambda one: one.measured.value)
    gain = highest.measured.value - base.value
    good = [one for one in candidates if one.measured.value > base.value and one.measured.is_as_good_as(highest.measured.per_question)]
    best = max(good, key=lambda one: one.share, default=highest)
    mild = [one for one in candidates if base.general - one.measured.general <= FORGETTING]
    kept = [one for one in mild if one.measured.value - base.value >= LEAST_GAIN * gain]
    return best if best in mild else max(kept, key=lambda one: one.share, default=best)


def interpolated(base: Mapping[str, Tensor], tuned: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """(1 - share) · base + share · tuned, of every weight that is a fraction."""
    return {
        name: weight.lerp(tuned[name].to(weight.dtype), share) if weight.is_floating_point() else tuned[name]
        for name, weight in base.items()
    }


def blend(
    model: Any, base: Mapping[str, Tensor], best: Best, of_base: Measured, measure: Callable[[float], Measured], folder: Path
) -> tuple[Best, Candidate]:
    """Set `model` to each blend in turn, measure, and leave the chosen one in `folder`; its place and its measurement.

    `base`: the weights before training; `model` holds those of `best`.
    """
    tuned = {name: weight.clone() for name, weight in model.state_dict().items()}
    candidates = []
    for share in (*SHARES, 1.0):
        model.load_state_dict(interpolated(base, tuned, share))
        candidates.append(Candidate(share, measure(share)))
    chosen = choose(of_base, candidates)
    if chosen.share == 1:
        return best, chosen
    model.load_state_dict(interpolated(base, tuned, chosen.share))
    shutil.rmtree(folder, ignore_errors=True)
    model.save(str(folder), create_model_card=False)
    return Best(best.step, chosen.measured.value, folder), chosen
