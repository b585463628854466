"""Charts of an evaluation: pure functions from tables to figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.records import content_id
from workbench.highlight import escape
from workbench.results import SIGNIFICANT

if TYPE_CHECKING:
    import pandas as pd

BETTER, WORSE, EVEN = "#2C8479", "#C8712F", "#8A8F90"  # readable on paper and on ink
JITTER = 0.012  # of the axis: questions with equal scores lie beside each other and not on top


def intervals(table: pd.DataFrame, title: str, marked: Mapping[str, str]) -> go.Figure:
    """A dot and its 95 % interval for each system, the first on top. table: system, mean, low, high; marked: colour by system."""
    rows = table[table["mean"].notna()]
    figure = go.Figure(
        _dots(rows, "mean", [escape(name) for name in rows["system"]], [marked.get(name, EVEN) for name in rows["system"]], "{:.3f}")
    )
    return _rows(figure, title, len(rows))


def forest(table: pd.DataFrame, title: str) -> go.Figure:
    """The difference and its 95 % interval for each group, against a line at no difference; in colour where it is more than
    chance after correction. table: group, difference, low, high, p_holm, n."""
    rows = table[table["difference"].notna()]
    names = [f"{escape(_short(group))} ({n:,})" for group, n in zip(rows["group"], rows["n"], strict=True)]
    colours = [_tone(difference, p) for difference, p in zip(rows["difference"], rows["p_holm"], strict=True)]
    figure = go.Figure(_dots(rows, "difference", names, colours, "{:+.3f}"))
    figure.add_vline(x=0, line={"color": EVEN, "width": 1, "dash": "dot"})
    return _rows(figure, title, len(rows))


def scatter(table: pd.DataFrame, before: str, after: str, metric: str, span: tuple[float, float]) -> go.Figure:
    """A point a question: its score before and after. table: question_id, question, before, after, change; span: least and greatest score.
    Points carry the question id as customdata."""
    figure = go.Figure()
    width = span[1] - span[0]
    figure.add_shape(type="line", x0=span[0], y0=span[0], x1=span[1], y1=span[1], line={"color": EVEN, "width": 1, "dash": "dot"})
    for name, colour, rows in _sides(table):
        shift = np.array([_shift(one) for one in rows["question_id"]]).reshape(-1, 2) * JITTER * width
        figure.add_scatter(
            x=rows["before"] + shift[:, 0],
            y=rows["after"] + shift[:, 1],
            mode="markers",
            name=f"{name} ({len(rows):,})",
            marker={"color": colour, "size": 8, "opacity": 0.6, "line": {"width": 0}},
            customdata=rows[["question_id", "before", "after"]].to_numpy(),
            text=[escape(_short(text, 90)) for text in rows["question"]],
            hovertemplate="%{text}<br>%{customdata[1]:.3f} → %{customdata[2]:.3f}<extra></extra>",
        )
    edges = [span[0] - 0.03 * width, span[1] + 0.03 * width]
    figure.update_xaxes(title=f"{metric}, {escape(before)}", range=edges, constrain="domain")
    figure.update_yaxes(title=f"{metric}, {escape(after)}", range=edges, scaleanchor="x")
    figure.update_layout(
        height=460,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        clickmode="event+select",
        dragmode="pan",
    )
    return figure


def curve(points: Sequence[tuple[float, float]], chosen: float | None, title: str) -> go.Figure:
    """What each share of the dense side measured on dev, the chosen one marked. points: (share, value)."""
    shares, values = [share for share, _ in points], [value for _, value in points]
    figure = go.Figure(go.Scatter(x=shares, y=values, mode="lines+markers", line={"width": 2, "color": EVEN}, marker={"size": 5}))
    if chosen in shares:
        at = values[shares.index(chosen)]
        mark = {"color": BETTER, "size": 13, "symbol": "diamond"}
        figure.add_scatter(x=[chosen], y=[at], mode="markers", marker=mark, hovertemplate="chosen: %{x:.2f}, %{y:.3f}<extra></extra>")
    figure.update_xaxes(title="share of the model, the rest is BM25", range=[-0.02, 1.02], tickformat=".0%")
    figure.update_yaxes(tickformat=".3f")
    figure.update_layout(
        title={"text": title, "font": {"size": 14}}, height=260, margin={"l": 0, "r": 0, "t": 36, "b": 0}, showlegend=False
    )
    return figure


def _dots(rows: pd.DataFrame, column: str, names: Sequence[str], colours: Sequence[str], form: str) -> go.Scatter:
    return go.Scatter(
        x=rows[column],
        y=list(range(len(rows))),
        mode="markers",
        marker={"color": list(colours), "size": 11},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows[column]).fillna(0),
            "arrayminus": (rows[column] - rows["low"]).fillna(0),
            "color": EVEN,
            "thickness": 1.6,
            "width": 4,
        },
        customdata=list(names),
        text=[_interval(row, column, form) for row in rows.to_dict("records")],
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )


def _rows(figure: go.Figure, title: str, n: int) -> go.Figure:
    names = list(figure.data[0].customdata) if n else []
    figure.update_yaxes(tickmode="array", tickvals=list(range(n)), ticktext=names, range=[n - 0.5, -0.5], ticksuffix=" ", automargin=True)
    figure.update_layout(
        title={"text": title, "font": {"size": 14}}, height=80 + 32 * max(n, 1), margin={"l": 0, "r": 12, "t": 36, "b": 0}, showlegend=False
    )
    return figure


def _interval(row: Mapping[Any, Any], column: str, form: str) -> str:
    known = not (np.isnan(row["low"]) or np.isnan(row["high"]))
    return form.format(row[column]) + (f" ({form.format(row['low'])} to {form.format(row['high'])})" if known else "")


def _tone(difference: float, p: float) -> str:
    return EVEN if not p < SIGNIFICANT else BETTER if difference > 0 else WORSE


def _sides(table: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    return [
        ("better", BETTER, table[table["change"] > 0]),
        ("equal", EVEN, table[table["change"] == 0]),
        ("worse", WORSE, table[table["change"] < 0]),
    ]


def _shift(question_id: str) -> tuple[float, float]:
    """Where a question lies beside its true place, each way between -1 and 1: the same at every look."""
    drawn = int(content_id("jitter", question_id), 16)
    return (drawn % 2001 - 1000) / 1000, (drawn // 2001 % 2001 - 1000) / 1000


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
