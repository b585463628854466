from pathlib import Path

import numpy as np
import pytest

from core.encoders.choose import base_encoder, trainable
from core.encoders.local import LocalEncoder
from core.encoders.locate import locate
from core.errors import InputError, ModelUnavailable
from core.settings import Settings
from tests.tiny import save_tiny_bert


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


def test_vectors_have_length_one_and_their_dimension(tiny: Path):
    vectors = LocalEncoder(locate(str(tiny))).encode(["the bell tower", "salt", ""], "document")
    assert vectors.shape == (3, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_embedding_dim_cuts_and_renormalises(tiny: Path):
    whole = LocalEncoder(locate(str(tiny)))
    cut = LocalEncoder(locate(str(tiny)), dimension=8)
    expected = whole.encode(["the bell"], "query")[:, :8]
    np.testing.assert_allclose(cut.encode(["the bell"], "query"), expected / np.linalg.norm(expected), atol=2e-3)
    assert cut.fingerprint != whole.fingerprint


def test_more_dimensions_than_the_model_has_is_one_sentence(tiny: Path):
    with pytest.raises(InputError, match="EMBEDDING_DIM=99 is more than the 32 dimensions"):
        LocalEncoder(locate(str(tiny)), dimension=99)


def test_the_maximum_length_cuts_what_is_read(tiny: Path):
    encoder = LocalEncoder(locate(str(tiny)), max_tokens=8)
    same = encoder.encode(["the bell tower of the north", "the bell tower of the north river salt glass"], "document")
    np.testing.assert_allclose(same[0], same[1], atol=1e-5)


def test_a_folder_that_is_no_model_is_one_sentence(tmp_path: Path):
    with pytest.raises(ModelUnavailable, match="cannot be loaded as a sentence-transformers model"):
        LocalEncoder(locate(str(tmp_path)))


@pytest.mark.model
def test_the_default_model_knows_what_goes_together():
    vectors = base_encoder(Settings()).encode(["A cat sleeps.", "A kitten is napping.", "Interest rates rose."], "document")
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2] + 0.2


def test_a_server_model_cannot_be_trained():
    with pytest.raises(InputError, match="MODEL_BACKEND='ollama' cannot be trained"):
        trainable(Settings(MODEL_BACKEND="ollama", BASE_MODEL="nomic-embed-text"))
