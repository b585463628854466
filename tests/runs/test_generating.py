"""The pairs stage in a real worker, and its pairs taken into the store."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import adopting, pipeline
from core.errors import InputError
from core.records import BY_HAND, Corpus, Decision, Pair, Verdict
from core.runs.frozen import read_dropped, read_pairs
from core.runs.generating import learnable
from core.runs.launch import resume
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace
from tests.runs.world import tiny_corpus, wait_for
from tests.tiny import save_tiny_bert


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def settings(model: Path) -> Settings:
    return Settings(_env_file=None, BASE_MODEL=str(model), NUM_EPOCHS=1, BATCH_SIZE_CPU=4, LEARNING_RATE=1e-3)


@pytest.fixture(scope="module")
def words_only() -> Settings:
    """A base model on a server that is not there: a generation without vectors, and without the seconds that torch takes to load."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Settings(_env_file=None, MODEL_BACKEND="ollama", MODEL_URL=f"http://127.0.0.1:{port}")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    with Store.open(workspace) as store:
        store.import_corpus(tiny_corpus(), {}, "tiny")
        yield store


def of_kind(run, kind):
    return [event for event in run.events() if event["kind"] == kind]


def test_a_run_makes_pairs_and_the_store_takes_them_in_once(store: Store, workspace: Workspace, settings: Settings) -> None:
    run = pipeline.start_pairs(store, workspace, settings)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    made = run.generation()
    assert made and made["encoder"] and sum(row["count"] for row in made["pairs"]) == len(read_pairs(run.path / "generated.jsonl"))
    assert sum(made["dropped"].values()) == len(read_dropped(run.path / "dropped.jsonl"))
    assert {event["what"] for event in of_kind(run, "progress")} >= {"queries"}

    assert adopting.unadopted(store, workspace) == run
    assert adopting.adopt_newest(store, workspace)
    assert store.pairs() == read_pairs(run.path / "generated.jsonl")
    assert any(pair.rule == "judged" for pair in store.pairs("positive"))
    assert adopting.unadopted(store, workspace) is None and not adopting.adopt_pairs(store, run)
    exported = [json.loads(line) for line in (workspace.exports / "training_pairs.jsonl").read_text().splitlines()]
    assert [line["pair_id"] for line in exported] == [pair.pair_id for pair in store.pairs()]

    again = pipeline.start_pairs(store, workspace, settings, reuse=True)
    assert again == run  # the same inputs
    assert pipeline.start_pairs(store, workspace, settings, max_pairs=3, reuse=True) != run


def test_the_same_inputs_make_the_same_bytes(store: Store, workspace: Workspace, words_only: Settings) -> None:
    runs = [pipeline.start_pairs(store, workspace, words_only) for _ in range(2)]
    assert {wait_for(run, "finished", "failed") for run in runs} == {"finished"}
    for name in ("generated.jsonl", "dropped.jsonl", "removed.jsonl", "generation.json"):
        assert (runs[0].path / name).read_bytes() == (runs[1].path / name).read_bytes()
    adopting.adopt_newest(store, workspace)
    assert store.newest_adopted() == max(run.run_id for run in runs)
    assert adopting.unadopted(store, workspace) is None  # the older of the two is of no interest


def test_without_its_server_it_goes_on_and_says_so(store: Store, workspace: Workspace, words_only: Settings) -> None:
    run = pipeline.start_pairs(store, workspace, words_only)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    made = run.generation()
    assert made and made["encoder"] is None
    assert "Made without vectors" in made["notes"][0] and words_only.MODEL_URL in made["notes"][0]
    assert any(row["label"] == "positive" for row in made["pairs"])


def test_pairs_of_an_earlier_corpus_are_left_where_they_are(store: Store, workspace: Workspace, words_only: Settings) -> None:
    run = pipeline.start_pairs(store, workspace, words_only)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    corpus = tiny_corpus()
    store.import_corpus(Corpus(corpus.chunks[1:], corpus.entities, corpus.questions), {}, "tiny")
    assert adopting.unadopted(store, workspace) is None and not adopting.adopt_newest(store, workspace)
    with pytest.raises(InputError, match="The corpus has changed"):
        adopting.adopt_pairs(store, run)
    assert store.pairs() == ()


