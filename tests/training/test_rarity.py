"""Bags and rarity are what scikit-learn counts."""

from __future__ import annotations

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import CountVectorizer

from core.training.rarity import bags, rarity, vocabulary_size
from tests.tiny import WORDS, save_tiny_bert

TEXTS = ["the bell of the tower", "the salt lamp", "a song of winter of war", ""]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory):
    return SentenceTransformer(str(save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")), device="cpu").tokenizer


def counted(tokenizer) -> np.ndarray:
    """Of each token, how often it is in each text, by scikit-learn. The tiny model's vocabulary has a gap."""
    vocabulary = {name: token for name, token in tokenizer.get_vocab().items() if name in WORDS}
    by_name = CountVectorizer(vocabulary=sorted(vocabulary), analyzer=str.split).fit_transform(TEXTS).toarray()
    counts = np.zeros((len(TEXTS), vocabulary_size(tokenizer)))
    counts[:, [vocabulary[name] for name in sorted(vocabulary)]] = by_name
    return counts


def test_a_bag_counts_the_tokens_of_a_text(tokenizer) -> None:
    assert np.array_equal(bags(tokenizer, TEXTS).toarray(), counted(tokenizer))
    assert bags(tokenizer, []).shape == (0, vocabulary_size(tokenizer))


def test_long_texts_are_counted_to_their_end(tokenizer) -> None:
    assert bags(tokenizer, ["the " * 100 + "bell"]).sum() == 101


def test_rarity_falls_with_the_texts_that_have_a_token(tokenizer) -> None:
    frequency = (counted(tokenizer) > 0).sum(axis=0)
    assert rarity(bags(tokenizer, TEXTS)) == pytest.approx(np.log(5 / (frequency + 0.5)).clip(0), abs=1e-6)


def test_what_stands_in_every_text_says_nothing(tokenizer) -> None:
    assert rarity(bags(tokenizer, ["the bell"] * 3))[tokenizer.convert_tokens_to_ids("the")] == pytest.approx(np.log(4 / 3.5))
    many = rarity(bags(tokenizer, ["the bell"] * 300))
    assert 0 <= many[tokenizer.convert_tokens_to_ids("the")] < 0.002
