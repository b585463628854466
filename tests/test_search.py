"""Several systems on one query: the same answers as each alone, from one encoding a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.records import Chunk, Vectors
from core.retrieval.systems import Dense, Hybrid, Lexical
from core.search import Ground, Recipe, ask, recipes
from core.workspace import Workspace
from tests.harbour import record_run

TEXTS = ["The keeper counts ships.", "The smith forges lanterns.", "Nobody counts gulls.", "A lantern burns.", "Snow lies.", "Ships cross."]
WANTED = (Recipe("bm25", lexical=True), Recipe("base", "base"), Recipe("base+bm25", "base", True, 0.4), Recipe("x+bm25", "x", True, None))


class Encoding:
    """A direction for each text by its length, and a count of what was asked."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        angles = np.array([len(text) for text in texts], dtype=np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.fixture
def ground() -> Ground:
    orders = np.array([1.0, 2.0, np.nan, 4.0, 2.0, 3.0])
    chunks = tuple(Chunk(f"c{n}", text, "f") for n, text in enumerate(TEXTS))
    return Ground(chunks, Lexical(TEXTS), orders, {chunk.chunk_id: n for n, chunk in enumerate(chunks)})


@pytest.fixture
def sides() -> dict[str, Dense]:
    return {name: Dense(name, Encoding(), Encoding()(TEXTS)) for name in ("base", "x")}


def test_together_they_answer_as_each_alone(ground: Ground, sides: dict[str, Dense]) -> None:
    alone = {"bm25": ground.lexical, "base": sides["base"], "base+bm25": Hybrid("h", sides["base"], ground.lexical, 0.4),
             "x+bm25": Hybrid("h", sides["x"], ground.lexical, None)}  # fmt: skip
    queries = ["who counts ships", "lanterns"]
    for row, answered in enumerate(ask(ground, sides, WANTED, queries)):
        for name, system in alone.items():
            expected = system.search([queries[row]], 6)
            hits = answered.hits(name, 6)
            assert [ground.places[hit.chunk.chunk_id] for hit in hits] == expected.indices[0].tolist()
            np.testing.assert_allclose([hit.score for hit in hits], expected.scores[0], rtol=1e-6)
            assert [answered.rank(name, hit.chunk.chunk_id) for hit in hits] == [1, 2, 3, 4, 5, 6]
            assert 0 < answered.seconds[name] <= answered.took


def test_beside_bm25_only_what_a_text_means_counts(ground: Ground, sides: dict[str, Dense]) -> None:
    halves = {name: Dense(name, side.encode_queries, Encoding()(TEXTS), meaning=1) for name, side in sides.items()}
    wanted = (*WANTED, Recipe("x", "x"))
    [answered], [plain] = ask(ground, halves, wanted, ["lanterns"]), ask(ground, sides, wanted, ["lanterns"])
    np.testing.assert_allclose(answered.scores["x"], plain.scores["x"], rtol=1e-6)
    alone = Hybrid("h", halves["base"].beside_words, ground.lexical, 0.4)
    np.testing.assert_allclose(answered.scores["base+bm25"], alone.scores(["lanterns"])[0], rtol=1e-6)
    assert not np.allclose(answered.scores["base+bm25"], plain.scores["base+bm25"])
    assert [len(side.encode_queries.calls) for side in sides.values()] == [3, 2]  # type: ignore[attr-defined]


def test_a_model_encodes_all_queries_once(ground: Ground, sides: dict[str, Dense]) -> None:
    list(ask(ground, sides, WANTED, ["one", "two"]))
    assert [side.encode_queries.calls for side in sides.values()] == [[["one", "two"]]] * 2  # type: ignore[attr-defined]


def test_only_what_was_known_is_searched(ground: Ground, sides: dict[str, Dense]) -> None:
    [answered] = ask(ground, sides, WANTED, ["who counts ships"], until=2.0)
    for recipe in WANTED:
        assert {hit.chunk.chunk_id for hit in answered.hits(recipe.name, 10)} == {"c0", "c1", "c2", "c4"}  # c2 has no time
    assert answered.rank("bm25", "c0") == 1
    assert answered.rank("bm25", "c3") is None and answered.rank("bm25", "nowhere") is None
    assert answered.hits("base+bm25", 1)[0].score <= 1


def test_the_systems_of_a_workspace_are_its_runs(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    assert list(recipes(workspace)) == ["bm25", "base", "base+bm25"]
    run = record_run(workspace)
    run.model.mkdir()
    offered = recipes(workspace)
    assert list(offered)[3:] == [run.run_id, f"{run.run_id}+bm25"]
    assert (offered["base+bm25"].weight, offered[f"{run.run_id}+bm25"].weight) == (0.5, 0.55)
