"""Chunks as columns: an import of many makes records only of those that somebody asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from core.errors import InputError
from core.records import Chunk

ROWS_A_BATCH = 2000
TEXTS = ("chunk_id", "text", "filename", "title", "source", "wiki_type")
MENTION = pa.struct({"type": pa.string(), "name": pa.string()})
SCHEMA = pa.schema(
    {
        **dict.fromkeys(TEXTS, pa.string()),
        "temporal_order": pa.float64(),
        "searchable": pa.bool_(),
        "extra": pa.string(),
        "mentions": pa.list_(MENTION),
        "fingerprint": pa.string(),
    }
)

BETWEEN_TEXTS, BETWEEN_NAMES = b"\xff", b"\xfe"
MENTIONS = pa.schema({"row": pa.int64(), "ordinal": pa.int32(), "type": pa.string(), "name": pa.string()})


class Chunks(Sequence[Chunk]):
    """Chunks in Arrow's columns: `table` has `SCHEMA`, with `extra` as JSON, the mentions of one type in a row, and the fingerprint of all
    that a chunk says."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    @classmethod
    def of(cls, chunks: Sequence[Chunk]) -> Chunks:
        """Raises InputError for text that is no Unicode."""
        if isinstance(chunks, Chunks):
            return chunks
        starts = range(0, len(chunks), ROWS_A_BATCH)
        return cls(pa.Table.from_batches([batch_of(chunks[start : start + ROWS_A_BATCH]) for start in starts], SCHEMA))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, index: int) -> Chunk: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Chunk, ...]: ...
    def __getitem__(self, index: int | slice) -> Chunk | tuple[Chunk, ...]:
        rows = range(len(self))[index]
        return tuple(self)[index] if isinstance(rows, range) else next(iter(Chunks(self.table.slice(rows, 1))))

    def documents(self, rows: Sequence[int]) -> list[str]:
        """What a model reads of the chunks in some rows. Cell by cell: Arrow's `take` would put all texts together to take a few of them,
        and batch by batch it waits for its turn among the threads each time."""
        batches = [(batch.column("text"), batch.column("title")) for batch in self.table.to_batches()]
        ends = _ends([len(texts) for texts, _ in batches])
        cells = [(*batches[batch], row - int(ends[batch])) for row, batch in zip(rows, _batch_of_row(ends, rows), strict=True)]
        return [Chunk("", texts[cell].as_py(), "", titles[cell].as_py()).document for texts, titles, cell in cells]

    def __iter__(self) -> Iterator[Chunk]:
        for batch in self.table.drop_columns("fingerprint").to_batches(ROWS_A_BATCH):
            for row in batch.to_pylist():
                yield Chunk(**{**row, "extra": json.loads(row["extra"]), "mentions": _by_type(row["mentions"])})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def batch_of(chunks: Sequence[Chunk]) -> pa.RecordBatch:
    """A few chunks as columns. Raises InputError for text that is no Unicode."""
    columns: dict[str, list[Any]] = {name: list(map(attrgetter(name), chunks)) for name in (*TEXTS, "searchable")}
    columns["temporal_order"] = [None if chunk.temporal_order is None else float(chunk.temporal_order) for chunk in chunks]
    columns["extra"] = [as_json(chunk.extra) for chunk in chunks]
    lists = [[(kind, names) for kind, names in chunk.mentions.items() if names] for chunk in chunks]
    return in_columns(columns, Mentions(list(map(len, lists)), *_unzipped(chain.from_iterable(lists))))


def _unzipped(lists: Iterable[tuple[str, Sequence[str]]]) -> tuple[list[str], list[Sequence[str]]]:
    said = list(lists)
    return [kind for kind, _ in said], [names for _, names in said]


class Mentions(NamedTuple):
    """The mentions of some chunks: how many lists each chunk has, and of each list, one below the other, the type and the names."""

    n_lists: ArrayLike
    types: Sequence[str]
    names: Sequence[Sequence[str]]


