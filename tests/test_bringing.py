"""Vectors made elsewhere: kept where they are what the base model makes of the chunks, refused in a sentence where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.bringing import bring_vectors
from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder
from core.errors import InputError
from core.records import Chunk, Corpus, Vectors
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace
from tests.tiny import save_tiny_bert

TEXTS = tuple(
    f"the {who} keeps the {what}" for who in ("king", "queen", "child", "keeper") for what in ("bell", "lamp", "river", "city", "song")
)
CHUNKS = tuple(Chunk(f"c{number}", text, "a.md", title="north", searchable=number != 3) for number, text in enumerate(TEXTS))


class World:
    """A workspace of twenty chunks, one of them not searched, and the vectors that its base model makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(_env_file=None, BASE_MODEL=str(save_tiny_bert(folder / "tiny")))  # type: ignore[call-arg]
        self.workspace = Workspace.create(folder / "w")
        self.store = Store.open(self.workspace)
        self.store.import_corpus(Corpus(CHUNKS, (), ()), {}, "made up")
        self.encoder = base_encoder(self.settings)
        self.vectors = self.encoder.encode([chunk.document for chunk in CHUNKS], "document")

    def array(self, vectors: Vectors, name: str = "vectors.npy") -> Path:
        np.save(self.folder / name, vectors)
        return self.folder / name

    def table(self, **columns: object) -> Path:
        pq.write_table(pa.table(columns), self.folder / "vectors.parquet")
        return self.folder / "vectors.parquet"

    def bring(self, file: Path, column: str = ""):  # type: ignore[no-untyped-def]
        return bring_vectors(self.store, self.workspace, self.settings, file, column)

    def n_missing(self) -> int:
        return VectorCache(self.workspace.vectors, self.encoder, "document").n_missing([chunk.document for chunk in CHUNKS])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("scaled", [1.0, 7.0])
def test_a_row_a_chunk_is_kept_and_nothing_is_left_to_encode(world: World, scaled: float) -> None:
    assert world.n_missing() == 20
    found = world.bring(world.array((scaled * world.vectors).astype(np.float16)))
    assert (found.n, found.n_new, found.n_unknown, world.n_missing()) == (20, 20, 0, 0)
    assert found.cosine == pytest.approx(1, abs=1e-4)
    held = VectorCache(world.workspace.vectors, world.encoder, "document").held([chunk.document for chunk in CHUNKS])
    np.testing.assert_allclose(held.vectors, world.vectors, atol=2e-3)
    assert world.bring(world.array(world.vectors)).n_new == 0  # what is there stays


def test_a_row_a_searched_chunk_will_do(world: World) -> None:
    searched = [index for index, chunk in enumerate(CHUNKS) if chunk.searchable]
    assert world.bring(world.array(world.vectors[searched])).n == 19
    assert world.n_missing() == 1


def test_parquet_says_whose_a_vector_is(world: World) -> None:
    order = np.random.default_rng(0).permutation(20)
    ids = [CHUNKS[index].chunk_id for index in order]
    rows = [*world.vectors[order].tolist(), world.vectors[0].tolist()]
    file = world.table(chunk_id=[*ids, "gone"], title=["x"] * 21, vector=pa.array(rows, pa.list_(pa.float32(), 32)))
    found = world.bring(file)
    assert (found.n, found.n_new, found.n_unknown) == (20, 20, 1)


def test_of_several_columns_one_is_named(world: World) -> None:
    ids = [chunk.chunk_id for chunk in CHUNKS]
    file = world.table(chunk_id=ids, old=(-world.vectors).tolist(), new=world.vectors.tolist())
    with pytest.raises(InputError, match="2 columns of vectors \\('old', 'new'\\): name one"):
        world.bring(file)
    with pytest.raises(InputError, match="no column of vectors called 'title'; it has 'old', 'new'"):
        world.bring(file, "title")
    with pytest.raises(InputError, match=r"cosine of -1\.00"):
        world.bring(file, "old")
    assert world.n_missing() == 20
    assert world.bring(file, "new").n_new == 20


def test_what_the_base_model_did_not_make_is_refused(world: World) -> None:
    texts = world.encoder.encode([chunk.text for chunk in CHUNKS], "document")  # without their titles
    shuffled = np.roll(world.vectors, 1, axis=0)
    for wrong in (texts, shuffled, np.random.default_rng(0).normal(size=(20, 32)).astype(np.float32)):
        with pytest.raises(InputError, match="Another model made it"):
            world.bring(world.array(wrong))
    with pytest.raises(InputError, match=r"have 8 dimensions; those of \S+tiny have 32"):
        world.bring(world.array(world.vectors[:, :8]))
    assert world.n_missing() == 20


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (np.ones((7, 32), np.float32), "7 rows, and this workspace 20 chunks, 19 of them searched"),
        (np.ones((20, 32), np.int64), "20 × 32 of int64: a row of floats"),
        (np.ones(20, np.float32), "20 of float32: a row of floats"),
        (np.where(np.arange(640).reshape(20, 32) == 70, np.nan, 1).astype(np.float32), "Row 3 of vectors.npy is no direction"),
        (np.arange(20, dtype=np.float32)[:, None] * np.ones((1, 32), np.float32), "Row 1 of vectors.npy is no direction"),
        (np.array([{"a": 1}] * 20, dtype=object), "cannot be read as a NumPy array of numbers"),
    ],
)
def test_an_array_that_does_not_fit_is_a_sentence(world: World, rows: np.ndarray, said: str) -> None:
    np.save(world.folder / "vectors.npy", rows, allow_pickle=True)
    with pytest.raises(InputError, match=said):
        world.bring(world.folder / "vectors.npy")


def test_a_table_that_does_not_fit_is_a_sentence(world: World) -> None:
    ids = [chunk.chunk_id for chunk in CHUNKS]
    for columns, said in (
        ({"vector": world.vectors.tolist()}, "has no column 'chunk_id'"),
        ({"chunk_id": ids, "title": ids}, "has no column with lists of floats"),
        ({"chunk_id": ids, "vector": [[1.0], *world.vectors[1:].tolist()]}, "differ in length"),
        ({"chunk_id": [f"other {one}" for one in ids], "vector": world.vectors.tolist()}, "No chunk_id in vectors.parquet"),
        ({"chunk_id": pa.array([], pa.string()), "vector": pa.array([], pa.list_(pa.float32()))}, "holds no rows"),
    ):
        with pytest.raises(InputError, match=said):
            world.bring(world.table(**columns))


@pytest.mark.parametrize("name", ["vectors.npy", "vectors.parquet"])
def test_a_torn_file_is_a_sentence(world: World, name: str) -> None:
    if name.endswith("npy"):
        file = world.array(world.vectors)
    else:
        pd.DataFrame({"chunk_id": ["c0"], "vector": [[1.0]]}).to_parquet(world.folder / name)
        file = world.folder / name
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(InputError, match="cannot be read as"):
        world.bring(file)


def test_other_files_are_refused(world: World) -> None:
    with pytest.raises(InputError, match=r"neither \.npy nor \.parquet"):
        world.bring(world.array(world.vectors).rename(world.folder / "vectors.csv"))
    with pytest.raises(InputError, match="There is no file"):
        world.bring(world.folder / "missing.npy")
