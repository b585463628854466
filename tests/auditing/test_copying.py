"""Decisions out of one workspace and into another copy of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.auditing.copying import export_decisions, import_decisions
from core.errors import InputError
from core.records import Decision, Pair
from core.store import Store
from tests.harbour import HOSTILE, PAIRS, prepare


@pytest.mark.parametrize("name", ["decisions.jsonl", "decisions.csv"])
def test_decisions_move_to_another_copy(tmp_path: Path, name: str) -> None:
    mine, theirs = prepare(tmp_path / "mine", with_run=False), prepare(tmp_path / "theirs", with_run=False)
    added = Pair("Who rings?", "great_bell-4", "positive", "audit")
    with Store.open(mine) as store:
        store.add_pairs([added, Pair("Gone?", "ledger-1", "positive", "audit")])
        store.decide([Decision(f"d{n}", pair.pair_id, "reject", "Ånn", 1000.0 + n, note=HOSTILE) for n, pair in enumerate((*PAIRS, added))])
        store.undo("Ånn")
        assert export_decisions(store, tmp_path / name) == len(PAIRS) + 2
        audited = store.audited()

    with Store.open(theirs) as store:
        taken = import_decisions(store, tmp_path / name)
        assert (taken.n_read, taken.n_new, taken.n_pairs, taken.problems) == (len(PAIRS) + 2, len(PAIRS) + 2, 1, ())
        assert {(one.pair.pair_id, one.verdict) for one in store.audited()} == {
            (one.pair.pair_id, one.verdict)
            for one in audited
            if one.pair.query != "Gone?"  # nobody decided on it
        }
        assert all(one.note == HOSTILE for one in store.decisions() if not one.undoes)
        assert import_decisions(store, tmp_path / name).n_new == 0


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with Store.open(prepare(tmp_path / "w", with_run=False)) as store:
        assert export_decisions(store, tmp_path / "empty.jsonl") == 0
        with pytest.raises(InputError, match="nowhere"):
            import_decisions(store, tmp_path / "nowhere.csv")
