"""docs/formats.md says what is true: its examples are read without a problem, and it names every kind of problem there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from core.corpus.reading import read_folder

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^\*\*`(?P<name>[^`]+)`\*\*\n\n```(?:json)?\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_named_examples_make_one_corpus(folder) -> None:
    files = {match["name"]: match["text"] for match in NAMED.finditer(PAGE)}
    assert len(files) == 7
    reading = read_folder(folder(files))
    assert reading.report.problems == ()
    corpus = reading.corpus
    assert [(chunk.text[:4], chunk.searchable) for chunk in corpus.chunks] == [("Aria", True), ("Orun", False), ("The ", True)]
    assert [entity.names for entity in corpus.entities] == [("Aria", "The Rider", "Aria of Orun"), ("Orun", "White City", "orun")]
    assert [(question.split, len(question.judgements)) for question in corpus.questions] == [("test", 1), (None, 0), ("test", 2)]


def test_every_example_is_json() -> None:
    for block in FENCED.findall(PAGE):
        try:
            json.loads(block)
        except json.JSONDecodeError:
            assert all(json.loads(line) for line in block.splitlines())


def test_every_kind_of_problem_is_on_the_page() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "core" / "corpus").glob("*.py"))
    kinds = set(re.findall(r"""(?:error|warning|BadField)\(\s*"([a-z0-9-]+)",""", source))
    assert len(kinds) > 20
    assert {kind for kind in kinds if f"`{kind}`" not in PAGE} == set()
