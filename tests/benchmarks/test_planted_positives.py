from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import mining, planted_positives
from benchmarks.frame import SAMPLE, command, command_on_source
from benchmarks.planted_positives import Planted, Tally, plantings
from core.records import Chunk, Corpus, Question
from tests.mining.toy import bag


def question(number: int, *relevant: str, split: str = "train") -> Question:
    judgements = {**dict.fromkeys(relevant, 1), "z": 0}
    return Question(f"q{number}", f"What is number {number}?", judgements=judgements, split=split)  # type: ignore[arg-type]


CORPUS = Corpus(
    tuple(Chunk(chunk_id, chunk_id, chunk_id) for chunk_id in "abcdefz"),
    (),
    (question(1, "a", "b"), question(2, "c", "d", "e"), question(3, "f"), question(4, "a", "f", split="test"), question(5, "a", "gone")),
)


def test_every_judged_chunk_of_a_train_question_with_two_is_hidden_once() -> None:
    planted = list(plantings(CORPUS, 10, 13))
    hidden = [pair for one in planted for pair in one.hidden.items()]
    assert sorted(hidden) == [("q1", "a"), ("q1", "b"), ("q2", "c"), ("q2", "d"), ("q2", "e")]
    for one in planted:
        for asked in one.corpus.questions:
            if asked.question_id in one.hidden:
                assert one.hidden[asked.question_id] not in asked.judgements
                assert "z" not in asked.judgements, "a question that nobody judged to the end has no refused chunks either"
            else:
                assert asked in CORPUS.questions
    assert all(len(one.hidden) == 1 for one in planted), "half of the two questions at a time"


def test_a_tally_counts_hidden_chunks_taken_and_questions_with_four() -> None:
    tally = Tally()
    tally.add(Planted(CORPUS, {"q1": "a", "q2": "c"}), {"q1": {"a", "f"}, "q2": {"d", "e", "f", "z"}})
    assert (tally.taken, tally.four) == (0.5, 0.5)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (planted_positives, mining):
        monkeypatch.setattr(module, "cached_encode", lambda settings: bag)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A BEIR folder: ten train questions with two judged chunks each."""
    words = ("fox", "sea", "hill", "moor", "tarn", "fen", "dale", "beck", "crag", "scar")
    chunks = [{"_id": f"c{n}", "title": "", "text": f"{words[n % 10]} {words[n // 10]} tale {n}"} for n in range(60)]
    asked = [{"_id": f"q{n}", "text": f"Where is the {words[n]}?"} for n in range(10)]
    judged = [f"q{n}\tc{n + more}\t1" for n in range(10) for more in (0, 10)]
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, chunks)))
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (tmp_path / "qrels" / "train.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n")
    return tmp_path


@pytest.mark.usefixtures("toy")
def test_a_row_for_each_miner(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command_on_source(planted_positives.measure, "", [str(folder), "--json", "--quick"])
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert set(found) == {
        "ours",
        "mine-hard-negatives",
        "relative-margin-0.05",
        "naive-bm25",
        "by-nearness-alone",
        "four-negatives",
        "four-by-nearness-alone",
    }
    assert found["ours"]["n"] == 7, "three of the ten questions became dev"
    assert found["naive-bm25"]["peer"] > 0, "questions share a word with their hidden chunk"
    assert found["ours"]["ours"] <= found["naive-bm25"]["peer"]


@pytest.mark.usefixtures("toy")
def test_mining_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command_on_source(mining.measure, "", [str(folder), "--json", "--quick"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["name"] for row in rows] == ["mining", "lists", "reading", "memory"]
    assert [row["n"] for row in rows] == [7, 7, 60, 7]
    assert rows[0]["ours"] > 0
    assert rows[0]["peer"] > 0


def test_the_source_is_the_sample_unless_another_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[tuple[Path, bool]] = []

    def measure(source: Path, quick: bool) -> list[object]:
        seen.append((source, quick))
        return []

    command_on_source(measure, "", ["--quick"])  # type: ignore[arg-type]
    command_on_source(measure, "", [str(SAMPLE.parent)])  # type: ignore[arg-type]
    assert seen == [(SAMPLE, True), (SAMPLE.parent, False)]
    with pytest.raises(SystemExit):
        command_on_source(measure, "", ["no-such-folder"])  # type: ignore[arg-type]
    assert "no-such-folder is no folder" in capsys.readouterr().err
    command(lambda quick: [], "", ["--quick"])
