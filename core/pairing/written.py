"""Questions about chunks, written by a chat model where somebody has one: never needed.

Every prompt is recorded with the model and its answer, one JSON object a line, as soon as it is answered. What is recorded is not asked
again, so that work that stops half-way goes on from there, and the same record gives the same pairs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from core.encoders.posting import Server
from core.errors import InputError, ModelUnavailable
from core.pairing.groups import normal_text
from core.pairing.vocabulary import copies
from core.records import Chunk, Pair
from core.settings import Settings

PER_CHUNK = 2
MOST_CHARACTERS = 6000
FEWEST_WORDS, MOST_WORDS = 3, 40

Ask = Callable[[str], str]

_PROMPT = """Below is a passage from a larger collection. Write {n} questions that a person who does not know the passage might ask \
and that it answers. Use other words than the passage where you can, name what the question is about, and do not mention "the passage" \
or "the text". Answer with the questions alone, one a line.

<passage>
{document}
</passage>"""
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_MARKER = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.):]|Q\d*[.:])*\s*")
_ASKS_THE_TEXT = re.compile(r"\b(?:the|this) (?:passage|text|excerpt|document|chunk)\b", re.IGNORECASE)


def write_questions(
    chunks: Sequence[Chunk],
    ask: Ask,
    model: str,
    record: Path,
    asked_already: Sequence[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Pair]:
    """Positive pairs with rule "written", at most two a chunk, in the order of the chunks.

    `ask(prompt)` gives the model's answer, or raises ModelUnavailable; what was answered before that is in `record`. Dropped are questions
    that repeat more than five words in a row from their chunk, speak of "the passage", or read like another one or one `asked_already`.
    """
    answers = _recorded(record)
    seen = {normal_text(text) for text in asked_already}
    pairs: list[Pair] = []
    for done, chunk in enumerate(chunks):
        if on_progress:
            on_progress(done, len(chunks))
        prompt = _PROMPT.format(n=PER_CHUNK, document=chunk.document[:MOST_CHARACTERS])
        if (model, prompt) not in answers:
            answers[model, prompt] = ask(prompt)
            _keep(record, chunk, prompt, model, answers[model, prompt])
        for question in _usable(answers[model, prompt], chunk):
            if normal_text(question) not in seen:
                seen.add(normal_text(question))
                pairs.append(_pair(question, chunk, model))
    if on_progress:
        on_progress(len(chunks), len(chunks))
    return pairs


def chat(settings: Settings) -> Ask:
    """Asks the chat model that the QUESTION_ settings name."""
    if not settings.QUESTION_MODEL:
        raise InputError("QUESTION_URL is set but QUESTION_MODEL is empty: name the model that the server is to use.")
    server = Server(settings.QUESTION_URL, settings.QUESTION_API_KEY, setting="QUESTION_URL", what="chat server")

    def ask(prompt: str) -> str:
        answer = server.post(
            "/chat/completions", {"model": settings.QUESTION_MODEL, "messages": [{"role": "user", "content": prompt}], "stream": False}
        )
        try:
            return str(answer["choices"][0]["message"]["content"] or "")
        except (KeyError, IndexError, TypeError):
            raise ModelUnavailable(
                f"{server.url}/chat/completions gave no answer of {settings.QUESTION_MODEL}: is it an OpenAI-compatible chat server?"
            ) from None

    return ask


def _usable(answer: str, chunk: Chunk) -> list[str]:
    """The first questions of an answer, however it lists them."""
    lines = list(_lines(_THINKING.sub("", answer)))
    unmarked = [line for line in lines if not line.endswith(":")]  # one line alone is rather an excuse
    asking = [line for line in lines if line.endswith("?")] or (unmarked if len(unmarked) > 1 else [])
    sized = [line for line in asking if FEWEST_WORDS <= len(line.split()) <= MOST_WORDS]
    return [line for line in sized if not _ASKS_THE_TEXT.search(line) and not copies(line, chunk.text)][:PER_CHUNK]


def _lines(answer: str) -> Iterator[str]:
    start, end = answer.find("["), answer.rfind("]")
    try:
        listed = json.loads(answer[start : end + 1])
    except ValueError:
        listed = None
    texts = listed if isinstance(listed, list) else [line for line in answer.splitlines() if not line.lstrip().startswith("```")]
    for text in texts:
        line = _MARKER.sub("", str(text.get("question", "") if isinstance(text, dict) else text)).strip(" \t\"'“”*,")
        if line:
            yield " ".join(line.split())


def _pair(question: str, chunk: Chunk, model: str) -> Pair:
    return Pair(
        query=question,
        chunk_id=chunk.chunk_id,
        label="positive",
        rule="written",
        score=1.0,
        reason=f"Written by {model}, which had read this chunk.",
        evidence={"model": model},
    )


def _recorded(record: Path) -> dict[tuple[str, str], str]:
    """Answers by model and prompt; a line that was torn when the work was killed is asked again."""
    found: dict[tuple[str, str], str] = {}
    for line in record.read_text(encoding="utf-8", errors="replace").split("\n") if record.exists() else ():
        try:
            entry = json.loads(line)
            found[entry["model"], entry["prompt"]] = str(entry["answer"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _keep(record: Path, chunk: Chunk, prompt: str, model: str, answer: str) -> None:
    """Appended in one write behind a line break, so that a torn line spoils nothing that follows."""
    entry = json.dumps({"chunk_id": chunk.chunk_id, "model": model, "prompt": prompt, "answer": answer}, ensure_ascii=False)
    torn = record.exists() and record.stat().st_size and not record.read_bytes().endswith(b"\n")
    with record.open("a", encoding="utf-8", errors="replace") as lines:
        lines.write(("\n" if torn else "") + entry + "\n")
