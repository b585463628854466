"""A run in a tiny world: real worker processes on a model of a few thousand weights."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.records import Chunk, Corpus, Entity, Pair, Question
from core.runs.folder import RunFolder, create_run
from core.runs.frozen import freeze_corpus, to_lines
from core.settings import Settings
from core.workspace import Workspace
from tests.tiny import save_tiny_bert

PLACES = ("bell tower", "salt lamp", "river stone", "glass harbour", "moon book", "winter city", "bread law", "north war")
KEEPERS = ("queen", "king", "child", "keeper")


def tiny_corpus() -> Corpus:
    """Eight places with four keepers each; a question a chunk, spread over the splits. What is asked of the bell tower has a limit."""
    chunks, questions = [], []
    for place in PLACES:
        for keeper in KEEPERS:
            chunk_id = f"{place}-{keeper}".replace(" ", "-")
            chunks.append(Chunk(chunk_id, f"The {keeper} keeps the {place} in the north.", place, mentions={"place": (place,)}))
            split = {"queen": "test", "king": "dev"}.get(keeper, "train")
            asked = Question(
                f"q-{chunk_id}", f"who kept the {place} {keeper}", expected_topics=(place,), judgements={chunk_id: 1}, split=split
            )
            questions.append(replace(asked, temporal_limit=9.0) if place == "bell tower" else asked)
    return Corpus(tuple(chunks), tuple(Entity(place, "place") for place in PLACES), tuple(questions))


def tiny_pairs(corpus: Corpus) -> tuple[Pair, ...]:
    """The judged chunks of the train questions."""
    return tuple(
        Pair(question.text, chunk_id, "positive", "judged", question.question_id)
        for question in corpus.asked("train")
        for chunk_id in question.relevant
    )


def tiny_run(folder: Path, stages: Sequence[str], **settings: object) -> RunFolder:
    """A run that has not been started, in a workspace of its own."""
    workspace = Workspace.create(folder / "w")
    corpus = tiny_corpus()
    model = save_tiny_bert(folder / "tiny")
    chosen = Settings(**{"BASE_MODEL": str(model), "NUM_EPOCHS": 4, "BATCH_SIZE_CPU": 4, "LEARNING_RATE": 1e-3, **settings})
    config = {
        "stages": list(stages),
        "corpus": freeze_corpus(workspace.corpora, corpus),
        "settings": chosen.model_dump(mode="json", exclude={"PROJECT_ROOT", "MODEL_API_KEY"}),
        "model_run": None,
    }
    return create_run(workspace.runs, config, {"questions.jsonl": to_lines(corpus.questions), "pairs.jsonl": to_lines(tiny_pairs(corpus))})


def wait_for(run: RunFolder, *statuses: str, limit_s: float = 240) -> str:
    """Until the run has one of the statuses; its status then."""
    deadline = time.monotonic() + limit_s
    while run.status() not in statuses and time.monotonic() < deadline:
        time.sleep(0.05)
    return run.status()


def wait_for_step(run: RunFolder, step: int, limit_s: float = 240) -> None:
    """Until training has reported the step."""
    deadline = time.monotonic() + limit_s
    while not any(event["kind"] == "train" and event["step"] >= step for event in run.events()):
        assert time.monotonic() < deadline, run.worker_log.read_text()
        time.sleep(0.02)
