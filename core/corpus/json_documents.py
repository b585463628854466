"""Whole JSON documents, taken apart so that each entry is known by its line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from core.corpus.folder import SourceFile
from core.corpus.json_files import JSON, Entry, NotJson, described, parse, read_text
from core.corpus.report import Place, Problem, error

_SPACE = re.compile(r"[ \t\r\n]*")


def read_members(file: SourceFile, needs: str, problems: list[Problem]) -> list[Entry]:
    """The members of the object that `file` holds, also those whose key occurs twice. `needs` says what the file must hold."""
    text = _checked(file, needs, problems)
    if text is None:
        return []
    document = _Document(text, file.name)
    if document.opens_with("{"):
        return [entry for entry, _ in document.members(0)]
    problems.append(_misshapen(file, text, needs))
    return []


def read_elements(file: SourceFile, key: str, needs: str, problems: list[Problem]) -> list[Entry]:
    """The elements of the list that `file` holds, or of the list under `key` of the object that it holds."""
    text = _checked(file, needs, problems)
    if text is None:
        return []
    document = _Document(text, file.name)
    if document.opens_with("["):
        return list(document.elements(0))
    if document.opens_with("{"):
        for entry, value_at in document.members(0):
            if entry.key == key and isinstance(entry.value, list):
                return list(document.elements(value_at))
    problems.append(_misshapen(file, text, needs))
    return []


class _Document:
    """A text that is known to be JSON, walked one level at a time. Positions are characters of the text."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def opens_with(self, bracket: str) -> bool:
        return self._text.startswith(bracket, self._after_space(0))

    def members(self, start: int) -> Iterator[tuple[Entry, int]]:
        """The members of the object at `start`, each with where its value starts."""
        at = self._after_bracket(start)
        while self._text[at] != "}":
            key, end = JSON.raw_decode(self._text, at)
            value_at = self._after_space(self._after_space(end) + 1)  # past the colon
            value, end = JSON.raw_decode(self._text, value_at)
            yield Entry(self._place(at), value, key), value_at
            at = self._after_comma(end)

    def elements(self, start: int) -> Iterator[Entry]:
        """The elements of the list at `start`."""
        at = self._after_bracket(start)
        while self._text[at] != "]":
            value, end = JSON.raw_decode(self._text, at)
            yield Entry(self._place(at), value)
            at = self._after_comma(end)

    def _place(self, at: int) -> Place:
        return Place(self._name, bisect_right(self._line_ends, at) + 1)

    def _after_space(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _after_bracket(self, at: int) -> int:
        return self._after_space(self._after_space(at) + 1)

    def _after_comma(self, at: int) -> int:
        at = self._after_space(at)
        return self._after_space(at + 1) if self._text[at] == "," else at


def _checked(file: SourceFile, needs: str, problems: list[Problem]) -> str | None:
    text = read_text(file, problems)
    if text is None:
        return None
    try:
        parse(text)
    except NotJson as failure:
        problems.append(error("bad-json", Place(file.name, failure.line), f"not JSON: {failure}. {needs}"))
        return None
    return text


def _misshapen(file: SourceFile, text: str, needs: str) -> Problem:
    return error("wrong-type", file.place, f"holds {described(parse(text))}. {needs}")
