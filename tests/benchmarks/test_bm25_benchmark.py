from __future__ import annotations

import json

import pytest

from benchmarks import bm25
from benchmarks.frame import Row, command, faster, interleaved, shorter, show


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bm25, "SIZES", {"tiny": 60})
    monkeypatch.setattr(bm25, "VOCABULARY", 500)
    monkeypatch.setattr(bm25, "N_QUERIES", 16)


@pytest.mark.usefixtures("small")
def test_one_json_object_on_stdout_and_progress_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    command(bm25.measure, "", ["--json", "--quick"])
    out, err = capsys.readouterr()
    printed = json.loads(out)
    assert [row["name"] for row in printed["rows"]] == ["index-tiny", "tiny"]
    for row in printed["rows"]:
        assert set(row) == {"name", "ours", "peer", "peer_name", "ratio", "unit", "n"}
        assert row["n"] == 60
        assert row["ratio"] == pytest.approx(row["peer"] / row["ours"] if row["unit"] == "s" else row["ours"] / row["peer"])
    assert printed["machine"]["cores"] >= 1
    assert "generating 60 documents" in err


@pytest.mark.usefixtures("small")
def test_a_disagreement_ends_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bm25, "top_of", lambda peer, query: list(range(10)))
    with pytest.raises(SystemExit, match="tiny: the two sides disagree"):
        command(bm25.measure, "", ["--quick"])


def test_a_ratio_above_one_means_ours_is_better() -> None:
    assert faster("rate", 10.0, 5.0, "peer", "queries/s", 1).ratio == 2
    assert shorter("time", 5.0, 10.0, "peer", "s", 1).ratio == 2


def test_sides_take_turns_and_medians_count() -> None:
    turns: list[str] = []

    def ours(number: int) -> float:
        turns.append("ours")
        return [1.0, 50.0, 2.0][number]

    def peer(number: int) -> float:
        turns.append("peer")
        return [9.0, 7.0, 8.0][number]

    assert interleaved(ours, peer, 3) == (2.0, 8.0)
    assert turns == ["peer", "ours", "ours", "peer", "peer", "ours"]


def test_json_says_null_where_there_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    show([Row("recovered", float("nan"), 2.0, "random order", None, "%", 3)], as_json=True)
    assert json.loads(capsys.readouterr().out)["rows"][0]["ours"] is None
