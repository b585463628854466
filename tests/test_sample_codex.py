"""The sample codex is what its README says: counts, names that resolve, judgements that point somewhere, prose that repeats nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

from core.corpus.aliases import AliasIndex
from core.corpus.reading import Reading, read_folder
from core.pairing.groups import normal_text
from core.settings import PROJECT

SAMPLE = PROJECT / "sample_data"


@cache
def sample() -> Reading:
    return read_folder(SAMPLE)


def test_it_imports_without_an_error():
    assert sample().report.errors == ()
    assert {problem.kind for problem in sample().report.warnings} <= {"ambiguous-alias"}


def test_it_is_large_enough_to_get_lost_in():
    corpus = sample().corpus
    assert len(corpus.chunks) >= 450
    assert len(corpus.entities) >= 140
    assert len({entity.type for entity in corpus.entities}) >= 5
    assert len(corpus.questions) >= 240
    assert sum(bool(question.judgements) for question in corpus.questions) >= 120
    assert {chunk.temporal_order for chunk in corpus.chunks if chunk.wiki_type == "scene"} == {1, 2, 3}


def test_chunks_are_60_to_160_words():
    assert {chunk.chunk_id: n for chunk in sample().corpus.chunks if not 60 <= (n := len(chunk.text.split())) <= 160} == {}


def test_hardly_any_eight_words_occur_in_two_chunks():
    holders = defaultdict(set)
    for chunk in sample().corpus.chunks:
        words = re.findall(r"\w+", chunk.text.lower())
        for start in range(len(words) - 7):
            holders[tuple(words[start : start + 8])].add(chunk.chunk_id)
    shared = sum(len(chunks) > 1 for chunks in holders.values())
    assert shared <= 0.02 * len(holders)


def test_every_mention_and_topic_is_in_an_index():
    corpus = sample().corpus
    index = AliasIndex(corpus.entities)
    mentions = {name for chunk in corpus.chunks for names in chunk.mentions.values() for name in names}
    topics = {topic for question in corpus.questions for topic in question.expected_topics}
    assert [name for name in sorted(mentions | topics) if not index.resolve(name)] == []
    assert all(question.expected_topics for question in corpus.questions)


def test_every_judged_chunk_exists_and_was_known_in_time():
    corpus = sample().corpus
    chunks = {chunk.chunk_id: chunk for chunk in corpus.chunks}
    assert [c for question in corpus.questions for c in question.judgements if c not in chunks] == []
    spoilers = [
        (question.question_id, chunk_id)
        for question in corpus.questions
        for chunk_id in question.relevant
        if question.temporal_limit is not None and (chunks[chunk_id].temporal_order or 0) > question.temporal_limit
    ]
    assert spoilers == []


def test_no_two_questions_are_the_same():
    counts = Counter(normal_text(question.text) for question in sample().corpus.questions)
    assert [text for text, n in counts.items() if n > 1] == []
