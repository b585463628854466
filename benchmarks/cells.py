"""Long measurements in pieces: a finished piece is kept in `.cache/benchmarks/cells` and not done again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from sys import stderr
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.frame import progress
from core.pairing.generate import generate_pairs
from core.records import Corpus, content_id
from core.settings import PROJECT, Settings
from core.training.rows import Row, training_rows

CELLS = PROJECT / ".cache" / "benchmarks" / "cells"


def cell(name: str, key: dict[str, Any], work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` measured for this key, now or before. Change what is measured, and `name` has to change too."""
    file = CELLS / f"{name}-{content_id(json.dumps(key, sort_keys=True))}.json"
    if file.is_file():
        progress(f"{name} {key}: measured before ({file.name})")
        return dict(json.loads(file.read_text(encoding="utf-8"))["found"])
    progress(f"{name} {key} ...")
    with redirect_stdout(stderr):  # the trainer prints its steps; stdout is for the rows
        found = work()
    CELLS.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps({"key": key, "found": found}), encoding="utf-8")
    partial.rename(file)
    return found


def rows_of(corpus: Corpus, settings: Settings, encode: Any, most: int, labelled: bool = True) -> tuple[Row, ...]:
    """At most so many training rows, as the workbench makes them; `labelled`: from train questions, else from the corpus alone."""
    asked = corpus if labelled else _without_train(corpus)
    made = generate_pairs(asked, settings, encode, max_pairs=most)
    documents = {chunk.chunk_id: chunk.document for chunk in corpus.chunks}
    return training_rows(made.pairs, documents, settings.NUM_HARD_NEGATIVES)


def _without_train(corpus: Corpus) -> Corpus:
    return Corpus(corpus.chunks, corpus.entities, tuple(question for question in corpus.questions if question.split != "train"))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for checkpoints, gone afterwards."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / "training"


def fingerprint(rows: tuple[Row, ...]) -> str:
    """Of what is trained on."""
    return content_id(*(json.dumps({**asdict(row), "keys": sorted(row.keys)}) for row in rows))
