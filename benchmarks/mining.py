"""Mining by rank against sentence-transformers' `mine_hard_negatives`: seconds for 2,000 questions against every chunk, and memory.

Both sides start from texts whose vectors are known and end with four negatives a question, kept away from the positive by a share. The
peer ranks by vectors alone and looks some 40 places deep; ours ranks by vectors and by words, 50 places deep each, knows files and
near-duplicates, and writes down why it took or refused a chunk. Row `mining` is all of that; `lists` is its first half, the two ranked
lists; `reading` is what ours reads off a corpus once, whoever mines (words, near-duplicates). Row `memory` is how far a call raises
what the process holds, sampled, in megabytes.
"""

from __future__ import annotations

import ctypes
import itertools
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import psutil

from benchmarks.frame import Row, command_on_source, interleaved, progress, seconds, shorter
from benchmarks.peers import mine_hard_negatives
from benchmarks.vectors import cached_encode, read_source
from core.encoders.protocol import Encode, Kind
from core.mining.aims import Aim, aim_of_entities
from core.mining.chosen import Wanted
from core.mining.ground import Ground
from core.mining.ranks import Ranks
from core.mining.refusals import Control, Sought
from core.mining.select import Miner
from core.mining.share import Share
from core.records import Chunk, Question, Vectors
from core.settings import Settings

N_NEGATIVES = 4
N_QUESTIONS = 2000
LEAST_BYTES = 4096  # a page: less cannot be seen
PEER = "mine_hard_negatives(relative_margin=0.05)"
SHARE = Share(0.65, "questions", 0, None, "")


@dataclass(frozen=True, slots=True)
class Work:
    """What both sides are given: the chunks, the questions with a positive each, and vectors by text."""

    chunks: Sequence[Chunk]
    questions: Sequence[Question]
    encode: Encode


def work(source: Path, quick: bool) -> Work:
    """Every chunk counts as searched, so that both sides rank the same ones."""
    corpus = read_source(source)
    chunks = [replace(chunk, searchable=True) for chunk in corpus.chunks]
    ids = {chunk.chunk_id for chunk in chunks}
    asked = [question for question in corpus.asked("train") if ids.intersection(question.relevant)]
    questions = asked[: 200 if quick else N_QUESTIONS]
    encode = cached_encode(Settings(_env_file=None))
    vectors = {kind: _table(texts, encode, kind) for kind, texts in _texts(chunks, questions)}
    return Work(chunks, questions, lambda texts, kind: np.stack([vectors[kind][text] for text in texts]))


def _texts(chunks: Sequence[Chunk], questions: Sequence[Question]) -> tuple[tuple[Kind, list[str]], ...]:
    return ("document", [chunk.document for chunk in chunks]), ("query", [question.text for question in questions])


def _table(texts: list[str], encode: Encode, kind: Kind) -> dict[str, Vectors]:
    return dict(zip(texts, encode(texts, kind), strict=True))


def read(given: Work) -> Ground:
    ground = Ground(given.chunks, ())
    for reading in (ground.bm25, ground.twins, ground.places, ground.files):
        del reading  # cached now
    return ground


def lists(given: Work, ground: Ground) -> int:
    """How many chunks are proposed."""
    texts = [question.text for question in given.questions]
    return sum(len(view.proposed) for view in Ranks(ground, given.encode).views(texts, [True] * len(texts)))


def ours(given: Work, ground: Ground) -> int:
    """How many negatives are found."""
    ranks = Ranks(ground, given.encode)
    miner = Miner(ground, Control(ground, ranks, SHARE, 0.5), seed=13)
    aim = aim_of_entities((), (), ground)
    n_found, asked = 0, iter(given.questions)
    for views in ranks.blocks([question.text for question in given.questions], [True] * len(given.questions)):
        some = itertools.islice(asked, len(views))
        wanted = [Wanted(_sought(question, aim, ground), view, N_NEGATIVES) for question, view in zip(some, views, strict=True)]
        n_found += sum(len(mined.negatives) for mined in miner.mine(wanted))
    return n_found


def _sought(question: Question, aim: Aim, ground: Ground) -> Sought:
    answers = tuple(ground.index[chunk_id] for chunk_id in question.relevant if chunk_id in ground.index)
    return Sought(question.text, question.question_id, aim, answers, frozenset(answers))


def peer(given: Work) -> int:
    texts = {chunk.chunk_id: chunk.document for chunk in given.chunks}
    pairs = [(question.text, texts[one]) for question in given.questions for one in question.relevant if one in texts]
    return sum(map(len, mine_hard_negatives(pairs, list(texts.values()), given.encode, N_NEGATIVES, 0.05).values()))


def give_back_memory() -> None:
    """What earlier calls have freed goes back to the system: reused, it would hide what a call takes. Only glibc can be asked for that."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def megabytes(call: Callable[[], object]) -> float:
    """How far a call raises the process' memory, looked at every five milliseconds."""
    process, done, seen = psutil.Process(), threading.Event(), [0]
    give_back_memory()

    def watch() -> None:
        while not done.wait(0.005):
            seen.append(process.memory_info().rss)

    before = process.memory_info().rss
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        call()
    finally:
        done.set()
        watcher.join()
    return max(LEAST_BYTES, max(seen) - before) / 1e6


def measure(source: Path, quick: bool) -> Iterator[Row]:
    given = work(source, quick)
    n = len(given.questions)
    if not n:
        progress(f"No train question of {source} has a judged chunk: there is nothing to mine for.")
        return
    progress(f"{n:,} questions against {len(given.chunks):,} chunks")
    ground = read(given)
    rounds = 1 if quick else 7
    mining, theirs = partial(ours, given, ground), partial(peer, given)
    mining(), theirs()  # whatever is loaded or compiled the first time
    yield shorter("mining", *interleaved(lambda _: seconds(mining), lambda _: seconds(theirs), rounds), PEER, "s", n)
    both = interleaved(lambda _: seconds(lambda: lists(given, ground)), lambda _: seconds(theirs), rounds)
    yield shorter("lists", *both, PEER, "s", n)
    yield Row("reading", seconds(lambda: read(given)), None, "", None, "s", len(given.chunks))
    yield shorter("memory", *interleaved(lambda _: megabytes(mining), lambda _: megabytes(theirs), rounds), PEER, "MB", n)


if __name__ == "__main__":
    command_on_source(measure, "Mining by rank: ours against mine_hard_negatives")
