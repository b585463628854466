"""All training pairs of a corpus: labelled positives, synthetic ones, their hard negatives, and the guard at the end.

Held-out questions (dev, test) are looked at by the guard alone, which removes and never adds or replaces: whatever they say, every
pair that is left is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from core.mining.aims import Aim, aim_of_entities, aim_of_question
from core.mining.ground import Ground
from core.mining.select import Miner, Negative
from core.pairing.groups import normal_text
from core.pairing.guard import remove_leaks
from core.pairing.notes import notes_on
from core.pairing.positives import Positives, find_positives
from core.pairing.synthesis import Synthetic, synthesise
from core.records import Corpus, Pair, Question, content_id
from core.settings import Settings

CHUNKS_FOR_A_QUERY = 4
QUERIES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Generated:
    """The pairs, each query's negatives behind its positives. `unpaired`: train question id → why it has no positive.
    `dropped`: how much the guard removed, by reason. `notes`: what a person should know about the pairs, a sentence each."""

    pairs: tuple[Pair, ...]
    unpaired: Mapping[str, str]
    dropped: Mapping[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query's positives, the chunks (indices) known to answer it, and how to find out what it is about."""

    positives: tuple[Pair, ...]
    answers: frozenset[int]
    aim: Callable[[], Aim] = field(repr=False)


def generate_pairs(
    corpus: Corpus, settings: Settings, max_pairs: int | None = None, on_progress: Callable[[int, int], None] | None = None
) -> Generated:
    """The pairs that the train questions and synthesis give: always the same for the same corpus and settings.

    `max_pairs` limits the positives: labelled ones first, spread over as many questions as it allows, each with its
    negatives. `on_progress(done, total)` counts queries.
    """
    ground = Ground(corpus.chunks, corpus.entities)
    questions = corpus.asked("train")
    labelled = find_positives(questions, ground, settings)
    chosen = _spread(labelled.pairs, max_pairs, settings.SEED)
    n_more = _n_synthetic(len(questions), len(corpus.chunks), settings)
    n_more = n_more if max_pairs is None else min(n_more, max_pairs - len(chosen))
    synthetic = synthesise(ground, n_more, settings.SEED, [question.text for question in questions])
    asked = [*_asked_questions(questions, labelled, chosen, ground), *_asked_synthetic(synthetic, ground)]
    pairs = list(_with_negatives(asked, ground, settings, on_progress))
    guarded = remove_leaks(pairs, corpus.questions)
    notes = notes_on(guarded.pairs, n_questions=len(questions), has_mentions=bool(ground.mentions.n_chunks.any()), settings=settings)
    return Generated(guarded.pairs, labelled.unpaired, guarded.dropped, notes)


def _spread(pairs: Sequence[Pair], limit: int | None, seed: int) -> tuple[Pair, ...]:
    """At most `limit` pairs in their order: the best of each question before any second best, chance (seeded) among equals."""
    if limit is None or len(pairs) <= limit:
        return tuple(pairs)
    place: dict[str, int] = defaultdict(int)
    drawn: list[tuple[int, str, int]] = []
    for index, pair in enumerate(pairs):
        drawn.append((place[pair.question_id], content_id("sample", str(seed), pair.question_id, pair.pair_id), index))
        place[pair.question_id] += 1
    return tuple(pairs[index] for index in sorted(index for _, _, index in sorted(drawn)[:limit]))


def _n_synthetic(n_questions: int, n_chunks: int, settings: Settings) -> int:
    """SYNTHETIC_EXPANSION_FACTOR times the train questions; without any, times a quarter of the chunks."""
    return round(settings.SYNTHETIC_EXPANSION_FACTOR * (n_questions or n_chunks / CHUNKS_FOR_A_QUERY))


def _asked_questions(questions: Sequence[Question], labelled: Positives, chosen: Sequence[Pair], ground: Ground) -> Iterator[_Asked]:
    """Questions that read alike share their answers, or one's positive would be the other's negative."""
    by_id = {question.question_id: question for question in questions}
    answers: dict[str, set[int]] = defaultdict(set)
    for question in questions:
        answers[normal_text(question.text)].update(ground.index[chunk_id] for chunk_id in question.judgements if chunk_id in ground.index)
    for pair in labelled.pairs:
        answers[normal_text(pair.query)].add(ground.index[pair.chunk_id])
    for question_id, found in groupby(chosen, key=lambda pair: pair.question_id):
        positives = tuple(found)
        question = by_id[question_id]
        indices = [ground.index[pair.chunk_id] for pair in positives]
        known = frozenset(answers[normal_text(question.text)])
        yield _Asked(positives, known, partial(aim_of_question, question, indices, ground))


def _asked_synthetic(synthetic: Sequence[Synthetic], ground: Ground) -> Iterator[_Asked]:
    for made in synthetic:
        answers = frozenset({ground.index[made.pair.chunk_id]})
        yield _Asked((made.pair,), answers, partial(aim_of_entities, made.entities, made.called, ground))


def _with_negatives(
    asked: Sequence[_Asked], ground: Ground, settings: Settings, report: Callable[[int, int], None] | None
) -> Iterator[Pair]:
    """Each query's positives, then its negatives. Only queries that name an entity are scored; the others get none."""
    miner = Miner(ground, settings.SEED)
    n = settings.NUM_HARD_NEGATIVES
    for start in range(0, len(asked), QUERIES_AT_ONCE):
        batch = asked[start : start + QUERIES_AT_ONCE]
        aims = [one.aim() for one in batch] if n else [None] * len(batch)
        scores = ground.scores([one.positives[0].query for one, aim in zip(batch, aims, strict=True) if aim and aim.anchors])
        for one, aim in zip(batch, aims, strict=True):
            yield from one.positives
            if aim and aim.anchors:
                positives = [ground.index[pair.chunk_id] for pair in one.positives]
                for negative in miner.mine(aim, positives, one.answers, next(scores), n):
                    yield _negative_pair(one.positives[0], negative, ground)
        if report:
            report(min(start + QUERIES_AT_ONCE, len(asked)), len(asked))


def _negative_pair(query: Pair, negative: Negative, ground: Ground) -> Pair:
    proposal = negative.proposal
    return Pair(
        query=query.query,
        chunk_id=ground.chunks[proposal.chunk].chunk_id,
        label="negative",
        rule=proposal.rule,
        question_id=query.question_id,
        hardness=proposal.hardness,
        score=round(negative.closeness, 4),
        reason=proposal.reason,
        evidence={**proposal.evidence, "positive": ground.chunks[negative.positive].chunk_id},
    )
