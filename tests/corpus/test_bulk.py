"""What is read many lines at a time says what the same lines say one by one."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from core.corpus import json_files, native
from core.corpus.bulk import NotClean, clean_chunks
from core.corpus.columns import Chunks, mentions_of
from core.corpus.folder import SourceFile
from core.corpus.json_files import Block
from core.corpus.reading import read_folder
from core.store.staging import stage_chunks

WHOLE = {"text": "The bell.", "filename": "Aven"}
CLEAN: list[dict[str, Any]] = [
    WHOLE,
    {**WHOLE, "chunk_id": " c1 ", "title": None, "source": "s", "temporal_order": 3},
    {**WHOLE, "chunk_id": 17, "filename": 4, "temporal_order": 0.5, "wiki_type": "w"},
    {**WHOLE, "chunk_id": "é", "text": 'Zoë said "no"\u2028\n\t\x7f \U0001f600'},
    {**WHOLE, "chunk_id": "m", "place_mentions": ["Aven", "", "Aven", " ", "Tor"], "hero_mentions": [], "_mentions": ["kept"]},
    {**WHOLE, "chunk_id": "n", "place_mentions": ["Aven"], "hero_mentions": ["Mira", "Zoë"]},
    {**WHOLE, "chunk_id": "o", "hero_mentions": None, "url": "u", "tags": {"a": [1, 2.50, None, True]}},
]
UNCLEAN: list[bytes] = [
    b'{"text": "a"}', b'{"text": " ", "filename": "f"}', b'{"text": "a", "filename": true}', b'{"text": 1.0, "filename": "f"}',
    b'{"text": "a", "filename": "f", "temporal_order": "x"}', b'{"text": "a", "filename": "f", "temporal_order": 1e999}',
    b'{"text": "a", "filename": "f", "temporal_order": 1' + b"0" * 400 + b"}", b'{"text": "a", "filename": "f", "x": NaN}',
    b'{"text": "a", "filename": "f", "place_mentions": "Aven"}', b'{"text": "a", "filename": "f", "place_mentions": [1]}',
    b'{"text": "\\ud83d", "filename": "f"}', b'{"text": "\xff", "filename": "f"}', b"[]", b"", b"{",
    b'{"text": "a", "filename": "f"} {"text": "b", "filename": "f"}',
    b'{"text": "a", "filename": "f", "x": ' + b"[" * 101 + b"]" * 101 + b"}",
]  # fmt: skip


def lines(rows: list[dict[str, Any]], ascii_only: bool = True) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=ascii_only).encode() + b"\n" for row in rows)


def one_by_one(data: bytes) -> Chunks:
    entries = json_files.block_objects(Block("a", 1, data), "", [])
    return Chunks.of([placed.record for placed in native.chunks_of(entries, []).values()])


@pytest.mark.parametrize("ascii_only", [True, False])
def test_clean_lines_say_the_same_together_as_one_by_one(ascii_only: bool) -> None:
    data = lines(CLEAN, ascii_only)
    together = Chunks(pa.Table.from_batches([clean_chunks(data)]))
    assert together == one_by_one(data)
    assert stage_chunks(together).rows.equals(stage_chunks(one_by_one(data)).rows)


@pytest.mark.parametrize("line", UNCLEAN, ids=lambda line: repr(line[:60]))
def test_a_line_with_anything_to_say_about_is_left_to_the_reader_of_lines(line: bytes) -> None:
    with pytest.raises(NotClean):
        clean_chunks(lines([WHOLE]) + line + b"\n" + lines([WHOLE]))


def test_mentions_keep_the_order_of_their_line() -> None:
    turned = [{**WHOLE, "a_mentions": ["x"], "b_mentions": ["y"]}, {**WHOLE, "b_mentions": ["y"], "a_mentions": ["x"]}]
    with pytest.raises(NotClean):
        clean_chunks(lines(turned))


def test_only_the_block_with_a_bad_line_is_read_line_by_line(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "BYTES_A_BLOCK", 200)
    rows: list[Any] = [{**WHOLE, "text": f"The bell number {number}."} for number in range(40)]
    data = lines(rows).split(b"\n")
    data[20:20] = [b"no json", b"", data[3]]
    reading = read_folder(folder({"chunks/a.jsonl": b"\n".join(data)}))

    assert [chunk.text for chunk in reading.corpus.chunks] == [row["text"] for row in rows]
    assert [(problem.kind, problem.line) for problem in reading.report.problems] == [("bad-json", 21), ("duplicate-content", 23)]
    assert "chunks/a.jsonl, line 4; kept once." in reading.report.problems[1].message


@pytest.mark.parametrize("n_bytes", [1, 7, 64, 10_000])
def test_blocks_are_whole_lines_wherever_they_are_cut(folder, monkeypatch: pytest.MonkeyPatch, n_bytes: int) -> None:
    monkeypatch.setattr(json_files, "BYTES_A_BLOCK", n_bytes)
    monkeypatch.setattr(json_files, "MOST_BYTES_A_LINE", 40)
    data = b"\xef\xbb\xbfone\n\ntwo\r\n" + b"x" * 100 + b"\nthree\n" + b"y" * 41
    path = folder({"a.jsonl": data}) / "a.jsonl"
    problems: list[Any] = []
    blocks = list(json_files.read_blocks(SourceFile(path, "a"), problems))
    read = list(json_files.read_lines(SourceFile(path, "a"), problems))

    assert all(block.data.endswith(b"\n") for block in blocks[:-1])
    assert all(after.first == before.first + before.data.count(b"\n") for before, after in pairwise(blocks))
    assert [(place.line, line) for place, line in read] == [(1, "one"), (3, "two"), (5, "three")]
    assert [(problem.kind, problem.line) for problem in problems] == [("long-line", 4), ("long-line", 6)]


def test_chunks_in_columns_are_a_sequence_of_records() -> None:
    chunks = one_by_one(lines([{**WHOLE, "chunk_id": f"c{number}", "text": f"t{number}"} for number in range(5000)]))

    assert len(chunks) == 5000
    assert (chunks[0].text, chunks[-1].text, chunks[2500].chunk_id) == ("t0", "t4999", "c2500")
    assert [chunk.text for chunk in chunks[4998:]] == ["t4998", "t4999"]
    assert chunks.documents([1, 1999, 2000, 4999]) == ["t1", "t1999", "t2000", "t4999"]
    assert chunks.documents([]) == []
    assert mentions_of(chunks.table).num_rows == 0


def test_the_documents_of_some_rows_are_those_of_their_records() -> None:
    rows = [{**WHOLE, "chunk_id": f"c{number}", "title": title} for number, title in enumerate(["Bells", "The bell", ""])]
    batches = [clean_chunks(lines([row])) for row in rows]
    chunks = Chunks(pa.Table.from_batches(batches))
    assert chunks.documents([0, 1, 2]) == [chunk.document for chunk in chunks] == ["Bells\nThe bell.", "The bell.", "The bell."]
