"""The two maps in the browser: what they are sent, and what comes back.

A component of its own (map.html, map.css, drawing.js, handling.js, map.js), because 50,000 points that zoom together are beyond a
chart. Back come `picked` (a point that was clicked) and `lassoed` (the points in a lasso), as numbers of drawn points with the key of
the picture that they belong to. The same files make the page that `standalone` writes.

For tests: the root `.codex-map` carries data-n, data-mode, data-view, data-t, data-zoom, data-marks, data-lit, data-lassoed and data-frame
(milliseconds that the last picture took).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from workbench.highlight import escape
from workbench.map.colouring import encoded
from workbench.map.marks import Mark
from workbench.map.scene import BY_SCENE, NOTED, Scene
from workbench.words import printable

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).resolve().parent
KEY = "map"
CAPTION = (
    "Near means alike only at close range: neighbours on the map mostly are neighbours (its trust says how many). The distance between "
    "far groups, the sizes of groups and the empty space between them mean little. Both maps share one layout: a chunk that kept its "
    "neighbours stays where it was. Questions and names are drawn amid the chunks nearest to them. Neighbours, overlap and spread are "
    "always those of the full space, never of the picture."
)
PLAIN_COLOURS = (
    ":root{--st-text-color:#23282B;--st-background-color:#FCFAF5;--st-secondary-background-color:#F3EEE3;--st-border-color:#DFD7C6;"
    "--st-primary-color:#1F6B63;--st-base-radius:6px;--st-font:system-ui,sans-serif;--st-heading-font:Georgia,serif}"
    "body{margin:1.2rem;background:var(--st-background-color);color:var(--st-text-color);font-family:var(--st-font)}"
    "p{max-width:70rem;opacity:.8;font-size:.9rem}h1{font-family:var(--st-heading-font);font-size:1.4rem}"
)


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    return "\n".join(_text(name) for name in ("drawing.js", "handling.js", "map.js"))


_COMPONENT = st.components.v2.component("codex_forge_map", html=_text("map.html"), css=_text("map.css"), js=_script(), isolate_styles=False)


def draw_map(
    scene: Scene, colour: str, view: str, marks: Sequence[Mark], lit: Sequence[int] | None, on_pick: Callable[[int], None]
) -> None:
    """The component. `lit`: rows that stand out, None for all; `on_pick` is told the row of a point that was clicked."""
    data = payload(scene, colour, view, marks, lit)
    _COMPONENT(
        key=KEY,
        data=data,
        default={"lassoed": None},
        on_picked_change=lambda: _picked(scene, on_pick),
        on_lassoed_change=lambda: None,
    )


def _picked(scene: Scene, on_pick: Callable[[int], None]) -> None:
    said = st.session_state[KEY].picked
    if said and said["of"] == key_of(scene) and 0 <= said["point"] < len(scene.drawn):
        on_pick(int(scene.drawn[said["point"]]))


def lassoed(scene: Scene) -> list[int]:
    """The rows in the lasso; none where there is none, or where it was drawn on another map."""
    said = (st.session_state.get(KEY) or {}).get("lassoed")
    if not said or said["of"] != key_of(scene):
        return []
    return [int(scene.drawn[point]) for point in said["points"] if 0 <= point < len(scene.drawn)]


def key_of(scene: Scene) -> str:
    return f"{scene.map.run_id}-{scene.map.summary['state']}"


def payload(scene: Scene, colour: str, view: str, marks: Sequence[Mark], lit: Sequence[int] | None) -> dict[str, Any]:
    """All that the component shows. Of the ways to colour only the chosen one."""
    place = {int(row): number for number, row in enumerate(scene.drawn)}
    fitted = _Frame.of(scene)
    return {
        **_picture(scene),
        "key": key_of(scene),
        "modes": {colour: _of_drawn(scene, colour)},
        "mode": colour,
        "view": view,
        "marks": [_mark(mark, fitted, place) for mark in marks],
        "lit": None if lit is None else [place[row] for row in lit if row in place],
    }


def standalone(scene: Scene, colour: str, marks: Sequence[Mark]) -> str:
    """The map as one HTML file that asks nobody for anything, with every way to colour."""
    data = payload(scene, colour, "two", marks, None)
    data |= {"standalone": True, "modes": {name: _of_drawn(scene, name) for name in scene.colourings}}
    inline = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")  # nothing in a text may end the script
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Codex Forge: map</title>'
        f"<style>{PLAIN_COLOURS}{_text('map.css')}</style>"
        f"<h1>{escape(' → '.join(data['titles'][: 1 + scene.map.has_after]))}</h1>{_text('map.html')}<p>{escape(CAPTION)}</p>"
        f'<script type="module">{_script()}\ncodexMap({{ data: {inline}, parentElement: document.body }})</script></html>'
    )


@st.cache_data(max_entries=2, hash_funcs=BY_SCENE, show_spinner=False)
def _picture(scene: Scene) -> dict[str, Any]:
    """What stays when another colour, question or search is chosen."""
    frame = _Frame.of(scene)
    models = scene.map.summary["models"]
    noted = len(scene.drawn) <= NOTED
    return {
        "points": encoded(frame.fitted(scene.map.points.iloc[scene.drawn])),
        "labels": [printable(scene.name(int(row))) for row in scene.drawn],
        "notes": [printable(scene.note(int(row))) for row in scene.drawn] if noted else [],
        "titles": [printable(models["before"]), printable(models["after"]) if scene.map.has_after else None],
        "clusters": _clusters(scene, frame),
    }


def _clusters(scene: Scene, frame: _Frame) -> list[dict[str, Any]]:
    """Each cluster's label amid its points, the largest first, so that it has room first."""
    if not scene.map.is_whole:
        return []
    columns = ["x_before", "y_before", "x_after", "y_after"]
    groups = scene.map.points.groupby("cluster")[columns]
    middle, sizes = groups.median(), scene.map.points["cluster"].value_counts()
    return [
        {
            "label": printable(scene.map.summary["clusters"][own]),
            "at": frame.place([middle.loc[own, columns[:2]], middle.loc[own, columns[2:]]]),
        }
        for own in sizes.index
    ]


