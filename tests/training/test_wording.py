"""The words' half stands behind the vectors of the model, knows rare words, and is part of an ordinary model folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from core.encoders.local import LocalEncoder
from core.encoders.locate import ModelFolder, locate
from core.settings import Settings
from core.training.job import Job
from core.training.loop import train
from core.training.rows import Row
from core.training.wording import SHARE, with_words, word_table
from tests.tiny import WORDS, save_tiny_bert

CORPUS = ["the bell in the tower", "the salt of the harbour", "the lamp in the harbour", "the song of the tower", "the war in the north"]
WIDTH = 32


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def model(tiny: Path) -> SentenceTransformer:
    return SentenceTransformer(str(tiny), device="cpu")


def agreement(model, texts):
    """(n, n) cosines of the words' halves."""
    half = with_words(model, CORPUS).encode(texts)[:, WIDTH:]
    return half @ half.T / np.outer(*[np.linalg.norm(half, axis=1)] * 2)


def test_the_first_half_is_the_model_s_own(model) -> None:
    before = model.encode(CORPUS)
    whole = with_words(model, CORPUS)
    assert whole.get_embedding_dimension() == 2 * WIDTH and model.get_embedding_dimension() == WIDTH
    assert whole.encode(CORPUS, truncate_dim=WIDTH, normalize_embeddings=True) == pytest.approx(before, abs=1e-6)
    assert np.array_equal(model.encode(CORPUS), before), "the model itself stays as it was"


def test_what_the_model_learns_both_learn(model) -> None:
    whole = with_words(model, CORPUS)
    before = whole.encode(CORPUS)
    for weight in model[0].parameters():
        weight.data *= 0.5
    assert not np.allclose(whole.encode(CORPUS)[:, :WIDTH], before[:, :WIDTH], atol=1e-3)


def test_texts_agree_by_the_rare_words_they_share(model) -> None:
    rare, common, none = agreement(model, ["the bell in war", "a bell", "in the harbour", "song, salt"])[0, 1:]
    assert rare > common + 0.1 > none + 0.2


def test_few_chunks_are_told_apart_as_by_tf_idf(model) -> None:
    """As many directions as there are chunks leave nothing out: only the weight of what all of them share differs."""
    found = TfidfVectorizer(analyzer=str.split, norm="l2").fit_transform(CORPUS).toarray()
    ours, theirs = agreement(model, CORPUS), found @ found.T
    apart = ~np.eye(len(CORPUS), dtype=bool)
    assert np.corrcoef(ours[apart], theirs[apart])[0, 1] > 0.8


def test_order_and_prompts_have_no_say(model) -> None:
    whole = with_words(model, CORPUS)
    there, back, prompted = (
        whole.encode(text, prompt=prompt)[WIDTH:] for text, prompt in (("bell salt", None), ("salt bell", None), ("bell salt", "war song "))
    )
    assert there / np.linalg.norm(there) == pytest.approx(back / np.linalg.norm(back), abs=1e-5)
    assert there / np.linalg.norm(there) == pytest.approx(prompted / np.linalg.norm(prompted), abs=1e-5)


def test_the_half_of_a_chunk_is_a_share_of_the_other(model) -> None:
    vectors = with_words(model, CORPUS).encode(CORPUS)
    first, second = (np.linalg.norm(half, axis=1) for half in (vectors[:, :WIDTH], vectors[:, WIDTH:]))
    assert (second / first).mean() == pytest.approx(SHARE, rel=1e-4)


def test_a_word_that_no_chunk_has_says_nothing(model) -> None:
    whole = with_words(model, CORPUS)
    assert not whole.encode("winter")[WIDTH:].any()
    known, mixed = (np.linalg.norm(whole.encode(text)[WIDTH:]) for text in ("the bell", "the bell winter"))
    assert 0.1 < mixed < 0.9 * known, "and leaves more of a text to what it means"
    assert np.isfinite(whole.encode("")).all()


def test_two_equal_chunks_are_one_direction(model) -> None:
    assert np.isfinite(word_table(model.tokenizer, ["the bell"] * 3 + CORPUS, WIDTH)[0]).all()


def test_texts_without_a_word_are_left_to_the_other_half(model) -> None:
    whole = with_words(model, ["", ""])
    vector = whole.encode("the bell")
    assert np.isfinite(vector).all() and not vector[WIDTH:].any()


def test_it_is_compiled_like_any_model(model, tmp_path) -> None:
    with_words(model, CORPUS).save(str(tmp_path), create_model_card=False)
    exact, compiled = (LocalEncoder(ModelFolder("whole", tmp_path), engine=engine) for engine in ("torch", "openvino"))
    assert compiled.compiles
    texts = [f"the bell {word} {letter}" for word in WORDS for letter in "abcdef"]
    assert compiled.encode(texts, "document") == pytest.approx(exact.encode(texts, "document"), abs=1e-5)


@pytest.mark.parametrize(("cut", "meaning"), [(None, WIDTH), (WIDTH + 8, WIDTH), (WIDTH, None), (8, None)])
def test_an_encoder_says_where_the_words_begin(model, tmp_path, cut: int | None, meaning: int | None) -> None:
    with_words(model, CORPUS).save(str(tmp_path), create_model_card=False)
    assert LocalEncoder(ModelFolder("whole", tmp_path), cut).meaning == meaning


def test_other_models_are_all_meaning(tiny: Path) -> None:
    assert LocalEncoder(locate(str(tiny))).meaning is None


@pytest.mark.parametrize("cut", [None, WIDTH])
def test_a_run_leaves_it_in_an_ordinary_folder(tiny: Path, tmp_path: Path, cut: int | None) -> None:
    """Cut to the width of the base, what is left is the half that means."""
    rows = tuple(Row(f"what of {text}", text) for text in CORPUS)
    settings = Settings(_env_file=None, BASE_MODEL=str(tiny), NUM_EPOCHS=1, EMBEDDING_DIM=cut)
    left = train(Job(locate(str(tiny)), rows, None, tmp_path, settings, lambda *_, **__: None)).best
    assert left is not None
    tuned = SentenceTransformer(str(left.path), device="cpu", local_files_only=True, trust_remote_code=False)
    vectors = tuned.encode(CORPUS, normalize_embeddings=True)
    assert vectors.shape[1] == 2 * WIDTH
    kept = [weight.numpy() for name, weight in tuned.state_dict().items() if name.endswith("emb_layer.weight")]
    for there, expected in zip(kept, word_table(tuned.tokenizer, CORPUS, WIDTH), strict=True):
        assert there.ravel() == pytest.approx(expected.ravel(), abs=1e-6)
    ours = LocalEncoder(ModelFolder("tuned", left.path), cut).encode(CORPUS, "document")
    expected = vectors[:, : cut or 2 * WIDTH]
    assert ours == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True), abs=1e-5)


def test_a_model_that_was_tuned_before_keeps_its_width(tiny: Path, tmp_path: Path) -> None:
    base, rows = tiny, tuple(Row(f"what of {text}", text) for text in CORPUS)
    for name in ("first", "second"):
        settings = Settings(_env_file=None, BASE_MODEL=str(base), NUM_EPOCHS=1)
        left = train(Job(locate(str(base)), rows, None, tmp_path / name, settings, lambda *_, **__: None)).best
        assert left is not None
        base = left.path
        assert LocalEncoder(ModelFolder(name, base)).meaning == WIDTH
        assert LocalEncoder(ModelFolder(name, base)).encode(CORPUS, "document").shape == (len(CORPUS), 2 * WIDTH)
