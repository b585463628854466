"""int8 is decided on dev questions, and never where nobody could tell."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder
from core.encoders.local import LocalEncoder
from core.encoders.quantised import Decision
from core.evaluation.objective import Objective
from core.runs import quantising
from core.runs.folder import RunFolder
from core.runs.quantising import weighed
from core.runs.stages import Cancelled, Context
from core.runs.training import base_vectors
from core.workspace import Workspace
from tests.runs.world import tiny_run
from tests.tiny import keep_int8


def notes(run: RunFolder) -> list[str]:
    return [event["text"] for event in run.events() if event["kind"] == "note"]


@pytest.mark.parametrize(("int8", "kept"), [(0.500, True), (0.4976, True), (0.4974, False), (0.6, True)])
def test_half_a_percent_of_the_dev_value_is_the_most_that_may_be_lost(int8: float, kept: bool) -> None:
    decision = weighed(Objective("ndcg@10", (), (), None), 0.5, int8, 1.7)  # type: ignore[arg-type]
    assert decision.kept is kept
    assert f"{int8:.3f}" in decision.why and "0.500" in decision.why


def test_a_small_corpus_stays_exact_and_the_run_says_so(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, ["embed"], ENCODING="int8")
    base = Context(run).base
    assert isinstance(base, LocalEncoder) and base.fingerprint == base.exact_fingerprint
    assert notes(run) == ["Vectors are exact: with fewer than 1,000 chunks, calibrating int8 takes longer than it saves."]


@pytest.mark.skipif(not importlib.util.find_spec("nncf"), reason="nncf is not installed: it is optional")
@pytest.mark.parametrize("least_gain", [0.0, 1e9])
def test_a_corpus_is_decided_on_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least_gain: float) -> None:
    for name, value in (("FEWEST_CHUNKS", 8), ("N_PROBE", 8), ("N_CALIBRATION", 24), ("LEAST_GAIN", least_gain), ("MOST_LOSS", 1.0)):
        monkeypatch.setattr(quantising, name, value)
    run = tiny_run(tmp_path, ["embed"], ENCODING="int8")
    first = Context(run).base
    assert (first.fingerprint != first.exact_fingerprint) is (least_gain == 0)  # type: ignore[attr-defined]
    monkeypatch.setattr(quantising, "quantise", None)  # a second time nothing is calibrated
    assert Context(run).base.fingerprint == first.fingerprint
    said = notes(run)
    assert ("int8, " in said[0]) is (least_gain == 0) and ("vectors are exact" in said[0]) is (least_gain > 0)


def test_what_is_tuned_is_compared_with_exact_vectors_of_the_base(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, ["train"], ENCODING="int8")
    context, home = Context(run), Workspace(tmp_path / "w").encoders
    exact = base_encoder(context.settings)
    assert isinstance(exact, LocalEncoder)
    keep_int8(home, exact.exact_fingerprint)
    assert context.base.fingerprint != exact.fingerprint
    texts = context.documents[:4]
    np.testing.assert_array_equal(base_vectors(context)(texts, "document"), exact.encode(texts, "document"))
    assert len(VectorCache(context.workspace.vectors, exact, "document").held(texts).indices) == 4


@pytest.mark.skipif(not importlib.util.find_spec("nncf"), reason="nncf is not installed: it is optional")
def test_a_stop_while_deciding_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FEWEST_CHUNKS", 8), ("N_PROBE", 8), ("N_CALIBRATION", 24)):
        monkeypatch.setattr(quantising, name, value)
    run = tiny_run(tmp_path, ["embed"], ENCODING="int8")
    seen: list[Path] = []

    def stopped(context: Context, *_: object) -> Decision:
        seen.extend(context.workspace.encoders.iterdir())
        run.stop()
        return Decision(True, "faster")

    monkeypatch.setattr(quantising, "_compared", stopped)
    with pytest.raises(Cancelled):
        _ = Context(run).base
    assert [path.suffix for path in seen] == [".partial"]
    assert list(seen[0].parent.iterdir()) == []
