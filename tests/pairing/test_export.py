from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.corpus.reading import read_folder
from core.pairing.export import FORMATS, download_name, export_of, pairs_as, write_training_pairs
from core.records import Chunk, Pair, Question

PAIR = Pair("Wer läutet?", "c1", "positive", "judged", "q1", score=1.0, reason="Judged relevant.", evidence={"grade": 1})


def test_one_object_a_line_with_the_text(tmp_path: Path) -> None:
    path = tmp_path / "new" / "training_pairs.jsonl"
    write_training_pairs([PAIR, PAIR], {"c1": "Ilsa\nläutet \u2028 die Glocke."}, path)
    lines = path.read_bytes().decode().split("\n")
    assert len(lines) == 3
    assert json.loads(lines[0]) == {
        "pair_id": PAIR.pair_id,
        "query": "Wer läutet?",
        "chunk_id": "c1",
        "text": "Ilsa\nläutet \u2028 die Glocke.",
        "label": "positive",
        "rule": "judged",
        "hardness": "",
        "score": 1.0,
        "reason": "Judged relevant.",
        "question_id": "q1",
        "split": "train",
        "evidence": {"grade": 1},
    }


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "training_pairs.jsonl"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyError):
        write_training_pairs([PAIR], {}, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_character_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "training_pairs.jsonl"
    write_training_pairs([PAIR], {"c1": "torn \ud83d"}, path)
    assert json.loads(path.read_text(encoding="utf-8"))["text"] == "torn ?"


CHUNKS = (
    Chunk("c1", "Ilsa läutet.", "bell", title="Bell"),
    Chunk("c2", "The lamp of salt.", "lamp"),
    Chunk(" c\t3 ", 'A "stone".\nA river.', "river"),
    Chunk("c4", "Nobody asks for this.", "rest"),
)
QUESTIONS = (
    Question("q1", "Who rings?", judgements={"c1": 2, "c2": 0, "c4": 0}, split="train"),
    Question("q2", "What is salt?", judgements={"c2": 1, "c1": 0}, split="train"),
    Question("q3", "Where is the stone?", judgements={" c\t3 ": 1}, split="train"),
)


def pairs_of(questions: Sequence[Question]) -> list[Pair]:
    return [
        Pair(question.text, chunk_id, "positive" if grade else "negative", "judged", question.question_id, evidence={"grade": grade})
        for question in questions
        for chunk_id, grade in question.judgements.items()
    ]


PAIRS = (*pairs_of(QUESTIONS), Pair("bell ring", "c1", "positive", "synthetic-keyword"))


def test_the_beir_folder_reads_back_as_the_same_questions_and_judgements(tmp_path: Path) -> None:
    """An id with a tab in it cannot stand in a line of columns: its hash does, in the corpus and in the judgements alike."""
    for name, content in export_of("beir", PAIRS, CHUNKS).files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    read = read_folder(tmp_path)
    assert read.report.problems == ()
    named = {chunk.text: chunk for chunk in read.corpus.chunks}
    ids = {chunk.chunk_id: named[chunk.text].chunk_id for chunk in CHUNKS}
    assert [ids[name] for name in ("c1", "c2", "c4")] == ["c1", "c2", "c4"]
    assert [(named[chunk.text].title, named[chunk.text].document) for chunk in CHUNKS] == [
        (chunk.title, chunk.document) for chunk in CHUNKS
    ]
    *judged, synthetic = read.corpus.questions
    for question, known in zip(judged, QUESTIONS, strict=True):
        assert (question.question_id, question.text, question.split) == (known.question_id, known.text, "train")
        assert question.judgements == {ids[chunk_id]: grade for chunk_id, grade in known.judgements.items()}
    assert (synthetic.text, dict(synthetic.judgements)) == ("bell ring", {"c1": 1})


@pytest.mark.parametrize("form", ["st-jsonl", "st-parquet"])
def test_the_columns_load_as_a_data_set_to_train_on(tmp_path: Path, form: str) -> None:
    from datasets import load_dataset

    export, suffix = export_of(form, PAIRS, CHUNKS), form.removeprefix("st-")
    for name, content in export.files.items():
        (tmp_path / name).write_bytes(content)
    kind = {"jsonl": "json", "parquet": "parquet"}[suffix]
    loaded = {
        part: load_dataset(kind, data_files=str(tmp_path / f"{part}.{suffix}"), split="train", cache_dir=str(tmp_path / "cache"))
        for part in ("train", "pairs")
    }
    assert loaded["train"].column_names == ["query", "positive", "negative_1", "negative_2"]
    assert loaded["train"].to_list() == [
        {"query": "Who rings?", "positive": "Bell\nIlsa läutet.", "negative_1": "The lamp of salt.", "negative_2": "Nobody asks for this."}
    ]
    assert loaded["pairs"].column_names == ["query", "positive"]
    assert loaded["pairs"]["query"][:] == ["What is salt?", "Where is the stone?", "bell ring"]
    assert export.said == f"1 row with 2 negatives each in train.{suffix}; 3 whose query has fewer in pairs.{suffix}, without negatives."


def test_without_any_negative_there_is_one_file_of_two_columns() -> None:
    export = export_of("st-jsonl", [PAIRS[0]], CHUNKS)
    assert list(export.files) == ["train.jsonl"]
    assert json.loads(export.files["train.jsonl"]) == {"query": "Who rings?", "positive": "Bell\nIlsa läutet."}


@pytest.mark.parametrize("form", FORMATS)
def test_a_download_holds_the_files_of_the_export_byte_for_byte(form: str) -> None:
    content, files = pairs_as(form, PAIRS, CHUNKS), export_of(form, PAIRS, CHUNKS).files
    assert content == pairs_as(form, PAIRS, CHUNKS)
    if download_name(form) == "training_pairs.jsonl":
        assert [content] == list(files.values())
        assert [json.loads(line)["pair_id"] for line in content.splitlines()] == [pair.pair_id for pair in PAIRS]
    else:
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert {name: archive.read(name) for name in archive.namelist()} == files
