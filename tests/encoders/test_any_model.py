"""Models of other makes than the default one: what sentence-transformers loads encodes here as it does there."""

from pathlib import Path

import numpy as np
import pytest

from core.encoders import local
from core.encoders.choose import trainable
from core.encoders.local import LocalEncoder
from core.encoders.locate import locate
from core.errors import InputError, ModelUnavailable
from core.settings import Settings
from tests.tiny import WORDS, save_tiny_bert

TEXTS = [" ".join(np.random.default_rng(seed).choice(WORDS, size=1 + seed % 40)) for seed in range(20)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    monkeypatch.setattr(local, "MANY", 8)


def expected(folder: Path, kind: str) -> np.ndarray:
    """What sentence-transformers itself computes."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    encode = model.encode_query if kind == "query" else model.encode_document
    return encode(TEXTS, normalize_embeddings=True)


@pytest.fixture(scope="module")
def static(tmp_path_factory) -> Path:
    """A table of token vectors, with nothing around it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tiny = save_tiny_bert(tmp_path_factory.mktemp("static") / "tiny")
    table = StaticEmbedding(Tokenizer.from_file(str(tiny / "tokenizer.json")), embedding_dim=16)
    folder = tiny.with_name("static")
    SentenceTransformer(modules=[table], device="cpu").save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="module")
def asymmetric(tmp_path_factory, static: Path) -> Path:
    """Questions through one model, documents through another."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Router

    folder = tmp_path_factory.mktemp("asymmetric")
    sides = [SentenceTransformer(str(save_tiny_bert(folder / side, seed)), device="cpu") for seed, side in enumerate("ab")]
    router = Router.for_query_document([*sides[0]], [*sides[1]])
    SentenceTransformer(modules=[router], device="cpu").save(str(folder / "router"), create_model_card=False)
    return folder / "router"


@pytest.mark.parametrize("model", ["static", "asymmetric"])
@pytest.mark.parametrize("kind", ["query", "document"])
def test_a_model_of_another_make_encodes_as_it_does_by_itself(model: str, kind: str, request: pytest.FixtureRequest):
    folder = request.getfixturevalue(model)
    notes: list[str] = []
    vectors = LocalEncoder(locate(str(folder)), engine="auto", on_note=notes.append).encode(TEXTS, kind)
    np.testing.assert_allclose(vectors, expected(folder, kind), atol=1e-5)
    assert notes == []


def test_the_sides_of_an_asymmetric_model_differ(asymmetric: Path):
    encoder = LocalEncoder(locate(str(asymmetric)))
    assert abs(encoder.encode(TEXTS, "query") - encoder.encode(TEXTS, "document")).max() > 0.01


def test_a_model_that_is_no_transformer_says_so_where_openvino_was_asked_for(static: Path):
    notes: list[str] = []
    LocalEncoder(locate(str(static)), engine="openvino", on_note=notes.append)
    assert notes == [f"{static} is encoded with torch: its first part is a StaticEmbedding, not a transformer."]


def test_a_plain_transformer_without_pooling_is_pooled_by_its_mean(tiny: Path):
    plain = tiny.with_name("tiny-plain")
    vectors = LocalEncoder(locate(str(plain)), engine="auto", max_tokens=32).encode(TEXTS, "document")
    np.testing.assert_allclose(vectors, LocalEncoder(locate(str(tiny))).encode(TEXTS, "document"), atol=1e-5)


def test_its_own_maximum_length_is_kept_unless_another_is_asked_for(tiny: Path):
    assert LocalEncoder(locate(str(tiny))).model.max_seq_length == 32
    assert LocalEncoder(locate(str(tiny)), max_tokens=16).model.max_seq_length == 16


def test_weights_that_are_only_there_as_a_pickle_are_one_sentence(tiny: Path, tmp_path: Path):
    import shutil

    folder = shutil.copytree(tiny, tmp_path / "pickled")
    next(folder.rglob("model.safetensors")).rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="cannot be loaded as a sentence-transformers model"):
        LocalEncoder(locate(str(folder)))


def test_a_model_that_needs_code_of_its_own_is_one_sentence(tiny: Path, tmp_path: Path):
    import json
    import shutil

    folder = shutil.copytree(tiny, tmp_path / "own-code")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "custom_module.CustomTransformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "custom_module.py").write_text("raise SystemExit('this ran')")
    with pytest.raises(ModelUnavailable, match="cannot be loaded as a sentence-transformers model"):
        LocalEncoder(locate(str(folder)))


def test_a_table_of_token_vectors_is_no_base_to_train(static: Path, tiny: Path):
    assert [locate(str(folder)).is_table for folder in (static, tiny, tiny.with_name("tiny-plain"))] == [True, False, False]
    with pytest.raises(InputError, match="static is a table of token vectors, which cannot be trained further: set BASE_MODEL to a transf"):
        trainable(Settings(_env_file=None, BASE_MODEL=str(static)))
    assert trainable(Settings(_env_file=None, BASE_MODEL=str(tiny))) == locate(str(tiny))


@pytest.mark.parametrize("modules", ['[{"idx": 0, "ty', "[]", "{}", '["x"]', "null"])
def test_a_torn_model_folder_is_left_to_loading_which_says_so(tmp_path: Path, modules: str):
    (tmp_path / "modules.json").write_text(modules)
    folder = trainable(Settings(_env_file=None, BASE_MODEL=str(tmp_path)))
    with pytest.raises(ModelUnavailable, match="cannot be loaded as a sentence-transformers model"):
        LocalEncoder(folder)
