"""Taking what runs leave into the store: the pairs that one has made, and what its tuned model has against them."""

from __future__ import annotations

from core.errors import ForgeError, InputError
from core.pairing.export import write_training_pairs
from core.pipeline import learnable_pairs
from core.runs.folder import RunFolder, list_runs
from core.runs.frozen import read_dropped, read_objects, read_pairs
from core.store import Generation, Store
from core.workspace import Workspace


def adopt_pairs(store: Store, run: RunFolder) -> bool:
    """Take the pairs that a run made into the store, and write `exports/training_pairs.jsonl`. False where they are there already.

    Raises InputError where the run has made none, or made them from a corpus that is no longer the one in the store.
    """
    if (summary := run.generation()) is None:
        raise InputError(f"Run {run.run_id} has made no pairs.")
    made = Generation(run.run_id, run.config["made_from"], summary)
    try:
        pairs, dropped = read_pairs(run.path / "generated.jsonl"), read_dropped(run.path / "dropped.jsonl")
        removed = list(read_objects(run.path / "removed.jsonl"))
    except (OSError, ValueError, TypeError) as error:
        raise ForgeError(f"What run {run.run_id} left of its pairs cannot be read ({error}): generate them again.") from None
    if not store.adopt(made, pairs, dropped, removed):
        return False
    texts = {chunk.chunk_id: chunk.text for chunk in store.chunks()}
    write_training_pairs(learnable_pairs(store), texts, Workspace(run.path.parent.parent).exports / "training_pairs.jsonl")
    return True


def unadopted(store: Store, workspace: Workspace) -> RunFolder | None:
    """The newest run that made pairs since the last one that was adopted; None where there is none, or where its corpus is no longer
    the one in the store."""
    seen = store.newest_adopted()
    run = next((run for run in list_runs(workspace.runs) if run.run_id > seen and run.has_pairs), None)
    return run if run and run.config["made_from"] == store.corpus_fingerprint() else None


def adopt_newest(store: Store, workspace: Workspace) -> bool:
    """Adopt the pairs that a run has made since, where there is one."""
    run = unadopted(store, workspace)
    return run is not None and adopt_pairs(store, run)


def unheard(store: Store, workspace: Workspace) -> RunFolder | None:
    """The newest run whose tuned model has something to say of the pairs, if the store has not heard it yet."""
    seen = store.contradicted_by()
    return next((run for run in list_runs(workspace.runs) if run.run_id > seen and run.has_contradictions), None)


def adopt_contradictions(store: Store, workspace: Workspace) -> bool:
    """Line the audit queue up by what the newest tuned model says of the pairs, where that is news."""
    run = unheard(store, workspace)
    return run is not None and store.adopt_contradictions(run.run_id, run.contradictions() or {})
