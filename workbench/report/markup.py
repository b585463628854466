"""The few shapes of markup that sections are built of. Text is escaped here; what is markup already says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.highlight import escape


def paragraph(text: str, soft: bool = False) -> str:
    """A paragraph of plain text."""
    return f'<p class="soft">{escape(text)}</p>' if soft else f"<p>{escape(text)}</p>"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], best: Mapping[int, int] | None = None, left: bool = False) -> str:
    """A table of plain texts. `best`: by column, the row that is marked; `left`: text columns, none aligned as numbers."""
    align = ' style="text-align:left"' if left else ""
    head = "".join(f"<th{align}>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(_cell(text, align, (best or {}).get(place) == number) for place, text in enumerate(row)) + "</tr>"
        for number, row in enumerate(rows)
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def figure(drawing: str, caption: str = "") -> str:
    """drawing: markup."""
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>" if caption else f"<figure>{drawing}</figure>"


def figures(values: Mapping[str, str]) -> str:
    """Large numbers with their names."""
    return (
        '<div class="figures">' + "".join(f"<div><b>{escape(value)}</b>{escape(name)}</div>" for name, value in values.items()) + "</div>"
    )


def _cell(text: str, align: str, is_best: bool) -> str:
    mark = ' class="best"' if is_best else ""
    return f"<td{mark}{align}>{escape(text)}</td>"
