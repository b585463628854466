"""A generation is taken in whole, once, and only on the corpus it was made from."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import InputError
from core.records import Corpus, Decision, Dropped, Pair
from core.store import Generation, Store

TOWER = "Who keeps the tower?"
MADE = (
    Pair(TOWER, "c1", "positive", "topics", "q2"),
    Pair(TOWER, "c3", "negative", "related-entity", "q2", hardness="hard"),
    Pair("salt law", "c4", "positive", "synthetic-keyword"),
)
DROPPED = (
    Dropped(TOWER, "q2", "c2", "too-near", "Lies 95 % as near.", 0.95),
    Dropped(TOWER, "q2", "c4", "same-entity", "Speaks of Mira.", 0.4, offered=True),
    Dropped("salt law", "", "c2", "too-near", "Lies 90 % as near.", 0.9),
)
REMOVED = ({"query": "How loud?", "question_id": "", "reason": "restated", "how": "Reads like q1.", "held_out": "q1", "n_pairs": 3},)
SUMMARY = {"unpaired": {"q2": "because"}, "notes": ["a note"]}


def made(store: Store, run_id: str = "20260101-000000-aaaa", summary: dict[str, Any] = SUMMARY) -> Generation:
    return Generation(run_id, store.corpus_fingerprint(), summary)


def test_everything_comes_back(filled: Store) -> None:
    assert filled.generation() is None and filled.newest_adopted() == ""
    assert filled.adopt(made(filled), MADE, DROPPED, REMOVED)

    assert filled.pairs() == MADE
    assert filled.unpaired() == {"q2": "because"}
    stands = filled.generation()
    assert stands and (stands.run_id, stands.summary) == ("20260101-000000-aaaa", SUMMARY) and stands.adopted_at > 1e9
    assert filled.removed().to_dict("records") == [{**REMOVED[0], "held_out_text": "How loud is the bell?"}]
    assert not filled.pairs_outdated()


def test_once_is_enough_and_another_takes_its_place(filled: Store) -> None:
    filled.adopt(made(filled), MADE, DROPPED, REMOVED)
    revision = filled.revision()
    assert not filled.adopt(made(filled), MADE[:1], (), ())
    assert (filled.revision(), filled.pairs()) == (revision, MADE)

    assert filled.adopt(made(filled, "20260102-000000-aaaa", {}), MADE[:1], (), ())
    assert filled.pairs() == MADE[:1]
    assert filled.unpaired() == {} and filled.removed().empty and filled.dropped_summary().empty

    assert filled.adopt(made(filled), MADE, DROPPED, REMOVED)  # asked for by name an earlier one comes back
    assert filled.pairs() == MADE
    assert filled.newest_adopted() == "20260102-000000-aaaa"


def test_another_corpus_takes_nothing_in(filled: Store, codex: Corpus) -> None:
    old = made(filled)
    filled.import_corpus(Corpus(codex.chunks[:4], codex.entities, codex.questions), {}, "codex")
    revision = filled.revision()
    with pytest.raises(InputError, match="The corpus has changed since run 20260101-000000-aaaa began"):
        filled.adopt(old, MADE, DROPPED, REMOVED)
    assert (filled.pairs(), filled.revision(), filled.generation()) == ((), revision, None)


def test_what_a_person_decided_or_added_stays(filled: Store) -> None:
    filled.adopt(made(filled), MADE, (), ())
    filled.decide([Decision("d1", MADE[1].pair_id, "reject", "ada", 1.0)])
    filled.add_pairs([Pair("salt law", "c1", "positive", "audit")])

    filled.adopt(made(filled, "20260102-000000-aaaa"), MADE[:1], (), ())
    assert {pair.pair_id for pair in filled.pairs()} == {MADE[0].pair_id, MADE[1].pair_id, Pair("salt law", "c1", "positive", "").pair_id}
    assert ("reject", MADE[1].pair_id) in {(one.verdict, one.pair.pair_id) for one in filled.audited()}


def test_refused_negatives_are_paged(filled: Store) -> None:
    filled.adopt(made(filled), MADE, DROPPED, REMOVED)
    assert list(filled.dropped_summary().itertuples(index=False, name=None)) == [("too-near", False, 2), ("same-entity", True, 1)]

    assert filled.page_of_dropped(1, 1)["chunk_id"].tolist() == ["c4"]
    assert filled.page_of_dropped(0, 9, "too-near")["query"].tolist() == [TOWER, "salt law"]
    [offered] = filled.page_of_dropped(0, 9, offered=True).to_dict("records")
    assert (offered["chunk_id"], offered["text"], offered["taken"]) == ("c4", "Salt is law.", False)

    filled.add_pairs([Pair(TOWER, "c4", "positive", "audit", "q2")])
    assert filled.page_of_dropped(0, 9, offered=True)["taken"].tolist() == [True]


def test_what_belongs_to_chunks_that_are_gone_is_not_listed(filled: Store, codex: Corpus) -> None:
    filled.adopt(made(filled), MADE, DROPPED, REMOVED)
    filled.import_corpus(Corpus(codex.chunks[:3], codex.entities, codex.questions), {}, "codex")
    assert filled.page_of_dropped(0, 9)["chunk_id"].tolist() == ["c2", "c2"]
    assert int(filled.dropped_summary()["n"].sum()) == 2
