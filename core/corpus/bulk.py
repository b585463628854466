"""Many lines of chunks at once, where nothing is wrong with any of them: what nearly every line of a large import is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, compress
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from core.corpus.columns import Mentions, as_json, in_columns
from core.corpus.fields import distinct
from core.corpus.json_files import MOST_BYTES_A_LINE, MOST_LEVELS
from core.records import content_id

TEXT_FIELDS = ("text", "filename", "title", "chunk_id", "source", "wiki_type")
CHUNK_FIELDS = frozenset({*TEXT_FIELDS, "temporal_order"})

_MENTIONS = "_mentions"
_TEXT, _NUMBER, _LIST = (frozenset({*kinds, type(None)}) for kinds in ((str, int), (int, float), (list,)))
_LINE = msgspec.json.Decoder(dict[str, Any])
_NO_NAMES: list[str] = []


class NotClean(Exception):
    """A line has something wrong with it, or is of a kind that has to be looked at by itself."""


def is_mentions(field: str) -> bool:
    """Whether a field of this name lists mentions."""
    return field.endswith(_MENTIONS) and field != _MENTIONS


def mention_type(field: str) -> str:
    """The type of entity whose mentions a field lists."""
    return field.removesuffix(_MENTIONS)


def clean_chunks(data: bytes) -> pa.RecordBatch:
    """What reading line by line makes of these lines, made of all at once: a row a line, in the columns of `SCHEMA`. Raises NotClean where
    that would find anything to say."""
    lines = data.removesuffix(b"\n").split(b"\n")
    rows = _decoded(data, lines)
    shapes = set(map(tuple, rows))
    said = _columns(rows, shapes)
    columns = {name: _texts(said, name) for name in TEXT_FIELDS}
    if _any_blank(columns["text"]) or _any_blank(columns["filename"]):
        raise NotClean
    columns["chunk_id"] = _ids(columns)
    others = {name for shape in shapes for name in shape} - CHUNK_FIELDS
    fields = _in_common_order([tuple(filter(is_mentions, shape)) for shape in shapes])
    every: dict[str, Sequence[Any]] = {
        **columns,
        "temporal_order": _numbers(said, "temporal_order"),
        "searchable": [True] * len(rows),
        "extra": _extras(rows, lines, others.difference(fields)),
    }
    return in_columns(every, _mentions(said, fields))


def _decoded(data: bytes, lines: Sequence[bytes]) -> list[dict[str, Any]]:
    if len(data) > MOST_BYTES_A_LINE:  # then one of them may be longer than a line may be
        raise NotClean
    try:
        return list(map(_LINE.decode, lines))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise NotClean from None


class _Columns(NamedTuple):
    """Of each field that a row has, the values of all `n` rows, None where one lacks it."""

    n: int
    values: Mapping[str, Sequence[Any]]

    def of(self, name: str, kinds: frozenset[type]) -> Sequence[Any]:
        """Raises NotClean where a value is none of these kinds."""
        column = self.values.get(name) or [None] * self.n
        if not set(map(type, column)) <= kinds:
            raise NotClean
        return column


def _columns(rows: Sequence[dict[str, Any]], shapes: Collection[tuple[str, ...]]) -> _Columns:
    if len(shapes) == 1:  # mostly: then no row has to be asked for each field
        (names,) = shapes
        return _Columns(len(rows), dict(zip(names, zip(*map(dict.values, rows), strict=True), strict=True)))
    names = tuple(set(chain.from_iterable(shapes)))
    return _Columns(len(rows), {name: [row.get(name) for row in rows] for name in names})


def _texts(said: _Columns, name: str) -> list[str]:
    column = said.of(name, _TEXT)
    if set(map(type, column)) == {str}:
        return list(column)
    return [value if type(value) is str else "" if value is None else str(value) for value in column]


def _numbers(said: _Columns, name: str) -> list[float | None]:
    try:
        return [None if value is None else float(value) for value in said.of(name, _NUMBER)]
    except OverflowError:
        raise NotClean from None


def _any_blank(texts: Sequence[str]) -> bool:
    return not all(texts) or any(map(str.isspace, texts))


def _ids(columns: Mapping[str, Sequence[str]]) -> list[str]:
    said = zip(columns["chunk_id"], columns["filename"], columns["text"], strict=True)
    return [given.strip() or content_id("chunk", filename, text) for given, filename, text in said]


def _extras(rows: Sequence[Mapping[str, Any]], lines: Sequence[bytes], names: set[str]) -> list[str]:
    if not names:
        return ["{}"] * len(rows)
    if any(line.count(b"[") + line.count(b"{") > MOST_LEVELS for line in lines):
        raise NotClean
    return [as_json({name: value for name, value in row.items() if name in names}) for row in rows]


def _in_common_order(orders: Iterable[tuple[str, ...]]) -> list[str]:
    """The fields of all lines in an order that each line keeps to: the order of its mentions is part of what a chunk says."""
    longest_first = sorted(orders, key=lambda order: (-len(order), order))
    common = list(dict.fromkeys(chain.from_iterable(longest_first)))
    for order in longest_first:
        rest = iter(common)
        if not all(field in rest for field in order):
            raise NotClean
    return common


def _mentions(said: _Columns, fields: Sequence[str]) -> Mentions:
    """Every line has a list for each field here, and those that are empty are dropped."""
    by_field = [_names(said.of(field, _LIST)) for field in fields]
    lists = list(chain.from_iterable(zip(*by_field, strict=True)))
    types = list(map(mention_type, fields)) * said.n
    held = np.fromiter(map(bool, lists), np.bool_, len(lists)).reshape(said.n, len(fields))
    return Mentions(held.sum(axis=1), list(compress(types, lists)), list(filter(None, lists)))


def _names(column: Sequence[list[Any] | None]) -> list[Sequence[str]]:
    """Lists of texts, without blank and repeated ones."""
    lists: list[Sequence[str]] = [names or _NO_NAMES for names in column]
    said = list(chain.from_iterable(lists))
    if not set(map(type, said)) <= {str}:
        raise NotClean
    if _any_blank(said) or sum(map(len, map(set, lists))) < len(said):
        return list(map(distinct, lists))
    return lists
