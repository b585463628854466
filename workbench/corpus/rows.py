"""Tables, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Each row, its values by the names of their columns."""
    yield from table.itertuples(index=False)
