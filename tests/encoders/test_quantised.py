"""Documents in int8: calibrated on texts, kept or refused as a whole, never mixed with exact vectors."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from core.encoders.choose import local_encoder
from core.encoders.local import LocalEncoder
from core.encoders.locate import locate
from core.encoders.quantised import Decision, Quantised, missing_package, quantise, quantised_for
from core.settings import Settings
from tests.tiny import WORDS, keep_int8, save_tiny_bert

TEXTS = [" ".join(np.random.default_rng(seed).choice(WORDS, size=1 + seed % 40)) for seed in range(40)]
SETTINGS = Settings(ENCODING="int8")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def exact(tiny: Path) -> LocalEncoder:
    return LocalEncoder(locate(str(tiny)), engine="int8")


@pytest.fixture(scope="module")
def trial(exact: LocalEncoder, tmp_path_factory) -> Quantised:
    if not importlib.util.find_spec("nncf"):
        pytest.skip("nncf is not installed: it is optional")
    home = tmp_path_factory.mktemp("int8")
    return quantised_for(home, exact.exact_fingerprint).trial(quantise(exact.model, TEXTS))


def test_documents_are_near_exact_ones_and_questions_are_exact(exact: LocalEncoder, trial: Quantised):
    int8 = exact.in_int8(trial)
    cosine = (int8.encode(TEXTS, "document") * exact.encode(TEXTS, "document")).sum(axis=1)
    assert 0.98 < cosine.mean() < 1 - 1e-6  # near, and really computed in another way
    np.testing.assert_array_equal(int8.encode(TEXTS, "query"), exact.encode(TEXTS, "query"))
    assert int8.fingerprint != exact.fingerprint == int8.exact_fingerprint


def test_an_encoder_in_int8_has_its_exact_one_at_hand(exact: LocalEncoder, tmp_path: Path):
    int8 = exact.in_int8(keep_int8(tmp_path, exact.exact_fingerprint))
    assert int8.fingerprint != int8.exact_fingerprint == int8.exact.fingerprint
    np.testing.assert_array_equal(int8.exact.encode(TEXTS, "document"), exact.encode(TEXTS, "document"))
    assert exact.exact is exact and int8.fingerprint != exact.fingerprint


def test_what_was_kept_is_found_again_and_what_was_refused_is_not(tiny: Path, exact: LocalEncoder, trial: Quantised):
    home, folder = trial.folder.parent, locate(str(tiny))
    place = quantised_for(home, exact.exact_fingerprint)
    assert place.decision is None and local_encoder(folder, SETTINGS, home).fingerprint == exact.fingerprint
    kept = Decision(True, "faster", 2.0, "ndcg@10", 0.5, 0.499, 40, 800)
    place.decide(kept, trial)
    assert place.decision == kept
    again = local_encoder(folder, SETTINGS, home)
    assert again.fingerprint == exact.in_int8(place).fingerprint
    assert again.encode(TEXTS, "document").shape == (40, 32)
    assert local_encoder(folder, Settings(), home).fingerprint == exact.fingerprint  # nobody asked for int8

    place.decide(Decision(False, "slower"), place.trial(place.network()))
    assert [file.name for file in place.folder.iterdir()] == ["decision.json"]
    assert local_encoder(folder, SETTINGS, home).fingerprint == exact.fingerprint


def test_a_missing_package_is_one_sentence_that_says_what_brings_it(monkeypatch):
    assert missing_package() is None or "pip install" in missing_package()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert missing_package().startswith("ENCODING=int8 needs the packages openvino and nncf")
