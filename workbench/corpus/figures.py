"""The charts of a selection: pure functions from a table to a figure. Bars that are chosen are drawn in the other colour.

A figure is made whole: plotly checks all of it again for every update, which took three quarters of the time of the charts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from workbench.highlight import escape

if TYPE_CHECKING:
    import pandas as pd

BAR, CHOSEN, LIMIT = "#2C8479", "#C8712F", "#B3402F"  # readable on paper and on ink
INSIDE = 0.2  # of the longest bar: a shorter one has its number beside it
LONGEST = 34  # characters of a label
CELLS = [[0, "rgba(44,132,121,0.04)"], [0.15, "rgba(44,132,121,0.3)"], [1, "rgba(44,132,121,1)"]]


def bars(table: pd.DataFrame, chosen: Collection[str], names: Mapping[str, str] | None = None) -> go.Figure:
    """Horizontal bars in the order of the table, the first on top. table: value, n. A point's customdata is its value."""
    values, sizes, places = table["value"].tolist(), table["n"].tolist(), list(range(len(table)))
    labels = [_short((names or {}).get(value, value)) for value in values]
    bar = {
        "type": "bar", "y": places, "x": sizes, "orientation": "h", "customdata": values, "text": [f"{n:,}" for n in sizes],
        "textposition": ["inside" if n > INSIDE * max(sizes) else "outside" for n in sizes], "textangle": 0, "cliponaxis": False,
        "hovertext": labels, "hovertemplate": "%{hovertext}: %{x:,}<extra></extra>",
        "marker": {"color": [CHOSEN if value in chosen else BAR for value in values], "line": {"width": 0}},
    }  # fmt: skip
    yaxis = {
        "tickmode": "array", "tickvals": places, "ticktext": labels, "autorange": "reversed", "ticksuffix": " ", "automargin": True,
        "fixedrange": True,
    }  # fmt: skip
    return _plain([bar], 40 + 26 * len(table), xaxis={"visible": False, "fixedrange": True}, yaxis=yaxis)


def histogram(table: pd.DataFrame, unit: str, limit: float | None = None, limit_name: str = "") -> go.Figure:
    """How many chunks have which value. table: low, width, n. `limit`: a line at that value."""
    ends = table["low"] + table["width"]
    bar = {
        "type": "bar", "x": (table["low"] + table["width"] / 2).tolist(), "y": table["n"].tolist(), "width": table["width"].tolist(),
        "marker": {"color": BAR, "line": {"width": 0}}, "customdata": list(zip(table["low"].tolist(), ends.tolist(), strict=True)),
        "hovertemplate": "%{customdata[0]:.6g} to %{customdata[1]:.6g} " + escape(unit) + ": %{y:,}<extra></extra>",
    }  # fmt: skip
    marked = {} if limit is None else _line_at(limit, escape(limit_name), "right" if limit > float(ends.max()) * 0.6 else "left")
    axes = {"xaxis": {"title": {"text": unit}}, "yaxis": {"visible": False, "fixedrange": True}}
    return _plain([bar], 240, bargap=0.03, dragmode="select", selectdirection="h", **axes, **marked)


def _line_at(x: float, name: str, anchor: str) -> dict[str, Any]:
    """An upright line over the whole height, and its name beside its upper end; `anchor`: the side of the name that touches the line."""
    across = {"xref": "x", "yref": "y domain"}
    line = {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": {"dash": "dash", "color": LIMIT, "width": 1.5}, **across}
    said = {"text": name, "x": x, "y": 1, "xanchor": anchor, "yanchor": "top", "showarrow": False, **across}
    return {"shapes": [line], "annotations": [said]}


def together(table: pd.DataFrame, entities: pd.DataFrame) -> go.Figure:
    """In how many chunks each two entities meet. table: one, other, n; entities: entity_id, value, in their order. The diagonal, which
    would outshine the rest, is left empty. A point's customdata is both names."""
    ids, names = entities["entity_id"].tolist(), entities["value"].tolist()
    counts = (
        table.pivot(index="one", columns="other", values="n").reindex(index=ids, columns=ids).fillna(0).to_numpy(dtype=float, copy=True)
    )
    np.fill_diagonal(counts, np.nan)
    labels = [_short(name, 18) for name in names]
    places = list(range(len(names)))
    pairs = np.array([[f"{one}\n{other}" for other in names] for one in names], dtype=object)
    said = [[f"{escape(one)} and {escape(other)}" for other in names] for one in names]
    cells = {
        "type": "heatmap", "z": counts, "x": places, "y": places, "customdata": pairs, "colorscale": CELLS, "showscale": False, "xgap": 1,
        "ygap": 1, "hoverongaps": False, "text": said, "hovertemplate": "%{text}: %{z:,} chunks<extra></extra>",
    }  # fmt: skip
    axis = {"tickmode": "array", "tickvals": places, "ticktext": labels, "fixedrange": True, "showgrid": False, "zeroline": False}
    xaxis = {**axis, "tickangle": -50, "side": "bottom", "range": [-0.5, len(names) - 0.5]}
    yaxis = {**axis, "range": [len(names) - 0.5, -0.5], "automargin": True}
    return _plain([cells, _clickable(places, pairs)], 130 + 26 * len(names), xaxis=xaxis, yaxis=yaxis)


def _clickable(places: list[int], pairs: np.ndarray) -> dict[str, Any]:
    """Invisible points over the cells: the browser reports clicks on points, not on cells."""
    cells = [(column, row) for row in places for column in places if column != row]
    return {
        "type": "scatter", "x": [column for column, _ in cells], "y": [row for _, row in cells],
        "customdata": [pairs[row, column] for column, row in cells], "mode": "markers",
        "marker": {"size": 18, "opacity": 0, "symbol": "square"}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _short(text: str, longest: int = LONGEST) -> str:
    return escape(text if len(text) <= longest else text[: longest - 1] + "…")


def _plain(data: list[dict[str, Any]], height: int, **layout: Any) -> go.Figure:
    return go.Figure(data, {"height": height, "margin": {"l": 0, "r": 0, "t": 8, "b": 0}, "showlegend": False, **layout})
