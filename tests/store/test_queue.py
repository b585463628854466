"""The audit queue: its order, its filters, and walking through it."""

from __future__ import annotations

import pytest

from core.records import Chunk, Corpus, Decision, Entity, Pair, Verdict
from core.store import AuditQueue, Lately, PairFilter, Store
from core.survey.take import take_survey

SURE = {"cosine": 0.9, "dense_rank": 1}
THIN = {"covered": [{"topic": "Mira"}], "missed": ["Bell Tower", "Salt"], "cosine": 0.1}
CLOSE = {"positive": "c1", "cosine": 0.8, "positive_cosine": 0.6}
FAR = {"positive": "c1", "cosine": 0.1, "positive_cosine": 0.6}
PAIRS = (
    Pair("Who keeps the tower?", "c1", "positive", "topics", "q2", evidence=SURE),
    Pair("Who keeps the tower?", "c3", "negative", "same-type", "q2", hardness="easy", evidence=FAR),
    Pair("salt law", "c4", "positive", "synthetic-keyword", evidence=THIN),
    Pair("salt law", "c5", "negative", "related-entity", hardness="hard", evidence=FAR),
    Pair("Who is Ilo?", "c2", "positive", "topics", "q0", evidence=SURE),
    Pair("Who is Ilo?", "c1", "negative", "related-entity", "q0", hardness="hard", evidence=CLOSE),
)


@pytest.fixture
def desk(filled: Store) -> Store:
    filled.save_pairs(PAIRS)
    return filled


def walk(store: Store, queue: AuditQueue) -> list[int]:
    ids = [pair.pair_id for pair in PAIRS]
    return [ids.index(pair_id) for pair_id in store.listed_pairs(queue)]


def decide(store: Store, index: int, verdict: Verdict, auditor: str = "ann", at: float = 0.0) -> None:
    store.decide([Decision(f"{auditor}{index}{at}", PAIRS[index].pair_id, verdict, auditor, 1000.0 + index + at)])


def test_the_most_doubtful_query_comes_first_with_all_its_pairs(desk: Store) -> None:
    by_doubt = walk(desk, AuditQueue())
    assert sorted([by_doubt[:2], by_doubt[2:4]]) == [[2, 3], [5, 4]]  # a thin positive and a negative ahead of its positive
    assert set(by_doubt[4:]) == {0, 1}


def test_what_the_tuned_model_contradicts_comes_first_after_a_run(desk: Store) -> None:
    """Two negatives equally far from their queries, until a model is against one of them."""
    one, other = PAIRS[1].pair_id, PAIRS[3].pair_id
    revision = desk.revision()
    assert doubt(desk, one) == doubt(desk, other)
    assert desk.adopt_contradictions("run1", {pair.pair_id: 0.4 if pair.pair_id == one else -0.1 for pair in PAIRS})
    assert doubt(desk, one) > doubt(desk, other)
    assert desk.revision() > revision and desk.contradicted_by() == "run1"
    assert not desk.adopt_contradictions("run1", {})
    desk.save_pairs(PAIRS[:4])  # a new generation asks the same model
    assert doubt(desk, one) > doubt(desk, other)
    shown = desk.turn(one, "ann").shown
    assert shown is not None and shown.contradicted == 0.4
    assert desk.adopt_contradictions("run2", {})
    shown = desk.turn(one, "ann").shown
    assert shown is not None and shown.contradicted is None


def doubt(store: Store, pair_id: str) -> float:
    shown = store.turn(pair_id, "ann").shown
    assert shown is not None
    return shown.doubt


def test_other_orders(desk: Store) -> None:
    assert walk(desk, AuditQueue(order="question")) == [0, 1, 2, 3, 4, 5]
    assert [PAIRS[index].rule for index in walk(desk, AuditQueue(order="rule"))] == sorted(pair.rule for pair in PAIRS)
    by_chance = walk(desk, AuditQueue(order="chance"))
    assert sorted(by_chance) == [0, 1, 2, 3, 4, 5] and by_chance == walk(desk, AuditQueue(order="chance"))


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        (AuditQueue(PairFilter(label=("negative",))), {1, 3, 5}),
        (AuditQueue(PairFilter(rule=("related-entity",), hardness=("hard",))), {3, 5}),
        (AuditQueue(PairFilter(category=("who",))), {0, 1}),
        (AuditQueue(PairFilter(text="salt law")), {2, 3}),
        (AuditQueue(entity="the Tower"), None),
        (AuditQueue(ids=(PAIRS[2].pair_id, "unknown")), {2}),
    ],
)
def test_filters(desk: Store, queue: AuditQueue, expected: set[int] | None) -> None:
    found = set(walk(desk, queue))
    if expected is None:  # what mentions the Bell Tower under any of its names, or asks for it
        chunks = {chunk.chunk_id for chunk in desk.chunks() if "Bell Tower" in str(chunk.mentions) or "the Tower" in str(chunk.mentions)}
        expected = {n for n, pair in enumerate(PAIRS) if pair.chunk_id in chunks or "the tower" in pair.query.lower()}
        assert expected
    assert found == expected


