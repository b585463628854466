"""Questions that a chat model writes for the pairs stage, where the settings name one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import ModelUnavailable
from core.pairing.written import chat, write_questions
from core.records import Chunk, Corpus, Pair, content_id
from core.runs.stages import Context
from core.settings import Settings

FEWEST_WORDS = 8


def written_questions(context: Context, stage: str) -> tuple[list[Pair], tuple[str, ...]]:
    """The pairs, and a sentence where the model could not be asked; what it wrote before is kept in the workspace for the next time."""
    settings = context.settings
    if not settings.QUESTION_URL:
        return [], ()
    chunks = _chosen(context.teaching, settings)
    texts = [question.text for question in context.corpus.asked("train")]
    record = context.workspace.written
    try:
        return write_questions(chunks, chat(settings), settings.QUESTION_MODEL, record, texts, _reporter(context, stage)), ()
    except ModelUnavailable as error:
        return [], (f"No questions written by a model: {error}",)


def _chosen(corpus: Corpus, settings: Settings) -> Sequence[Chunk]:
    """QUESTION_CHUNKS of the chunks, those that are searched first, else in an order that the seed and their ids determine."""
    long_enough = [chunk for chunk in corpus.chunks if len(chunk.text.split()) >= FEWEST_WORDS]
    order = sorted(long_enough, key=lambda chunk: (not chunk.searchable, content_id("written", str(settings.SEED), chunk.chunk_id)))
    return order[: settings.QUESTION_CHUNKS]


def _reporter(context: Context, stage: str) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        context.run.log.append("progress", stage=stage, what="chunks asked about", done=done, total=total)
        context.check_stop()

    return report
