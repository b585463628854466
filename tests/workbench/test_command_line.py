"""The verbs as a user types them: real processes, exit codes, one JSON object on standard output."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.settings import PROJECT
from core.store import Store
from core.workspace import Workspace
from tests.runs.world import tiny_corpus
from tests.tiny import save_tiny_bert


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """The tiny world as files: native chunks and index, BEIR questions and judgements."""
    folder = tmp_path_factory.mktemp("source")
    corpus = tiny_corpus()
    write_lines(folder / "chunks" / "world.jsonl", [
        {"chunk_id": c.chunk_id, "text": c.text, "filename": c.filename, "place_mentions": list(c.mentions["place"])} for c in corpus.chunks
    ])  # fmt: skip
    write_lines(folder / "beir" / "corpus.jsonl", [{"_id": c.chunk_id, "title": "", "text": c.text} for c in corpus.chunks])
    write_lines(folder / "beir" / "queries.jsonl", [{"_id": q.question_id, "text": q.text} for q in corpus.questions])
    (folder / "indexes").mkdir()
    index = {entity.name: {"filename": entity.name.replace(" ", "_"), "aliases": []} for entity in corpus.entities}
    (folder / "indexes" / "place_index.json").write_text(json.dumps(index))
    (folder / "beir" / "qrels").mkdir()
    for split in ("train", "dev", "test"):
        rows = [f"{q.question_id}\t{c}\t{g}" for q in corpus.asked(split) for c, g in q.judgements.items()]
        (folder / "beir" / "qrels" / f"{split}.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    model = save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")
    return {**os.environ, "BASE_MODEL": str(model), "NUM_EPOCHS": "2", "BATCH_SIZE_CPU": "4", "LEARNING_RATE": "0.001"}


def write_lines(path: Path, objects) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")


def forge(environment, *arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=240)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()} if folder.exists() else {}


def test_run_goes_from_a_folder_to_a_measured_before_and_after(source, environment, tmp_path):
    done = forge(environment, "run", source, "-w", tmp_path / "w", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found["systems"]) == ["bm25", "base", "base+bm25", "tuned", "tuned+bm25"]
    assert all(set(means) == {"ndcg@10", "recall@10", "mrr@10", "map", "rubric", "judged@10"} for means in found["systems"].values())
    assert found["questions"] == {"train": 16, "dev": 8, "test": 8}
    assert {"metric", "baseline", "candidate", "difference", "ci95", "p", "wins", "ties", "losses", "n"} <= set(found["comparison"])
    assert set(found["seconds"]) == {"ingest", "pairs", "embed", "train", "evaluate", "map"}
    assert found["chosen"] in found["systems"]
    exported = [json.loads(line) for line in (tmp_path / "w" / "exports" / "training_pairs.jsonl").read_text().splitlines()]
    assert sum(pair["label"] == "positive" and pair["rule"] == "judged" for pair in exported) == 16

    again = forge(environment, "run", source, "-w", tmp_path / "w", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["run_id"] == found["run_id"]
    assert "Nothing changed since run" in again.stderr

    evaluated = json.loads(forge(environment, "evaluate", "-w", tmp_path / "w", "--system", "tuned", "--json").stdout)
    assert evaluated["systems"] == {"tuned": found["systems"]["tuned"]}
    compared = json.loads(forge(environment, "compare", "-w", tmp_path / "w", "--baseline", "bm25", "--candidate", "base", "--json").stdout)
    assert (compared["comparison"]["baseline"], compared["comparison"]["candidate"]) == ("bm25", "base")


def test_pairs_are_generated_by_a_run_and_taken_in(source, environment, tmp_path):
    forge(environment, "ingest", source, "-w", tmp_path / "w")
    done = forge(environment, "pairs", "-w", tmp_path / "w", "--max-pairs", 9, "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert set(made) == {"run_id", "pairs", "unpaired", "dropped", "removed", "share", "notes"}
    assert sum(row["count"] for row in made["pairs"] if row["label"] == "positive") == 9
    assert {"rule", "label", "hardness", "count"} == set(made["pairs"][0])
    assert "Training pairs" in done.stderr
    with Store.open(Workspace(tmp_path / "w")) as store:
        assert store.counts().pairs["positive"] == 9
        assert store.newest_adopted() == made["run_id"]

    again = json.loads(forge(environment, "pairs", "-w", tmp_path / "w", "--max-pairs", 9, "--json").stdout)
    assert again == made  # nothing changed: the run that is there stands
    other = json.loads(forge(environment, "pairs", "-w", tmp_path / "w", "--json").stdout)
    assert other["run_id"] != made["run_id"] and sum(row["count"] for row in other["pairs"]) > sum(row["count"] for row in made["pairs"])


def test_the_verbs_one_by_one(source, environment, tmp_path):
    for verb in (("ingest", source), ("pairs",), ("train",), ("evaluate",), ("compare",)):
        done = forge(environment, *verb, "-w", tmp_path / "w", "--json")
        assert done.returncode == 0, (verb, done.stderr)
        json.loads(done.stdout)
    again = json.loads(forge(environment, "ingest", source, "-w", tmp_path / "w", "--json").stdout)
    assert (again["added"], again["changed"], again["removed"], again["unchanged"]) == (0, 0, 0, 32)
    np.save(tmp_path / "vectors.npy", np.ones((32, 32), dtype=np.float32))
    refused = forge(environment, "vectors", tmp_path / "vectors.npy", "-w", tmp_path / "w")
    assert (refused.returncode, refused.stderr.strip().count("\n")) == (2, 0) and "Another model made it" in refused.stderr
    for what, name in (("model", "model"), ("pairs", "pairs.jsonl"), ("decisions", "decisions.csv")):
        done = forge(environment, "export", "-w", tmp_path / "w", "--what", what, "--to", tmp_path / "out" / name, "--json")
        assert done.returncode == 0, (what, done.stderr)
        assert json.loads(done.stdout)["what"] == what
    assert (tmp_path / "out" / "model" / "model.safetensors").is_file()
    assert (tmp_path / "out" / "pairs.jsonl").read_bytes() == (tmp_path / "w" / "exports" / "training_pairs.jsonl").read_bytes()
    refused = forge(environment, "export", "-w", tmp_path / "w", "--what", "model", "--to", tmp_path / "out")
    assert (refused.returncode, refused.stderr.strip().count("\n")) == (2, 0)
    assert "holds something already" in refused.stderr


def test_a_bad_line_stops_the_import_and_skip_invalid_brings_the_rest(source, environment, tmp_path):
    broken = tmp_path / "broken"
    write_lines(broken / "chunks" / "a.jsonl", [{"text": "The bell tower.", "filename": "bell"}, {"text": "No file name."}])
    refused = forge(environment, "ingest", broken, "-w", tmp_path / "w")
    assert refused.returncode == 2
    assert "chunks/a.jsonl, line 2" in refused.stderr and "filename" in refused.stderr and "Traceback" not in refused.stderr
    allowed = forge(environment, "ingest", broken, "-w", tmp_path / "w", "--skip-invalid", "--json")
    assert allowed.returncode == 0, allowed.stderr
    assert json.loads(allowed.stdout)["added"] == 1


@pytest.mark.parametrize("kind", ["empty", "missing", "file"])
def test_a_folder_that_cannot_be_imported_is_one_sentence_and_changes_nothing(environment, tmp_path, kind):
    source = tmp_path / "source"
    if kind == "empty":
        source.mkdir()
    elif kind == "file":
        source.write_text("not a folder")
    done = forge(environment, "ingest", source, "-w", tmp_path / "w", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and str(source) in done.stderr


def test_another_folder_does_not_push_out_a_corpus_unasked(source, environment, tmp_path):
    other = tmp_path / "other"
    write_lines(other / "chunks" / "a.jsonl", [{"text": "The bell tower.", "filename": "bell"}])
    forge(environment, "ingest", source, "-w", tmp_path / "w")
    refused = forge(environment, "ingest", other, "-w", tmp_path / "w")
    assert refused.returncode == 2 and "--replace" in refused.stderr
    replaced = json.loads(forge(environment, "ingest", other, "-w", tmp_path / "w", "--replace", "--json").stdout)
    assert (replaced["added"], replaced["removed"]) == (1, 32)


def test_a_workspace_held_by_another_process_is_one_sentence(source, environment, tmp_path):
    forge(environment, "ingest", source, "-w", tmp_path / "w")
    before = files(tmp_path / "w")
    holding = "import sys, time; from pathlib import Path; from core.store.store import Store; from core.workspace import Workspace\n"
    holding += "store = Store.open(Workspace(Path(sys.argv[1]))); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", holding, tmp_path / "w"], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout.readline() == "held\n"
            done = forge(environment, "pairs", "-w", tmp_path / "w")
            assert done.returncode == 2
            assert str(holder.pid) in done.stderr
            assert len(done.stderr.strip().splitlines()) == 1
        finally:
            holder.kill()
    time.sleep(0.1)
    assert files(tmp_path / "w") == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pairs",), "There is no workspace at"),
        (("compare",), "There is no workspace at"),
        (("ingest", "nowhere"), "nowhere"),
    ],
)
def test_a_verb_without_its_input_says_what_is_missing(environment, tmp_path, arguments, says):
    done = forge(environment, *arguments, "-w", tmp_path / "w")
    assert done.returncode == 2
    assert says in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_setting_is_one_sentence(environment, source, tmp_path):
    done = forge({**environment, "LEARNING_RATE": "fast"}, "ingest", source, "-w", tmp_path / "w")
    assert (done.returncode, done.stderr.strip().count("\n")) == (2, 0)
    assert "LEARNING_RATE='fast'" in done.stderr
    assert not (tmp_path / "w").exists()
