"""What leaves a workspace appears whole under its name, or not at all, and never in the place of something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import InputError
from core.exporting import export_model, export_pairs, export_qrels, place_folder
from core.records import Chunk, Corpus, Judgement, Pair, Question
from core.runs.folder import create_run
from core.store import Store
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


@pytest.fixture
def store(workspace: Workspace):
    with Store.open(workspace) as store:
        store.import_corpus(Corpus((Chunk("../c1", "The bell.", "../../etc/bell"), Chunk("c2", "The lamp.", "lamp"))), {}, "somewhere")
        store.save_pairs([Pair("who rings", "../c1", "positive", "judged"), Pair("who rings", "c2", "negative", "same-type")])
        yield store


def run_with_model(workspace: Workspace, weights: str) -> str:
    run = create_run(workspace.runs, {"stages": ["train"], "settings": {}, "model_run": None}, {})
    (run.model / "1_Pooling").mkdir(parents=True)
    (run.model / "model.safetensors").write_text(weights)
    (run.model / "1_Pooling" / "config.json").write_text("{}")
    return run.run_id


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_model_is_copied_whole(workspace: Workspace, tmp_path: Path) -> None:
    older = run_with_model(workspace, "older")
    newest = max(older, run_with_model(workspace, "newer"))
    assert export_model(workspace, tmp_path / "new" / "model").run_id == newest
    assert listed(tmp_path / "new") == ["model", "model/1_Pooling", "model/1_Pooling/config.json", "model/model.safetensors"]
    assert export_model(workspace, tmp_path / "older", older).run_id == older
    assert (tmp_path / "older" / "model.safetensors").read_text() == "older"


@pytest.mark.parametrize("run_id", [None, "nobody", "../runs"])
def test_a_model_that_is_not_there_is_one_sentence(workspace: Workspace, tmp_path: Path, run_id: str | None) -> None:
    with pytest.raises(InputError, match="tuned model"):
        export_model(workspace, tmp_path / "model", run_id)
    assert not (tmp_path / "model").exists()


def test_nothing_is_written_over_a_folder_that_holds_something(workspace: Workspace, tmp_path: Path) -> None:
    run_with_model(workspace, "mine")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "thesis.txt").write_text("years")
    with pytest.raises(InputError, match="holds something already"):
        export_model(workspace, tmp_path / "kept")
    with pytest.raises(InputError, match="is a file"):
        export_model(workspace, tmp_path / "kept" / "thesis.txt")
    assert listed(tmp_path / "kept") == ["thesis.txt"]
    (tmp_path / "empty").mkdir()
    export_model(workspace, tmp_path / "empty")
    assert (tmp_path / "empty" / "model.safetensors").read_text() == "mine"


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left on device"):
        place_folder(tmp_path / "out", fill)
    assert listed(tmp_path) == []


def test_pairs_go_to_a_file_or_a_folder(store: Store, tmp_path: Path) -> None:
    assert export_pairs(store, "jsonl", tmp_path / "pairs.jsonl") == "2 pairs, one a line."
    assert len((tmp_path / "pairs.jsonl").read_text().splitlines()) == 2
    export_pairs(store, "st-parquet", tmp_path / "columns")
    assert listed(tmp_path / "columns") == ["train.parquet"]
    with pytest.raises(InputError, match="this export is a file"):
        export_pairs(store, "jsonl", tmp_path / "columns")


def test_names_in_the_data_are_never_paths(store: Store, tmp_path: Path) -> None:
    before = listed(tmp_path)
    export_pairs(store, "beir", tmp_path / "deep" / "beir")
    new = set(listed(tmp_path)) - set(before)
    assert new == {"deep", *(f"deep/beir{name}" for name in ("", "/corpus.jsonl", "/queries.jsonl", "/qrels", "/qrels/train.tsv"))}


def test_only_what_may_be_trained_on_leaves(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No pair has been accepted yet"):
        export_pairs(store, "jsonl", tmp_path / "pairs.jsonl", undecided=False)
    store.save_pairs([])
    with pytest.raises(InputError, match="generate them first"):
        export_pairs(store, "jsonl", tmp_path / "pairs.jsonl")


def test_judgements_leave_as_qrels_a_file_a_split(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing has been judged yet"):
        export_qrels(store, tmp_path / "none")
    asked = (Question("q1", "who rings", judgements={"../c1": 2}, split="test"), Question("q2", "who lights", split="dev"))
    store.import_corpus(Corpus(store.chunks(), (), asked), {}, "somewhere")
    store.judge([Judgement("j1", "q1", "../c1", 0, "Ada", 1.0), Judgement("j2", "q2", "c2", 3, "Ada", 1.0)])
    assert export_qrels(store, tmp_path / "qrels") == 2
    assert listed(tmp_path / "qrels") == ["dev.tsv", "test.tsv"]
    assert (tmp_path / "qrels" / "test.tsv").read_text() == "query-id\tcorpus-id\tscore\nq1\t../c1\t0\n"


def test_pairs_of_a_question_that_an_import_held_out_do_not_leave(store: Store, tmp_path: Path) -> None:
    asked = Question("q1", "who rings the bell in fog", judgements={"../c1": 2}, split="train")
    store.import_corpus(Corpus(store.chunks(), (), (asked,)), {}, "somewhere")
    others = [Pair("Who rings the BELL in fog?", "../c1", "positive", "synthetic-question"), Pair("lamp", "c2", "positive", "sentence")]
    store.save_pairs([Pair(asked.text, "../c1", "positive", "judged", "q1"), *others])

    def exported(name: str) -> list[str]:
        export_pairs(store, "jsonl", tmp_path / name)
        return [json.loads(line)["query"] for line in (tmp_path / name).read_text().splitlines()]

    assert exported("before.jsonl") == [asked.text, "Who rings the BELL in fog?", "lamp"]
    store.import_corpus(Corpus(store.chunks(), (), (replace(asked, split="test"),)), {}, "somewhere")
    assert store.pairs_outdated() and len(store.pairs()) == 3  # nobody has generated them again
    assert exported("after.jsonl") == ["lamp"]
