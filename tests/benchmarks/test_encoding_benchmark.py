"""The encoding benchmark end to end, on a few chunks and a tiny model."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from benchmarks import encoding
from benchmarks.frame import SAMPLE, command_on_source
from core.encoders import local
from tests.tiny import save_tiny_bert


@pytest.mark.skipif(not importlib.util.find_spec("nncf"), reason="nncf is not installed: it is optional")
def test_its_rows_and_what_the_vectors_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BASE_MODEL", str(save_tiny_bert(tmp_path / "tiny")))
    for module, name, value in ((encoding, "N_QUICK", 40), (encoding, "N_CALIBRATION", 12), (local, "MANY", 4)):
        monkeypatch.setattr(module, name, value)
    command_on_source(encoding.measure, "", [str(SAMPLE), "--quick", "--json"])
    out, err = capsys.readouterr()
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert list(rows)[:3] == ["calibration", "exact", "int8"]
    assert rows["exact"]["n"] == rows["int8"]["n"] == 40 and rows["exact"]["ratio"] > 0
    assert "exact: cosine to torch's vectors at least 1.0000" in err or "at least 0.9999" in err
    assert "int8: cosine to exact vectors" in err
