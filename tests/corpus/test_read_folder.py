from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.corpus.reading import read_folder
from core.errors import InputError

ROW = {"text": "one two three", "filename": "f"}


def test_folders_that_hold_nothing_to_read_are_one_sentence(folder, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for source, said in [
        (tmp_path / "absent", "There is no folder"),
        (empty, "is empty"),
        (folder({"notes.pdf": b"%PDF"}), "is known here"),
    ]:
        with pytest.raises(InputError, match=said) as caught:
            read_folder(source)
        assert str(source) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_indexes_without_chunks_are_refused_rather_than_a_readme_read(folder) -> None:
    with pytest.raises(InputError, match="no chunks"):
        read_folder(folder({"indexes/hero_index.json": {}, "README.md": "about"}))


def test_chunk_files_without_a_line_are_refused(folder) -> None:
    with pytest.raises(InputError, match="no chunk in"):
        read_folder(folder({"chunks/a.jsonl": "\n"}))


def test_a_folder_of_bad_lines_only_still_ends_in_a_report(folder) -> None:
    reading = read_folder(folder({"chunks/a.jsonl": "{}\n"}))
    assert (reading.report.n_chunks, len(reading.report.errors)) == (0, 1)


def test_links_that_lead_out_are_not_followed(folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.jsonl"
    outside.write_text(json.dumps(ROW))
    source = folder({"chunks/a.jsonl": [ROW], "chunks/more/b.jsonl": [{**ROW, "text": "not read"}]})
    (source / "chunks" / "out.jsonl").symlink_to(outside)
    (source / "chunks" / "loop.jsonl").symlink_to(source / "chunks" / "loop.jsonl")
    (source / "indexes").symlink_to(tmp_path)
    (tmp_path / "hero_index.json").write_text("{}")
    reading = read_folder(source)
    assert reading.report.files == ("chunks/a.jsonl",)
    assert [(problem.kind, problem.file) for problem in reading.report.problems] == [
        ("link-outside", "chunks/loop.jsonl"),
        ("link-outside", "chunks/out.jsonl"),
        ("link-outside", "indexes/hero_index.json"),
    ]


def test_a_linked_source_and_links_inside_it_are_read(folder, tmp_path: Path) -> None:
    source = folder({"chunks/a.jsonl": [ROW]})
    (source / "chunks" / "b.jsonl").symlink_to(source / "chunks" / "a.jsonl")
    link = tmp_path / "link"
    link.symlink_to(source)
    assert read_folder(link).report.files == ("chunks/a.jsonl", "chunks/b.jsonl")


def test_chunks_longer_than_the_model_reads(folder) -> None:
    measure = SimpleNamespace(count=lambda texts: [len(text.split()) for text in texts], limit=3, model="tiny")
    report = read_folder(folder({"chunks/a.jsonl": [ROW, {"text": "one two three", "title": "Four", "filename": "g"}]}), measure).report
    assert [str(problem) for problem in report.problems] == [
        "chunks/a.jsonl, line 2: 4 tokens; tiny reads the first 3. Cut the chunk, or set MAX_SEQ_LENGTH."
    ]


def test_the_report_in_words_and_as_json(folder) -> None:
    rows = [{**ROW, "hero_mentions": [f"Ghost {number}" for number in range(5)]}, {"text": "x"}, {"text": "y"}]
    report = read_folder(folder({"chunks/a.jsonl": rows, "indexes/hero_index.json": {"A": {"filename": "a"}}})).report
    summary = report.summary().splitlines()
    assert summary[0].startswith("Read 1 chunks, 1 entities, 0 questions, 0 judgements from 2 files in ")
    assert summary[1:5] == [
        "2 errors:",
        "  missing-field (2)",
        "    chunks/a.jsonl, line 2: no 'filename' field. Each line needs 'text' and 'filename'.",
        "    chunks/a.jsonl, line 3: no 'filename' field. Each line needs 'text' and 'filename'.",
    ]
    assert summary[5:7] == ["5 warnings:", "  unknown-mention (5)"]
    assert summary[-1] == "    and 2 more like it"
    told = json.loads(json.dumps(report.to_dict()))
    assert (told["n_errors"], told["n_warnings"], told["kinds"]) == (2, 5, {"missing-field": 2, "unknown-mention": 5})
    assert told["problems"][0] == {
        "severity": "error",
        "kind": "missing-field",
        "file": "chunks/a.jsonl",
        "line": 2,
        "message": "no 'filename' field. Each line needs 'text' and 'filename'.",
    }
