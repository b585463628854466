"""What the map benchmark measures with, on geometry that is known."""

import numpy as np
import pytest

from benchmarks.maps import _lower, changed, first_map, procrustes, second_map, strayed, trust, world


def test_the_worlds_are_of_length_one_and_differ_where_they_say():
    vectors = world(200)
    second, stayed = changed(vectors)
    assert vectors.shape == (200, 384) and np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert stayed.sum() == 180
    assert np.allclose(vectors[stayed], second[stayed], atol=1e-6) and not np.allclose(vectors[~stayed], second[~stayed], atol=1e-2)


def test_procrustes_takes_back_a_turn_a_scale_and_a_move():
    fixed = np.random.default_rng(0).normal(size=(50, 2))
    turn = np.asarray([[0.0, -1.0], [1.0, 0.0]])
    free = 3 * fixed @ turn + 7
    free[40:] += 5  # those that moved are not fitted to
    on = np.arange(50) < 40
    assert np.allclose(procrustes(fixed, free, on)[on], fixed[on])
    assert strayed(fixed, procrustes(fixed, free, on), on) == 0


def test_our_second_map_leaves_the_unchanged_where_they_are():
    vectors = world(400)
    second, stayed = changed(vectors)
    first = first_map(vectors)
    after = second_map(second, first)
    assert strayed(first.xy, after.xy, stayed) < 0.02
    assert strayed(first.xy, after.xy, ~stayed) > 0.5
    assert trust(second, after.xy) > trust(second, first.xy)


def test_without_an_error_of_ours_there_is_no_ratio():
    assert _lower("x", 0.0, 0.5, "peer", 1).ratio is None and _lower("x", 0.1, 0.5, "peer", 1).ratio == pytest.approx(5)
