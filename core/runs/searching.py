"""The search stage: which settings train best on this corpus, by dev questions alone. Many small trainings on a part of the rows, the
better half of them again on twice as many (successive halving: Jamieson and Talwalkar 2016); the best one's settings train the model.

`trials.jsonl` keeps a line for each finished trial, so a search that was interrupted goes on with the next one.
"""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from core.encoders.choose import trainable
from core.errors import ForgeError
from core.evaluation.objective import Objective
from core.runs.frozen import read_objects
from core.runs.stages import Cancelled, Context
from core.runs.training import base_vectors, dev_of, rows_of
from core.training.job import Job
from core.training.modes import MODES

STAGE = "search"
TRIALS = "trials.jsonl"
CHOICES: Mapping[str, Sequence[Any]] = {
    "TRAINING_MODE": ("instant", "fast", "standard"),
    "LEARNING_RATE": (2.5e-5, 5e-5, 1e-4, 2e-4),
    "NUM_HARD_NEGATIVES": (0, 1, 3),
    "TEMPERATURE": (0.02, 0.05),
}
SHARES = (4, 2, 1)  # the first round trains on a fourth of the rows, the second on half, the third on all

Trial = dict[str, Any]


def search(context: Context) -> None:
    """Run the trials that are not done yet; a `trial` event each, and a `searched` event with the best settings."""
    dev = dev_of(context)
    if dev is None:
        raise ForgeError("There are no dev questions, so nothing can be searched for: train with the settings as they are.")
    done = {(trial["round"], json.dumps(trial["settings"], sort_keys=True)): trial for trial in trials(context)}
    alive = candidates(context.settings.SEARCH_TRIALS, context.settings.SEED)
    sizes, ended = rounds(len(alive)), 0
    for number, size in enumerate(sizes):
        round_ = []
        for settings in alive[:size]:
            context.run.log.append("progress", stage=STAGE, what="trials", done=ended, total=sum(sizes))
            known = done.get((number, json.dumps(settings, sort_keys=True)))
            round_.append(known or _tried(context, number, settings, dev))
            ended += 1
        alive = [trial["settings"] for trial in sorted(round_, key=lambda trial: -trial["value"])]
    context.run.log.append("searched", settings=alive[0], n_trials=len(trials(context)))


def rounds(n: int) -> list[int]:
    """How many settings each round tries, of a search that begins with n."""
    sizes = [n]
    while len(sizes) < len(SHARES) and sizes[-1] > 1:
        sizes.append(sizes[-1] // 2)
    return sizes


def candidates(n: int, seed: int) -> list[dict[str, Any]]:
    """n different settings, drawn at random, the same for the same seed; every mode in turn, so that none is left out by chance."""
    rng = random.Random(seed)
    modes = CHOICES["TRAINING_MODE"]
    names = [name for name in CHOICES if name != "TRAINING_MODE"]
    every = list(product(*(CHOICES[name] for name in names)))
    drawn = {mode: rng.sample(every, len(every)) for mode in modes}
    turns = [(modes[turn % len(modes)], turn // len(modes)) for turn in range(min(n, len(every) * len(modes)))]
    return [{"TRAINING_MODE": mode, **dict(zip(names, drawn[mode][place], strict=True))} for mode, place in turns]


def trials(context: Context) -> list[Trial]:
    """The finished trials, oldest first; a line that a killed worker left half-written does not count."""
    file = context.run.path / TRIALS
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    whole = [line for line in lines if _is_whole(line)]
    if len(whole) < len(lines):
        file.write_text("".join(line + "\n" for line in whole), encoding="utf-8")
    return list(read_objects(file))


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _tried(context: Context, number: int, settings: dict[str, Any], dev: Objective) -> Trial:
    context.check_stop()
    chosen = context.settings.model_copy(update=settings)
    folder = context.run.path / "trial"
    shutil.rmtree(folder, ignore_errors=True)
    some = rows_of(context, chosen.NUM_HARD_NEGATIVES)[:: SHARES[number]]
    start = time.monotonic()
    base, encode_base = trainable(chosen), base_vectors(context, STAGE)
    job = Job(base, some, dev, folder, chosen, _silent, lambda: context.run.stop_requested, encode_base)
    trained = MODES[chosen.TRAINING_MODE].train(job)
    if trained.stopped:
        raise Cancelled
    value = trained.verdict.numbers.get("tuned", 0.0)
    trial = {"round": number, "settings": settings, "n_rows": len(some), "value": value, "seconds": round(time.monotonic() - start, 1)}
    with (context.run.path / TRIALS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(trial) + "\n")
    context.run.log.append("trial", **trial)
    shutil.rmtree(folder, ignore_errors=True)
    return trial


def _silent(kind: str, **what: Any) -> None:
    """A trial's own events would be taken for the run's."""
