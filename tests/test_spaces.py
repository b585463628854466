"""The vectors of a workspace's chunks are those that its runs have made."""

from __future__ import annotations

from pathlib import Path

from core.encoders.choose import base_encoder
from core.encoders.local import LocalEncoder
from core.settings import Settings
from core.spaces import load_space
from core.store import Store
from tests.harbour import prepare, record_run
from tests.tiny import keep_int8, save_tiny_bert


def test_a_model_that_was_kept_in_int8_is_looked_up_in_int8(tmp_path: Path) -> None:
    workspace = prepare(tmp_path / "w", with_run=False)
    run, settings = record_run(workspace), Settings(BASE_MODEL=str(save_tiny_bert(tmp_path / "tiny")), ENCODING="int8")
    save_tiny_bert(tmp_path / "tuned", seed=1).rename(run.model)
    with Store.open(workspace) as store:
        for of in (None, run):
            exact = load_space(workspace, store, settings, of).encoder
            assert isinstance(exact, LocalEncoder)
            kept = keep_int8(workspace.encoders, exact.exact_fingerprint)
            assert load_space(workspace, store, settings, of).encoder.fingerprint == exact.in_int8(kept).fingerprint
    assert base_encoder(settings).fingerprint != base_encoder(settings, workspace.encoders).fingerprint
