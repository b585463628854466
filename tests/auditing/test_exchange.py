"""Decisions out and in again, whatever a person or a corpus wrote into them."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from core.auditing.exchange import COLUMNS, decision_lines, guarded, unguarded, write_decisions
from core.auditing.reading import NEEDS, read_decisions
from core.errors import InputError
from core.records import Decision, Pair

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''+x", "a;=1"]
QUOTED = ["'tis", '"quoted', 'twice""', '"', ",", "a\nb\r\nc\rd", "\u2028line\u2029", "  spaces  ", "nul\0", "\ufeffmark"]
HOSTILE = [*FORMULAS, *QUOTED, "\u202eevil\u202c \u2066x\u2069", "‏עברית‎", "👩‍🚀🏳️‍🌈", "", "x" * 200_000, "NaN", "null"]


def decisions_on(texts: list[str]) -> tuple[list[Decision], dict[str, Pair]]:
    pairs = [Pair(text or "q", f"c{number}", "negative", "same-type", hardness="easy", reason=text) for number, text in enumerate(texts)]
    decisions = [
        Decision(
            decision_id=f"d{number}",
            pair_id=pair.pair_id,
            verdict=("accept", "reject", "skip", "flag")[number % 4],
            auditor=text.strip() or "ada",
            made_at=1767225600 + number / 7,
            seconds=number / 3,
            becomes="positive" if number % 4 == 1 else "",
            reason=text,
            note=text[::-1],
            batch="b1" if number == 3 else "",
            undoes="d1" if number == 5 else "",
        )
        for number, (pair, text) in enumerate(zip(pairs, texts, strict=True))
    ]
    return decisions, {pair.pair_id: pair for pair in pairs}


def written(path: Path, texts: list[str]) -> tuple[list[Decision], dict[str, Pair]]:
    decisions, pairs = decisions_on(texts)
    chunks = {pair.chunk_id: text for pair, text in zip(pairs.values(), texts, strict=True)}
    write_decisions(decision_lines(decisions, pairs, chunks), path)
    return decisions, pairs


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.jsonl"])
def test_what_was_written_is_read(tmp_path: Path, name: str) -> None:
    decisions, pairs = written(tmp_path / name, HOSTILE)
    read = read_decisions(tmp_path / name)
    assert read.problems == ()
    assert list(read.decisions) == decisions
    assert {pair.pair_id: pair for pair in read.pairs} == pairs


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    written(tmp_path / "decisions.csv", HOSTILE)
    with (tmp_path / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) == len(COLUMNS) * (len(HOSTILE) + 1)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []


def test_the_guard_is_taken_off_exactly() -> None:
    rng = random.Random(7)
    for _ in range(3000):
        text = "".join(rng.choices("'=+-@\t\r\nab", k=rng.randrange(6)))
        assert unguarded(guarded(text)) == text


def test_the_text_and_time_stand_beside_the_decision() -> None:
    decisions, pairs = decisions_on(["why"])
    [line] = decision_lines(decisions, pairs, {"c0": "The bell cracked."})
    assert (line["text"], line["time"], line["query"], line["why"]) == ("The bell cracked.", "2026-01-01T00:00:00+00:00", "why", "why")
    [orphan] = decision_lines(decisions, {}, {})
    assert orphan["query"] == orphan["text"] == "" and orphan["pair_id"] == decisions[0].pair_id


def test_a_decision_without_its_pair_comes_back_too(tmp_path: Path) -> None:
    decisions, _ = decisions_on(["x", "y"])
    write_decisions(decision_lines(decisions, {}, {}), tmp_path / "d.csv")
    read = read_decisions(tmp_path / "d.csv")
    assert list(read.decisions) == decisions and read.pairs == read.problems == ()


def test_bad_lines_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    decisions, _ = written(path, ["a", "b"])
    good = json.loads(path.read_text().splitlines()[0])
    changes = [{"verdict": "yes"}, {"made_at": "soon"}, {"auditor": None}, {"query": "other"}, {"note": "new"}]
    path.write_text(path.read_text() + "".join(json.dumps(good | change) + "\n" for change in changes) + '{"torn": ')
    read = read_decisions(path)
    assert list(read.decisions) == decisions
    assert [str(problem) for problem in read.problems] == [
        f"decisions.jsonl, line 3: 'verdict' is 'yes'; it must be one of accept, reject, skip, flag. {NEEDS}",
        f"decisions.jsonl, line 4: 'made_at' is 'soon'; it must be a number. {NEEDS}",
        f"decisions.jsonl, line 5: no 'auditor' field. {NEEDS}",
        f"decisions.jsonl, line 6: 'pair_id' {good['pair_id']!r} is not that of its query, chunk_id and label: "
        f"one of them was edited. {NEEDS}",
        f"decisions.jsonl, line 7: 'decision_id' 'd0' stands on an earlier line that says something else. {NEEDS}",
        f"decisions.jsonl, line 8: not JSON: Expecting value at column 10. {NEEDS}",
    ]


def test_a_csv_line_is_counted_as_an_editor_counts(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    decisions, _ = written(path, ["one\ntwo\nthree", "b"])
    path.write_bytes(path.read_bytes() + b"d9,p9,maybe\r\n" + b'"d8","\xff","accept"' + b',""' * (len(COLUMNS) - 3) + b"\r\n")
    read = read_decisions(path)
    n_lines = path.read_bytes().count(b"\n")
    assert list(read.decisions) == decisions
    assert [problem.line for problem in read.problems] == [n_lines - 1, n_lines]
    assert "3 cells where the header has" in read.problems[0].message and "not UTF-8" in read.problems[1].message


def test_a_missing_quotation_mark_names_the_lines_it_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    written(path, ["a", "b", "c", "d"])
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([*lines[:3], lines[3][:-1], *lines[4:]]))
    [problem] = read_decisions(path).problems
    assert problem.line == 4 and "ends on line" in problem.message and "quotation mark" in problem.message


def test_a_spreadsheet_with_semicolons_is_read(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("decision_id;pair_id;verdict;auditor;made_at\r\nd1;p1; Accept ;ada;7\r\n", encoding="utf-8")
    assert read_decisions(path).decisions == (Decision("d1", "p1", "accept", "ada", 7.0),)


@pytest.mark.parametrize("text", ["", "d1,p1,accept,ada,7\n"])
def test_a_file_without_its_header_is_one_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / "d.csv").write_text(text)
    [problem] = read_decisions(tmp_path / "d.csv").problems
    assert problem.line == 1 and "no column 'decision_id'" in problem.message


def test_what_is_no_file_of_decisions_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither \.csv nor \.jsonl"):
        read_decisions(tmp_path / "decisions.xlsx")
    with pytest.raises(InputError, match="There is no file"):
        read_decisions(tmp_path / "decisions.csv")


def test_the_page_on_formats_shows_what_is_written_and_read(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    [example] = [line for line in page.splitlines() if line.startswith('{"decision_id"')]
    (tmp_path / "d.jsonl").write_text(example, encoding="utf-8")
    read = read_decisions(tmp_path / "d.jsonl")
    [decision], [pair] = read.decisions, read.pairs
    assert read.problems == () and tuple(json.loads(example)) == COLUMNS
    [line] = decision_lines([decision], {decision.pair_id: pair}, {pair.chunk_id: json.loads(example)["text"]})
    assert line == json.loads(example)
