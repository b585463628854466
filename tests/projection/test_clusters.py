import numpy as np
from sklearn.metrics import adjusted_rand_score

from core.projection.clusters import clusters, labels
from tests.charted import normal


def test_separate_groups_are_found_again():
    rng = np.random.default_rng(0)
    own = np.repeat(np.arange(4), 10)
    vectors = normal(np.eye(8)[own] + 0.05 * rng.normal(size=(40, 8)))
    assert adjusted_rand_score(own, clusters(vectors)) == 1
    assert (clusters(vectors) == clusters(vectors)).all()


def test_equal_points_make_one_cluster():
    assert clusters(np.tile(np.asarray([[1, 0]], dtype=np.float32), (9, 1))).tolist() == [0] * 9


def test_a_label_is_what_sets_a_cluster_apart():
    texts = [
        "The bell of Orun rang.",
        "A bell in Orun cracked.",
        "The ship sailed north.",
        "No ship sails in the ice.",
        "The ship's rope burned.",
    ]
    assert labels(texts, np.asarray([0, 0, 1, 1, 1], dtype=np.int32)) == ["bell, Orun, cracked", "ship, burned, ice"]


def test_without_words_it_says_so():
    assert labels(["12 34", "…"], np.asarray([0, 0], dtype=np.int32)) == ["no common words"]
