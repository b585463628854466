"""How long training would take in each mode, and which of them a time budget allows, before anything is started."""

from __future__ import annotations

from dataclasses import dataclass

from core.pipeline import learnable_pairs
from core.settings import Settings
from core.store import Store
from core.training.dev import MAX_CHUNKS, MAX_QUESTIONS
from core.training.estimate import Estimate, estimates, measured_probe, pick, workload
from core.training.modes import Name
from core.training.rows import training_rows


@dataclass(frozen=True, slots=True)
class Plan:
    """One estimate a mode, and the mode that `auto` would take."""

    modes: tuple[Estimate, ...]
    picked: Name


def plan_training(store: Store, settings: Settings) -> Plan:
    """The plan for the pairs that are in the store. The first time in a process it loads torch and probes this machine: seconds."""
    chunks = store.chunks()
    documents = {chunk.chunk_id: chunk.document for chunk in chunks}
    pairs = learnable_pairs(store, undecided=not settings.ACCEPTED_ONLY)
    sure = {one.pair.pair_id for one in store.audited() if one.verdict == "accept"}
    rows = training_rows(pairs, documents, settings.NUM_HARD_NEGATIVES, sure)
    dev = [question for question in store.questions() if question.split == "dev"][:MAX_QUESTIONS]
    work = workload(rows, dev, [chunk for chunk in chunks if chunk.searchable][:MAX_CHUNKS], settings)
    probe = measured_probe(settings)
    budget = settings.TIME_BUDGET * 60 if settings.TIME_BUDGET else None
    return Plan(tuple(estimates(work, probe, settings)), pick(work, probe, settings, budget))
