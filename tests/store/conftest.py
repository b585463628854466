"""A codex of five chunks, in a workspace of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.records import Chunk, Corpus, Entity, Question
from core.store import Store
from core.workspace import Workspace


@pytest.fixture(scope="session")
def codex() -> Corpus:
    chunks = (
        Chunk("c1", "Mira keeps the bell tower.", "Bell Tower", mentions={"place": ("Bell Tower", "Aven"), "character": ("Mira",)}),
        Chunk("c2", "The bell rings 50% louder in the fog.", "Bell Tower", source="atlas", wiki_type="place",
              extra={"page": 7, "tags": ["é", None]}),
        Chunk("c3", "L'ÉTÉ: the Warden sails north.", "Mira", title="Summer", source="atlas", wiki_type="character", temporal_order=3,
              mentions={"character": ("the Warden", "Ilo")}),
        Chunk("c4", "Salt is law.", "Bell Tower", wiki_type="place", searchable=False, temporal_order=0.5),
        Chunk("c5", "A text with \0 in it, and “quotes” ' \" \\ % _ $1 {x}.", "Odd; DROP TABLE chunks", source="notes"),
    )  # fmt: skip
    entities = (
        Entity("Mira", "character", ("the Warden", "Warden of Aven"), "Mira", {"age": 41}),
        Entity("Ilo", "character"),
        Entity("Bell Tower", "place", ("the Tower",), "Bell Tower"),
    )
    questions = (
        Question("q2", "Who keeps the tower?", "who", "easy", 2, ("Mira", "Bell Tower"), split="train"),
        Question("q1", "How loud is the bell?", judgements={"c2": 2, "c1": 0}, split="test"),
        Question("q0", "What is law?"),
    )
    return Corpus(chunks, entities, questions)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    with Store.open(workspace) as store:
        yield store


@pytest.fixture
def filled(store: Store, codex: Corpus) -> Store:
    store.import_corpus(codex, {"n_chunks": 5}, "codex")
    return store
