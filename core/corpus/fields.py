"""The fields of a JSON object, each taken with its type checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from core.corpus.json_files import described

Row = Mapping[str, Any]


class BadField(Exception):
    """A field that is missing or of the wrong type: `kind` is the problem's slug, the text says which and how."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


def required(row: Row, name: str) -> str:
    """A text that must stand there."""
    if row.get(name) is None:
        raise BadField("missing-field", f"no '{name}' field")
    value = optional(row, name)
    if not value or value.isspace():
        raise BadField("missing-field", f"'{name}' is empty")
    return value


def optional(row: Row, name: str) -> str:
    """A text, "" where there is none. A whole number is read as text: ids and file names are often written so."""
    value = row.get(name)
    if type(value) is str:  # nearly always: an import reads each field of each line
        return value
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadField("wrong-type", f"'{name}' is {described(value)}; it must be text")


def identity(row: Row, name: str) -> str:
    """An id, without white space around it; "" where none is given."""
    return optional(row, name).strip()


def number(row: Row, name: str) -> float | None:
    """A finite number, None where there is none."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadField("wrong-type", f"'{name}' is {described(value)}; it must be a number")
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise BadField("wrong-type", f"'{name}' is too large a number")
    return finite


def texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts, without blank and repeated ones; () where there is none."""
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadField("wrong-type", f"'{name}' is {described(value)}; it must be a list of texts")
    for item in value:
        if not isinstance(item, str):
            raise BadField("wrong-type", f"'{name}' holds {described(item)}; it must be a list of texts")
    return distinct(value)


def distinct(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts without blank and repeated ones."""
    return tuple(dict.fromkeys([text for text in texts if text and not text.isspace()]))
