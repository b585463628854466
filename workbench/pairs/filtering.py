"""The filter over pairs: by words, label, rule, hardness and category, each in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from streamlit.delta_generator import DeltaGenerator

from core.store import PairFilter, PairKind

KINDS = ("label", "rule", "hardness", "category")
SYNTHETIC = "(synthetic)"  # what a query that nobody asked has for a category


def shown(name: str, value: str) -> str:
    """How a value of a kind is called on the screen."""
    return value or (SYNTHETIC if name == "category" else "(none)")


def draw_kinds(kinds: Sequence[PairKind], text: str, places: Mapping[str, DeltaGenerator], on_change: Callable[[], None]) -> PairFilter:
    """A list to choose from for each of KINDS, in its place. kinds: `Store.pair_kinds()`; `text`: the words typed beside them."""
    chosen = {}
    for name in KINDS:
        names = {value: shown(name, value) for value in sorted({getattr(kind, name) for kind in kinds})}
        picked = places[name].multiselect(
            name.capitalize(), list(names.values()), key=name, bind="query-params", on_change=on_change, disabled=len(names) < 2
        )
        chosen[name] = tuple(value for value, label in names.items() if label in picked)
    return PairFilter(text, **chosen)
