"""Judgements as files and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.judging.qrels import qrels, read_qrels
from core.records import Question

ASKED = [Question("q1", "one", judgements={"c1": 2, "c 2": 0}), Question("q2", "two"), Question("q3", "three", judgements={"c1": 1})]
KNOWN = ({"q1", "q2", "q3"}, {"c1", "c 2"})


def read(path: Path, text: str, auditor: str = "Ada") -> tuple[list[tuple[str, str, int]], list[str]]:
    path.write_text(text, encoding="utf-8")
    found = read_qrels(path, "my.qrels", *KNOWN, auditor, 5.0)
    return [(one.question_id, one.chunk_id, one.grade) for one in found.judgements], [str(problem) for problem in found.problems]


def test_both_forms_survive_the_way_out_and_in(tmp_path: Path) -> None:
    beir = qrels(ASKED)
    assert beir == "query-id\tcorpus-id\tscore\nq1\tc1\t2\nq1\tc 2\t0\nq3\tc1\t1\n"
    assert read(tmp_path / "beir", beir) == ([("q1", "c1", 2), ("q1", "c 2", 0), ("q3", "c1", 1)], [])
    trec = qrels(ASKED, "trec")
    assert trec == "q1 0 c1 2\nq3 0 c1 1\n"  # columns are parted by blanks: an id with one cannot stand there
    assert read(tmp_path / "trec", trec) == ([("q1", "c1", 2), ("q3", "c1", 1)], [])


def test_each_bad_line_is_told(tmp_path: Path) -> None:
    good, bad = read(tmp_path / "f", "q1\tc1\t3\nq9\tc1\t1\nq1\tc9\t1\nq1\tc1\t4\nnonsense\nq2 0 c1 1\n")
    assert good == [("q1", "c1", 3), ("q2", "c1", 1)]
    assert [line.partition(": ")[0] for line in bad] == [f"my.qrels, line {n}" for n in (2, 3, 4, 5)]
    assert "no question has the id 'q9'" in bad[0] and "no chunk has the id 'c9'" in bad[1] and "grade from 0 to 3" in bad[2]


def test_the_same_file_says_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("q1 0 c1 1\n", encoding="utf-8")
    ids = [read_qrels(path, "f", *KNOWN, name, at).judgements[0].judgement_id for name, at in (("Ada", 1.0), ("Ada", 2.0), ("Bo", 1.0))]
    assert ids[0] == ids[1] != ids[2]


def test_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_qrels(tmp_path / "none", "none", *KNOWN, "Ada", 1.0)
