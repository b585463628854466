"""How often a miner takes a chunk that answers the question for a negative: one of a question's judged chunks is hidden, then mined.

Every judged chunk of every train question with two or more is hidden once. In each round half of the questions are planted: of them
only the chunks left are known, relevant or not, and our miner calibrates itself on the other half, as it does on a corpus that
nobody has planted. All miners find the same vectors, the same chunks and the same four negatives a question to give.

A row per miner: `ours` is our share of hidden chunks taken for negatives, `peer` the other's; `ratio` counts half a chunk where ours
took none. `by-nearness-alone` is our miner without files, mentions, entities and topics. `four-negatives`: the questions, in shares, that
got four.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.frame import Row, command_on_source, progress
from benchmarks.peers import mine_hard_negatives
from benchmarks.vectors import cached_encode, read_source
from core.encoders.protocol import Encode
from core.mining.ground import Ground
from core.pairing.generate import generate_pairs
from core.records import Chunk, Corpus, Question
from core.settings import Settings

N_NEGATIVES = 4
MOST_QUESTIONS = 300
QUICK_QUESTIONS = 20

Mined = dict[str, set[str]]
"""Ids of the chunks taken for negatives, by question id."""


@dataclass(frozen=True, slots=True)
class Planted:
    """`corpus`: what the miners see; `hidden`: the chunk hidden of each planted question, by question id."""

    corpus: Corpus
    hidden: dict[str, str]

    @property
    def questions(self) -> list[Question]:
        return [question for question in self.corpus.questions if question.question_id in self.hidden]


@dataclass(slots=True)
class Tally:
    """What one miner did over all plantings."""

    n_hidden: int = 0
    n_taken: int = 0
    n_four: int = 0

    def add(self, planted: Planted, mined: Mined) -> None:
        for question_id, chunk_id in planted.hidden.items():
            negatives = mined.get(question_id, set())
            self.n_hidden += 1
            self.n_taken += chunk_id in negatives
            self.n_four += len(negatives) >= N_NEGATIVES

    @property
    def taken(self) -> float:
        return self.n_taken / self.n_hidden

    @property
    def four(self) -> float:
        return self.n_four / self.n_hidden


def plantings(corpus: Corpus, most: int, seed: int, n_rounds: int | None = None) -> Iterator[Planted]:
    """Rounds in which each of `most` questions at most loses its first, its second, ... judged chunk, half of the questions at a time."""
    ids = {chunk.chunk_id for chunk in corpus.searchable}
    several = [question for question in corpus.asked("train") if len(ids.intersection(question.relevant)) > 1]
    drawn = random.Random(seed).sample(several, min(most, len(several)))
    longest = max((len(question.relevant) for question in drawn), default=0)
    for number in range(longest if n_rounds is None else n_rounds):
        for half in (drawn[::2], drawn[1::2]):
            losing = {question.question_id: sorted(ids.intersection(question.relevant)) for question in half}
            hidden = {question_id: found[number] for question_id, found in losing.items() if number < len(found)}
            if hidden:
                yield Planted(replace(corpus, questions=tuple(_planted(question, hidden) for question in drawn)), hidden)


def _planted(question: Question, hidden: dict[str, str]) -> Question:
    if question.question_id not in hidden:
        return question
    known = {chunk_id: question.judgements[chunk_id] for chunk_id in question.relevant if chunk_id != hidden[question.question_id]}
    return replace(question, judgements=known)


def ours(planted: Planted, encode: Encode) -> Mined:
    settings = Settings(_env_file=None, SYNTHETIC_EXPANSION_FACTOR=0)
    mined: Mined = defaultdict(set)
    for pair in generate_pairs(planted.corpus, settings, encode).pairs:
        if pair.label == "negative":
            mined[pair.question_id].add(pair.chunk_id)
    return mined


def without_labels(planted: Planted, encode: Encode) -> Mined:
    """Ours on a corpus that says nothing but its texts."""
    chunks = tuple(Chunk(chunk.chunk_id, chunk.document, chunk.chunk_id, searchable=chunk.searchable) for chunk in planted.corpus.chunks)
    questions = tuple(replace(question, expected_topics=()) for question in planted.corpus.questions)
    return ours(Planted(Corpus(chunks, (), questions), planted.hidden), encode)


def peer(planted: Planted, encode: Encode, relative_margin: float | None) -> Mined:
    """sentence-transformers' miner; of two chunks with one text it names the first."""
    chunks = planted.corpus.searchable
    named = {chunk.document: chunk.chunk_id for chunk in reversed(chunks)}
    texts = {chunk.chunk_id: chunk.document for chunk in chunks}
    shown = [(question.text, texts[one]) for question in planted.questions for one in question.relevant if one in texts]
    mined = mine_hard_negatives(shown, list(texts.values()), encode, N_NEGATIVES, relative_margin)
    return {question.question_id: {named[text] for text in mined.get(question.text, ())} for question in planted.questions}


