"""What the points of a map may be coloured by: one byte a point, and what each byte means."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

PALETTE = (
    "#1F6B63", "#C8712F", "#3F6FA8", "#8B6CB8", "#B08C28", "#B3402F", "#5E8C3A", "#BA588C", "#3A9C9C", "#8A5A3C", "#6C7BD0", "#9AA632",
)  # fmt: skip
OTHER, NONE = "#A9A59B", "#D8D4C8"
LOST_TO_KEPT = ("#A5301F", "#D0662B", "#D9B45A", "#5FA08F", "#134C46")
WORSE_TO_BETTER = ("#A5301F", "#D98C6E", "#C9BFA5", "#7FB08A", "#256B39")
FAINT_TO_STRONG = ("#E5DFCF", "#E0A868", "#C8712F", "#8C2F22")
NO_VALUE = 255


@dataclass(frozen=True, slots=True)
class Colouring:
    """One way to colour: its title, a byte a point, colours and their names (of a number: the ramp, and the words at its ends)."""

    title: str
    codes: NDArray[np.uint8]
    colours: tuple[str, ...]
    names: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1.0
    note: str = ""

    def payload(self) -> dict[str, Any]:
        shared = {"title": self.title, "colours": self.colours, "codes": encoded(self.codes), "note": self.note}
        if self.names:
            return {**shared, "kind": "category", "names": self.names}
        return {**shared, "kind": "number", "least": self.least, "most": self.most, "low": f"{self.least:.2g}", "high": f"{self.most:.2g}"}


def encoded(values: NDArray[Any]) -> str:
    """The bytes of an array, as text."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def by_name(title: str, values: Sequence[str], colours: Mapping[str, str] | None = None, note: str = "") -> Colouring:
    """A colour for each of the commonest values, or for those of `colours` in their order; the others share one. "" is no value."""
    counts = Counter(value for value in values if value)
    shown = [name for name in colours if name in counts] if colours else [name for name, _ in counts.most_common(len(PALETTE))]
    paint = [colours[name] for name in shown] if colours else list(PALETTE[: len(shown)])
    place = {name: code for code, name in enumerate(shown)}
    codes = np.asarray([place.get(value, len(shown) + (not value)) for value in values], dtype=np.uint8)
    names, rest = [*shown, "other", "none"], [*paint, OTHER, NONE]
    used = sorted(set(codes.tolist()))
    compact = np.searchsorted(used, codes).astype(np.uint8)
    return Colouring(title, compact, tuple(rest[code] for code in used), tuple(names[code] for code in used), note=note)


def by_number(title: str, values: pd.Series, ramp: tuple[str, ...], least: float = 0.0, most: float = 1.0, note: str = "") -> Colouring:
    """A ramp from `least` to `most`; what lies outside has the colour of the end, what is missing a colour of its own."""
    scaled = (values.to_numpy(dtype=float) - least) / max(most - least, 1e-12)
    codes = np.where(np.isnan(scaled), NO_VALUE, np.round(np.clip(np.nan_to_num(scaled), 0, 1) * (NO_VALUE - 1)))
    return Colouring(title, codes.astype(np.uint8), (*ramp, NONE), least=least, most=most, note=note)


def by_cluster(own: Sequence[int], labels: Sequence[str]) -> Colouring:
    """Each cluster in a hue of its own, the palette's first."""
    hues = [*PALETTE, *(f"hsl({(index * 137) % 360} 45% {42 + 14 * (index % 2)}%)" for index in range(max(0, len(labels) - len(PALETTE))))]
    return Colouring("Cluster", np.asarray(own, dtype=np.uint8), tuple(hues[: len(labels)]), tuple(labels))
