"""A large workspace made of generated text: what the audit desk is measured on."""

from __future__ import annotations

import random
from pathlib import Path

from core.corpus.report import Report
from core.records import Chunk, Corpus, Entity, Pair, Question
from core.store import Store
from core.workspace import Workspace

PAIRS_A_QUESTION = 5  # two positives, three negatives
WORDS_A_CHUNK = (60, 140)
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu")
RULES = (("related-entity", "hard"), ("overlapping-mentions", "medium"), ("same-type", "easy"))


def prepare(root: Path, n_pairs: int, seed: int = 13) -> Workspace:
    """A workspace at `root` with `n_pairs` pairs on as many chunks as it takes; the same for the same seed."""
    rng = random.Random(seed)
    words = _words(rng, 4000)
    names = [word.capitalize() for word in _words(rng, 400)]
    n_questions = -(-n_pairs // PAIRS_A_QUESTION)
    chunks = [_chunk(number, rng, words, names) for number in range(n_questions)]
    questions = [_question(number, rng, words, names) for number in range(n_questions)]
    pairs = [pair for number, question in enumerate(questions) for pair in _pairs(question, number, chunks, rng)]
    corpus = Corpus(tuple(chunks), tuple(Entity(name, "person", (f"Old {name}",), name.lower()) for name in names), tuple(questions))
    workspace = Workspace.create(root)
    with Store.open(workspace) as store:
        store.import_corpus(corpus, Report("generated", n_chunks=len(chunks), n_questions=len(questions)).to_dict(), "generated")
        store.save_pairs(pairs[:n_pairs])
    return workspace


def _words(rng: random.Random, n: int) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < n:
        made["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4)))] = None
    return list(made)


def _chunk(number: int, rng: random.Random, words: list[str], names: list[str]) -> Chunk:
    about = rng.sample(names, 3)
    said = rng.choices(words, k=rng.randint(*WORDS_A_CHUNK))
    for name in about:
        said.insert(rng.randrange(len(said)), name)
    return Chunk(f"chunk-{number}", " ".join(said) + ".", f"file-{number // 8}", wiki_type="person", mentions={"person": tuple(about)})


def _question(number: int, rng: random.Random, words: list[str], names: list[str]) -> Question:
    topics = tuple(rng.sample(names, 2))
    text = f"What do {topics[0]} and {topics[1]} know of {' '.join(rng.sample(words, 3))} ({number})?"
    return Question(f"question-{number}", text, rng.choice(("people", "places", "things")), "easy", None, topics, {}, "train")


def _pairs(question: Question, number: int, chunks: list[Chunk], rng: random.Random) -> list[Pair]:
    drawn = [number, *(other for other in rng.sample(range(len(chunks)), PAIRS_A_QUESTION) if other != number)][:PAIRS_A_QUESTION]
    answer = chunks[number].chunk_id
    positives = [_positive(question, chunks[index], rng) for index in drawn[:2]]
    negatives = [
        _negative(question, chunks[index], answer, *kind, round(rng.random(), 4)) for index, kind in zip(drawn[2:], RULES, strict=False)
    ]
    return [*positives, *negatives]


def _positive(question: Question, chunk: Chunk, rng: random.Random) -> Pair:
    missed = [topic for topic in question.expected_topics if topic not in chunk.text]
    covered = [{"topic": topic, "how": "name", "words": topic} for topic in question.expected_topics if topic not in missed]
    evidence = {"covered": covered, "missed": missed, "shared_words": [], "cosine": round(rng.random(), 4), "bm25": rng.randint(1, 30)}
    score = len(covered) / len(question.expected_topics)
    return Pair(
        question.text, chunk.chunk_id, "positive", "topics", question.question_id, score=score, reason="Generated.", evidence=evidence
    )  # fmt: skip


def _negative(question: Question, chunk: Chunk, positive: str, rule: str, hardness: str, score: float) -> Pair:
    evidence = {"positive": positive, "cosine": score, "bm25": 20 * score, "positive_cosine": 0.6, "positive_bm25": 14.0}
    return Pair(
        question.text, chunk.chunk_id, "negative", rule, question.question_id, hardness=hardness, score=score, reason="Generated.",
        evidence=evidence,
    )  # fmt: skip
