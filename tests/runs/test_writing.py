from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from core.records import Chunk, Corpus, Question
from core.runs import writing
from core.runs.folder import LEFT_OUT, create_run
from core.runs.frozen import freeze_corpus, to_lines
from core.runs.stages import Context
from core.runs.writing import written_questions
from core.settings import Settings
from core.workspace import Workspace

if TYPE_CHECKING:
    import pytest

LONG = Chunk("long", "Ilsa keeps the lighthouse of Osterhaven and rings its bell.", "ilsa")
CORPUS = Corpus((Chunk("short", "Too short to ask.", "x"), LONG), (), (Question("q", "Who rings?", split="train"),))


def context(folder: Path, **settings: Any) -> Any:
    steps: list[tuple[int, int]] = []
    log = SimpleNamespace(append=lambda kind, **what: steps.append((what["done"], what["total"])))
    return SimpleNamespace(
        settings=Settings(_env_file=None, **settings),
        corpus=CORPUS,
        teaching=CORPUS,
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


def test_what_is_left_out_of_training_is_not_sent_to_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, sent = Workspace.create(tmp_path / "w"), []

    def ask(prompt: str) -> str:
        sent.append(prompt)
        return "Whose ship was it?"

    other = Chunk("other", "Brandt owned the Heron until the storm off Cape Sorrow.", "brandt")
    corpus = replace(CORPUS, chunks=(*CORPUS.chunks, other))
    settings = Settings(_env_file=None, QUESTION_URL="http://127.0.0.1:9", QUESTION_MODEL="clever")
    config = {"corpus": freeze_corpus(workspace.corpora, corpus), "settings": settings.model_dump(mode="json")}
    asking = Context(create_run(workspace.runs, config, {"questions.jsonl": to_lines(corpus.questions), LEFT_OUT: '["long"]'}))
    monkeypatch.setattr(writing, "chat", lambda _: ask)
    assert [pair.chunk_id for pair in written_questions(asking, "pairs")[0]] == ["other"]
    assert [other.text in prompt for prompt in sent] == [True]
    assert [chunk.chunk_id for chunk in asking.teaching.chunks] == ["short", "other"]
    assert asking.corpus.chunks == corpus.chunks