def _of_drawn(scene: Scene, colour: str) -> dict[str, Any]:
    way = scene.colourings[colour].payload()
    codes = scene.colourings[colour].codes[scene.drawn]
    return {**way, "codes": encoded(codes), "names": [printable(name) for name in way.get("names", ())]}


def _mark(mark: Mark, frame: _Frame, place: dict[int, int]) -> dict[str, Any]:
    lines = {side: [(place[row], kind) for row, kind in own if row in place] for side, own in mark.lines.items()}
    made: dict[str, Any] = {"label": printable(mark.label), "kind": mark.kind, "at": frame.place(mark.at), "lines": lines}
    return made if mark.to is None else {**made, "to": mark.to}


class _Frame:
    """From the map's coordinates to the browser's, 0 to 1 in both directions; one frame for both sides, so that nothing seems to move."""

    def __init__(self, least: NDArray[np.float64], width: float) -> None:
        self._least, self._width = least, width

    @classmethod
    def of(cls, scene: Scene) -> _Frame:
        points = scene.map.points
        sides = np.vstack([points[[f"x_{side}", f"y_{side}"]].to_numpy(dtype=float) for side in ("before", "after")])
        least, most = sides.min(axis=0), sides.max(axis=0)
        width = max(float((most - least).max()), 1e-12)
        return cls((least + most - width) / 2, width)

    def place(self, both: Sequence[Sequence[float]]) -> list[list[float]]:
        """Before and after, each [x, y]."""
        return [((np.asarray(at, dtype=float) - self._least) / self._width).round(5).tolist() for at in both]

    def fitted(self, points: pd.DataFrame) -> NDArray[np.uint16]:
        """(n, 4): x and y before, x and y after, in steps of 1/65535."""
        raw = points[["x_before", "y_before", "x_after", "y_after"]].to_numpy(dtype=float)
        return np.round((raw - np.tile(self._least, 2)) / self._width * 65535).astype("<u2")
