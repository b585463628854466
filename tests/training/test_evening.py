"""The head changes nothing until it is fitted, then evens out what the corpus spreads, and comes with the model that a run leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from core.encoders.locate import locate
from core.records import Vectors
from core.settings import Settings
from core.training.evening import POWER, evened, with_head
from core.training.job import Job
from core.training.loop import train
from core.training.rows import Row
from tests.tiny import save_tiny_bert

TEXTS = ["The bell hangs in the tower.", "Salt law", "Fog over the harbour.", "A lamp of glass."]
SPREAD = np.array([9.0, 3.0, 1.0, 0.5])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


def drawn(n: int) -> Vectors:
    """Vectors about a centre far away, that spread along turned axes."""
    rng = np.random.default_rng(3)
    turned, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    return np.asarray((rng.normal(size=(n, 4)) * SPREAD) @ turned + 20, dtype=np.float32)


def spread_after(vectors: Vectors, by: Vectors) -> Vectors:
    """Standard deviations along the axes, the widest first, as shares of the widest."""
    spread = np.sqrt(np.linalg.eigvalsh(np.cov(vectors @ by, rowvar=False))[::-1])
    return spread / spread[0]


def test_a_new_head_changes_nothing(tiny: Path) -> None:
    model = SentenceTransformer(str(tiny), device="cpu")
    before = model.encode(TEXTS)
    head = with_head(model)
    assert np.array_equal(model.encode(TEXTS), before)
    assert not head.weight.requires_grad
    with torch.no_grad():
        head.weight[0] = 0
    assert not np.allclose(model.encode(TEXTS), before), "it stands behind the pooling"


def test_each_direction_is_divided_by_a_power_of_its_spread() -> None:
    vectors = drawn(20_000)
    by = evened(vectors)
    assert by == pytest.approx(by.T, abs=1e-6)
    assert np.linalg.eigvalsh(by).mean() == pytest.approx(1, abs=1e-5)
    assert spread_after(vectors, by) == pytest.approx((SPREAD / SPREAD[0]) ** (1 - POWER), rel=0.03)


def test_few_vectors_change_little() -> None:
    uneven = [np.ptp(np.linalg.eigvalsh(evened(drawn(n)))) for n in (3, 20_000)]
    assert 0 < uneven[0] < uneven[1]


def test_vectors_that_are_all_alike_change_nothing() -> None:
    assert np.array_equal(evened(np.ones((5, 4), dtype=np.float32)), np.eye(4))
    assert np.array_equal(evened(np.ones((1, 4), dtype=np.float32)), np.eye(4))


def test_directions_that_nothing_uses_stay_finite() -> None:
    line = np.outer(np.linspace(-1, 1, 500), [1, 2, 0, 0]).astype(np.float32)
    assert np.isfinite(evened(line)).all()


@pytest.mark.parametrize("cut", [None, 8])
def test_a_run_leaves_the_head_of_the_base_vectors(tiny: Path, tmp_path: Path, cut: int | None) -> None:
    """With vectors at hand those are taken, unless they are cut: then the model's own."""
    rows = tuple(Row(f"what of {text}", text) for text in TEXTS)
    settings = Settings(_env_file=None, BASE_MODEL=str(tiny), NUM_EPOCHS=1, EMBEDDING_DIM=cut)
    base = SentenceTransformer(str(tiny), device="cpu").encode(TEXTS, normalize_embeddings=True)
    asked: list[str] = []

    def at_hand(texts, kind):
        asked.extend(texts)
        return base[:, :cut]

    left = train(Job(locate(str(tiny)), rows, None, tmp_path, settings, lambda *_, **__: None, encode_base=at_hand)).best
    assert left is not None
    tuned = SentenceTransformer(str(left.path), device="cpu", local_files_only=True, trust_remote_code=False)
    weights = [weight for name, weight in tuned.state_dict().items() if name.endswith("linear.weight")]
    assert len(weights) == 1
    assert weights[0].numpy() == pytest.approx(evened(base), abs=1e-4)
    assert asked == ([] if cut else TEXTS)
