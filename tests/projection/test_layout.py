import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from core.projection.aligned import aligned, moved
from core.projection.graph import fuzzy_graph
from core.projection.layout import curve, lay_out, principal_plane
from core.projection.measures import overlap
from core.projection.neighbours import neighbours
from core.projection.placing import placed
from tests.charted import two_spaces

BEFORE, AFTER, STAYED = two_spaces(240, d=24, share=0.1)
NEAR = [neighbours(vectors, 14) for vectors in (BEFORE, AFTER)]
GRAPHS = [fuzzy_graph(near) for near in NEAR]
KEPT = overlap(NEAR[0].indices[:, :10], NEAR[1].indices[:, :10])
FIRST = lay_out(GRAPHS[0], principal_plane(BEFORE))


def test_the_graph_is_symmetric_and_each_point_holds_its_nearest():
    graph = GRAPHS[0]
    assert abs(graph - graph.T).max() < 1e-12 and graph.max() <= 1
    assert (graph[np.arange(240), NEAR[0].indices[:, 0]] > 1 - 1e-9).all()


def test_weights_fall_off_so_that_they_add_up():
    """Before both directions are joined: log2 of the number of neighbours, the point itself included."""
    beyond = np.sqrt(2 - 2 * NEAR[0].cosines)
    from core.projection.graph import _widths

    beyond = beyond - beyond[:, :1]
    assert np.exp(-beyond / _widths(beyond.astype(float), np.log2(15), 0)).sum(axis=1) == pytest.approx(np.log2(15), rel=1e-6)


def test_points_that_coincide_are_no_trouble():
    vectors = np.repeat(BEFORE[:12], 12, axis=0)
    xy = lay_out(fuzzy_graph(neighbours(vectors, 14)), principal_plane(vectors), passes=30)
    assert np.isfinite(xy).all()


def test_the_principal_plane_is_that_of_scikit_learn():
    expected, found = PCA(2).fit_transform(BEFORE), principal_plane(BEFORE)
    for axis in (0, 1):
        assert abs(np.corrcoef(expected[:, axis], found[:, axis])[0, 1]) == pytest.approx(1, abs=1e-4)


def test_the_same_seed_gives_the_same_picture():
    again, other = (lay_out(GRAPHS[0], principal_plane(BEFORE), seed=seed) for seed in (0, 1))
    assert (again == FIRST).all() and not (other == FIRST).all()


def test_neighbours_end_up_as_neighbours():
    assert trustworthiness(BEFORE, FIRST, n_neighbors=10) > trustworthiness(BEFORE, principal_plane(BEFORE), n_neighbors=10) + 0.05


def test_who_kept_its_neighbours_stays_and_who_did_not_moves():
    second = aligned(GRAPHS[1], FIRST, KEPT)
    far = moved(FIRST, second) > 0.05
    strays = np.setdiff1d(np.arange(240), STAYED)
    assert far[STAYED].mean() < 0.05 and far[strays].mean() > 0.6
    assert trustworthiness(AFTER, second, n_neighbors=10) > trustworthiness(AFTER, FIRST, n_neighbors=10)


def test_it_can_be_stopped_between_two_passes():
    def stop(done, total):
        assert total == 200
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lay_out(GRAPHS[0], principal_plane(BEFORE), on_progress=stop)


def test_the_curve_is_that_of_umap_learn():
    """a and b that umap-learn 0.5 finds for its defaults and for spread 1, min_dist 0.5."""
    assert curve(0.1) == pytest.approx((1.5769, 0.8951), abs=2e-4)
    assert curve(0.5) == pytest.approx((0.5830, 1.3342), abs=2e-4)


def test_a_question_lies_amid_its_nearest_chunks():
    xy = np.asarray([[0, 0], [1, 0], [0, 1], [9, 9], [8, 8], [100, 100]], dtype=np.float32)
    at = placed(xy, np.asarray([[0, 1, 2, 3, 4, 5]]), np.asarray([[0.9, 0.9, 0.9, 0.1, 0.1, 0.9]]))
    assert at[0] == pytest.approx([1 / 3, 1 / 3], abs=1e-3)  # far ones hardly count, the sixth not at all
