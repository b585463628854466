"""Prepares the workspace that pages are measured on; prints {what: seconds}."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.large_codex import large_codex
from core.corpus.report import Report
from core.encoders.tokens import measure
from core.records import Corpus, Pair
from core.settings import get_finetuning_config
from core.store import Store
from core.survey.take import take_survey
from core.workspace import Workspace

MOST_PAIRS = 20_000


def prepare(root: Path, n_chunks: int, n_entities: int) -> dict[str, float]:
    """Seconds of the import and of the survey, which a worker takes in a process of its own."""
    corpus = large_codex(n_chunks, n_entities)
    report = Report("generated", n_chunks=n_chunks, n_entities=n_entities, n_questions=len(corpus.questions)).to_dict()
    workspace, seconds = Workspace.create(root), dict[str, float]()
    with Store.open(workspace) as store:
        seconds["store the corpus"] = _timed(lambda: store.import_corpus(corpus, report, "generated"))
        survey: list[Any] = []
        seconds["take the survey"] = _timed(lambda: survey.append(take_survey(corpus, measure(get_finetuning_config()), _say)))
        seconds["take it in"] = _timed(lambda: store.save_survey(survey[0], store.surveyable()))
        store.save_pairs(_pairs(corpus))
    return seconds


def _pairs(corpus: Corpus) -> list[Pair]:
    questions = corpus.questions
    n = min(MOST_PAIRS, len(corpus.chunks))
    return [
        Pair(questions[number % len(questions)].text, corpus.chunks[number].chunk_id, "positive" if number % 3 else "negative", "topics",
             questions[number % len(questions)].question_id, evidence={"cosine": number % 100 / 100})
        for number in range(n)
    ]  # fmt: skip


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 2)


def _say(step: str, done: int, total: int) -> None:
    if done % 20_000 == 0:
        print(f"survey: {step} {done:,} of {total:,}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(prepare(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
