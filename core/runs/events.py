"""The event log of a run: one JSON object a line, one write each. What happened is appended; what it means is derived."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class EventLog:
    """Appends to and reads `events.jsonl`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, kind: str, **values: Any) -> None:
        """Write one event. The line goes out in a single unbuffered write, so a reader sees it whole or not at all."""
        line = json.dumps({"kind": kind, "at": time.time(), **{name: _finite(value) for name, value in values.items()}}, ensure_ascii=False)
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, self._separator() + line.encode("utf-8") + b"\n")
        finally:
            os.close(file)

    def _separator(self) -> bytes:
        """A newline where a killed process left half a line behind, so that the next event does not melt into it."""
        if not self.path.exists() or self.path.stat().st_size == 0:
            return b""
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return b"" if file.read(1) == b"\n" else b"\n"

    def read(self) -> list[Event]:
        """All whole events, oldest first; a torn line is ignored."""
        if not self.path.exists():
            return []
        return list(parsed(self.path.read_bytes().split(b"\n")))

    def last(self, kinds: Collection[str]) -> Event | None:
        """The latest event of one of the kinds. Only lines that may be one are parsed, however many others there are."""
        if not self.path.exists():
            return None
        written = b"\n" + self.path.read_bytes()
        starts = [b'\n{"kind": "' + kind.encode() + b'"' for kind in kinds]
        end = len(written)
        while (begin := max(written.rfind(start, 0, end) for start in starts)) >= 0:
            line = written[begin + 1 :].split(b"\n", 1)[0]
            if found := next(parsed([line]), None):
                return found
            end = begin
        return None


def parsed(lines: Iterable[bytes]) -> Iterator[Event]:
    """The events in some lines of a log; a torn line is ignored."""
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:  # torn, or not UTF-8 because it is torn
            continue
        if isinstance(event, dict) and "kind" in event:
            yield event


def _finite(value: Any) -> Any:
    """JSON has no NaN: an undefined number is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
