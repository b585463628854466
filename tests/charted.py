"""A map of the harbour town, recorded rather than worked: two spaces of random vectors that agree on most chunks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.pipeline import latest_results
from core.projection import measures
from core.projection.aligned import aligned, moved
from core.projection.graph import fuzzy_graph
from core.projection.layout import lay_out, principal_plane
from core.projection.neighbours import neighbours
from core.runs.folder import RunFolder, create_run
from core.runs.mapped import OPTIONS, SUMMARY, write_table
from core.workspace import Workspace
from tests.harbour import CHUNKS, QUESTIONS

K = 10


def normal(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def two_spaces(n: int, d: int = 16, seed: int = 0, share: float = 0.2):
    """(before, after, which stayed): in the second space a share of the points lies elsewhere."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(3, n // 12), d))
    before = normal(centres[rng.integers(0, len(centres), n)] + 0.5 * rng.normal(size=(n, d)))
    after, strays = before.copy(), rng.choice(n, int(share * n), replace=False)
    after[strays] = normal(before[rng.choice(n, len(strays))] + 0.1 * rng.normal(size=(len(strays), d)))
    return before, after, np.setdiff1d(np.arange(n), strays)


def record_map(workspace: Workspace, state: str = "laid out") -> RunFolder:
    """A finished run of the stage `map`; with `state` "pca" one that was stopped after its first look."""
    before, after, _ = two_spaces(len(CHUNKS))
    evaluated = latest_results(workspace)
    config = {"stages": ["map"], "model_run": evaluated.run_id if evaluated else None, "settings": {}, "corpus": "none"}
    run = create_run(workspace.runs, config, {})
    points = {"chunk_id": [chunk.chunk_id for chunk in CHUNKS]}
    summary = {"state": state, "n_chunks": len(CHUNKS), "models": {"before": "base <b>model</b>", "after": "tuned in r1"}, "listed": K}
    if state == "pca":
        write_table(run, "", pd.DataFrame(points | _xy("before", principal_plane(before)) | _xy("after", principal_plane(after))))
    else:
        summary |= _write_whole(run, points, before, after)
    if evaluated:
        _write_scores(evaluated)
    run.write_json(SUMMARY, summary | {"options": {**OPTIONS, "seed": 13}})
    run.log.append("finished" if state == "laid out" else "cancelled")
    return run


def _write_whole(run: RunFolder, points, before, after):
    near = [neighbours(vectors, K) for vectors in (before, after)]
    kept = measures.overlap(near[0].indices, near[1].indices)
    maps = [lay_out(fuzzy_graph(near[0]), principal_plane(before))]
    maps.append(aligned(fuzzy_graph(near[1]), maps[0], kept))
    n = len(kept)
    table = {**_xy("before", maps[0]), **_xy("after", maps[1]), "overlap": kept, "moved": moved(*maps), "cluster": np.arange(n) // 10 % 3}
    table |= {"purity_before": np.linspace(0.2, 0.9, n), "purity_after": np.linspace(0.8, 0.3, n)}
    table |= {"near_before": list(near[0].indices), "near_after": list(near[1].indices)}
    write_table(run, "", pd.DataFrame(points | table))
    asked = [question for question in QUESTIONS if question.split]
    rows = np.arange(len(asked)) * 3
    frame = {"question_id": [one.question_id for one in asked], "split": [one.split for one in asked]}
    frame |= {**_xy("before", maps[0][rows]), **_xy("after", maps[1][rows])}
    frame |= {"near_before": list(near[0].indices[rows]), "near_after": list(near[1].indices[rows])}
    write_table(run, "questions", pd.DataFrame(frame))
    names = pd.DataFrame(
        {"entity": "Ilsa Varn", "type": "character", "name": ["Ilsa Varn", "Ilsa", "The Keeper"], "primary": [True, False, False]}
    )
    write_table(
        run, "names", names.assign(**_xy("before", maps[0][:3]), **_xy("after", maps[1][:3]), found_before=0.2, found_after=[0.5, 0.4, 0.1])
    )
    entity = {
        "entity": "Ilsa Varn",
        "type": "character",
        "n_names": 3,
        "n_chunks": 6,
        "overlap": 0.7,
        "spread_before": 0.4,
        "spread_after": 0.3,
    }
    write_table(run, "entities", pd.DataFrame([{**entity, "found_before": 0.2, "found_after": 0.33}]))
    both = {"before": 0.9, "after": 0.88}
    said = dict.fromkeys(("trustworthiness", "continuity", "effective_rank", "mean_cosine"), both)
    said |= {"clusters": ["Ilsa, ledger", "storm", "bell"], "mean_overlap": float(kept.mean()), "trust_k": 10, "trust_n": n}
    return said | {"names": {"n": 3, "n_left_out": 0, "distance": {"before": 0.8, "after": 0.8}}}


def _write_scores(run: RunFolder) -> None:
    """One question got better, one worse."""
    values = {"q-bell": (0.4, 0.9), "q-ship": (1.0, 0.3)}
    rows = [
        ("test", system, question, question, "ndcg@10", value)
        for question, pair in values.items()
        for system, value in zip(("base", "tuned"), pair, strict=True)
    ]
    pd.DataFrame(rows, columns=["split", "system", "question_id", "cluster", "metric", "value"]).to_parquet(run.path / "scores.parquet")


def _xy(side, points):
    return {f"x_{side}": points[:, 0], f"y_{side}": points[:, 1]}
