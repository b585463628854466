"""Sets that nobody here wrote. They are not part of the project: FORGE_DATA names their folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from core.corpus.reading import Reading, read_folder
from core.corpus.topics import TopicIndex, TopicMatcher

DATA = Path(os.environ.get("FORGE_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


def read(name: str) -> Reading:
    if not (DATA / name).is_dir():
        pytest.skip(f"the set {name} is not at {DATA}: set FORGE_DATA to the folder that holds it")
    return read_folder(DATA / name)


def splits(reading: Reading) -> tuple[int, int, int]:
    corpus = reading.corpus
    return len(corpus.asked("train")), len(corpus.asked("dev")), len(corpus.asked("test"))


def test_covidqa() -> None:
    reading = read("covidqa")
    assert (reading.report.n_chunks, len(reading.corpus.searchable), splits(reading)) == (2329, 2329, (1026, 67, 287))
    assert sum(chunk.title != "" for chunk in reading.corpus.chunks) == 2287  # the others have none in the set
    assert reading.report.problems == ()


def test_scripture() -> None:
    start = time.perf_counter()
    reading = read("scripture")
    corpus = reading.corpus
    assert time.perf_counter() - start < 15
    assert len(corpus.chunks) == 14_158 - 4  # four pages say the same as another of their name
    assert (len(corpus.searchable), len(corpus.entities), splits(reading)) == (6268, 4895, (12587, 1219, 1406))
    asked = [question for question in corpus.asked("test") if question.expected_topics]
    assert len(asked) == 918
    assert reading.report.errors == ()

    start = time.perf_counter()
    index = TopicIndex(TopicMatcher(corpus.entities), corpus.searchable)
    covering = {topic: index.candidates(topic) for question in asked for topic in question.expected_topics}
    unsaid = {topic for topic, chunks in covering.items() if not chunks}
    assert unsaid == {"atonement lid", "covenant faithfulness", "church"}  # the translation has other words for these
    assert time.perf_counter() - start < 20


def test_srd5e() -> None:
    reading = read("srd5e")
    assert (reading.report.n_chunks, reading.report.n_entities, reading.report.n_questions) == (2291, 1375, 0)
    assert reading.report.errors == ()
