"""Charts: pure functions from a table to a figure. Colours come from the theme, by place in its palette."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workbench.highlight import escape
from workbench.words import METRICS

CONFIG = {"displayModeBar": False}
_EMBER, _VERDIGRIS, _GREY = "#C8712F", "#2C8479", "#8A8F90"  # readable on paper and on ink
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


def learning_rate(table: pd.DataFrame) -> go.Figure:
    """Learning rate by step. table: step, learning_rate."""
    figure = go.Figure(
        go.Scatter(x=table["step"], y=table["learning_rate"], mode="lines", name="learning rate", line={"width": 2, "color": _VERDIGRIS})
    )
    figure.update_yaxes(exponentformat="e", showexponent="all")
    return _framed(figure, "Learning rate")


def gradient_norm(table: pd.DataFrame) -> go.Figure:
    """Length of the gradient before clipping, by step. table: step, gradient_norm."""
    figure = go.Figure(
        go.Scatter(x=table["step"], y=table["gradient_norm"], mode="lines", name="gradient norm", line={"width": 1.5, "color": _VERDIGRIS})
    )
    return _framed(figure, "Gradient norm")


def dev(table: pd.DataFrame) -> go.Figure:
    """A metric on the dev questions by step. table: step, value, metric; the first row (step 0) is the base model, drawn as a line too."""
    figure = go.Figure(
        go.Scatter(
            x=table["step"], y=table["value"], mode="lines+markers", name="tuned", line={"width": 2.5, "color": _EMBER}, marker={"size": 8}
        )
    )
    base = float(table["value"].iloc[0])
    figure.add_hline(
        y=base, line={"dash": "dash", "color": _GREY, "width": 1.5}, annotation_text=f"base {base:.3f}", annotation_position="bottom right"
    )
    figure.update_yaxes(tickformat=".3f")
    metric = str(table["metric"].iloc[0])
    return _framed(figure, f"{METRICS.get(metric, metric)} on dev questions")


def bars(table: pd.DataFrame, label: str, n: str, group: str | None = None) -> go.Figure:
    """Horizontal bars, one a label, commonest on top, stacked by `group`, whose parts come in the order of the table. table: label, n
    and group."""
    table = table.assign(**{label: table[label].map(escape)})  # plotly reads HTML in labels
    order = table.groupby(label)[n].sum().sort_values().index.tolist()
    parts = [("", table)] if group is None else [(str(name), part) for name, part in table.groupby(group, sort=False)]
    figure = go.Figure(
        [
            go.Bar(
                y=part[label],
                x=part[n],
                name=name,
                orientation="h",
                text=part[n].map("{:,}".format),
                textposition="auto",
                textangle=0,
                cliponaxis=False,
                marker={"color": _OF_LABEL.get(name, colour), "line": {"width": 0}},
                hovertemplate="%{y}: %{x:,}<extra>" + name + "</extra>",
            )
            for (name, part), colour in zip(parts, (_VERDIGRIS, _EMBER, _GREY), strict=False)
        ]
    )
    figure.update_yaxes(categoryorder="array", categoryarray=order, ticksuffix=" ", automargin=True)
    figure.update_xaxes(visible=False)
    figure.update_layout(
        barmode="stack",
        showlegend=group is not None,
        height=60 + 30 * len(order),
        margin={"l": 0, "r": 0, "t": 30 if group else 0, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )
    return figure


def histogram(table: pd.DataFrame, title: str) -> go.Figure:
    """How a score is distributed among positive and among negative pairs, each as shares of its own. table: label, low, width, n (a row
    a bin)."""
    figure = go.Figure([_distribution(part, name) for name in _OF_LABEL if len(part := table[table["label"] == name])])
    _framed(figure, title)
    figure.update_xaxes(title="", rangemode="normal")
    figure.update_yaxes(tickformat=".0%")
    legend = {"orientation": "h", "y": 1.12, "x": 1, "xanchor": "right"}
    figure.update_layout(barmode="overlay", showlegend=True, hovermode="closest", legend=legend)
    return figure


def _distribution(part: pd.DataFrame, label: str) -> go.Bar:
    return go.Bar(
        x=part["low"] + part["width"] / 2,
        y=part["n"] / part["n"].sum(),
        width=part["width"],
        name=label,
        marker={"color": _OF_LABEL[label], "line": {"width": 0}},
        opacity=0.65,
        customdata=part["n"],
        hovertemplate="%{x:.2f}: %{customdata:,} pairs, %{y:.1%}<extra>" + label + "</extra>",
    )


def _framed(figure: go.Figure, title: str) -> go.Figure:
    figure.update_layout(
        title={"text": title, "font": {"size": 14}},
        height=240,
        margin={"l": 0, "r": 0, "t": 36, "b": 0},
        showlegend=False,
        hovermode="x unified",
    )
    figure.update_xaxes(title="step", rangemode="tozero")
    return figure
