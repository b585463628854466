"""Long curves drawn from few points, so that the browser stays quick: of every few steps the lowest and the highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


N_BUCKETS = 400


def thinned(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """`table` (n rows in the order of their steps) or, where it is long, of each bucket of rows those in which `column` is lowest and
    highest, and the first and last of all: an outlier is never lost. Rows keep their order."""
    import pandas as pd

    if len(table) <= 2 * N_BUCKETS:
        return table
    bucket = pd.Series(range(len(table)), index=table.index) * N_BUCKETS // len(table)
    by_bucket = table[column].dropna().groupby(bucket)
    kept = {*by_bucket.idxmin(), *by_bucket.idxmax(), table.index[0], table.index[-1]}
    return table.loc[sorted(kept)]


def bucket_size(n_steps: int) -> int:
    """How many steps one bucket stands for; 1 where every step is drawn."""
    return 1 if n_steps <= 2 * N_BUCKETS else -(-n_steps // N_BUCKETS)
