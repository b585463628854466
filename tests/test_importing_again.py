"""Importing again: what would change is said before it is done, and what did not change keeps its decisions and its vectors."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from core import pipeline
from core.encoders.cache import VectorCache
from core.encoders.protocol import Kind
from core.records import Decision, Pair, Vectors
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace

TEXTS = {"a": ["One.", "Two."], "b": ["Three.", "Four."], "c": ["Five.", "Six."]}


class Counting:
    """An encoder that remembers what it was asked for."""

    name, fingerprint = "counting", "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        self.asked += texts
        return np.ones((len(texts), 2), dtype=np.float32)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(MODEL_BACKEND="ollama", PROJECT_ROOT=tmp_path)  # no tokenizer is needed here


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Workspace.create(tmp_path / "w")) as store:
        yield store


def write(folder: Path, texts: dict[str, list[str]]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "chunks").mkdir(parents=True)
    for name, of_file in texts.items():
        lines = [json.dumps({"text": text, "filename": name}) for text in of_file]
        (folder / "chunks" / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_one_of_three_files_is_edited(store: Store, settings: Settings, tmp_path: Path) -> None:
    source, encoder = write(tmp_path / "codex", TEXTS), Counting()
    pipeline.ingest(store, source, settings)
    ids = {chunk.text: chunk.chunk_id for chunk in store.chunks()}
    pairs = [Pair(f"about {text}?", ids[text], "positive", "judged") for text in ("One.", "Three.", "Four.")]
    store.save_pairs(pairs)
    store.decide([Decision(f"d{n}", pair.pair_id, "accept", "Ada", float(n)) for n, pair in enumerate(pairs)])
    cache = VectorCache(store.root / "vectors", encoder, "document")
    cache.embed([chunk.document for chunk in store.chunks()])
    encoder.asked.clear()
    revision = store.revision()

    write(source, {**TEXTS, "b": ["Three.", "Four, mended.", "And a half."]})
    found = pipeline.preview(store, source, settings)

    change = found.preview.change
    assert (change.added, change.changed, change.removed, change.unchanged) == (2, 0, 1, 5)
    assert found.preview.files.to_dict("records") == [{"filename": "b", "new": 2, "changed": 0, "gone": 1, "same": 1}]
    assert found.preview.chunks[["change", "text", "before"]].values.tolist() == [
        ["gone", "", "Four."], ["new", "Four, mended.", ""], ["new", "And a half.", ""],
    ]  # fmt: skip
    assert (found.preview.n_new_texts, found.preview.n_decided_kept, found.preview.n_decided_asleep) == (2, 2, 1)
    assert store.revision() == revision and len(store.chunks()) == 6  # a look changes nothing

    assert pipeline.ingest(store, source, settings).change == change
    assert [pair.query for pair in store.training_pairs(undecided=False)] == ["about One.?", "about Three.?"]
    cache.embed([chunk.document for chunk in store.chunks()])
    assert sorted(encoder.asked) == ["And a half.", "Four, mended."]

    write(source, TEXTS)  # the old text is back, and with it what was said of it
    pipeline.ingest(store, source, settings)
    assert len(store.training_pairs(undecided=False)) == 3


def test_given_ids_tell_an_edited_chunk_from_a_new_one(store: Store, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    file.write_text("chunk_id,body\n1,Old.\n2,Same.\n", encoding="utf-8")
    pipeline.ingest(store, file, settings, mappings={"": {"text": "body"}})
    file.write_text("chunk_id,body\n1,New.\n2,Same.\n", encoding="utf-8")
    found = pipeline.preview(store, file, settings)  # the columns are remembered
    assert found.preview.chunks[["change", "chunk_id", "text", "before"]].values.tolist() == [["changed", "1", "New.", "Old."]]
    pipeline.ingest(store, file, settings)
    assert [chunk.text for chunk in store.chunks()] == ["New.", "Same."]


def test_a_source_inside_the_workspace_moves_along(store: Store, settings: Settings) -> None:
    source = write(store.root / "uploads" / "codex", TEXTS)
    pipeline.ingest(store, source, settings)
    assert (last := store.last_import()) and last.source == "uploads/codex"
    assert pipeline.source_path(store, last.source) == source
    assert pipeline.ingest(store, source, settings).change.anything is False
