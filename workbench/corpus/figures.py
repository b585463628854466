"""The charts of a selection: pure functions from a table to a figure. Bars that are chosen are drawn in the other colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from workbench.highlight import escape

BAR, CHOSEN, LIMIT = "#2C8479", "#C8712F", "#B3402F"  # readable on paper and on ink
INSIDE = 0.2  # of the longest bar: a shorter one has its number beside it
LONGEST = 34  # characters of a label
CELLS = [[0, "rgba(44,132,121,0.04)"], [0.15, "rgba(44,132,121,0.3)"], [1, "rgba(44,132,121,1)"]]


def bars(table: pd.DataFrame, chosen: Collection[str], names: Mapping[str, str] | None = None) -> go.Figure:
    """Horizontal bars in the order of the table, the first on top. table: value, n. A point's customdata is its value."""
    labels = [_short((names or {}).get(value, value)) for value in table["value"]]
    figure = go.Figure(
        go.Bar(
            y=list(range(len(table))), x=table["n"], orientation="h", customdata=table["value"], text=table["n"].map("{:,}".format),
            textposition=["inside" if n > INSIDE * table["n"].max() else "outside" for n in table["n"]], textangle=0,
            cliponaxis=False, hovertext=labels, hovertemplate="%{hovertext}: %{x:,}<extra></extra>",
            marker={"color": [CHOSEN if value in chosen else BAR for value in table["value"]], "line": {"width": 0}},
        )
    )  # fmt: skip
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(table))), ticktext=labels, autorange="reversed", ticksuffix=" ", automargin=True,
        fixedrange=True,
    )  # fmt: skip
    figure.update_xaxes(visible=False, fixedrange=True)
    return _plain(figure, 40 + 26 * len(table))


def histogram(table: pd.DataFrame, unit: str, limit: float | None = None, limit_name: str = "") -> go.Figure:
    """How many chunks have which value. table: low, width, n. `limit`: a line at that value."""
    ends = table["low"] + table["width"]
    hover = "%{customdata[0]:.6g} to %{customdata[1]:.6g} " + escape(unit) + ": %{y:,}<extra></extra>"
    figure = go.Figure(
        go.Bar(
            x=table["low"] + table["width"] / 2, y=table["n"], width=table["width"], marker={"color": BAR, "line": {"width": 0}},
            customdata=np.stack([table["low"], ends], axis=1), hovertemplate=hover,
        )
    )  # fmt: skip
    figure.update_yaxes(visible=False, fixedrange=True)
    figure.update_xaxes(title=unit)
    if limit is not None:
        position = "top left" if limit > float(ends.max()) * 0.6 else "top right"
        line = {"dash": "dash", "color": LIMIT, "width": 1.5}
        figure.add_vline(x=limit, line=line, annotation_text=escape(limit_name), annotation_position=position)
    figure.update_layout(bargap=0.03, dragmode="select", selectdirection="h")
    return _plain(figure, 240)


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
    figure = go.Figure(
        go.Heatmap(
            z=counts, x=places, y=places, customdata=pairs, colorscale=CELLS, showscale=False, xgap=1, ygap=1, hoverongaps=False,
            text=np.array([[f"{escape(one)} and {escape(other)}" for other in names] for one in names], dtype=object),
            hovertemplate="%{text}: %{z:,} chunks<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(_clickable(places, pairs))
    axis = {"tickmode": "array", "tickvals": places, "ticktext": labels, "fixedrange": True, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**axis, tickangle=-50, side="bottom", range=[-0.5, len(names) - 0.5])
    figure.update_yaxes(**axis, range=[len(names) - 0.5, -0.5], automargin=True)
    return _plain(figure, 130 + 26 * len(names))


def _clickable(places: list[int], pairs: np.ndarray) -> go.Scatter:
    """Invisible points over the cells: the browser reports clicks on points, not on cells."""
    cells = [(column, row) for row in places for column in places if column != row]
    return go.Scatter(
        x=[column for column, _ in cells], y=[row for _, row in cells], customdata=[pairs[row, column] for column, row in cells],
        mode="markers", marker={"size": 18, "opacity": 0, "symbol": "square"}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _short(text: str, longest: int = LONGEST) -> str:
    return escape(text if len(text) <= longest else text[: longest - 1] + "…")


def _plain(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(height=height, margin={"l": 0, "r": 0, "t": 8, "b": 0}, showlegend=False)
    return figure
