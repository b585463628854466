import numpy as np

from core.projection import neighbours as module
from core.projection.neighbours import neighbours
from tests.charted import two_spaces


def test_they_are_those_of_brute_force():
    vectors, _, _ = two_spaces(120)
    found = neighbours(vectors, 7)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    expected = np.argsort(-cosines, axis=1, kind="stable")[:, :7]
    assert (found.indices == expected).all()
    assert np.allclose(found.cosines, np.take_along_axis(cosines, expected, axis=1))


def test_blocks_change_nothing(monkeypatch):
    vectors, _, _ = two_spaces(61)
    whole = neighbours(vectors, 5)
    monkeypatch.setattr(module, "BLOCK_FLOATS", 61 * 7)
    seen = []
    assert (neighbours(vectors, 5, lambda done, total: seen.append((done, total))).indices == whole.indices).all()
    assert len(seen) == 9 and seen[-1] == (61, 61)


def test_a_point_is_not_its_own_neighbour_but_its_copy_is():
    vectors, _, _ = two_spaces(30)
    vectors[3] = vectors[20]
    found = neighbours(vectors, 4)
    assert found.indices[3, 0] == 20 and found.indices[20, 0] == 3
    assert not (found.indices == np.arange(30)[:, None]).any()


def test_with_few_points_all_the_others():
    vectors, _, _ = two_spaces(36)
    assert neighbours(vectors[:4], 10).indices.shape == (4, 3)
