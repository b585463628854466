"""Decisions are appended, taken back, merged, and say what may be trained on."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from core.records import Audited, Chunk, Corpus, Decision, Pair, Verdict
from core.store import ChunkFilter, Store, TrainingCounts

QUERY = "Who keeps the tower?"
POSITIVE = Pair(QUERY, "c1", "positive", "topics", "q2", evidence={"cosine": 0.7})
NEGATIVE = Pair(QUERY, "c3", "negative", "related-entity", "q2", hardness="hard", evidence={"positive": "c1"})
OTHER = Pair("salt law", "c4", "positive", "synthetic-keyword")
PAIRS = (POSITIVE, NEGATIVE, OTHER)


@pytest.fixture
def desk(filled: Store) -> Store:
    filled.save_pairs(PAIRS)
    return filled


def said(n: int, pair: Pair, verdict: Verdict, auditor: str = "ann", **more: str) -> Decision:
    return Decision(f"d{n}", pair.pair_id, verdict, auditor, 1000.0 + n, 2.5, **more)  # type: ignore[arg-type]


def verdicts(store: Store) -> dict[str, str]:
    return {one.pair.chunk_id: one.verdict for one in store.audited()}


def test_decisions_come_back_as_they_were_made(desk: Store) -> None:
    made = [said(2, NEGATIVE, "reject", reason="does answer", note="see <b>"), said(1, POSITIVE, "accept"), said(3, OTHER, "skip")]
    before = desk.revision()

    assert desk.decide(made) == 3
    assert desk.decisions() == tuple(made)
    assert desk.revision() == before + 1


def test_saying_it_twice_says_it_once(desk: Store) -> None:
    desk.decide([said(1, POSITIVE, "accept")])
    revision = desk.revision()

    assert desk.decide([said(1, POSITIVE, "reject"), said(2, OTHER, "accept"), said(2, OTHER, "accept")]) == 1
    assert [(one.decision_id, one.verdict) for one in desk.decisions()] == [("d1", "accept"), ("d2", "accept")]
    assert desk.decide([]) == 0
    assert desk.decide([said(2, OTHER, "reject")]) == 0
    assert desk.revision() == revision + 1


def test_undo_goes_back_step_by_step(desk: Store) -> None:
    desk.decide([said(1, POSITIVE, "accept")])
    desk.decide([said(2, NEGATIVE, "reject")])
    desk.decide([said(3, POSITIVE, "reject")])
    assert verdicts(desk) == {"c1": "reject", "c3": "reject"}

    assert [one.decision_id for one in desk.undo("ann")] == ["d3"]
    assert verdicts(desk) == {"c1": "accept", "c3": "reject"}  # what was said before counts again
    assert [one.decision_id for one in desk.undo("ann")] == ["d2"]
    assert [one.decision_id for one in desk.undo("ann")] == ["d1"]
    assert desk.undo("ann") == ()
    assert verdicts(desk) == {}
    assert len(desk.decisions()) == 6  # nothing was erased


def test_undo_takes_back_the_named_decision_once_and_nobody_elses(desk: Store) -> None:
    desk.decide([said(1, POSITIVE, "accept"), said(2, NEGATIVE, "accept"), said(3, OTHER, "accept", "bo")])

    assert [one.decision_id for one in desk.undo("ann", "d1")] == ["d1"]
    assert desk.undo("ann", "d1") == ()
    assert desk.undo("ann", "d3") == ()
    assert verdicts(desk) == {"c3": "accept", "c4": "accept"}


def test_a_bulk_is_taken_back_as_one(desk: Store) -> None:
    desk.decide([said(1, POSITIVE, "reject")])
    desk.decide([said(n, pair, "accept", batch="all") for n, pair in enumerate(PAIRS, start=2)])
    assert set(verdicts(desk).values()) == {"accept"}

    assert {one.decision_id for one in desk.undo("ann")} == {"d2", "d3", "d4"}
    assert verdicts(desk) == {"c1": "reject"}


def test_an_amended_decision_stands_in_its_place(desk: Store) -> None:
    desk.decide([said(1, NEGATIVE, "reject")])
    [first] = desk.decisions()

    assert desk.amend(first, becomes="positive")
    assert not desk.amend(first, reason="too late: it no longer stands")
    turned = replace(NEGATIVE, label="positive", rule="audit", hardness="", reason="A person found it to be a positive.")
    assert desk.audited() == (Audited(NEGATIVE, "reject"), Audited(turned, "accept"))
    assert len(desk.undo("ann")) == 1
    assert desk.audited() == ()


def test_the_latest_word_of_all_auditors_stands(desk: Store) -> None:
    desk.decide([said(5, POSITIVE, "reject", "bo")])
    desk.decide([said(1, POSITIVE, "accept", "ann")])  # arrives later, was made earlier
    assert verdicts(desk) == {"c1": "reject"}
    desk.undo("bo")
    assert verdicts(desk) == {"c1": "accept"}


def test_two_copies_agree_once_each_has_the_others_decisions(desk: Store, tmp_path_factory: pytest.TempPathFactory, codex: Corpus) -> None:
    from core.workspace import Workspace

    with Store.open(Workspace.create(tmp_path_factory.mktemp("copy") / "w")) as copy:
        copy.import_corpus(codex, {}, "codex")
        copy.save_pairs(PAIRS)
        desk.decide([said(1, POSITIVE, "accept"), said(4, NEGATIVE, "reject")])
        copy.decide([said(2, POSITIVE, "reject", "bo"), said(3, OTHER, "flag", "bo")])
        copy.undo("bo", "d3")

        assert desk.merge(copy.decisions()) == 3
        assert copy.merge(desk.decisions()) == 2
        assert desk.merge(copy.decisions()) == 0
        assert verdicts(desk) == verdicts(copy) == {"c1": "reject", "c3": "reject"}
        assert set(desk.decisions()) == set(copy.decisions())


def test_what_may_be_trained_on(desk: Store) -> None:
    third = Pair("a third", "c2", "positive", "topics")
    desk.save_pairs([*PAIRS, third])
    desk.decide([said(1, POSITIVE, "accept"), said(2, NEGATIVE, "flag"), said(3, OTHER, "skip")])

    assert desk.training_pairs() == (POSITIVE, OTHER, third)
    assert desk.training_pairs(undecided=False) == (POSITIVE,)
    assert desk.decision_counts() == {"accept": 1, "flag": 1, "skip": 1}
    desk.decide([said(4, OTHER, "reject")])
    assert desk.training_pairs() == (POSITIVE, third)


@pytest.mark.parametrize("seed", range(6))
def test_what_may_be_trained_on_is_counted_as_it_is_listed(desk: Store, seed: int) -> None:
    rng = random.Random(seed)
    claims = [(query, chunk, label) for query in "abcd" for chunk in ("c1", "c2", "c3", "c4") for label in ("positive", "negative")]
    pairs = [Pair(*claim, rng.choice(("topics", "entity")), f"q-{claim[0]}") for claim in rng.sample(claims, 24)]
    desk.save_pairs(pairs[:20])
    desk.add_pairs(pairs[20:])
    for n, pair in enumerate(rng.choices(pairs, k=18)):
        verdict: Verdict = rng.choice(("accept", "reject", "reject", "skip", "flag"))
        becomes = {"positive": "negative", "negative": "positive"}[pair.label] if verdict == "reject" and rng.random() < 0.5 else ""
        desk.decide([said(n, pair, verdict, becomes=becomes)])
    desk.switch_rule("entity", on=bool(seed % 2))
    if seed % 3 == 0:
        desk.leave_out(ChunkFilter(source=("atlas",)), "training", "tried")

    listed, by_hand = desk.training_pairs(), desk.training_pairs(undecided=False)
    labels = [pair.label for pair in listed]
    assert desk.training_counts() == TrainingCounts(labels.count("positive"), labels.count("negative"), len(by_hand))


def test_a_rejected_pair_comes_back_as_what_it_becomes(desk: Store) -> None:
    desk.decide([said(1, NEGATIVE, "reject", becomes="positive")])

    [_, turned, _] = desk.training_pairs()
    assert (turned.label, turned.rule, turned.chunk_id, turned.question_id) == ("positive", "audit", "c3", "q2")
    assert desk.training_pairs(undecided=False) == (turned,)
    desk.undo("ann")
    assert desk.training_pairs() == PAIRS


def test_a_rule_that_is_off_gives_only_what_was_accepted(desk: Store) -> None:
    desk.switch_rule("related-entity", on=False)
    assert desk.training_pairs() == (POSITIVE, OTHER)
    assert desk.rules_off() == {"related-entity"}

    desk.decide([said(1, NEGATIVE, "accept")])
    assert desk.training_pairs() == PAIRS
    revision = desk.revision()
    desk.switch_rule("related-entity", on=False)
    assert desk.revision() == revision
    desk.switch_rule("related-entity", on=True)
    assert desk.rules_off() == frozenset()


def test_what_a_person_decided_or_added_outlives_a_new_generation(desk: Store) -> None:
    added = Pair("By hand?", "c2", "positive", "whatever the caller says")
    assert desk.add_pairs([added, POSITIVE]) == 1
    desk.decide([said(1, NEGATIVE, "reject"), said(2, OTHER, "skip")])
    desk.save_pairs([Pair("new", "c5", "positive", "topics"), OTHER])

    assert [pair.query for pair in desk.pairs()] == ["new", "salt law", QUERY, "By hand?"]
    assert verdicts(desk) == {"c3": "reject", "c4": "skip", "c2": "accept"}  # what was added counts as accepted
    assert [pair.chunk_id for pair in desk.training_pairs(undecided=False)] == ["c2"]
    desk.undo("ann", "d1")
    desk.save_pairs([])
    assert [pair.query for pair in desk.pairs()] == ["salt law", "By hand?"]


def test_what_rejected_pairs_become_is_not_kept_as_a_pair(desk: Store) -> None:
    """A generation that was told of the decisions lists them again; an undo must still take them back."""
    desk.decide([said(1, NEGATIVE, "reject", becomes="positive")])
    desk.save_pairs([one.pair for one in desk.audited()])
    desk.undo("ann")

    assert [(pair.chunk_id, pair.label) for pair in desk.training_pairs()] == [("c3", "negative")]


def test_a_persons_word_outweighs_the_opposite_claim_of_a_rule(desk: Store) -> None:
    desk.add_pairs([Pair(QUERY, "c3", "positive", "")])

    assert [(pair.chunk_id, pair.label) for pair in desk.training_pairs()] == [("c1", "positive"), ("c4", "positive"), ("c3", "positive")]


def test_a_decision_sleeps_while_its_pair_is_gone(desk: Store, codex: Corpus) -> None:
    desk.decide([said(1, NEGATIVE, "reject")])
    desk.import_corpus(Corpus(tuple(one for one in codex.chunks if one.chunk_id != "c3"), codex.entities, codex.questions), {}, "codex")
    assert verdicts(desk) == {} and desk.decision_counts() == {}
    assert isinstance(next(one for one in codex.chunks if one.chunk_id == "c3"), Chunk)

    desk.import_corpus(codex, {}, "codex")
    desk.save_pairs(PAIRS)
    assert verdicts(desk) == {"c3": "reject"}
