"""A large codex made of generated text: chunks by Zipf's law with a name or two in each sentence, entities with aliases, questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.records import Chunk, Corpus, Entity, Question

TYPES = ("character", "place", "faction", "artefact", "event", "concept")
WIKI_TYPES = ("scene", "character", "place", "artefact", "event", "law", "song", "letter")
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu")
N_WORDS = 30_000
WORDS_A_SENTENCE = 14
N_QUESTIONS = 300
COPIES = 0.01
"""Share of chunks that repeat another one, half of them with one more word."""


def large_codex(n_chunks: int, n_entities: int, seed: int = 7) -> Corpus:
    """The same for the same numbers. About 90 words a chunk, five mentions, one in a hundred a copy."""
    rng = np.random.default_rng(seed)
    names = _spelled(rng.permutation(20**4)[: 2 * n_entities], capital=True)
    entities = tuple(_entity(number, names, n_entities) for number in range(n_entities))
    words = np.array(_spelled(np.arange(N_WORDS) * 5 + 1), dtype=object)
    shares = 1 / (np.arange(N_WORDS) + 3.7)
    commonest = np.cumsum(shares / shares.sum())  # as Generator.choice does it, but once and not for each chunk
    commonest /= commonest[-1]
    chunks = [_chunk(number, rng, words, commonest, entities) for number in range(n_chunks)]
    for copy in rng.choice(n_chunks, int(COPIES * n_chunks), replace=False).tolist():
        other = chunks[int(rng.integers(n_chunks))]
        chunks[copy] = replace(chunks[copy], text=other.text if copy % 2 else f"{other.text} again", mentions=other.mentions)
    return Corpus(tuple(chunks), entities, tuple(_question(number, rng, entities) for number in range(N_QUESTIONS)))


def _spelled(numbers: Sequence[int] | np.ndarray, capital: bool = False) -> list[str]:
    """A word of two to four syllables for each number below 160,000."""
    spelled = []
    for number in np.asarray(numbers).tolist():
        digits = [number % 20, number // 20 % 20, number // 400 % 20, number // 8000 % 20]
        word = "".join(SYLLABLES[digit] for digit in (digits if digits[3] else digits[:3] if digits[2] else digits[:2]))
        spelled.append(word.capitalize() if capital else word)
    return spelled


def _entity(number: int, names: Sequence[str], n: int) -> Entity:
    name = f"{names[number]} {names[n + number]}"
    return Entity(name, TYPES[number % len(TYPES)], (names[number], f"Old {names[n + number]}"), f"{name}.md")


def _chunk(number: int, rng: np.random.Generator, words: np.ndarray, commonest: np.ndarray, entities: Sequence[Entity]) -> Chunk:
    about = [entities[int(rank)] for rank in np.minimum(rng.pareto(0.7, 5) * 20, len(entities) - 1)]
    said = words[commonest.searchsorted(rng.random(int(rng.integers(50, 130))), side="right")].tolist()
    for place, entity in enumerate(about[:3]):
        said.insert(min(len(said), place * WORDS_A_SENTENCE + 2), entity.names[int(rng.integers(3))])
    sentences = [" ".join(said[start : start + WORDS_A_SENTENCE]).capitalize() for start in range(0, len(said), WORDS_A_SENTENCE)]
    mentions: dict[str, list[str]] = {}
    for entity in {entity.name: entity for entity in about}.values():
        mentions.setdefault(entity.type, []).append(entity.name)
    return Chunk(
        f"c{number}",
        ". ".join(sentences) + ".",
        f"file-{number // 12}.md",
        source=f"book {number * 20 // 1_000_000 % 40 + number % 7}",
        wiki_type=WIKI_TYPES[number % len(WIKI_TYPES)],
        temporal_order=float(number % 1000) if number % 3 else None,
        mentions={kind: tuple(of_kind) for kind, of_kind in mentions.items()},
    )


def _question(number: int, rng: np.random.Generator, entities: Sequence[Entity]) -> Question:
    topics = tuple(entities[int(index)].name for index in rng.integers(len(entities), size=2))
    split = ("train", "dev", "test")[number % 3]
    return Question(f"q{number}", f"What do {topics[0]} and {topics[1]} have in common?", "people", "easy", None, topics, {}, split)  # type: ignore[arg-type]
