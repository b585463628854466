"""Whether a run encodes documents in int8: decided once a model and workspace, by a probe of its speed and on dev questions."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Sequence

from core.encoders.compiled import NotCompiled
from core.encoders.local import MANY, LocalEncoder
from core.encoders.quantised import N_CALIBRATION, Decision, Quantised, missing_package, quantise, quantised_for
from core.evaluation.objective import Objective
from core.runs.stages import Context
from core.training.dev import dev_set
from core.training.measuring import dev_value

FEWEST_CHUNKS = 1_000  # for fewer, calibrating takes longer than it saves
N_PROBE = MANY  # documents that the two are timed on, enough for the exact one to be compiled
LEAST_GAIN = 1.15
MOST_LOSS = 0.005  # of the dev value


def settled(context: Context, encoder: LocalEncoder) -> LocalEncoder:
    """The encoder with documents in int8, or as it is, with a note that says why."""
    if encoder.fingerprint != encoder.exact_fingerprint or not encoder.compiles:
        return encoder
    found = quantised_for(context.workspace.encoders, encoder.exact_fingerprint)
    decision = found.decision
    if decision is None:
        if hindrance := _hindrance(context) or missing_package():
            context.note(hindrance)
            return encoder
        try:
            decision = _decide(context, encoder, found)
        except NotCompiled as reason:
            context.note(f"{encoder.name}: vectors are exact, {reason}.")
            return encoder
    context.note(f"{encoder.name}: {decision.why}")
    return encoder.in_int8(found) if decision.kept else encoder


def _hindrance(context: Context) -> str | None:
    if len(set(context.documents)) < FEWEST_CHUNKS:
        return f"Vectors are exact: with fewer than {FEWEST_CHUNKS:,} chunks, calibrating int8 takes longer than it saves."
    if not context.measured.asked("dev"):
        return "Vectors are exact: without dev questions nobody can tell what int8 loses."
    return None


def _decide(context: Context, encoder: LocalEncoder, found: Quantised) -> Decision:
    """Calibrate, measure, and keep what was decided."""
    distinct = list(dict.fromkeys(context.documents))
    texts = random.Random(context.settings.SEED).sample(distinct, N_PROBE + N_CALIBRATION)
    context.run.log.append("progress", what=f"calibrating int8 of {encoder.name}", done=0, total=1)
    trial = found.trial(quantise(encoder.model, texts[N_PROBE:]))
    try:
        decision = _compared(context, encoder, encoder.in_int8(trial), texts[:N_PROBE])
        context.check_stop()
        found.decide(decision, trial)
    finally:
        shutil.rmtree(trial.folder, ignore_errors=True)  # where it was decided, it is no longer there
    return decision


def _compared(context: Context, exact: LocalEncoder, int8: LocalEncoder, probe: Sequence[str]) -> Decision:
    faster = _seconds(exact, probe) / _seconds(int8, probe)
    if faster < LEAST_GAIN:
        return Decision(False, f"vectors are exact, int8 takes {1 / faster:.2f} times as long on this processor.", faster)
    dev = dev_set(context.measured.asked("dev"), context.lexical, context.corpus.searchable, context.matcher, context.settings.SEED)
    if dev is None:
        return Decision(
            False, "vectors are exact, because no dev question is judged or has topics, and nobody can tell what int8 loses.", faster
        )
    return weighed(dev, dev_value(dev, exact.encode), dev_value(dev, int8.encode), faster)


def weighed(dev: Objective, exact: float, int8: float, faster: float) -> Decision:
    """What follows from the two dev values."""
    kept = int8 >= exact * (1 - MOST_LOSS)
    on = f"{dev.metric} on {len(dev.questions):,} dev questions is {int8:.3f} with them and {exact:.3f} with exact ones"
    why = f"documents are encoded in int8, {faster:.1f} times as fast: {on}." if kept else f"vectors are exact: int8 loses too much, {on}."
    return Decision(kept, why, faster, dev.metric, exact, int8, len(dev.questions), len(dev.chunks))


def _seconds(encoder: LocalEncoder, texts: Sequence[str], rounds: int = 3) -> float:
    """The least of a few times; the first one, which compiles, does not count."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        encoder.encode(texts, "document")
        taken.append(time.perf_counter() - started)
    return min(taken[1:])
