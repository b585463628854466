"""Two processes decode a large import to what one makes of it, also where the second one dies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.corpus import decoding, json_files
from core.corpus.decoding import Helper, decoded
from core.corpus.json_files import Block
from core.corpus.reading import Reading, read_folder


def blocks(n: int) -> list[Block]:
    lines = [{"text": f"The bell number {number}.", "filename": "aven", "hero_mentions": ["Mira"]} for number in range(n)]
    made = [Block("a", number + 1, json.dumps(line).encode() + b"\n") for number, line in enumerate(lines)]
    made[n // 2] = Block("a", n // 2 + 1, b"no json\n")
    return made


def by_one(given: list[Block]) -> list[decoding.Decoded]:
    return [decoding.Decoded(block, decoding._columns(block.data)) for block in given]


def test_the_second_process_answers_with_the_columns_made_here() -> None:
    with Helper() as helper:
        for block, batch in by_one(blocks(9)):
            asked = helper.ask(block.data)
            assert asked is not None
            assert asked.result(60) == batch
        assert helper._process.poll() is None


def test_it_is_not_asked_for_more_than_it_can_do() -> None:
    with Helper() as helper:
        asked = [helper.ask(block.data) for block in blocks(5)]
    assert [one is not None for one in asked] == [True, True, True, False, False]


@pytest.mark.parametrize("n", [3, decoding.FEW_BLOCKS, 200])
def test_blocks_come_in_their_order(n: int) -> None:
    assert list(decoded(blocks(n))) == by_one(blocks(n))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Helper]:
    helpers: list[Helper] = []
    enter = Helper.__enter__

    def noted(helper: Helper) -> Helper:
        helpers.append(helper)
        return enter(helper)

    monkeypatch.setattr(Helper, "__enter__", noted)
    return helpers


def test_a_second_process_that_dies_changes_nothing(started: list[Helper]) -> None:
    kept = []
    for number, one in enumerate(decoded(blocks(200))):
        kept.append(one)
        if number == 3:
            started[0]._process.kill()
    assert kept == by_one(blocks(200))


def test_one_that_cannot_start_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(decoding, "CODE", tmp_path)
    assert list(decoded(blocks(200))) == by_one(blocks(200))


def test_it_ends_with_the_reading_even_where_that_is_given_up(started: list[Helper]) -> None:
    reading = decoded(blocks(200))
    next(reading)
    assert started[0]._process.poll() is None
    del reading
    assert started[0]._process.poll() is not None


def test_a_report_lists_problems_by_file_and_line_however_far_ahead_was_read(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [json.dumps({"text": f"The bell number {number}.", "filename": "aven"}) for number in range(400)]
    rows[350] = "no json"
    source = folder({"chunks/a.jsonl": "\n".join(rows).encode(), "chunks/b.jsonl": b"\xff\xfe"})
    alone = read_folder(source)
    monkeypatch.setattr(json_files, "BYTES_A_BLOCK", 200)
    ahead = read_folder(source)
    assert ahead.report == alone.report
    assert [(problem.file, problem.line) for problem in ahead.report.problems] == [("chunks/a.jsonl", 351), ("chunks/b.jsonl", None)]
    assert texts(ahead) == texts(alone)


def texts(reading: Reading) -> list[str]:
    return [chunk.text for chunk in reading.corpus.chunks]
