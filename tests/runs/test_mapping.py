"""The map stage on a model of a few thousand weights."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.encoders.cache import VectorCache
from core.encoders.protocol import Encoder
from core.records import Chunk, Corpus, Entity
from core.runs.folder import RunFolder
from core.runs.launch import launch
from core.runs.mapped import maps, owner_of, question_changes, read_map
from core.runs.mapping import draw_map
from core.runs.naming import naming
from core.runs.stages import Cancelled, Context
from tests.runs.world import PLACES, tiny_run, wait_for
from tests.tiny import save_tiny_bert


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run with a tuned model (another random one), its map drawn in this process."""
    run = tiny_run(tmp_path_factory.mktemp("map"), ("map",))
    save_tiny_bert(run.path / "model", seed=1)
    draw_map(Context(run))
    return run


def vectors_of(run: RunFolder, encoder: Encoder) -> np.ndarray:
    return VectorCache(run.path.parent.parent / "vectors", encoder, "document").embed(Context(run).documents).vectors


def test_it_says_what_is_true_of_the_full_spaces(run: RunFolder):
    found, context = read_map(run), Context(run)
    assert found is not None and found.is_whole and found.has_after
    assert found.points["chunk_id"].tolist() == [chunk.chunk_id for chunk in context.corpus.searchable]
    near = {}
    for side, encoder in (("before", context.base), ("after", context.tuned)):
        vectors = vectors_of(run, encoder)
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -2)
        near[side] = np.argsort(-cosines, axis=1, kind="stable")[:, :10]
        listed = np.stack(found.points[f"near_{side}"])
        assert (np.take_along_axis(cosines, listed, axis=1) == np.take_along_axis(cosines, near[side], axis=1)).mean() > 0.99  # ties
    shared = [
        len(set(one) & set(other)) / 10 for one, other in zip(*(np.stack(found.points[f"near_{side}"]) for side in near), strict=True)
    ]
    assert found.points["overlap"].tolist() == pytest.approx(shared)
    assert found.summary["mean_overlap"] == pytest.approx(np.mean(shared))
    assert set(found.questions["question_id"]) == {question.question_id for question in context.corpus.questions}
    assert len(found.summary["clusters"]) == found.points["cluster"].nunique()
    assert np.isfinite(found.points[["x_before", "y_before", "x_after", "y_after"]].to_numpy()).all()
    json.dumps(found.summary, allow_nan=False)


def test_the_same_seed_gives_the_same_picture(run: RunFolder):
    before = (run.path / "map.parquet").read_bytes()
    draw_map(Context(run))
    assert pd.read_parquet(run.path / "map.parquet").equals(pd.read_parquet(__import__("io").BytesIO(before)))


def test_a_first_look_is_there_before_the_map_is(tmp_path: Path):
    run = tiny_run(tmp_path, ("map",))
    seen = []

    class Impatient(Context):
        def check_stop(self) -> None:
            if (shown := read_map(self.run)) is not None:
                seen.append(shown)
                raise Cancelled

    with pytest.raises(Cancelled):
        draw_map(Impatient(run))
    assert seen[0].summary["state"] == "pca" and not seen[0].is_whole and len(seen[0].points) == 32
    assert not seen[0].has_after
    draw_map(Context(run))  # resumed
    whole = read_map(run)
    assert whole is not None and whole.is_whole and (whole.points["overlap"] == 1).all() and (whole.points["moved"] == 0).all()


def test_a_worker_draws_it_after_an_evaluation(tmp_path: Path):
    run = tiny_run(tmp_path, ("embed", "train", "evaluate", "map"))
    launch(run)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    assert {event["what"] for event in run.events() if event["kind"] == "progress" and event["stage"] == "map"} >= {
        "passes over the first map"
    }
    assert maps([run]) == [run] and owner_of(run) == run.run_id
    changes = question_changes(run, [run])
    assert len(changes) == 16  # dev and test
    assert changes["difference"].tolist() == pytest.approx((changes["after"] - changes["before"]).tolist())


def test_of_too_few_chunks_there_is_no_map_but_no_failure(tmp_path: Path):
    run = tiny_run(tmp_path, ("map",))

    class Small(Context):
        corpus = Corpus(tuple(Chunk(str(number), "a bell", "f") for number in range(5)))

    draw_map(Small(run))
    assert read_map(run) is None and maps([run]) == []


def test_names_are_those_of_the_entity_whatever_a_chunk_calls_it():
    entities = (Entity("Ilsa", "character", ("The Keeper", "the keeper", "Ilsa Varn")), Entity(PLACES[0], "place"))
    chunks = [
        Chunk(str(n), "x", "f", mentions={"character": ("The Keeper",)} if n < 2 else {"place": ("Unknown",)} if n < 4 else {})
        for n in range(30)
    ]
    found = naming(Corpus(tuple(chunks), entities))
    assert found.names == ["Ilsa", "The Keeper", "Ilsa Varn"]  # another case is no other name
    assert [rows.tolist() for rows in found.chunks_of] == [[0, 1]]
    assert found.mentions.shape == (30, 2) and found.mentions.toarray()[:5].tolist() == [[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]]


def test_who_is_mentioned_everywhere_tells_nothing():
    chunks = tuple(Chunk(str(n), "x", "f", mentions={"place": ("Orun",)}) for n in range(30))
    assert naming(Corpus(chunks)).mentions.shape == (30, 0)
