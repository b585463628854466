"""The blind vote: what a voter sees is fixed, votes count once, and their outcome agrees with scipy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy import stats

from core.errors import InputError
from core.store import Store
from core.voting.ballot import Ballot, Choice, Vote, draw_up, known_as, on_the_left, order_for
from core.voting.outcome import outcome, sign_test, wilson
from core.workspace import Workspace

QUESTIONS = [f"q{number}" for number in range(30)]
RANKED = {
    **{("a", one): [f"{one}-x", f"{one}-y"] for one in QUESTIONS},
    **{("b", one): [f"{one}-y", f"{one}-x"] for one in QUESTIONS[:25]},
    **{("b", one): [f"{one}-x", f"{one}-y"] for one in QUESTIONS[25:]},
}


def ballot(n: int = 20, seed: int = 7) -> Ballot:
    return draw_up("run", RANKED, QUESTIONS, "a", "b", n, seed, created_at=1000.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Workspace.create(tmp_path / "w")) as store:
        yield store


def test_a_ballot_leaves_out_what_shows_no_difference() -> None:
    drawn = ballot(n=100)
    assert set(drawn.question_ids) == set(QUESTIONS[:25]) and drawn.n_identical == 5
    assert len(ballot().question_ids) == 20 and set(ballot().question_ids) < set(QUESTIONS[:25])
    with pytest.raises(InputError, match="nothing to vote on"):
        draw_up("run", RANKED, QUESTIONS[25:], "a", "b", 5, 7, 0.0)


def test_sides_and_order_follow_from_seed_and_voter_alone() -> None:
    one = ballot(n=25)
    assert order_for(one, "ann") == order_for(ballot(n=25), "ann") != order_for(one, "bob")
    assert sorted(order_for(one, "ann")) == sorted(one.question_ids)
    sides = [on_the_left(one, voter, key) for voter in ("ann", "bob", "eve", "joe") for key in one.question_ids]
    assert sides == [on_the_left(one, voter, key) for voter in ("ann", "bob", "eve", "joe") for key in one.question_ids]
    assert 0.3 < sides.count("a") / len(sides) < 0.7


def test_a_name_is_one_voter() -> None:
    assert known_as("  Ann  Lee ") == known_as("ann lee") and known_as("   ") == ""


def test_the_same_press_twice_counts_once(store: Store) -> None:
    one = ballot()
    store.add_ballot(one)
    assert store.ballots() == (one,)
    assert store.vote(one, "ann", "q1", "a", 0, 2.5, "clear")
    assert not store.vote(one, "ann", "q1", "b", 0)  # a double click, or a second tab that still shows the question
    [vote] = store.votes(one.ballot_id)
    assert (vote.choice, vote.comment, vote.seconds, vote.left) == ("a", "clear", 2.5, on_the_left(one, "ann", "q1"))


def test_a_vote_taken_back_comes_again(store: Store) -> None:
    one = ballot()
    store.vote(one, "ann", "q1", "a", 0)
    store.vote(one, "bob", "q1", "b", 0)
    taken = store.take_vote_back(one, "ann")
    assert taken and taken.question_id == "q1"
    assert [vote.voter for vote in store.votes(one.ballot_id)] == ["bob"]
    assert store.take_vote_back(one, "ann") is None
    assert store.n_votes_cast(one, "ann", "q1") == 1
    assert store.vote(one, "ann", "q1", "b", 1)
    assert {vote.choice for vote in store.votes(one.ballot_id)} == {"b"}


def test_votes_outlive_the_store(tmp_path: Path) -> None:
    workspace, one = Workspace.create(tmp_path / "w"), ballot()
    with Store.open(workspace) as store:
        store.add_ballot(one)
        store.vote(one, "ann", "q1", "tie", 0)
        store.curate(["q2", "q1", "q2"])
    with Store.open(workspace) as store:
        assert len(store.votes(one.ballot_id)) == 1 and store.curated() == ("q2", "q1")
        store.curate([])
        assert store.curated() == ()


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (5, 5), (7, 20), (13, 20), (50, 81)])
def test_wilson_and_the_sign_test_agree_with_scipy(hits: int, n: int) -> None:
    peer = stats.binomtest(hits, n)
    interval = peer.proportion_ci(method="wilson")
    assert wilson(hits, n) == pytest.approx((interval.low, interval.high))
    assert sign_test(hits, n - hits) == pytest.approx(peer.pvalue)


def test_nobody_is_no_rate() -> None:
    assert all(map(math.isnan, (*wilson(0, 0), sign_test(0, 0), outcome([], {}).preference.rate)))


def vote(voter: str, question: str, choice: Choice) -> Vote:
    return Vote(f"{voter}{question}", "ballot", question, voter, choice, "a", 0.0)


def test_a_question_counts_once_by_its_majority() -> None:
    votes = [
        *(vote(voter, "q1", "b") for voter in ("ann", "bob", "eve")),
        vote("joe", "q1", "a"),
        vote("ann", "q2", "a"), vote("bob", "q2", "b"),
        vote("ann", "q3", "skip"),
        vote("ann", "q4", "skip"), vote("bob", "q4", "a"),
    ]  # fmt: skip
    found = outcome(votes, {"q1": "who", "q2": "who", "q3": "where", "q4": "where"})
    one = found.preference
    assert (one.n_b, one.n_a, one.n_ties, one.n_skipped) == (1, 1, 1, 1) and one.rate == 0.5
    assert (found.by_voter["ann"].n_b, found.by_voter["ann"].n_a, found.by_voter["ann"].n_skipped) == (1, 1, 2)
    assert found.by_category["who"].n_b == 1 and found.by_category["where"].n_a == 1
    assert (found.n_agreeing, found.n_shared) == (0, 2)
    assert (found.n_left, found.n_sided) == (3, 7) and found.n_voters == 4