def naive_bm25(planted: Planted, ground: Ground) -> Mined:
    questions = planted.questions
    mined: Mined = {}
    for question, scores in zip(questions, ground.scores([question.text for question in questions]), strict=True):
        best = (ground.chunks[index].chunk_id for index in np.argsort(-scores, kind="stable").tolist())
        mined[question.question_id] = set(_first(N_NEGATIVES, (one for one in best if one not in question.relevant)))
    return mined


def _first(n: int, found: Iterator[str]) -> list[str]:
    return [one for one, _ in zip(found, range(n), strict=False)]


def rows(tallies: dict[str, Tally]) -> Iterator[Row]:
    own = tallies.pop("ours")
    unit, n = "of hidden positives taken", own.n_hidden
    yield Row("ours", own.taken, None, "", None, unit, n)
    alone = tallies.pop("by-nearness-alone")
    margin = tallies["relative-margin-0.05"]
    for name, tally in tallies.items():
        yield Row(name, own.taken, tally.taken, name, tally.taken / max(own.taken, 0.5 / n), unit, n)
    yield Row("by-nearness-alone", alone.taken, margin.taken, "relative-margin-0.05", margin.taken / max(alone.taken, 0.5 / n), unit, n)
    yield Row("four-negatives", own.four, margin.four, "relative-margin-0.05", own.four / max(margin.four, 0.5 / n), "of questions", n)
    yield Row(
        "four-by-nearness-alone", alone.four, margin.four, "relative-margin-0.05", alone.four / max(margin.four, 0.5 / n), "of questions", n
    )


def measure(source: Path, quick: bool) -> Iterator[Row]:
    corpus = read_source(source)
    encode = cached_encode(Settings(_env_file=None))
    ground = Ground(corpus.searchable, ())
    miners: dict[str, Callable[[Planted], Mined]] = {
        "ours": partial(ours, encode=encode),
        "mine-hard-negatives": partial(peer, encode=encode, relative_margin=None),
        "relative-margin-0.05": partial(peer, encode=encode, relative_margin=0.05),
        "naive-bm25": partial(naive_bm25, ground=ground),
        "by-nearness-alone": partial(without_labels, encode=encode),
    }
    tallies = {name: Tally() for name in miners}
    planted_ones: Sequence[Planted] = list(plantings(corpus, QUICK_QUESTIONS if quick else MOST_QUESTIONS, 13, 1 if quick else None))
    for number, planted in enumerate(planted_ones, start=1):
        progress(f"planting {number} of {len(planted_ones)}: {len(planted.hidden)} questions")
        for name, miner in miners.items():
            tallies[name].add(planted, miner(planted))
    if planted_ones:
        yield from rows(tallies)
    else:
        progress(f"No train question of {source} has two judged chunks: there is nothing to hide.")


if __name__ == "__main__":
    command_on_source(measure, "Hidden positives taken for negatives: ours against sentence-transformers and BM25")
