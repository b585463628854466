from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.pairing.export import write_training_pairs
from core.records import Pair

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
