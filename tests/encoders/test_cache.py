from pathlib import Path

import numpy as np
import pytest

from core.encoders import cache
from core.encoders.cache import VectorCache, most_vectors


class Letters:
    """Encodes a text by how often a, b and c occur in it, and remembers what it was asked."""

    name = "letters"

    def __init__(self, fingerprint="one"):
        self.fingerprint = fingerprint
        self.asked = []

    def encode(self, texts, kind):
        self.asked += texts
        counts = np.array([[text.count(letter) + 0.1 for letter in "abc"] for text in texts], dtype=np.float32).reshape(-1, 3)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def test_each_distinct_text_is_encoded_once_and_in_order(tmp_path: Path):
    encoder = Letters()
    texts = ["abc", "a", "abc", "bb"]
    embedded = VectorCache(tmp_path, encoder, "document").embed(texts)
    assert sorted(encoder.asked) == ["a", "abc", "bb"]
    assert embedded.n_encoded == 3
    np.testing.assert_array_equal(embedded.vectors, Letters().encode(texts, "document"))


def test_a_second_time_encodes_only_what_is_new(tmp_path: Path):
    VectorCache(tmp_path, Letters(), "document").embed(["a", "b"])
    encoder = Letters()
    assert VectorCache(tmp_path, encoder, "document").n_missing(["b", "c", "c"]) == 1
    assert VectorCache(tmp_path, encoder, "document").embed(["b", "c"]).n_encoded == 1
    assert encoder.asked == ["c"]


@pytest.mark.parametrize(("other", "kind"), [(Letters("another model"), "document"), (Letters(), "query")])
def test_another_model_or_kind_shares_nothing(tmp_path: Path, other, kind):
    VectorCache(tmp_path, Letters(), "document").embed(["a"])
    assert VectorCache(tmp_path, other, kind).embed(["a"]).n_encoded == 1


def test_an_interrupted_embedding_keeps_its_whole_shards(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cache, "SHARD_ROWS", 2)
    texts = ["a" * n for n in range(1, 8)]

    def stop_after_two(done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        VectorCache(tmp_path, Letters(), "document").embed(texts, stop_after_two)
    seen = []
    resumed = VectorCache(tmp_path, Letters(), "document").embed(texts, lambda done, total: seen.append((done, total)))
    assert resumed.n_encoded == 3
    assert seen == [(2, 3), (3, 3)]


def test_a_shard_without_its_keys_never_happened(tmp_path: Path):
    VectorCache(tmp_path, Letters(), "document").embed(["a", "b"])
    next(tmp_path.rglob("*.keys")).unlink()
    assert VectorCache(tmp_path, Letters(), "document").embed(["a", "b"]).n_encoded == 2


def test_no_texts_are_no_vectors(tmp_path: Path):
    assert VectorCache(tmp_path, Letters(), "document").embed([]).vectors.shape == (0, 3)


def test_half_a_surrogate_pair_is_a_text_like_any_other(tmp_path: Path):
    assert VectorCache(tmp_path, Letters(), "document").embed(["\ud83d a"]).n_encoded == 1


def test_the_fullest_space_says_whether_a_corpus_can_be_embedded(tmp_path: Path):
    assert most_vectors(tmp_path) == 0
    VectorCache(tmp_path, Letters(), "document").embed(["a", "b", "c", "a"])
    VectorCache(tmp_path, Letters(), "query").embed(["a"])
    assert most_vectors(tmp_path) == 3