def test_decisions_go_into_a_new_generation_and_outlive_it(store: Store, workspace: Workspace, words_only: Settings) -> None:
    first = pipeline.start_pairs(store, workspace, words_only)
    assert wait_for(first, "finished", "failed") == "finished", first.worker_log.read_text()
    adopting.adopt_newest(store, workspace)
    negative, positive = store.pairs("negative")[0], store.pairs("positive")[0]
    decided = [Decision("a", negative.pair_id, "reject", "ada", 1.0), Decision("b", positive.pair_id, "accept", "ada", 2.0)]
    store.decide(decided)

    second = pipeline.start_pairs(store, workspace, words_only, reuse=True)
    assert second != first
    assert wait_for(second, "finished", "failed") == "finished", second.worker_log.read_text()
    generated = {pair.pair_id for pair in read_pairs(second.path / "generated.jsonl")}
    assert positive.pair_id in generated and negative.pair_id not in generated
    adopting.adopt_newest(store, workspace)
    assert {(one.pair.pair_id, one.verdict) for one in store.audited()} == {(one.pair_id, one.verdict) for one in decided}


def test_one_run_trains_on_the_pairs_that_it_makes(store: Store, workspace: Workspace, settings: Settings) -> None:
    run = pipeline.start_all(store, workspace, settings)
    while not run.has_pairs and run.status() in {"starting", "running"}:
        time.sleep(0.02)
    assert adopting.adopt_newest(store, workspace)  # long before the run has ended
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    assert read_pairs(run.path / "pairs.jsonl") == store.training_pairs()
    assert list(run.seconds()) == ["embed", "pairs", "train", "evaluate", "map"]
    assert (run.results() or {})["questions"]["test"] == 8

    contradicted = run.contradictions() or {}
    assert contradicted and contradicted.keys() <= {pair.pair_id for pair in store.training_pairs()}
    assert adopting.unheard(store, workspace) == run
    assert adopting.adopt_contradictions(store, workspace) and not adopting.adopt_contradictions(store, workspace)
    assert store.contradicted_by() == run.run_id and adopting.unheard(store, workspace) is None


def test_a_killed_worker_resumes_and_makes_the_same(store: Store, workspace: Workspace, words_only: Settings) -> None:
    run = pipeline.start_pairs(store, workspace, words_only)
    while not of_kind(run, "started"):
        time.sleep(0.02)
    os.kill(of_kind(run, "started")[0]["pid"], signal.SIGKILL)
    assert wait_for(run, "lost", "finished") == "lost"
    assert not run.has_pairs and adopting.unadopted(store, workspace) is None
    resume(run)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()
    assert adopting.adopt_newest(store, workspace)


def test_a_stop_is_heard_while_pairs_are_made(store: Store, workspace: Workspace, words_only: Settings) -> None:
    run = pipeline.start_pairs(store, workspace, words_only)
    run.stop()
    assert wait_for(run, "cancelled", "finished", "failed") == "cancelled", run.worker_log.read_text()
    assert not run.has_pairs


def test_a_run_without_pairs_cannot_be_adopted(store: Store, workspace: Workspace, settings: Settings) -> None:
    run = pipeline.start_run(store, workspace, settings, ("embed",))
    run.stop()
    with pytest.raises(InputError, match="has made no pairs"):
        adopting.adopt_pairs(store, run)
    wait_for(run, "cancelled", "finished", "failed")


def test_nothing_doubtful_is_learned_from() -> None:
    pairs = tuple(Pair(f"q{n}", "c", "positive", "on" if n % 2 else "off") for n in range(6))
    verdicts: dict[str, Verdict] = {
        pairs[0].pair_id: "accept", pairs[1].pair_id: "reject", pairs[3].pair_id: "flag", pairs[5].pair_id: "skip",
    }  # fmt: skip
    assert learnable(pairs, verdicts, {"off"}) == (pairs[0], pairs[5])
    assert learnable(pairs, verdicts, accepted_only=True) == (pairs[0],)
    assert learnable(pairs, {}) == pairs


def test_what_a_person_added_is_learned_from_until_refused() -> None:
    added, other = Pair("q", "c1", "positive", BY_HAND), Pair("q", "c2", "positive", "topics")
    assert learnable((added, other), {}, accepted_only=True) == (added,)
    assert learnable((added, other), {added.pair_id: "reject"}) == (other,)