def in_columns(columns: Mapping[str, Sequence[Any]], mentions: Mentions) -> pa.RecordBatch:
    """A batch of `SCHEMA`; `columns` are all but the mentions and the fingerprint. Raises InputError for text that is no Unicode."""
    sizes = np.fromiter(map(len, mentions.names), np.int64, len(mentions.names))
    names = array(list(chain.from_iterable(mentions.names)), pa.string())
    types = array(mentions.types, pa.string()).take(pa.array(np.repeat(np.arange(len(sizes)), sizes)))
    said = pa.StructArray.from_arrays([types, names], fields=list(MENTION))
    arrays = {name: array(columns[name], SCHEMA.field(name).type) for name in columns}
    arrays["mentions"] = pa.ListArray.from_arrays(pa.array(_ends(sizes)[_ends(mentions.n_lists)]), said)
    arrays["fingerprint"] = _fingerprints(arrays)
    return pa.RecordBatch.from_arrays([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


def _fingerprints(arrays: Mapping[str, pa.Array]) -> pa.Array:
    """16 hex digits of the SHA-256 of all that a chunk says, its id included: one text behind the other, with a byte between them that no
    text in UTF-8 has. Joined by Arrow, because a large import does it for each chunk."""
    import pyarrow.compute as pc  # here, because it takes longer than all other imports of a page that only reads

    mentions = arrays["mentions"]
    said = mentions.flatten()
    each = pc.binary_join_element_wise(_bytes(said.field("type")), _bytes(said.field("name")), BETWEEN_NAMES)
    rest = [
        arrays["temporal_order"].view(pa.int64()).cast(pa.string()),  # its bits: how a number is written may change
        arrays["searchable"].cast(pa.string()),
        arrays["extra"],
        pc.binary_join(pa.ListArray.from_arrays(mentions.offsets, each), BETWEEN_NAMES),
    ]
    texts = map(_bytes, [*(arrays[name] for name in TEXTS), *rest])
    rows = pc.binary_join_element_wise(*texts, BETWEEN_TEXTS, null_handling="replace")
    return pa.array([sha256(row).hexdigest()[:16] for row in rows.to_pylist()], pa.string())


def _bytes(texts: pa.Array) -> pa.Array:
    return texts.cast(pa.binary())


def _batch_of_row(ends: NDArray[np.int32], rows: Sequence[int]) -> list[int]:
    found: list[int] = (np.searchsorted(ends, rows, side="right") - 1).tolist()
    return found


def _ends(sizes: ArrayLike) -> NDArray[np.int32]:
    """Where runs of these sizes start, one behind the other, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)


def array(values: Any, kind: pa.DataType) -> pa.Array:
    """Raises InputError for text that is no Unicode: half of a surrogate pair, which JSON can spell."""
    try:
        return values if isinstance(values, pa.Array) else pa.array(values, kind)
    except UnicodeEncodeError as error:
        shown = error.object[max(0, error.start - 30) : error.start]
        raise InputError(f"A text holds half of a two-part character after {shown!r}: remove it from the file.") from None


def as_json(extra: Mapping[str, Any]) -> str:
    """Fields of other programs, as they are kept."""
    return json.dumps(dict(extra)) if extra else "{}"


def mentions_of(table: pa.Table) -> pa.Table:
    """The mentions of chunks one below the other: `row` of the chunk, `ordinal` within it, `type`, `name`."""
    import pyarrow.compute as pc

    parts, first = [], 0
    for batch in table.to_batches():
        mentions = batch.column("mentions")
        row = pc.list_parent_indices(mentions).to_numpy(zero_copy_only=False)
        ordinal = np.arange(len(row)) - np.searchsorted(row, row)
        said = mentions.flatten()
        columns = [pa.array(row + first), pa.array(ordinal, pa.int32()), said.field("type"), said.field("name")]
        parts.append(pa.RecordBatch.from_arrays(columns, schema=MENTIONS))
        first += len(batch)
    return pa.Table.from_batches(parts, MENTIONS)


def _by_type(mentions: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for mention in mentions:
        names.setdefault(mention["type"], []).append(mention["name"])
    return {kind: tuple(of_kind) for kind, of_kind in names.items()}
