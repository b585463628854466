"""What a person calls a run and notes about it: `about.json` in its folder, beside what the run itself wrote."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from core.runs.folder import RunFolder

FILE = "about.json"
LONGEST_NAME, LONGEST_NOTE = 80, 4_000


@dataclass(frozen=True, slots=True)
class About:
    """Both empty until somebody writes something."""

    name: str = ""
    note: str = ""


def about(run: RunFolder) -> About:
    """What was said about the run last."""
    file = run.path / FILE
    if not file.is_file():
        return About()
    said = json.loads(file.read_text(encoding="utf-8"))
    return About(str(said.get("name", "")), str(said.get("note", "")))


def describe(run: RunFolder, name: str, note: str) -> None:
    """Put a name and a note to the run, in place of what was there."""
    run.write_json(FILE, asdict(About(" ".join(name.split())[:LONGEST_NAME], note.strip()[:LONGEST_NOTE])))
