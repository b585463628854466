"""What keeps training from doing harm: the spread, the everyday sentences, the blend, the verdict, and a loss that is no number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.encoders.locate import ModelFolder
from core.errors import ForgeError, InputError
from core.settings import Settings
from core.training.choosing import Candidate, choose, interpolated
from core.training.general import general_pairs
from core.training.job import Job
from core.training.keeping import Keeper
from core.training.measuring import Measured
from core.training.spread import Spread, spread_of
from core.training.verdict import judge
from tests.tiny import save_tiny_bert
from tests.training.test_modes import dev, train

WIDE = Spread(0.1, 100.0)


def measured(value: float, general: float = 0.8, n: int = 40, noise: float = 0.0) -> Measured:
    return Measured(np.clip(value + noise * np.random.default_rng(3).normal(size=n), 0, 1), general, WIDE)


def test_the_spread_of_known_geometries() -> None:
    axes = np.eye(8, dtype=np.float32)
    assert spread_of(axes).cosine == pytest.approx(0)
    assert spread_of(axes).rank == pytest.approx(7)  # centred, eight points at right angles span seven directions alike
    alike = np.tile(axes[:1], (8, 1))
    assert spread_of(alike).cosine == pytest.approx(1)
    assert spread_of(alike).collapsed(spread_of(axes))
    assert not spread_of(axes).collapsed(spread_of(axes))


def test_the_everyday_sentences_are_graded_from_one_end_to_the_other() -> None:
    pairs = general_pairs()
    assert len(pairs.grades) >= 100
    assert (min(pairs.grades), max(pairs.grades)) == (0, 5)
    assert len(set(zip(pairs.first, pairs.second, strict=True))) == len(pairs.grades)


def test_a_file_of_sentence_pairs_is_read_or_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "sts.tsv"
    file.write_text("sentence1\tsentence2\tscore\n" + 'A "quoted\tone.\t2.5\n' * 12, encoding="utf-8")
    assert general_pairs(file).grades == (2.5,) * 12
    file.write_text("sentence1\tsentence2\tscore\nonly one\n", encoding="utf-8")
    with pytest.raises(InputError, match="needed: a header"):
        general_pairs(file)
    with pytest.raises(InputError, match="No such file"):
        general_pairs(tmp_path / "none.tsv")


def test_of_blends_that_dev_cannot_tell_apart_the_most_tuned_is_chosen() -> None:
    """A standard error of the difference here is 0.1 / √40 = 0.016."""
    base, high = measured(0.4), np.full(40, 0.5)
    mild = Candidate(0.5, Measured(high, 0.8, WIDE))

    def lower_by(lower: float) -> Candidate:
        return Candidate(1.0, Measured(high - lower + np.tile([0.1, -0.1], 20), 0.8, WIDE))

    assert choose(base, [mild, near := lower_by(0.015)]) is near
    assert choose(base, [mild, lower_by(0.017)]) is mild
    assert choose(measured(0.49), [mild, lower_by(0.015)]) is mild  # the base itself would be better than the other
    worse = Candidate(0.5, measured(0.3))
    assert choose(base, [worse, Candidate(1.0, measured(0.2))]) is worse


def test_the_blend_is_the_best_on_dev_unless_a_milder_one_forgets_less() -> None:
    base = measured(0.4)
    mild, strong = Candidate(0.5, measured(0.49, 0.8)), Candidate(1.0, measured(0.5, 0.75))
    assert choose(base, [mild, strong]) is mild
    assert choose(base, [Candidate(0.25, measured(0.42, 0.8)), strong]) is strong  # keeps too little of the gain
    faithful = Candidate(1.0, measured(0.5, 0.795))
    assert choose(base, [mild, faithful]) is faithful


def test_the_latest_of_the_models_that_dev_cannot_tell_apart_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty questions; a model is as good as the highest so far where it is lower by less than a standard error of the difference."""
    high, level = np.tile([0.4, 0.6], 10), np.tile([0.4, 0.58, 0.42, 0.6], 5)
    worse, worst = high - np.linspace(0.02, 0.06, 20), high - 0.2
    scores = iter([high - 0.1, high, level, worse, worst])

    class Model:
        def save(self, path: str, **_: object) -> None:
            Path(path).mkdir()

    keeper = Keeper(Model(), Job(ModelFolder("base", tmp_path), (), None, tmp_path, Settings(_env_file=None), lambda *_, **__: None))
    monkeypatch.setattr(keeper, "measure", lambda _: Measured(next(scores), 0.8, WIDE))
    kept = []
    for step in range(1, 6):
        keeper.offer(step)
        kept.append(keeper.best.current().step)
    assert kept == [1, 2, 3, 3, 3]
    assert keeper.ended == "no gain on dev questions in the last measurements"


def test_weights_are_interpolated_and_counters_are_not() -> None:
    base = {"w": torch.tensor([0.0, 2.0]), "n": torch.tensor([1])}
    tuned = {"w": torch.tensor([4.0, 4.0]), "n": torch.tensor([9])}
    blend = interpolated(base, tuned, 0.25)
    assert blend["w"].tolist() == [1.0, 2.5] and blend["n"].tolist() == [9]


def test_the_verdict_has_three_words() -> None:
    objective = dev()
    n = len(objective.questions)
    low, high = np.full(n, 0.2), np.full(n, 0.9)
    mixed = np.where(np.arange(n) == 0, 0.4, low)

    def said(base: np.ndarray, tuned: np.ndarray) -> tuple[str, str]:
        found = judge(objective, Measured(base, 0.8, WIDE), Measured(tuned, 0.7, WIDE))
        assert (found.numbers["general_base"], found.numbers["general_tuned"]) == (0.8, 0.7)
        return found.verdict, found.kept

    assert said(low, high) == ("better", "tuned")
    assert said(low, mixed) == ("no clear difference", "tuned")
    assert said(high, low) == said(low, low) == ("worse", "base")


@pytest.mark.parametrize("mode", ["instant", "standard"])
def test_a_loss_that_is_no_number_ends_in_a_sentence(tmp_path: Path, mode: str) -> None:
    model = save_tiny_bert(tmp_path / "tiny")
    with pytest.raises(ForgeError, match=r"no longer a number at step 1: lower LEARNING_RATE"):
        train(model, mode, tmp_path / "run", TEMPERATURE=1e-300)


@pytest.mark.parametrize("mode", ["instant", "standard"])
def test_a_model_that_falls_together_at_once_is_worse_and_the_base_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(Spread, "collapsed", lambda *_: True)
    trained, diary, _ = train(save_tiny_bert(tmp_path / "tiny"), mode, tmp_path / "run")
    assert (trained.best, trained.stopped) == (None, False)
    assert (trained.verdict.verdict, trained.verdict.kept) == ("worse", "base")
    assert "fell together" in trained.verdict.why
    assert [event["back_to"] for event in diary.events if event["kind"] == "ended"] == [0]
