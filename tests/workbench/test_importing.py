"""The example folder that an empty workspace shows can be imported as it stands."""

from __future__ import annotations

from pathlib import Path

from core.corpus.reading import read_folder
from workbench.importing.example import EXAMPLE


def test_the_example_is_a_codex(tmp_path: Path) -> None:
    lines = [line.strip() for line in EXAMPLE.splitlines()[1:]]
    for name, content in zip(lines[::2], lines[1::2], strict=True):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    corpus = read_folder(tmp_path).corpus
    assert [len(corpus.chunks), len(corpus.entities), len(corpus.questions)] == [1, 1, 1]
