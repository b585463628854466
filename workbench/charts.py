"""Charts: pure functions from a table to a figure. Colours are those of the house, by place in its palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from workbench.highlight import escape
from workbench.words import METRICS

if TYPE_CHECKING:
    import pandas as pd

Figure = go.Figure
CONFIG = {"displayModeBar": False}
_EMBER, _VERDIGRIS, _GREY = "#C8712F", "#2C8479", "#8A8F90"  # readable on paper and on ink
COLOURS = (_EMBER, _VERDIGRIS, "#6C5BA7", "#B4456A", "#4A7DBF", _GREY)
_OF_LABEL = {"positive": _VERDIGRIS, "negative": _EMBER}


def loss(table: pd.DataFrame) -> go.Figure:
    """Training loss by step. table: step, loss, smooth_loss."""
    figure = go.Figure(
        [
            go.Scatter(x=table["step"], y=table["loss"], mode="lines", name="each step", line={"width": 1, "color": _GREY}, opacity=0.5),
            go.Scatter(x=table["step"], y=table["smooth_loss"], mode="lines", name="smoothed", line={"width": 2.5, "color": _EMBER}),
        ]
    )
    return _framed(figure, "Loss")


def by_step(table: pd.DataFrame, column: str, title: str, exponent: str = "") -> go.Figure:
    """One number by step. table: step and `column`; `exponent` "e" writes the values as 1e-5."""
    line = go.Scatter(x=table["step"], y=table[column], mode="lines", name=title, line={"width": 1.5, "color": _VERDIGRIS})
    figure = _framed(go.Figure(line), title)
    if exponent:
        figure.update_yaxes(exponentformat=exponent, showexponent="all")
    figure.update_yaxes(nticks=4)
    figure.update_layout(height=170)
    return figure


def dev(table: pd.DataFrame, others: Mapping[str, float] | None = None) -> go.Figure:
    """A metric on the dev questions by step. table: step, value, metric; the first row (step 0) is the base model, drawn as a line too,
    as are the `others`, systems that were measured once on the same questions."""
    figure = go.Figure(
        go.Scatter(
            x=table["step"], y=table["value"], mode="lines+markers", name="tuned", line={"width": 2.5, "color": _EMBER}, marker={"size": 8}
        )
    )
    for name, value in {"base": float(table["value"].iloc[0]), **(others or {})}.items():
        line = {"dash": "dash" if name == "base" else "dot", "color": _GREY, "width": 1.5}
        figure.add_hline(y=value, line=line, annotation_text=f"{escape(name)} {value:.3f}", annotation_position="bottom right")
    figure.update_yaxes(tickformat=".3f")
    metric = str(table["metric"].iloc[0])
    return _framed(figure, f"{METRICS.get(metric, metric)} on dev questions")


def overlay(tables: Mapping[str, pd.DataFrame], title: str) -> go.Figure:
    """One line a run, by its name, in the order given. tables: step and value."""
    figure = go.Figure(
        [
            go.Scatter(
                x=table["step"],
                y=table["value"],
                mode="lines+markers" if len(table) < 30 else "lines",
                name=escape(name),
                line={"width": 2, "color": colour},
            )
            for (name, table), colour in zip(tables.items(), COLOURS, strict=False)
        ]
    )
    _framed(figure, title)
    figure.update_layout(showlegend=True, height=320, legend={"orientation": "h", "y": -0.25, "yanchor": "top", "x": 0})
    return figure


def trials(table: pd.DataFrame) -> go.Figure:
    """What each trial of a search reached, by its learning rate: a colour a mode, a later round larger. table: round, mode, learning
    rate, hard negatives, temperature, pairs and dev."""
    figure = go.Figure(
        [
            go.Scatter(
                x=part["learning rate"],
                y=part["dev"],
                mode="markers",
                name=escape(str(mode)),
                marker={"color": colour, "size": 6 + 5 * part["round"], "opacity": 0.85},
                customdata=part[["pairs", "hard negatives", "temperature", "round"]],
                hovertemplate="%{y:.4f} at %{x:.1e}, %{customdata[1]} negatives, temperature %{customdata[2]}, "
                "round %{customdata[3]} on %{customdata[0]:,} pairs<extra>%{fullData.name}</extra>",
            )
            for (mode, part), colour in zip(table.groupby("mode", sort=False), COLOURS, strict=False)
        ]
    )
    _framed(figure, "Dev score of each trial")
    rates = sorted(set(table["learning rate"]))
    figure.update_xaxes(title="learning rate", type="log", rangemode="normal", tickvals=rates, ticktext=[f"{rate:g}" for rate in rates])
    legend = {"orientation": "h", "y": 1.12, "x": 1, "xanchor": "right"}
    figure.update_layout(showlegend=True, height=320, hovermode="closest", legend=legend)
    return figure


def bars(table: pd.DataFrame, label: str, n: str, group: str | None = None) -> go.Figure:
    """Horizontal bars, one a label, commonest on top, stacked by `group`, whose parts come in the order of the table. table: label, n
    and group, where rows of the same label and group add up."""
    table = table.groupby([label] if group is None else [label, group], sort=False)[n].sum().reset_index()
    table = table.assign(**{label: table[label].map(escape)})  # plotly reads HTML in labels
    order = table.groupby(label)[n].sum().sort_values().index.tolist()
    parts = [("", table)] if group is None else [(str(name), part) for name, part in table.groupby(group, sort=False)]
    bars = [
        {
            "type": "bar", "y": part[label].tolist(), "x": part[n].tolist(), "name": name, "orientation": "h",
            "text": part[n].map("{:,}".format).tolist(), "textposition": "auto", "textangle": 0, "cliponaxis": False,
            "marker": {"color": _OF_LABEL.get(name, colour), "line": {"width": 0}},
            "hovertemplate": "%{y}: %{x:,}<extra>" + name + "</extra>",
        }
        for (name, part), colour in zip(parts, (_VERDIGRIS, _EMBER, _GREY), strict=False)
    ]  # fmt: skip
    layout = {
        "barmode": "stack",
        "showlegend": group is not None,
        "height": 60 + 30 * len(order),
        "margin": {"l": 0, "r": 0, "t": 30 if group else 0, "b": 0},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "yaxis": {"categoryorder": "array", "categoryarray": order, "ticksuffix": " ", "automargin": True},
        "xaxis": {"visible": False},
    }
    return go.Figure(bars, layout)  # made whole: plotly checks all of a figure again for every update


def histogram(table: pd.DataFrame, title: str) -> go.Figure:
    """How a score is distributed among positive and among negative pairs, each as shares of its own. table: label, low, width, n (a row
    a bin)."""
    layout = {
        **_frame(title),
        "xaxis": {"title": {"text": ""}, "rangemode": "normal"},
        "yaxis": {"tickformat": ".0%"},
        "barmode": "overlay",
        "showlegend": True,
        "hovermode": "closest",
        "legend": {"orientation": "h", "y": 1.12, "x": 1, "xanchor": "right"},
    }
    return go.Figure([_distribution(part, name) for name in _OF_LABEL if len(part := table[table["label"] == name])], layout)


def _distribution(part: pd.DataFrame, label: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": (part["low"] + part["width"] / 2).tolist(),
        "y": (part["n"] / part["n"].sum()).tolist(),
        "width": part["width"].tolist(),
        "name": label,
        "marker": {"color": _OF_LABEL[label], "line": {"width": 0}},
        "opacity": 0.65,
        "customdata": part["n"].tolist(),
        "hovertemplate": "%{x:.2f}: %{customdata:,} pairs, %{y:.1%}<extra>" + label + "</extra>",
    }


def _framed(figure: go.Figure, title: str) -> go.Figure:
    figure.update_layout({**_frame(title), "xaxis": {"title": {"text": "step"}, "rangemode": "tozero"}})
    return figure


def _frame(title: str) -> dict[str, Any]:
    """The layout that charts share."""
    return {
        "title": {"text": title, "font": {"size": 14}},
        "height": 240,
        "margin": {"l": 0, "r": 0, "t": 36, "b": 0},
        "showlegend": False,
        "hovermode": "x unified",
        "uirevision": title,  # what was zoomed into stays when new points arrive
    }
