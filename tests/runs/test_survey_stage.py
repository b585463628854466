"""The survey as a stage of a run, taken into the store; and what a person left out of training, as a run's pairs stage heeds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import adopting, pipeline
from core.errors import InputError
from core.records import Corpus
from core.runs.folder import RunFolder
from core.runs.frozen import read_pairs
from core.runs.stages import STAGES, Context
from core.settings import Settings
from core.store import ChunkFilter, Store
from core.surveying import start_survey, surveying, take_in_survey
from core.workspace import Workspace
from tests.runs.world import tiny_corpus

SERVER = Settings(_env_file=None, MODEL_BACKEND="ollama", MODEL_URL="http://127.0.0.1:9")  # nobody listens: no torch, no tokenizer


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The tiny world; a run that is started is worked on here, not in a process of its own."""
    monkeypatch.setattr(pipeline, "launch", lambda run: None)
    store = Store.open(Workspace.create(tmp_path / "w"))
    store.import_corpus(tiny_corpus(), {}, "tiny")
    return store


def worked(run: RunFolder, stage: str) -> RunFolder:
    STAGES[stage](Context(run))
    return run


def test_a_run_takes_the_survey_and_the_store_takes_it_in_once(store: Store, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    run = start_survey(store, workspace, SERVER)
    assert surveying(workspace) == run and not take_in_survey(store, run)
    worked(run, "survey")
    assert take_in_survey(store, run)
    assert store.survey() is not None and surveying(workspace) is None
    assert not list(run.path.glob("survey*"))
    assert store.chunk_ids(ChunkFilter(text="the bell towers"))  # "tower" in another form


def test_a_survey_of_a_corpus_that_is_gone_is_not_taken_in(store: Store, tmp_path: Path) -> None:
    run = worked(start_survey(store, Workspace(tmp_path / "w"), SERVER), "survey")
    corpus = tiny_corpus()
    store.import_corpus(Corpus(corpus.chunks[1:], corpus.entities, corpus.questions), {}, "tiny")
    assert not take_in_survey(store, run)
    assert store.survey() is None


def test_no_pair_is_made_of_a_chunk_that_is_left_out_of_training(store: Store, tmp_path: Path) -> None:
    store.leave_out(ChunkFilter(ids=("bell-tower-child",)), "training", "by hand")
    run = worked(pipeline.start_pairs(store, Workspace(tmp_path / "w"), SERVER), "pairs")
    pairs = read_pairs(run.path / "generated.jsonl")
    assert pairs and "bell-tower-child" not in {pair.chunk_id for pair in pairs}


def test_left_out_of_everything_there_is_nothing_to_train_on(store: Store, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    run = worked(pipeline.start_pairs(store, workspace, SERVER), "pairs")
    assert adopting.adopt_pairs(store, run)
    store.leave_out(ChunkFilter(), "training", "all")
    with pytest.raises(InputError, match="no training pairs"):
        pipeline.start_run(store, workspace, SERVER, ("train",))
