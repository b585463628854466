"""Nothing that test and dev questions say reaches a training pair, except that pairs are taken away: shown by changing it at random."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest

from core.encoders.protocol import Encode, Kind
from core.pairing.generate import Generated, generate_pairs
from core.pairing.guard import remove_leaks
from core.records import Audited, Corpus, Pair, Question, Vectors
from core.settings import Settings
from tests.mining.isles import CHUNKS, ENTITIES, chunk

TOWNS = tuple(
    chunk(f"Town{n}.0", f"Town{n} sells the wool of Keeper{n} every spring.", place=(f"Town{n}",), character=(f"Keeper{n}",))
    for n in range(24)
)
TRAIN = (
    Question("q1", "What does Ilsa ring in the fog?", judgements={"Ilsa.0": 1, "Ilsa.1": 1}, split="train"),
    Question("q2", "What did Brandt own?", expected_topics=("Brandt", "Heron"), split="train"),
    Question("q3", "Who mends nets?", judgements={"Mira.0": 1, "Fenn.0": 2}, split="train"),
    Question("q4", "Who danced in the rain?", judgements={"Songs.0": 1}, split="train"),
    Question("q5", "What does Town4 sell?", expected_topics=("Town4",), split="train"),
)
CORPUS = Corpus((*CHUNKS, *TOWNS), ENTITIES, TRAIN)
SETTINGS = Settings(_env_file=None, SYNTHETIC_EXPANSION_FACTOR=4, NUM_HARD_NEGATIVES=3)  # type: ignore[call-arg]
AUDITED = (
    Audited(Pair("Who mends nets?", "Mira.0", "positive", "judged", "q3"), "accept"),
    Audited(Pair("What did Brandt own?", "Mira.0", "negative", "same-type", "q2"), "reject"),
)


def by_hash(texts: Sequence[str], kind: Kind) -> Vectors:
    """Vectors that depend on the text alone; texts with words in common lie nearer."""
    rows = [
        sum(np.random.default_rng(int(hashlib.sha256(word.encode()).hexdigest()[:8], 16)).normal(size=24) for word in f". {text}".split())
        for text in texts
    ]
    vectors = np.array(rows, dtype=np.float32).reshape(len(texts), 24)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def held_out(rng: random.Random, said: Sequence[str], number: int) -> Question:
    """A dev or test question that asks, expects and judges anything at all, often what training says too."""
    own = " ".join(rng.sample([word for text in said for word in text.split()], 6))
    names = [name for entity in ENTITIES for name in entity.names] + ["Town4", "wool", "Atlantis"]
    return Question(
        f"h{number}",
        rng.choice((rng.choice(said), rng.choice(said).lower(), own)),
        category=rng.choice(("", "place")),
        temporal_limit=rng.choice((None, 2.0)),
        expected_topics=tuple(rng.sample(names, rng.randrange(3))),
        judgements={one.chunk_id: rng.randrange(3) for one in rng.sample(CORPUS.chunks, rng.randrange(4))},
        split=rng.choice(("dev", "test")),
    )


def mixed(rng: random.Random, said: Sequence[str]) -> tuple[Question, ...]:
    """The train questions in their order, with held-out ones anywhere among them."""
    questions = list(TRAIN)
    for number in range(rng.randrange(1, 9)):
        questions.insert(rng.randrange(len(questions) + 1), held_out(rng, said, number))
    return tuple(questions)


def as_lines(pairs: Sequence[Pair]) -> list[str]:
    return [json.dumps(asdict(pair)) for pair in pairs]


@pytest.mark.parametrize("encode", [None, by_hash])
@pytest.mark.parametrize("max_pairs", [None, 9])
@pytest.mark.parametrize("audited", [(), AUDITED])
def test_whatever_is_held_out_pairs_only_go(encode: Encode | None, max_pairs: int | None, audited: tuple[Audited, ...]) -> None:
    def generate(questions: tuple[Question, ...]) -> Generated:
        return generate_pairs(replace(CORPUS, questions=questions), SETTINGS, encode, max_pairs=max_pairs, audited=audited)

    alone = generate(TRAIN)
    said = [*(pair.query for pair in alone.pairs), *(one.text for one in CORPUS.chunks)]
    rng = random.Random(23)
    n_gone = 0
    for _ in range(8):
        questions = mixed(rng, said)
        beside = generate(questions)
        assert as_lines(beside.pairs) == as_lines(remove_leaks(alone.pairs, questions, ENTITIES, encode).pairs)
        assert (beside.unpaired, beside.dropped, beside.share, beside.notes) == (alone.unpaired, alone.dropped, alone.share, alone.notes)
        n_gone += len(alone.pairs) - len(beside.pairs)
    assert n_gone > 0
