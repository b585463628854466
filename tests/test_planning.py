"""An estimate for every mode before anything is started, from the pairs in the store and this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.planning import plan_training
from core.settings import Settings
from core.store import Store
from core.training.modes import MODES
from tests.harbour import prepare
from tests.tiny import save_tiny_bert


@pytest.mark.parametrize(("budget", "picked"), [(None, "standard"), (0.001, "instant"), (1e6, "standard")])
def test_every_mode_is_estimated_and_the_budget_picks_one(tmp_path: Path, budget: float | None, picked: str) -> None:
    model = save_tiny_bert(tmp_path / "tiny")
    with Store.open(prepare(tmp_path / "w", with_run=False)) as store:
        plan = plan_training(store, Settings(BASE_MODEL=str(model), TIME_BUDGET=budget))
    assert [one.mode for one in plan.modes] == list(MODES)
    assert all(one.seconds > 0 and one.n_steps >= 1 for one in plan.modes)
    assert plan.picked == picked
