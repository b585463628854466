"""Chunks as they were read: in columns, each with its place and under its id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from core.corpus.columns import SCHEMA, Chunks
from core.corpus.report import Place, Placed
from core.records import Chunk


class PlacedChunks(Mapping[str, Placed[Chunk]]):
    """By id, in the order read. To take one out makes a record of it; who looks at all of them looks at `chunks`, and asks for the place of
    a row."""

    def __init__(self) -> None:
        self._files: list[str] = []  # apart from the lines: that takes less room than a Place for each
        self._lines: list[int | None] = []
        self._rows: dict[str, int] = {}
        self._batches: list[pa.RecordBatch] = []
        self._chunks: Chunks | None = None

    @classmethod
    def of(cls, chunks: Mapping[str, Placed[Chunk]]) -> PlacedChunks:
        if isinstance(chunks, PlacedChunks):
            return chunks
        made = cls()
        made.add(list(chunks.values()))
        return made

    @property
    def chunks(self) -> Chunks:
        """All of them."""
        if self._chunks is None:
            self._chunks = Chunks(pa.Table.from_batches(self._batches, SCHEMA))
        return self._chunks

    def records(self) -> dict[str, Placed[Chunk]]:
        """All of them as records."""
        return dict(zip(self._rows, map(Placed, self.chunks, map(Place, self._files, self._lines)), strict=True))

    def place(self, row: int) -> Place:
        """Where the chunk in a row of `chunks` was read."""
        return Place(self._files[row], self._lines[row])

    def add(self, placed: Sequence[Placed[Chunk]]) -> None:
        """Chunks whose ids are new here, and differ."""
        made = Chunks.of([one.record for one in placed])
        self._extend([one.record.chunk_id for one in placed], made.table.to_batches())
        self._files += [one.place.file for one in placed]
        self._lines += [one.place.line for one in placed]

    def add_lines(self, file: str, first: int, batch: pa.RecordBatch) -> bool:
        """Adds a batch, a row a line, whole; where an id is not new, or occurs twice in it, adds nothing and says False."""
        ids = batch.column("chunk_id").to_pylist()
        fresh = len(set(ids)) == len(ids) and self._rows.keys().isdisjoint(ids)
        if fresh:
            self._extend(ids, [batch])
            self._files += [file] * len(ids)
            self._lines += range(first, first + len(ids))
        return fresh

    def _extend(self, ids: Sequence[str], batches: Sequence[pa.RecordBatch]) -> None:
        self._rows.update(zip(ids, range(len(self._rows), len(self._rows) + len(ids)), strict=True))
        self._batches += batches
        self._chunks = None

    def __getitem__(self, chunk_id: str) -> Placed[Chunk]:
        row = self._rows[chunk_id]
        return Placed(self.chunks[row], self.place(row))

    def __contains__(self, chunk_id: object) -> bool:
        return chunk_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
