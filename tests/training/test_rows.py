from core.records import Pair
from core.training.rows import Row, as_columns, training_rows

DOCUMENTS = {"c1": "one", "c2": "two", "c3": "three"}


def pair(query, chunk_id, label="positive", **more):
    return Pair(query, chunk_id, label, "rule", **more)


def test_a_row_a_positive_with_its_querys_negatives_in_order():
    pairs = [pair("q", "c1"), pair("q", "c3", "negative"), pair("q", "c2", "negative"), pair("p", "c2")]
    assert training_rows(pairs, DOCUMENTS, 2) == (Row("q", "one", ("three", "two")), Row("p", "two", ()))
    assert training_rows(pairs, DOCUMENTS, 0)[0].negatives == ()


def test_only_train_pairs_whose_chunks_are_there():
    assert training_rows([pair("q", "c1", split="dev"), pair("q", "gone")], DOCUMENTS, 1) == ()


def test_rows_are_grouped_by_their_number_of_negatives():
    columns = as_columns([Row("q", "one", ()), Row("p", "two", ("three",))])
    assert columns == {
        "negatives-0": [{"query": "q", "positive": "one"}],
        "negatives-1": [{"query": "p", "positive": "two", "negative_1": "three"}],
    }
