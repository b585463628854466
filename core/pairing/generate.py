"""All training pairs of a corpus: labelled positives, synthetic ones, their hard negatives, sentences, and the guard at the end.

Held-out questions (dev, test) are looked at by the guard alone, which removes and never adds or replaces: whatever they say, every
pair that is left is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.encoders.protocol import Encode
from core.mining.ground import Ground
from core.mining.measuring import measure_share
from core.mining.ranks import Ranks
from core.mining.refusals import Control
from core.mining.select import Miner
from core.mining.share import Share
from core.pairing.answering import OnProgress, answer
from core.pairing.guard import Removed, remove_leaks
from core.pairing.notes import notes_on
from core.pairing.positives import find_positives
from core.pairing.queries import Queries
from core.pairing.sentences import sentence_pairs
from core.pairing.synthesis import Synthetic, synthesise
from core.pairing.verdicts import Asker, Said, asker
from core.records import Audited, Corpus, Dropped, Pair, content_id
from core.settings import Settings

CHUNKS_FOR_A_QUERY = 4
SPARE = 1.25
"""Synthetic queries made for each one wanted: some do not find their chunk again."""


@dataclass(frozen=True, slots=True)
class Generated:
    """The pairs, each query's negatives behind its positives. `unpaired`: train question id → why it has no positive.

    `dropped`: what was proposed as a negative and refused; `removed`: what the guard took; `share`: how near to an answer was
    too near; `notes`: what a person should know about the pairs, a sentence each.
    """

    pairs: tuple[Pair, ...]
    unpaired: Mapping[str, str]
    dropped: tuple[Dropped, ...]
    removed: tuple[Removed, ...]
    notes: tuple[str, ...]
    share: Share


def generate_pairs(
    corpus: Corpus,
    settings: Settings,
    encode: Encode | None = None,
    *,
    max_pairs: int | None = None,
    audited: Sequence[Audited] = (),
    written: Sequence[Pair] = (),
    rules_off: Collection[str] = (),
    ground: Ground | None = None,
    on_progress: OnProgress | None = None,
) -> Generated:
    """The pairs that the train questions and synthesis give: always the same for the same corpus, settings, vectors and audit.

    `encode`: vectors under the base model; without it negatives come from words and entities alone. `max_pairs` limits the positives:
    labelled ones first, spread over as many questions as it allows, then `written` ones, which a chat model asked for and which pass the
    same checks as synthetic ones, then sentences of the corpus, which have no negatives, then synthetic ones. `audited`: what a person
    accepted is kept as it is, what was rejected never comes again. `rules_off`: rules that a person has switched off; they make nothing.
    `ground`: what an earlier generation has read off the same chunks and entities. `on_progress(done, total)` counts queries.
    """
    ground = ground or Ground(corpus.chunks, corpus.entities)
    questions = corpus.asked("train")
    said = Said.of(audited, questions, ground)
    labelled = find_positives(said.instructed(questions), ground, settings)
    on = _Switch(frozenset(rules_off), frozenset(pair.pair_id for pair in said.accepted))
    settled = on.let_through(said.settled(labelled.pairs))
    chosen = _spread(settled, max_pairs, settings.SEED, said)
    room = None if max_pairs is None else max_pairs - len(chosen)
    written = on.let_through(_unsettled(written, settled, said))[:room]
    room = None if room is None else room - len(written)
    sentences = _sentences(ground, _n_made(settings.CORPUS_SENTENCES, corpus, room), settings.SEED, settled, said, on)
    room = None if room is None else room - len(sentences)
    n_synthetic = len(written) + _n_made(settings.SYNTHETIC_EXPANSION_FACTOR, corpus, room)
    texts = [question.text for question in questions] + [pair.query for pair in written]
    made = _synthetic(ground, n_synthetic - len(written), settings.SEED, texts, settled, said, on)
    more = [*written, *(one.pair for one in made.values())]
    queries = Queries(questions, [*settled, *more], said, ground)
    asked = list(queries.asked([*chosen, *more], made))
    ranks = Ranks(ground, encode)
    share = measure_share(ranks, [query.known() for query in asked], queries.judged(said))
    control = Control(ground, ranks, share, settings.MIN_TOPIC_COVERAGE)
    miner = Miner(ground, control, settings.SEED, rules_off)
    answered = list(answer(asked, ranks, miner, settings, n_synthetic, on_progress))
    found = [*(pair for one in answered for pair in one.pairs), *sentences]
    guarded = remove_leaks(found, corpus.questions, corpus.entities, encode)
    unpaired, paired = {**on.unpaired(labelled.pairs), **labelled.unpaired}, {pair.question_id for pair in settled}
    return Generated(
        pairs=guarded.pairs,
        unpaired={question_id: why for question_id, why in unpaired.items() if question_id not in paired},
        dropped=tuple(one for query in answered for one in query.dropped),
        removed=guarded.removed,
        notes=notes_on(answered, share, n_questions=len(questions), n_synthetic=n_synthetic),
        share=share,
    )


@dataclass(frozen=True, slots=True)
class _Switch:
    """Which positives are made at all: those of rules that are not `off`, and what a person has accepted."""

    off: frozenset[str]
    accepted: frozenset[str]

    def let_through(self, pairs: Sequence[Pair]) -> list[Pair]:
        return [pair for pair in pairs if pair.rule not in self.off or pair.pair_id in self.accepted]

    def unpaired(self, pairs: Sequence[Pair]) -> dict[str, str]:
        """By question id why it has no positive, where only rules that are off would give it one."""
        return {pair.question_id: f"The rule “{pair.rule}”, which finds its answers, is off." for pair in pairs if pair.rule in self.off}


def _spread(pairs: Sequence[Pair], limit: int | None, seed: int, said: Said) -> tuple[Pair, ...]:
    """At most `limit` pairs in their order: the accepted ones, then the best of each question before any second best, chance (seeded)
    among equals."""
    if limit is None or len(pairs) <= limit:
        return tuple(pairs)
    accepted = {pair.pair_id for pair in said.accepted}
    place: dict[Asker, int] = defaultdict(int)
    drawn: list[tuple[bool, int, str, int]] = []
    for index, pair in enumerate(pairs):
        draw = content_id("sample", str(seed), pair.question_id, pair.pair_id)
        drawn.append((pair.pair_id not in accepted, place[asker(pair)], draw, index))
        place[asker(pair)] += 1
    return tuple(pairs[index] for *_, index in sorted(sorted(drawn)[:limit], key=lambda one: one[-1]))


def _n_made(factor: float | None, corpus: Corpus, most: int | None) -> int:
    """`factor` times the train questions; without any, times a quarter of the chunks; never more than `most`.

    Where no factor is given, none beside questions: to go through these once more (NUM_EPOCHS) gains as much or more. Measured once each,
    dev nDCG@10 with questions alone / as many synthetic queries beside them / as many sentences: covidqa, 857 questions, two epochs for
    the first and one for the others: .619 / .591 / .626 (n 251, standard error of a difference .01); scripture, 977 questions, likewise:
    .572 / not run / .564 (n 400, .01); the sample, four epochs for all: .454 / .448 / .417 (n 52, .025).
    """
    n_questions = len(corpus.asked("train"))
    wanted = factor if factor is not None else 0.0 if n_questions else 1.0
    n = round(wanted * (n_questions or len(corpus.chunks) / CHUNKS_FOR_A_QUERY))
    return n if most is None else max(0, min(n, most))


def _sentences(ground: Ground, n: int, seed: int, settled: Sequence[Pair], said: Said, on: _Switch) -> list[Pair]:
    return on.let_through(_unsettled(sentence_pairs(ground, n, seed), settled, said))


def _synthetic(
    ground: Ground, n: int, seed: int, texts: Sequence[str], settled: Sequence[Pair], said: Said, on: _Switch
) -> dict[str, Synthetic]:
    """More than `n` synthetic positives by pair id, without those that a person refused or that are among the pairs already."""
    made = synthesise(ground, round(SPARE * n), seed, texts)
    kept = {pair.pair_id for pair in on.let_through(_unsettled([one.pair for one in made], settled, said))}
    return {one.pair.pair_id: one for one in made if one.pair.pair_id in kept}


def _unsettled(pairs: Sequence[Pair], settled: Sequence[Pair], said: Said) -> list[Pair]:
    known = {pair.pair_id for pair in (*said.rejected, *settled)}
    return [pair for pair in pairs if pair.pair_id not in known]
