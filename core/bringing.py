"""Vectors that somebody has already: checked against the model that is to have made them, then kept as if it had encoded here.

A file is `.npy`, a row for each chunk in the order of the import (for all of them, or for those that are searched), or Parquet with a
`chunk_id` and a column of lists. Which model made the vectors stands in no file, so a few texts are encoded and compared: vectors of
another model, of other texts or in another order would make every later figure wrong without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder
from core.encoders.protocol import Encoder
from core.errors import InputError
from core.records import Chunk, Vectors
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

ID = "chunk_id"
N_CHECKED = 16
LEAST, USUAL = 0.95, 0.99
"""Cosines to the model's own vectors: of the worst and the median of those checked. Kept in half precision or in 8 bits the default model's
vectors have at least 0.9999 (160 chunks of the sample); of texts without their titles 0.80 to 0.99, median 0.92 (153 chunks)."""


@dataclass(frozen=True, slots=True)
class Brought:
    """`n`: chunks that the file has a vector for; `n_new`: distinct texts that had none; `n_unknown`: rows of no chunk here; `cosine`: the
    median of what was checked; `model`: whose vectors they are."""

    n: int
    n_new: int
    n_unknown: int
    cosine: float
    model: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """vectors (m, d) as they stand in the file; their chunks' ids, None where the order says which they are."""

    vectors: NDArray[Any]
    ids: Sequence[str] | None = None


def bring_vectors(store: Store, workspace: Workspace, settings: Settings, file: Path, column: str = "") -> Brought:
    """Keeps the file's vectors as those of the base model. `column`: of a Parquet file, where it has several columns of lists.

    Raises InputError where the file is none of the two, does not fit the chunks, or holds what the base model did not make.
    """
    encoder = base_encoder(settings, workspace.encoders)
    rows = _read(file, column)
    table = store.documents()
    chunks = _matched(store, table[ID], rows, file.name)
    known = np.flatnonzero(chunks >= 0)
    if not len(known):
        raise InputError(f"No {ID} in {file.name} is one of this workspace's: import the corpus that the vectors are of.")
    own = table.iloc[chunks[known]]
    documents = [Chunk("", text, "", title).document for title, text in zip(own["title"], own["text"], strict=True)]
    vectors = _unit(rows.vectors, known, file.name)
    cosine = _checked(vectors, documents, own[ID].tolist(), encoder)
    n_new = VectorCache(workspace.vectors, encoder, "document").keep(documents, vectors)
    return Brought(len(known), n_new, len(chunks) - len(known), cosine, encoder.name)


def _read(file: Path, column: str) -> _Rows:
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    if file.suffix == ".npy":
        return _Rows(_read_array(file))
    if file.suffix == ".parquet":
        return _read_table(file, column)
    raise InputError(f"{file.name} is neither .npy nor .parquet: save the vectors as one of these.")


def _read_array(file: Path) -> NDArray[Any]:
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise InputError(f"{file.name} cannot be read as a NumPy array of numbers: save it with numpy.save(path, vectors).") from None
    if array.ndim != 2 or array.dtype.kind != "f":
        shape = " × ".join(f"{n:,}" for n in array.shape) or "a single value"
        raise InputError(f"{file.name} holds {shape} of {array.dtype}: a row of floats for each chunk is needed.")
    return np.asarray(array)


def _read_table(file: Path, column: str) -> _Rows:
    try:
        schema = pq.read_schema(file)
        named = _vector_column(schema, column, file.name)
        table = pq.read_table(file, columns=[ID, named])
    except (pa.ArrowException, OSError):
        raise InputError(f"{file.name} cannot be read as Parquet: it is torn, or something else.") from None
    if not len(table):
        raise InputError(f"{file.name} holds no rows.")
    lists = table[named].combine_chunks()
    lengths = set(lists.value_lengths().to_pylist())
    if len(lengths) > 1 or None in lengths:
        raise InputError(f"The lists in column {named!r} of {file.name} differ in length: each row needs a vector of the same model.")
    flat = lists.flatten().to_numpy(zero_copy_only=False)
    return _Rows(flat.reshape(len(table), -1), [str(one) for one in table[ID].to_pylist()])


def _vector_column(schema: pa.Schema, column: str, file: str) -> str:
    if ID not in schema.names:
        raise InputError(f"{file} has no column {ID!r}, which says whose vector a row is: add it.")
    lists = [field.name for field in schema if _is_vector(field.type)]
    if column and column not in lists:
        raise InputError(f"{file} has no column of vectors called {column!r}; it has {', '.join(map(repr, lists)) or 'none at all'}.")
    if not column and len(lists) != 1:
        many = f"{len(lists)} columns of vectors ({', '.join(map(repr, lists))}): name one" if lists else "no column with lists of floats"
        raise InputError(f"{file} has {many}.")
    return column or lists[0]


def _is_vector(kind: pa.DataType) -> bool:
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(is_list and pa.types.is_floating(kind.value_type))


def _matched(store: Store, ids: pd.Series, rows: _Rows, file: str) -> NDArray[np.int64]:
    """(m,) for each row the place of its chunk in the import, whose `ids` (n,) these are; -1 for a chunk that is not here."""
    import pandas as pd

    if rows.ids is not None:
        return np.asarray(pd.Index(ids).get_indexer(pd.Index(rows.ids)), dtype=np.int64)
    searched = pd.Index(ids).get_indexer(pd.Index([chunk.chunk_id for chunk in store.chunks(searchable_only=True)]))
    for places in (np.arange(len(ids)), searched):
        if len(places) == len(rows.vectors):
            return np.asarray(places, dtype=np.int64)
    which = f"{len(ids):,} chunks" + (f", {len(searched):,} of them searched" if len(searched) < len(ids) else "")
    raise InputError(f"{file} has {len(rows.vectors):,} rows, and this workspace {which}: a row for each is needed, in their order.")


def _unit(vectors: NDArray[Any], rows: NDArray[np.int64], file: str) -> Vectors:
    """The rows as float32 of length one."""
    taken = np.asarray(vectors[rows], dtype=np.float32)
    lengths = np.linalg.norm(taken, axis=1, keepdims=True)
    if len(bad := np.flatnonzero(~(np.isfinite(lengths[:, 0]) & (lengths[:, 0] > 0)))):
        raise InputError(f"Row {rows[bad[0]] + 1:,} of {file} is no direction: it holds only zeros, or something that is no number.")
    return np.asarray(taken / lengths, dtype=np.float32)


def _checked(vectors: Vectors, documents: Sequence[str], ids: Sequence[str], encoder: Encoder) -> float:
    """The median cosine of some rows to what the encoder makes of their texts. Raises InputError where they are not the same."""
    some = np.unique(np.linspace(0, len(documents) - 1, N_CHECKED).astype(int)).tolist()
    own = encoder.encode([documents[index] for index in some], "document")
    if own.shape[1] != vectors.shape[1]:
        raise InputError(
            f"The vectors have {vectors.shape[1]:,} dimensions; those of {encoder.name} have {own.shape[1]:,}. Set BASE_MODEL to the model "
            "that made them."
        )
    cosines = (own * vectors[some]).sum(axis=1)
    if np.median(cosines) < USUAL or cosines.min() < LEAST:
        worst = int(cosines.argmin())
        raise InputError(
            f"The vector of chunk {ids[some[worst]]!r} has a cosine of {cosines[worst]:.2f} to what {encoder.name} makes of its text (the "
            "title, where there is one, a line break, the text). Another model made it (set BASE_MODEL), or it is of another text, or the "
            "rows are in another order."
        )
    return float(np.median(cosines))
