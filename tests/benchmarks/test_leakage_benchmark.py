from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import leakage
from benchmarks.frame import command_on_source
from benchmarks.rewording import CHANGES, reworded
from core.encoders.protocol import Kind
from core.pairing.guard import NEARLY_SAME, Guarded, Removed
from core.records import Chunk, Corpus, Entity, Pair, Question, Vectors
from core.settings import PROJECT

PLACES = ("tower", "orchard", "ledger", "ferry", "chapel", "compass", "harbour", "lantern")
ENTITIES = tuple(Entity(f"Keeper{n}", "character", (f"Warden of Stair {n}",)) for n in range(8))


def corpus() -> Corpus:
    questions = [
        Question(f"{split}{n}", f"{asked} Keeper{n} {done} the {place} in winter?", judgements={f"{split}{n}": 1}, split=split)
        for asked, done, split in (("Why did", "paint", "test"), ("Where did", "sell", "train"), ("When did", "leave", "dev"))
        for n, place in enumerate(PLACES)
    ]
    again = Question("again", "In winter, why did Keeper0 paint the tower?", judgements={"other": 1}, split="train")
    shared = Question("shared", "What hangs on the wall?", judgements={"test1": 1}, split="train")
    chunks = tuple(Chunk(name, name, name) for question in questions for name in question.relevant)
    return Corpus(chunks, ENTITIES, (*questions, again, shared))


def blank(texts: Sequence[str], kind: Kind) -> Vectors:
    return np.eye(len(texts), dtype=np.float32)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakage, "read_source", lambda source: corpus())
    monkeypatch.setattr(leakage, "cached_encode", lambda settings: blank)


@pytest.mark.usefixtures("small")
def test_rows_say_what_was_found_and_what_was_lost(capsys: pytest.CaptureFixture[str]) -> None:
    command_on_source(leakage.measure, "", [str(PROJECT), "--json", "--quick"])
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert list(rows) == ["found", "found-pasted", "found-reworded", "found-alias", "false-alarms", "shared-chunks", "duplicates"]
    assert rows["found-pasted"]["ours"] == 1.0
    assert rows["found-reworded"]["n"] == leakage.N_QUICK
    kinds = [rows[f"found-{kind}"] for kind in ("pasted", "reworded", "alias")]
    assert rows["found"]["ours"] == pytest.approx(sum(row["ours"] * row["n"] for row in kinds) / sum(row["n"] for row in kinds))
    assert (rows["false-alarms"]["ours"], rows["false-alarms"]["n"]) == (0.0, 8)
    assert rows["shared-chunks"]["ours"] == rows["duplicates"]["ours"] == pytest.approx(1 / 10)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_guard_that_takes_all_or_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    def crude(pairs: Sequence[Pair], *_: object) -> Guarded:
        taken = [Removed(pair.query, pair.question_id, NEARLY_SAME, "h", 1, "") for pair in pairs if share]
        return Guarded((), tuple(taken))

    monkeypatch.setattr(leakage, "remove_leaks", crude)
    rows = {row.name: row.ours for row in leakage.measure(Path(), True)}
    assert rows["found"] == rows["found-alias"] == rows["false-alarms"] == share


def test_every_change_changes_something_small() -> None:
    text = "What did the old keeper tell the sailors about the winter storm?"
    for name, change in CHANGES.items():
        changed = {change(text, random.Random(seed)) for seed in range(20)}
        assert changed - {text, None}, name
        assert all(abs(len(other.split()) - len(text.split())) <= 7 for other in changed if other), name


def test_two_changes_of_two_kinds() -> None:
    found = [reworded("What did the old keeper tell the sailors about the winter storm?", random.Random(seed)) for seed in range(30)]
    assert all(len(set(changes)) == 2 for _, changes in found)
    assert {change for _, changes in found for change in changes} == set(CHANGES)
