"""OpenVINO beside torch: the same vectors, whatever the model pools and prompts, and torch where it cannot be."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.encoders import compiled, local
from core.encoders.local import LocalEncoder
from core.encoders.locate import locate
from tests.tiny import WORDS, save_tiny_bert

TEXTS = [" ".join(np.random.default_rng(seed).choice(WORDS, size=1 + seed % 40)) for seed in range(60)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    monkeypatch.setattr(local, "MANY", 8)


def altered(tiny: Path, folder: Path, alter: Callable[[Any], None]) -> Path:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny), device="cpu")
    alter(model)
    model.save(str(folder), create_model_card=False)
    return folder


def pool_by_cls(model: Any) -> None:
    from sentence_transformers.sentence_transformer.modules import Pooling

    model[1] = Pooling(32, pooling_mode="cls")


def prompt(model: Any) -> None:
    model.prompts = {"query": "who ", "document": "the book "}


def project(model: Any) -> None:
    from sentence_transformers.base.modules import Dense

    model.append(Dense(32, 12))


@pytest.mark.parametrize("alter", [lambda model: None, pool_by_cls, prompt, project])
@pytest.mark.parametrize("kind", ["query", "document"])
def test_vectors_are_those_of_torch(tiny: Path, tmp_path: Path, alter, kind):
    folder = locate(str(altered(tiny, tmp_path / "model", alter)))
    notes: list[str] = []
    fast, plain = LocalEncoder(folder, engine="openvino", on_note=notes.append), LocalEncoder(folder)
    vectors = fast.encode([*TEXTS, TEXTS[3]], kind)
    np.testing.assert_allclose(vectors[:-1], plain.encode(TEXTS, kind), atol=1e-5)
    np.testing.assert_array_equal(vectors[-1], vectors[3])
    assert fast._fast is not None and fast._fast is not fast.model
    assert notes == []


def test_both_share_what_is_cached_because_the_vectors_are_the_same(tiny: Path):
    assert LocalEncoder(locate(str(tiny)), engine="auto").fingerprint == LocalEncoder(locate(str(tiny))).fingerprint


def test_where_bf16_pays_both_compute_in_it_and_the_cache_knows(tiny: Path, monkeypatch):
    exact = LocalEncoder(locate(str(tiny)), engine="auto")
    monkeypatch.setattr(local, "has_bf16", lambda on: True)
    asked: list[bool] = []
    real = compiled.with_network
    monkeypatch.setattr(compiled, "with_network", lambda model, network, bf16: asked.append(bf16) or real(model, network, bf16))
    fast, plain = LocalEncoder(locate(str(tiny)), engine="auto"), LocalEncoder(locate(str(tiny)))
    for encoder in (fast, plain):
        assert (encoder.encode(TEXTS, "document") * exact.encode(TEXTS, "document")).sum(axis=1).min() > compiled.SAME
    assert asked == [True, False]
    assert fast._fast is not fast.model
    assert fast.fingerprint == plain.fingerprint != exact.fingerprint


def test_few_texts_do_not_wait_for_a_compiler(tiny: Path):
    encoder = LocalEncoder(locate(str(tiny)), engine="auto")
    encoder.encode(TEXTS[:3], "query")
    assert encoder._fast is None


def test_a_model_in_training_is_used_as_it_is(tiny: Path):
    model = LocalEncoder(locate(str(tiny))).model
    assert not LocalEncoder(locate(str(tiny)), model=model, engine="openvino").compiles


def test_a_conversion_that_went_wrong_is_one_line_and_torch_encodes(tiny: Path, monkeypatch):
    real = compiled.with_network

    def elsewhere(model: Any, network: Any, bf16: bool) -> Any:
        fast = real(model, network, bf16)
        forward = fast[0].model.forward
        fast[0].model.forward = lambda **features: {compiled.HIDDEN: forward(**features)[compiled.HIDDEN].flip(2)}
        return fast

    monkeypatch.setattr(compiled, "with_network", elsewhere)
    notes: list[str] = []
    encoder = LocalEncoder(locate(str(tiny)), engine="auto", on_note=notes.append)
    np.testing.assert_allclose(encoder.encode(TEXTS, "query"), LocalEncoder(locate(str(tiny))).encode(TEXTS, "query"), atol=1e-5)
    encoder.encode(TEXTS, "query")
    assert len(notes) == 1 and "encoded with torch: OpenVINO computes other vectors than torch (cosine" in notes[0]


def test_without_the_package_torch_encodes_and_says_so_where_it_was_asked_for(tiny: Path, monkeypatch):
    monkeypatch.setattr(compiled.importlib.util, "find_spec", lambda name: None)
    for engine, expected in (("auto", 0), ("openvino", 1)):
        notes: list[str] = []
        assert LocalEncoder(locate(str(tiny)), engine=engine, on_note=notes.append).encode(TEXTS, "query").shape == (60, 32)
        assert len(notes) == expected


def test_nothing_is_reported_to_the_makers_of_the_libraries(tiny: Path, tmp_path: Path):
    script = (
        "import sys; from core.encoders import local, locate; local.MANY = 1\n"
        f"local.LocalEncoder(locate.locate({str(tiny)!r}), engine='openvino').encode(['the bell', 'a'], 'query')\n"
        "import nncf\n"
        "print([name for name in sys.modules if name.startswith('openvino_telemetry') and sys.modules[name]])"
    )
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin"}
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=home, cwd=root, timeout=200)
    assert done.stdout.strip() == "[]", done.stderr
    assert not (tmp_path / "intel").exists()
