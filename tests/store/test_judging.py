"""Judgements made in the app: appended, taken back, and what stands."""

from __future__ import annotations

from dataclasses import replace

from core.records import Corpus, Judgement
from core.store import Store


def judgement(number: int, chunk_id: str = "c1", grade: int = 1, auditor: str = "Ada", question_id: str = "q1") -> Judgement:
    return Judgement(f"j{number}", question_id, chunk_id, grade, auditor, 1000.0 + number)


def test_the_latest_stands_whoever_made_it(filled: Store) -> None:
    assert filled.judge([judgement(1, grade=3), judgement(2, grade=0, auditor="Bo"), judgement(3, "c2", 2)]) == 3
    assert filled.judged_here() == {"q1": {"c1": 0, "c2": 2}}
    assert filled.judge([judgement(0, grade=2)]) == 1  # made earlier, arrived later
    assert filled.judged_here()["q1"]["c1"] == 0


def test_the_same_is_said_once(filled: Store) -> None:
    before = filled.revision()
    assert (filled.judge([judgement(1), judgement(1)]), filled.judge([judgement(1)])) == (1, 0)
    assert filled.revision() == before + 1
    assert filled.judge([]) == 0


def test_taking_back_goes_one_step_each_time_and_forgets_nothing(filled: Store) -> None:
    filled.judge([judgement(1, grade=3), judgement(2, grade=0), judgement(3, "c2", 2, "Bo")])
    assert filled.unjudge("q1", "Ada") == judgement(2, grade=0)
    assert filled.judged_here()["q1"]["c1"] == 3  # what stood before stands again
    assert filled.unjudge("q1", "Ada") == judgement(1, grade=3)
    assert filled.unjudge("q1", "Ada") is None
    assert filled.judged_here() == {"q1": {"c2": 2}}
    assert [(one.judgement_id[:2], one.undoes) for one in filled.judgements()][:3] == [("j1", ""), ("j2", ""), ("j3", "")]
    assert [one.undoes for one in filled.judgements()][3:] == ["j2", "j1"]


def test_a_named_one_is_taken_back_once_and_by_its_auditor(filled: Store) -> None:
    filled.judge([judgement(1), judgement(2, "c2")])
    assert filled.unjudge("", "Bo", "j1") is None
    assert filled.unjudge("", "Ada", "j1") == judgement(1)
    assert filled.unjudge("", "Ada", "j1") is None
    assert [one.judgement_id for one in filled.judged_lately("Ada")] == ["j2"]


def test_judgements_of_what_is_gone_sleep(filled: Store, codex: Corpus) -> None:
    filled.judge([judgement(1, "c1"), judgement(2, "c2")])
    filled.import_corpus(replace(codex, chunks=codex.chunks[1:]), {}, "codex")
    assert filled.judged_here() == {"q1": {"c2": 1}}
    filled.import_corpus(codex, {}, "codex")
    assert filled.judged_here() == {"q1": {"c1": 1, "c2": 1}}


def test_a_judgement_leaves_the_corpus_as_it_is(filled: Store) -> None:
    before = (filled.corpus_fingerprint(), filled.corpus_revision(), filled.questions())
    filled.judge([judgement(1)])
    assert (filled.corpus_fingerprint(), filled.corpus_revision(), filled.questions()) == before
    assert filled.judged_here() == {"q1": {"c1": 1}}


def test_no_two_parts_of_the_stores_face_answer_to_one_name() -> None:
    names = [name for part in Store.__bases__ for name in vars(part) if not name.startswith("_")]
    assert sorted(names) == sorted(set(names))
