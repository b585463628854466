from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from core.records import Chunk, Corpus, Question
from core.runs.writing import written_questions
from core.settings import Settings

LONG = Chunk("long", "Ilsa keeps the lighthouse of Osterhaven and rings its bell.", "ilsa")
CORPUS = Corpus((Chunk("short", "Too short to ask.", "x"), LONG), (), (Question("q", "Who rings?", split="train"),))


def context(folder: Path, **settings: Any) -> Any:
    steps: list[tuple[int, int]] = []
    log = SimpleNamespace(append=lambda kind, **what: steps.append((what["done"], what["total"])))
    return SimpleNamespace(
        settings=Settings(_env_file=None, **settings),
        corpus=CORPUS,
        workspace=SimpleNamespace(written=folder / "written.jsonl"),
        run=SimpleNamespace(log=log),
        check_stop=lambda: None,
        steps=steps,
    )


def test_without_an_address_nobody_is_asked(tmp_path: Path) -> None:
    assert written_questions(context(tmp_path), "pairs") == ([], ())


def test_a_dead_server_is_a_note_and_no_failure(tmp_path: Path) -> None:
    pairs, notes = written_questions(context(tmp_path, QUESTION_URL="http://127.0.0.1:9", QUESTION_MODEL="clever"), "pairs")
    assert pairs == []
    assert notes[0].startswith("No questions written by a model: No chat server answers at http://127.0.0.1:9")


def test_what_is_recorded_in_the_workspace_needs_no_server(tmp_path: Path) -> None:
    asked = context(tmp_path, QUESTION_URL="http://127.0.0.1:9", QUESTION_MODEL="clever")
    from core.pairing.written import _PROMPT, PER_CHUNK  # what was asked is looked up by the prompt as it was sent

    prompt = _PROMPT.format(n=PER_CHUNK, document=LONG.document)
    line = {"chunk_id": "long", "model": "clever", "prompt": prompt, "answer": "Who minds the light?\nWho rings?"}
    asked.workspace.written.write_text(json.dumps(line) + "\n")
    pairs, notes = written_questions(asked, "pairs")
    assert [(pair.chunk_id, pair.query, pair.rule) for pair in pairs] == [("long", "Who minds the light?", "written")]
    assert notes == ()
    assert asked.steps == [(0, 1), (1, 1)]
