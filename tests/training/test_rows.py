from core.records import Pair
from core.training.rows import training_rows

DOCUMENTS = {"c1": "one", "c2": "two", "c3": "three", "c4": "one"}


def pair(query, chunk_id, label="positive", **more):
    return Pair(query, chunk_id, label, "rule", **more)


def test_a_row_a_positive_with_its_querys_negatives_in_order():
    pairs = [pair("q", "c1"), pair("q", "c3", "negative"), pair("q", "c2", "negative"), pair("p", "c2")]
    rows = training_rows(pairs, DOCUMENTS, 2)
    assert [(row.query, row.positive, row.negatives) for row in rows] == [("q", "one", ("three", "two")), ("p", "two", ())]
    assert training_rows(pairs, DOCUMENTS, 0)[0].negatives == ()


def test_negatives_that_hold_by_a_persons_word_always_count():
    pairs = [pair("q", "c1"), pair("q", "c2", "negative"), pair("q", "c3", "negative")]
    sure = {pairs[2].pair_id}
    assert [training_rows(pairs, DOCUMENTS, n, sure)[0].negatives for n in (0, 1)] == [("three",), ("three", "two")]


def test_only_train_pairs_whose_chunks_are_there():
    assert training_rows([pair("q", "c1", split="dev"), pair("q", "gone")], DOCUMENTS, 1) == ()


def test_rows_that_must_not_meet_share_a_key():
    """The positives of one query, one query spelt twice, one text under two ids, one topic."""
    topic = {"about": ["topic:orun"]}
    pairs = [
        pair("q", "c1"),
        pair("q", "c2"),
        pair("Q?", "c3"),
        pair("other", "c4"),
        pair("third", "c3", evidence=topic),
        pair("fourth", "c2", evidence=topic),
    ]
    first, second, spelt, copied, third, fourth = training_rows(pairs, DOCUMENTS, 1)
    for one, other in ((first, second), (first, spelt), (first, copied), (second, copied), (third, fourth)):
        assert one.keys & other.keys, (one, other)
    assert not copied.keys & third.keys


def test_a_negative_that_answers_another_query_is_seen():
    answer, row = training_rows([pair("p", "c4"), pair("q", "c2"), pair("q", "c1", "negative")], DOCUMENTS, 1)
    assert set(row.negative_keys) <= answer.keys
    assert not set(row.negative_keys) & row.keys
