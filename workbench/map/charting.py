"""Charts of the map page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

if TYPE_CHECKING:
    import pandas as pd


def overlap_histogram(overlap: pd.Series, k: int) -> go.Figure:
    """How many chunks kept 0, 1, … k of their k nearest neighbours. overlap: shares."""
    kept = (overlap * k).round().astype(int).value_counts().reindex(range(k + 1), fill_value=0)
    figure = go.Figure(
        go.Bar(
            x=kept.index, y=kept, marker={"color": "#2C8479", "line": {"width": 0}}, hovertemplate="%{x} kept: %{y:,} chunks<extra></extra>"
        )
    )
    figure.update_layout(
        title={"text": f"Neighbours kept, of the {k} nearest", "font": {"size": 14}},
        height=220,
        margin={"l": 0, "r": 0, "t": 36, "b": 0},
        bargap=0.08,
    )
    figure.update_xaxes(dtick=1, title="kept")
    figure.update_yaxes(title="chunks")
    return figure
