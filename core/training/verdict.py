"""Better, no clear difference, or worse: what dev questions say of a tuned model against its base."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Any, Literal

from core.evaluation.clusters import clusters_of
from core.evaluation.objective import Objective
from core.evaluation.significance import paired_randomisation
from core.training.measuring import Measured

Word = Literal["better", "no clear difference", "worse", "unknown"]
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kept`: the model to use. `numbers`: the paired comparison on dev questions, {} without any. As an event: `to_dict`."""

    kept: Literal["base", "tuned"]
    verdict: Word
    why: str
    numbers: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {"kept": self.kept, "verdict": self.verdict, "why": self.why, **self.numbers}


UNKNOWN = Verdict("base", "unknown", "There are no dev questions to measure a gain on.", {})
COLLAPSED = Verdict("base", "worse", "Worse: keeping the base. The vectors of different chunks fell together.", {})


def judge(objective: Objective, base: Measured, tuned: Measured) -> Verdict:
    """The tuned model is kept where it measured higher; whether that is more than chance is said beside it."""
    compared = paired_randomisation(tuned.per_question, base.per_question, clusters_of(objective.questions, objective.chunks))
    numbers = {"base": base.value, "tuned": tuned.value, **compared.to_dict(objective.metric, "base", "tuned"), "metric": objective.metric}
    numbers |= {"general_base": base.general, "general_tuned": tuned.general}
    del numbers["baseline"], numbers["candidate"]
    better = tuned.value > base.value
    word: Word = "worse" if not better else "better" if compared.p < ALPHA else "no clear difference"
    said = "worse: keeping the base" if not better else word
    interval = "" if isnan(compared.low) else f"95 % interval {compared.low:+.3f} to {compared.high:+.3f}, "
    why = (
        f"{said[0].upper()}{said[1:]}. dev {objective.metric}: base {base.value:.3f}, tuned {tuned.value:.3f} "
        f"({compared.difference:+.3f}, {interval}p = {compared.p:.3f}, {compared.n} questions)"
    )
    return Verdict("tuned" if better else "base", word, why, numbers)
