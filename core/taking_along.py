"""A selection of chunks as a file: JSON Lines, CSV or Parquet. Formats are in docs/formats.md."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.auditing.exchange import guarded
from core.errors import InputError

Batches = Iterable[pa.RecordBatch]


def rows_as(form: str, batches: Batches) -> bytes:
    """`form`: jsonl, csv or parquet. Lists and objects are JSON in a CSV cell; what a spreadsheet would take for a formula gets an
    apostrophe in front. Raises InputError for another form."""
    if form not in WRITERS:
        raise InputError(f"{form!r} is none of {', '.join(WRITERS)}.")
    return WRITERS[form](batches)


def _jsonl(batches: Batches) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(batches)).encode("utf-8", "replace")


def _csv(batches: Batches) -> bytes:
    out = io.StringIO(newline="")
    out.write("\ufeff")  # without its mark Excel takes UTF-8 for an older encoding
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for number, row in enumerate(_rows(batches)):
        if not number:
            writer.writerow(row)
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue().encode("utf-8", "replace")


def _parquet(batches: Batches) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_batches(list(batches)), out)
    return out.getvalue()


def _rows(batches: Batches) -> Iterator[Mapping[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


WRITERS: Mapping[str, Callable[[Batches], bytes]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