def test_what_is_about_an_entity_names_it_as_a_word_of_its_own(store: Store) -> None:
    texts = ("Blades are drawn at dawn.", "It sleeps by day.", "By night the Bat hangs in the tower.")
    chunks = tuple(Chunk(f"c{n}", text, "f") for n, text in enumerate(texts))
    store.import_corpus(Corpus(chunks, (Entity("Bat", "character"),)), {}, "x")
    queries = ("what is combat", "where does the bat live?", "who hangs there")
    store.save_pairs([Pair(query, chunk.chunk_id, "positive", "topics") for query, chunk in zip(queries, chunks, strict=True)])

    def about_the_bat() -> list[str]:
        return [pair.query for pair in map(store.pair, store.listed_pairs(AuditQueue(entity="Bat", order="question"))) if pair]

    assert about_the_bat() == [queries[1]]
    store.save_survey(take_survey(store.corpus(), None), store.surveyable())
    assert about_the_bat() == [queries[1], queries[2]]  # its chunk names the Bat, though no mention says so


def test_marks_are_a_part_of_a_name(store: Store) -> None:
    chunks = (Chunk("a", "Oranges.", "f"), Chunk("b", "Templates.", "f"))
    store.import_corpus(Corpus(chunks, (Entity("C++", "language"),)), {}, "x")
    store.save_pairs([Pair("what is vitamin c", "a", "positive", "topics"), Pair("is c++ taught?", "b", "positive", "topics")])
    [listed] = store.listed_pairs(AuditQueue(entity="C++"))
    assert getattr(store.pair(listed), "query", "") == "is c++ taught?"


def test_walking_and_deciding(desk: Store) -> None:
    queue = AuditQueue(order="question")
    start = desk.place(queue, "")
    assert (start.n, start.n_open, start.number, start.first_open, start.before) == (6, 6, 0, PAIRS[0].pair_id, "")

    decide(desk, 0, "accept")
    decide(desk, 2, "skip")
    here = desk.place(queue, PAIRS[1].pair_id)
    assert (here.n, here.n_open, here.number) == (6, 4, 2)
    assert (here.before, here.after) == (PAIRS[0].pair_id, PAIRS[2].pair_id)  # the arrows walk over what is decided
    assert here.next_open == PAIRS[3].pair_id
    assert desk.place(queue, PAIRS[5].pair_id).after == "" and desk.place(queue, PAIRS[5].pair_id).next_open == ""
    assert desk.place(queue, PAIRS[5].pair_id).first_open == PAIRS[1].pair_id  # round to what was left out


def test_skip_flag_and_reject_are_three_queues(desk: Store) -> None:
    for index, verdict in enumerate(("accept", "reject", "skip", "flag")):
        decide(desk, index, verdict)
    assert [walk(desk, AuditQueue(shown=shown, order="question")) for shown in ("accept", "reject", "skip", "flag", "all")] == [
        [0], [1], [2], [3], [0, 1, 2, 3, 4, 5],
    ]  # fmt: skip
    assert desk.open_pairs(AuditQueue(order="question")) == (PAIRS[4].pair_id, PAIRS[5].pair_id)


def test_each_auditor_may_have_a_queue_of_their_own(desk: Store) -> None:
    decide(desk, 0, "accept", "ann")
    decide(desk, 0, "reject", "bo", at=1)
    decide(desk, 1, "accept", "bo")
    assert desk.place(AuditQueue(by="ann"), "").n_open == 5
    assert desk.place(AuditQueue(by="bo"), "").n_open == 4
    assert desk.place(AuditQueue(), "").n_open == 4
    assert walk(desk, AuditQueue(shown="conflict")) == [0]
    assert walk(desk, AuditQueue(shown="accept", by="ann")) == [0]


def test_what_was_decided_before_a_sample_was_drawn_is_not_in_it(desk: Store) -> None:
    decide(desk, 0, "accept")
    decide(desk, 4, "accept")
    assert set(walk(desk, AuditQueue(since=1002.0))) == {1, 2, 3, 4, 5}


def test_a_turn_holds_all_that_the_desk_shows(desk: Store) -> None:
    decide(desk, 3, "reject")
    turn = desk.turn(PAIRS[1].pair_id, "ann")
    assert turn.shown is not None
    assert (turn.shown.pair, turn.shown.chunk.chunk_id, turn.shown.category) == (PAIRS[1], "c3", "who")
    assert turn.shown.topics == ("Mira", "Bell Tower")
    assert [(pair, chunk.chunk_id) for pair, chunk in turn.shown.positives] == [(PAIRS[0], "c1")]
    assert turn.shown.said == () and [one.pair_id for one in turn.recent] == [PAIRS[3].pair_id]
    assert turn.lately == {PAIRS[3].pair_id: Lately(PAIRS[3].query, PAIRS[3].label)}

    decide(desk, 0, "reject")
    again = desk.turn(PAIRS[1].pair_id, "ann").shown
    assert again is not None and again.positives == ()  # a rejected positive is nothing to compare with
    assert desk.turn("gone", "ann").shown is None


def test_repeats_are_judged_pairs_that_lie_back(desk: Store) -> None:
    assert desk.repeat_for("ann", 1) == ""
    decide(desk, 0, "accept")
    decide(desk, 1, "skip")
    assert desk.repeat_for("ann", 1) == ""  # the only one is the latest
    assert desk.repeat_for("bo", 1) == PAIRS[0].pair_id
    decide(desk, 2, "reject")
    assert desk.repeat_for("ann", 1) == PAIRS[0].pair_id
    decide(desk, 3, "accept")
    decide(desk, 0, "accept", at=9)
    assert desk.repeat_for("ann", 1) == PAIRS[2].pair_id  # judged once so far, the first one twice
