"""Corpus text as HTML with passages marked. Corpus text is hostile: everything that comes out of here is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.corpus.aliases import Span
from workbench.words import printable

# Red, green, blue of each tone: readable as a translucent ground under light and under dark text.
TONES = ((44, 132, 121), (200, 113, 47), (74, 120, 184), (139, 108, 184), (176, 140, 40), (196, 82, 66), (110, 140, 60), (186, 88, 140))
NEUTRAL = (128, 128, 128)

_PASSAGE = "white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;line-height:1.6"
_CHIP = (
    "display:inline-block;border-radius:4px;padding:0 .45em;margin:0 .35em .3em 0;"
    "font-size:.85em;line-height:1.6;max-width:100%;overflow-wrap:anywhere"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) of a text, in a tone (an index into TONES; None: neutral), with a title to hover."""

    start: int
    end: int
    tone: int | None = None
    title: str = ""


def marked(text: str, marks: Iterable[Mark] = ()) -> str:
    """`text` escaped, its marks as <mark>. Of marks that overlap the first stands; those outside the text are ignored."""
    pieces: list[str] = []
    at = 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start < at or mark.end > len(text) or mark.end <= mark.start:
            continue
        pieces += [escape(text[at : mark.start]), _mark(text[mark.start : mark.end], mark)]
        at = mark.end
    return "".join([*pieces, escape(text[at:])])


def passage(text: str, marks: Iterable[Mark] = (), size: str = "1rem", muted: bool = False) -> str:
    """A block of corpus text: its line breaks kept, its direction its own."""
    faded = ";opacity:.7" if muted else ""
    return f'<div dir="auto" style="{_PASSAGE};font-size:{size}{faded}">{marked(text, marks)}</div>'


def excerpt(text: str, marks: Sequence[Mark], limit: int = 240, around: int = 60) -> tuple[str, list[Mark]]:
    """The parts of `text` around its marks, at most about `limit` characters, joined by " … ", and the marks moved there.

    Without marks: the beginning. A text not much longer than that is left whole.
    """
    if len(text) <= limit + around:
        return text, list(marks)
    windows = _windows(text, marks, limit, max(around, limit // (2 * max(1, len(marks)))))
    shown, moved = "", list[Mark]()
    for start, end in windows:
        shown += " … " if shown else "… " if start else ""
        offset = len(shown) - start
        shown += text[start:end]
        moved += [
            replace(mark, start=mark.start + offset, end=mark.end + offset) for mark in marks if start <= mark.start and mark.end <= end
        ]
    return shown + (" …" if windows[-1][1] < len(text) else ""), moved


def word_marks(text: str, words: Iterable[str]) -> list[Mark]:
    """Every place where one of `words` stands in `text`, in any case, also inside a word, as the full-text search finds them."""
    wanted = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))
    return [Mark(found.start(), found.end()) for found in re.finditer(wanted, text, re.IGNORECASE)] if wanted else []


def entity_marks(spans: Iterable[Span], tones: Mapping[str, int]) -> list[Mark]:
    """The places where entities are named, in the tone of their type; the title says which entity is meant."""
    return [
        Mark(
            span.start,
            span.end,
            tones.get(span.entities[0].type),
            " or ".join(f"{entity.name} ({entity.type})" for entity in span.entities),
        )
        for span in spans
    ]


def chip(label: str, tone: int | None = None, title: str = "", strong: bool = False) -> str:
    """A small label. `strong` is solid, otherwise an outline."""
    ground = f"background:{_tint(tone, 0.2)};" if strong else ""
    border = f"border:1px solid {_tint(tone, 0.65)}"
    return f'<span style="{_CHIP};{ground}{border}"{_title(title)}><bdi>{escape(label)}</bdi></span>'


def tones_of(names: Iterable[str]) -> dict[str, int]:
    """A tone for each name, by alphabet, so that a type keeps its tone from chunk to chunk."""
    return {name: index % len(TONES) for index, name in enumerate(sorted(set(names)))}


def escape(text: str) -> str:
    """`text` as HTML shows it, quotes included."""
    return html.escape(printable(text), quote=True)


def _mark(text: str, mark: Mark) -> str:
    lines = f"background:{_tint(mark.tone, 0.22)};border-bottom:2px solid {_tint(mark.tone, 0.8)}"
    style = f"{lines};color:inherit;border-radius:3px;padding:0 .1em"
    return f'<mark style="{style}"{_title(mark.title)}>{escape(text)}</mark>'


def _tint(tone: int | None, strength: float) -> str:
    red, green, blue = NEUTRAL if tone is None else TONES[tone % len(TONES)]
    return f"rgba({red},{green},{blue},{strength})"


def _title(title: str) -> str:
    return f' title="{escape(title)}"' if title else ""


def _windows(text: str, marks: Sequence[Mark], limit: int, around: int) -> list[tuple[int, int]]:
    """Stretches of `text` around the marks, merged where they touch, cut at white space, until `limit` is used up."""
    windows: list[tuple[int, int]] = []
    left = limit
    for mark in sorted(marks, key=lambda mark: mark.start):
        start, end = _at_space(text, mark.start - around, -1), _at_space(text, mark.end + around, 1)
        if left <= 0:
            break
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
        left = limit - sum(stop - begin for begin, stop in windows)
    return windows or [(0, _at_space(text, limit, 1))]


def _at_space(text: str, position: int, step: int, reach: int = 20) -> int:
    """The white space nearest to `position` in the direction of `step`; `position` itself where none is within `reach`."""
    if position <= 0:
        return 0
    for candidate in range(position, position + step * reach, step):
        if not 0 < candidate < len(text):
            break
        if text[candidate].isspace():
            return candidate
    return min(position, len(text))
