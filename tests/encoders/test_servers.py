import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from core.encoders.choose import base_encoder
from core.encoders.servers import ServerEncoder
from core.errors import InputError, ModelUnavailable
from core.settings import Settings


class Handler(BaseHTTPRequestHandler):
    """Answers like Ollama and like an OpenAI-compatible server, with [length of the text, 1] as vectors, rows out of order."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, self.headers.get("Authorization"), body["model"], len(body["input"])))
        rows = [[float(len(text)), 1.0] for text in body["input"]]
        answers = {
            "/api/embed": {"embeddings": rows},
            "/v1/embeddings": {"data": [{"index": i, "embedding": row} for i, row in reversed(list(enumerate(rows)))]},
            "/short/embeddings": {"data": []},
            "/odd/embeddings": ["not what was agreed"],
        }
        known = self.path in answers
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(answers[self.path]).encode() if known else b"model not found")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.seen = []
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def url(server, path=""):
    return f"http://127.0.0.1:{server.server_port}{path}"


@pytest.mark.parametrize(("backend", "path"), [("ollama", ""), ("openai", "/v1")])
def test_vectors_come_back_in_order_and_normalised(server, backend, path):
    encoder = base_encoder(Settings(MODEL_BACKEND=backend, BASE_MODEL="m", MODEL_URL=url(server, path), MODEL_API_KEY="secret"))
    texts = ["a" * (n % 7 + 1) for n in range(70)]
    vectors = encoder.encode(texts, "document")
    expected = np.array([[len(text), 1.0] for text in texts])
    np.testing.assert_allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), rtol=1e-6)
    assert [seen[3] for seen in server.seen] == [64, 6]
    assert server.seen[0][1] == "Bearer secret"
    assert "secret" not in encoder.fingerprint + encoder.name


@pytest.mark.parametrize(
    ("path", "says"),
    [("/short", "returned 0 vectors for 1 texts"), ("/odd", "returned 0 vectors"), ("/none", "404 model not found")],
)
def test_a_server_that_answers_oddly_is_one_sentence(server, path, says):
    with pytest.raises(ModelUnavailable, match=says):
        ServerEncoder("openai", "m", url(server, path)).encode(["text"], "query")


@pytest.mark.parametrize(("dimension", "width"), [(None, 0), (256, 256)])
def test_without_texts_nobody_is_asked(server, dimension: int | None, width: int):
    vectors = ServerEncoder("ollama", "m", url(server), dimension=dimension).encode([], "document")
    assert vectors.shape == (0, width) and vectors.dtype == np.float32
    assert server.seen == []


def test_a_server_that_is_not_there_is_one_sentence():
    with pytest.raises(ModelUnavailable, match=r"No embedding server answers at http://127\.0\.0\.1:9"):
        ServerEncoder("ollama", "m", "http://127.0.0.1:9").encode(["text"], "query")


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(InputError, match="MODEL_URL='file:///etc/passwd' is not allowed"):
        ServerEncoder("openai", "m", "file:///etc/passwd")
