from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.errors import InputError, ModelUnavailable
from core.pairing.written import chat, write_questions
from core.records import Chunk
from core.settings import Settings

KEY = "sk-nobody-may-read-this"
CHUNKS = [
    Chunk("ilsa", "Ilsa keeps the lighthouse of Osterhaven and rings its great bell in fog.", "ilsa"),
    Chunk("fenn", "Fenn lies in the marsh, and only reed cutters know the way.", "fenn"),
]


class Handler(BaseHTTPRequestHandler):
    """An OpenAI-compatible chat server that answers what the test put into `server.answers`, in turn."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        server.seen.append((self.path, self.headers.get("Authorization"), body))  # type: ignore[attr-defined]
        answer = server.answers[len(server.seen) - 1]  # type: ignore[attr-defined]
        self.send_response(200 if answer is not None else 500)
        self.end_headers()
        content = {"choices": [{"message": {"content": answer}}]} if answer is not None else {"error": f"bad key {KEY}"}
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.seen, running.answers = [], []  # type: ignore[attr-defined]
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def settings(server: ThreadingHTTPServer) -> Settings:
    url = f"http://127.0.0.1:{server.server_port}/v1/"
    return Settings(_env_file=None, QUESTION_URL=url, QUESTION_MODEL="clever", QUESTION_API_KEY=KEY)


def asked(server: ThreadingHTTPServer, record: Path, *answers: str | None) -> list[tuple[str, str]]:
    server.answers += answers  # type: ignore[attr-defined]
    pairs = write_questions(CHUNKS, chat(settings(server)), "clever", record)
    assert {pair.rule for pair in pairs} <= {"written"}
    return [(pair.chunk_id, pair.query) for pair in pairs]


def test_questions_with_prompt_model_and_answer_recorded(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    record = tmp_path / "written.jsonl"
    found = asked(server, record, "1. Who minds the light by the sea?\n2. What sounds when ships see nothing?", "- How does one get there?")
    assert found == [
        ("ilsa", "Who minds the light by the sea?"),
        ("ilsa", "What sounds when ships see nothing?"),
        ("fenn", "How does one get there?"),
    ]
    path, authorization, body = server.seen[0]  # type: ignore[attr-defined]
    assert (path, authorization, body["model"]) == ("/v1/chat/completions", f"Bearer {KEY}", "clever")
    assert CHUNKS[0].text in body["messages"][0]["content"]
    first = json.loads(record.read_text().splitlines()[0])
    assert first == {
        "chunk_id": "ilsa",
        "model": "clever",
        "prompt": body["messages"][0]["content"],
        "answer": "1. Who minds the light by the sea?\n2. What sounds when ships see nothing?",
    }
    assert KEY not in record.read_text()


def test_what_is_recorded_is_not_asked_again_even_after_a_torn_line(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    record = tmp_path / "written.jsonl"
    with pytest.raises(ModelUnavailable) as refused:
        asked(server, record, "Who minds the light by the sea?", None)
    assert "refused clever: 500" in str(refused.value)
    assert KEY not in str(refused.value)
    with record.open("a") as lines:
        lines.write('{"chunk_id": "fenn", "mod')
    found = asked(server, record, "How does one get there?")
    assert [query for _, query in found] == ["Who minds the light by the sea?", "How does one get there?"]
    assert len(server.seen) == 3  # type: ignore[attr-defined]
    assert asked(server, record) == found


@pytest.mark.parametrize("between", ["\u2028", "\x85"])
def test_an_answer_that_holds_another_kind_of_line_break_is_not_asked_again(between: str, tmp_path: Path) -> None:
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return f"Who minds the light there?{between}Why is it loud in fog?"

    first, second = (write_questions(CHUNKS[:1], ask, "m", tmp_path / "written.jsonl") for _ in range(2))
    assert [pair.query for pair in first] == ["Who minds the light there?", "Why is it loud in fog?"]
    assert second == first and len(prompts) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('Sure! Here they are:\n```json\n["Who minds the light there?", "Why is it loud in fog?"]\n```', 2),
        ('[{"question": "Who minds the light there?"}]', 1),
        ("<think>Should I ask who?</think>\nQ1: Who minds the light there?\n\nQ2: Why is it loud in fog?\nQ3: And what else?", 2),
        ("Here are two questions:\nhow the light is minded\nwhat the noise in fog is", 2),
        ("Who keeps the lighthouse of Osterhaven and rings its bell?\nWhat does the passage say about bells?", 0),  # a copy; asks the text
        ("", 0),
        ("I cannot help with that", 0),
    ],
)
def test_answers_are_read_tolerantly(answer: str, expected: int, tmp_path: Path) -> None:
    pairs = write_questions(CHUNKS[:1], lambda _: answer, "m", tmp_path / "written.jsonl")
    assert len(pairs) == expected


def test_nothing_is_asked_twice_in_other_capitals(tmp_path: Path) -> None:
    def ask(prompt: str) -> str:
        return "Who minds the light there?\nWHO MINDS the light there?!\nWhy is it loud?"

    pairs = write_questions(CHUNKS, ask, "m", tmp_path / "written.jsonl", asked_already=["why is it LOUD"])
    assert [pair.query for pair in pairs] == ["Who minds the light there?"]


def test_a_dead_server_a_wrong_one_and_no_model_are_a_plain_sentence(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    dead = Settings(_env_file=None, QUESTION_URL="http://127.0.0.1:9", QUESTION_MODEL="clever")
    with pytest.raises(ModelUnavailable, match=r"No chat server answers at http://127\.0\.0\.1:9 \(.*\): start it, or set QUESTION_URL\."):
        write_questions(CHUNKS, chat(dead), "clever", tmp_path / "written.jsonl")
    with pytest.raises(InputError, match="QUESTION_MODEL is empty"):
        chat(Settings(_env_file=None, QUESTION_URL="http://127.0.0.1:9"))
    with pytest.raises(InputError, match="QUESTION_URL='localhost' is not allowed"):
        chat(Settings(_env_file=None, QUESTION_URL="localhost", QUESTION_MODEL="clever"))
