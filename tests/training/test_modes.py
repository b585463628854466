"""Every mode in this process, on a model of a few thousand weights: what it leaves loads like any other model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from core.corpus.topics import TopicMatcher
from core.encoders import local
from core.encoders.choose import local_encoder
from core.encoders.locate import ModelFolder, locate
from core.evaluation.objective import Objective, objective_for
from core.settings import Settings
from core.training.estimate import Probe, estimates, measured_probe, pick, workload
from core.training.general import general_pairs
from core.training.job import Job, Trained
from core.training.measuring import measured
from core.training.modes import MODES
from core.training.rows import Row, training_rows
from tests.runs.world import tiny_corpus, tiny_pairs
from tests.tiny import save_tiny_bert
from tests.training.test_loop import Diary


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


def rows() -> tuple[Row, ...]:
    corpus = tiny_corpus()
    return training_rows(tiny_pairs(corpus), {chunk.chunk_id: chunk.document for chunk in corpus.chunks}, 1)


def dev() -> Objective:
    corpus = tiny_corpus()
    found = objective_for(corpus.asked("dev"), corpus.searchable, TopicMatcher(corpus.entities))
    assert found
    return found


def train(model: Path, mode: str, folder: Path, **settings: object) -> tuple[Trained, Diary, Settings]:
    chosen = Settings(
        _env_file=None, BASE_MODEL=str(model), TRAINING_MODE=mode, NUM_EPOCHS=4, BATCH_SIZE_CPU=4, LEARNING_RATE=1e-3, **settings
    )
    diary = Diary()
    return MODES[mode].train(Job(locate(str(model)), rows(), dev(), folder, chosen, diary.emit, diary.should_stop)), diary, chosen


def test_the_table_of_the_instant_mode_is_the_same_each_time(model, tmp_path) -> None:
    first, second = (
        SentenceTransformer(str(train(model, "instant", tmp_path / name)[0].best.path), device="cpu").encode(["the bell"])
        for name in ("first", "second")
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("mode", MODES)
def test_what_a_mode_leaves_is_an_ordinary_model(model, tmp_path, mode) -> None:
    trained, diary, settings = train(model, mode, tmp_path)
    assert trained.best and trained.verdict.verdict in {"better", "no clear difference", "worse"}
    texts = ["the keeper kept the bell", "the salt lamp of the city"]
    ours = local_encoder(ModelFolder("tuned", trained.best.path), settings).encode(texts, "document")
    plain = SentenceTransformer(str(trained.best.path), device="cpu").encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(ours, plain, atol=1e-5)
    told = [event["value"] for event in diary.events if event["kind"] == "interpolation" or (event["kind"] == "dev" and event["step"])]
    of_folder = measured(dev(), general_pairs(None), local_encoder(ModelFolder("tuned", trained.best.path), settings).encode).value
    assert trained.best.value == max(told) == pytest.approx(of_folder, abs=1e-6)
    kinds = [event["kind"] for event in diary.events]
    assert kinds.index("dev") < kinds.index("train") and {"general", "spread"} <= set(kinds)


def test_fast_goes_half_as_often_through_the_pairs(model, tmp_path) -> None:
    told = {mode: train(model, mode, tmp_path / mode)[1].events for mode in ("fast", "standard")}
    steps = {mode: next(event["total_steps"] for event in events if event["kind"] == "train") for mode, events in told.items()}
    assert steps["standard"] == 2 * steps["fast"]


@pytest.mark.parametrize("settings", [{"LOSS": "gist"}, {"LOSS": "cached"}, {"MATRYOSHKA_DIMS": (32, 8)}])
def test_the_other_losses_learn_too(model, tmp_path, settings) -> None:
    _, diary, _ = train(model, "standard", tmp_path, **settings)
    losses = list(diary.losses().values())
    assert sum(losses[-4:]) < sum(losses[:4])


def test_an_estimate_grows_with_the_work_and_a_budget_picks_the_best_that_fits(model) -> None:
    settings = Settings(_env_file=None, BASE_MODEL=str(model))
    work = workload(rows(), dev().questions, dev().chunks, settings)
    probe = Probe(read=30.0, learnt=10.0, device="cpu")
    seconds = {one.mode: one.seconds for one in estimates(work, probe, settings)}
    assert seconds["fast"] < seconds["standard"] < seconds["full"]
    assert pick(work, probe, settings, None) == "standard"
    assert pick(work, probe, settings, seconds["fast"] + 1) == "fast"
    assert pick(work, probe, settings, 1.0) == "instant"
    assert pick(work, Probe(30.0, 10.0, "cuda"), settings, None) == "full"
    twice = workload(rows() + rows(), dev().questions, dev().chunks, settings)
    assert all(twice.epoch[mode] > work.epoch[mode] for mode in MODES)
    long = tuple(replace(row, positive=200 * "the salt lamp ") for row in rows())
    of_long = workload(long, dev().questions, dev().chunks, settings.model_copy(update={"MAX_SEQ_LENGTH": 256}))
    assert of_long.epoch["fast"] < 0.7 * of_long.epoch["standard"]


def test_the_fewer_pairs_the_more_often_they_are_gone_through() -> None:
    standard, fast = MODES["standard"], MODES["fast"]
    assert [standard.epochs(None, n) for n in (1, 6, 20, 41, 60, 600)] == [4, 4, 3, 2, 1, 1]
    assert [fast.epochs(None, n) for n in (1, 60)] == [2, 1]
    assert standard.epochs(7, 1) == 7


def test_the_probe_reads_without_dropout_and_learns_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ModelFolder("tiny", save_tiny_bert(tmp_path / "tiny"))
    model, seen = local.load_model(folder), set()
    model.register_forward_pre_hook(lambda module, _: seen.add((torch.is_grad_enabled(), module.training)))
    monkeypatch.setattr(local, "load_model", lambda *_: model)
    probe = measured_probe(Settings(_env_file=None, BASE_MODEL=str(folder.path)))  # type: ignore[call-arg]
    assert seen == {(False, False), (True, True)} and probe.read > 0 and probe.learnt > 0
