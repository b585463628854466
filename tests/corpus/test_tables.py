"""Tables with columns of their own names become the same chunks as native lines."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.corpus.folder import SourceFile
from core.corpus.reading import read_folder
from core.corpus.tables import guess, peek
from core.errors import InputError
from core.records import Chunk

CSV = """\
id,headline,body,people,year,mood
a1,The Light,"Ilsa keeps the light.
She sleeps by day.",Ilsa;The Keeper,12,calm
a2,,"Brandt said ""no"".",,,
"""
MAP = {"text": "body", "title": "headline", "chunk_id": "id", "character_mentions": "people", "temporal_order": "year"}


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_csv_through_its_mapping(tmp_path: Path) -> None:
    reading = read_folder(write(tmp_path, "news.csv", CSV), mappings={"": MAP})
    assert reading.corpus.chunks == (
        Chunk("a1", "Ilsa keeps the light.\nShe sleeps by day.", "The Light", "The Light", temporal_order=12.0,
              mentions={"character": ("Ilsa", "The Keeper")}, extra={"mood": "calm"}),
        Chunk("a2", 'Brandt said "no".', "news.csv", extra={"mood": ""}),
    )  # fmt: skip
    assert reading.report.problems == () and reading.report.files == ("news.csv",)


@pytest.mark.parametrize(("name", "sign"), [("news.csv", ";"), ("news.tsv", "\t"), ("news.csv", "|")])
def test_other_signs_between_cells(tmp_path: Path, name: str, sign: str) -> None:
    text = sign.join(("text", "filename")) + "\r\n" + sign.join(("A, b.", "x")) + "\r\n"
    [chunk] = read_folder(write(tmp_path, name, text)).corpus.chunks
    assert (chunk.text, chunk.filename) == ("A, b.", "x")


def test_the_same_content_in_three_formats_is_the_same_corpus(tmp_path: Path) -> None:
    rows = [{"body": f"Text {n}.", "url": f"u{n}", "n": n} for n in range(3000)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    lines = "\n".join(f'{{"body": "Text {n}.", "url": "u{n}", "n": {n}}}' for n in range(3000))
    by_format = [
        read_folder(file, mappings={"": {"text": "body", "filename": "url"}}).corpus
        for file in (tmp_path / "t.parquet", write(tmp_path, "t.jsonl", lines))
    ]
    assert by_format[0] == by_format[1] and len(by_format[0].chunks) == 3000


def test_every_bad_row_is_told_by_its_line(tmp_path: Path) -> None:
    text = 'text,temporal_order\n"two\nlines",1\nfew\nok,soon\n\n,5\nlast "x" ok,2\n"never closed,3\n'
    report = read_folder(write(tmp_path, "bad.csv", text)).report
    found = [(problem.line, problem.kind) for problem in report.errors]
    assert sorted(found) == [(4, "bad-row"), (5, "wrong-type"), (7, "missing-field"), (9, "bad-row")]
    assert report.n_chunks == 2


def test_a_torn_parquet_is_one_sentence(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"] * 100}), tmp_path / "t.parquet")
    (tmp_path / "t.parquet").write_bytes((tmp_path / "t.parquet").read_bytes()[:-30])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read_folder(tmp_path / "t.parquet")


def test_what_json_cannot_hold_is_kept_as_text_and_vectors_are_not_kept(tmp_path: Path) -> None:
    row = {"text": "A.", "day": datetime.date(2020, 2, 29), "odd": float("nan"), "tags": ["x"], "vector": [0.5, 0.5]}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "t.parquet")
    [chunk] = read_folder(tmp_path / "t.parquet").corpus.chunks
    assert chunk.extra == {"day": "2020-02-29", "odd": None, "tags": ["x"]}


@pytest.mark.parametrize(
    ("mapping", "says"),
    [({}, "Which column of news.csv is the text.*--map text=body"), ({"text": "bodi"}, "has no column 'bodi'. It has id, headline, body")],
)
def test_a_mapping_that_does_not_fit_says_what_is_there(tmp_path: Path, mapping: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_folder(write(tmp_path, "news.csv", CSV), mappings={"": mapping})


def test_questions_in_a_table_beside_chunks_in_another(tmp_path: Path) -> None:
    write(tmp_path, "chunks.csv", "text,filename\nThe light burns.,a\n")
    write(tmp_path, "asked.csv", "question,expected_topics\nWho keeps it?,Ilsa;light\n")
    corpus = read_folder(tmp_path).corpus
    assert [question.expected_topics for question in corpus.questions] == [("Ilsa", "light")]
    assert len(corpus.chunks) == 1


def test_a_stray_table_beside_texts_or_chunks_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "Some text about a lighthouse.")
    write(tmp_path, "sizes.csv", "width,height\n1,2\n")
    assert read_folder(tmp_path).report.files == ("a.md",)
    (tmp_path / "chunks").mkdir()
    write(tmp_path / "chunks", "c.jsonl", '{"text": "A.", "filename": "f"}')
    write(tmp_path, "more.csv", "text\nB.\n")
    assert read_folder(tmp_path).report.files == ("chunks/c.jsonl",)
    assert read_folder(tmp_path, mappings={"more.csv": {"text": "text"}}).report.n_chunks == 2


def test_a_column_named_like_a_field_but_mapped_elsewhere_is_kept(tmp_path: Path) -> None:
    [chunk] = read_folder(write(tmp_path, "t.csv", "text,body\nshort,long\n"), mappings={"": {"text": "body"}}).corpus.chunks
    assert (chunk.text, chunk.extra) == ("long", {"text (column)": "short"})


def test_a_guess_by_the_names_of_columns(tmp_path: Path) -> None:
    file = write(tmp_path, "news.csv", CSV)
    columns = peek(SourceFile(file, "news.csv")).columns
    assert guess(columns) == {"text": "body", "title": "headline", "chunk_id": "id"}
    assert guess(["question", "topics"]) == {"question": "question", "expected_topics": "topics"}
