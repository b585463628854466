"""Charts as inline SVG: pure functions from values to markup. Colours are classes of style.css: they follow light, dark and paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.highlight import escape

if TYPE_CHECKING:
    import pandas as pd

WIDTH, LABEL, ROW = 720, 300, 30
LONGEST_LABEL = 44  # characters that fit into LABEL
MAP_SIDE, MAP_GAP, MAP_MARGIN = 350, 20, 8
MOST_POINTS = 4_000  # of a map: more would be a file of megabytes, and no reader could tell them apart
COLOURS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of an interval plot. `low`, `high`: NaN where there is no interval; `kind`: "better", "worse" or ""."""

    label: str
    value: float
    low: float
    high: float
    kind: str = ""


def intervals(bars: Sequence[Bar], alt: str, zero: bool = False, form: str = "{:.3f}") -> str:
    """A dot and its interval a row, the first on top. `zero`: with a line at 0, for differences."""
    known = [value for bar in bars for value in (bar.value, bar.low, bar.high) if not np.isnan(value)] + ([0.0] if zero else [])
    least, most = min(known), max(known)
    margin = 0.06 * (most - least) or 0.01
    span = (least - margin, most + margin)
    height = ROW * len(bars) + 34
    rows = "".join(_row(bar, ROW * number + ROW // 2, span, form) for number, bar in enumerate(bars))
    line = f'<line class="zero" x1="{_x(0, span)}" x2="{_x(0, span)}" y1="0" y2="{height - 30}"/>' if zero else ""
    return _svg(WIDTH, height, line + rows + _axis(span, height - 26, form), alt)


def scatter(changes: pd.DataFrame, before: str, after: str, span: tuple[float, float], alt: str) -> str:
    """A point a question: its score before and after; above the line is better. changes: before, after, change."""
    side, left, top = 380, 60, 10
    width = span[1] - span[0]

    def at(value: float) -> float:
        return (value - span[0]) / width * side

    points = "".join(_point(row, left + at(row["before"]), top + side - at(row["after"])) for row in changes.to_dict("records"))
    ticks = "".join(
        f'<text class="tick" x="{left + at(value):.0f}" y="{top + side + 20}" text-anchor="middle">{value:g}</text>'
        f'<text class="tick" x="{left - 8}" y="{top + side - at(value) + 4:.0f}" text-anchor="end">{value:g}</text>'
        for value in np.linspace(*span, 5)
    )
    frame = f'<rect class="frame" x="{left}" y="{top}" width="{side}" height="{side}"/>'
    line = f'<line class="zero" x1="{left}" y1="{top + side}" x2="{left + side}" y2="{top}"/>'
    names = (
        f'<text class="label" x="{left + side / 2}" y="{top + side + 42}" text-anchor="middle">before: {escape(before)}</text>'
        f'<text class="label" transform="rotate(-90)" x="{-(top + side / 2)}" y="16" text-anchor="middle">after: {escape(after)}</text>'
    )
    return _svg(left + side + 20, top + side + 52, frame + line + points + ticks + names, alt)


def _point(row: Mapping[Any, Any], x: float, y: float) -> str:
    return f'<circle class="{_kind(row["change"])}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def curve(points: Sequence[tuple[float, float]], chosen: float | None, alt: str) -> str:
    """What each share measured, from 0 to 1, the chosen one marked."""
    width, height, left, right = 350, 150, 46, 22  # half of "100%" stands right of its place
    values = [value for _, value in points]
    least, span = min(values), (max(values) - min(values)) or 0.01

    def place(share: float, value: float) -> tuple[float, float]:
        return left + share * (width - left - right), 10 + (1 - (value - least) / span) * (height - 44)

    path = " ".join("{:.1f},{:.1f}".format(*place(share, value)) for share, value in points)
    mark = "".join(
        '<circle class="better" cx="{:.1f}" cy="{:.1f}" r="6"/>'.format(*place(share, value)) for share, value in points if share == chosen
    )
    ticks = "".join(
        f'<text class="tick" x="{place(share, least)[0]:.0f}" y="{height - 8}" text-anchor="middle">{share:.0%}</text>'
        for share in (0, 0.5, 1)
    ) + "".join(
        f'<text class="tick" x="{left - 6}" y="{place(0, value)[1] + 4:.0f}" text-anchor="end">{value:.3f}</text>'
        for value in (least, least + span)
    )
    return _svg(width, height, f'<polyline class="line" points="{path}"/>{mark}{ticks}', alt)


def maps(points: pd.DataFrame, kinds: Mapping[str, str], alt: str) -> str:
    """Two maps in one frame, so that what did not move stands in the same place. points: chunk_id, x_before, y_before, x_after,
    y_after; kinds: by chunk id, what its colour says."""
    some = points if len(points) <= MOST_POINTS else points.sample(MOST_POINTS, random_state=0)
    names = {name: number % COLOURS for number, name in enumerate(sorted(set(kinds.values())))}
    colours = [names.get(kinds.get(one, ""), 0) for one in some["chunk_id"]]
    sides = {side: some[[f"x_{side}", f"y_{side}"]].to_numpy() for side in ("before", "after")}
    both = np.concatenate(list(sides.values()))
    scale = (MAP_SIDE - 2 * MAP_MARGIN) / (float(np.ptp(both, axis=0).max()) or 1.0)
    placed = {side: MAP_MARGIN + (xy - both.min(axis=0)) * scale for side, xy in sides.items()}
    drawn = "".join(_map_side(side, xy, colours, number * (MAP_SIDE + MAP_GAP)) for number, (side, xy) in enumerate(placed.items()))
    return _svg(2 * MAP_SIDE + MAP_GAP, MAP_SIDE + 24, drawn, alt)


def _map_side(name: str, xy: NDArray[np.float64], colours: Sequence[int], left: float) -> str:
    dots = "".join(
        f'<circle class="k{colour}" cx="{left + x:.1f}" cy="{y:.1f}" r="2"/>' for colour, (x, y) in zip(colours, xy.tolist(), strict=True)
    )
    frame = f'<rect class="frame" x="{left}" y="0" width="{MAP_SIDE}" height="{MAP_SIDE}"/>'
    return frame + dots + f'<text class="label" x="{left + MAP_SIDE / 2}" y="{MAP_SIDE + 18}" text-anchor="middle">{name}</text>'


def _row(bar: Bar, y: int, span: tuple[float, float], form: str) -> str:
    known = not (np.isnan(bar.low) or np.isnan(bar.high))
    x1, x2 = (_x(bar.low, span), _x(bar.high, span)) if known else (0, 0)
    whisker = f'<line class="whisker" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"/>' if known else ""
    label = bar.label if len(bar.label) <= LONGEST_LABEL else bar.label[: LONGEST_LABEL - 1] + "…"
    return (
        f'<text class="label" x="{LABEL - 10}" y="{y + 4}" text-anchor="end">{escape(label)}</text>{whisker}'
        f'<circle class="{bar.kind or "plain"}" cx="{_x(bar.value, span)}" cy="{y}" r="6"/>'
        f'<text class="value" x="{WIDTH - 4}" y="{y + 4}" text-anchor="end">{form.format(bar.value)}</text>'
    )


def _axis(span: tuple[float, float], y: int, form: str) -> str:
    ticks = np.linspace(span[0], span[1], 5)[1:-1]
    return "".join(
        f'<text class="tick" x="{_x(tick, span)}" y="{y + 14}" text-anchor="middle">{form.format(tick)}</text>' for tick in ticks
    )


def _x(value: float, span: tuple[float, float]) -> str:
    return f"{LABEL + (value - span[0]) / (span[1] - span[0]) * (WIDTH - LABEL - 70):.1f}"


def _kind(change: float) -> str:
    return "better" if change > 0 else "worse" if change < 0 else "plain"


def _svg(width: float, height: float, body: str, alt: str) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}" style="max-width:{width:g}px"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(alt)}" {size}>{body}</svg>'
