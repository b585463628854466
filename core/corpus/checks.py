"""What shows only when everything is read: names that do not meet, questions nobody can score, chunks no model reads whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from core.corpus.aliases import AliasIndex, fold
from core.corpus.report import Place, Placed, Problem, warning
from core.records import Chunk, Entity, Question

CLAIMANTS_NAMED = 3
TEXTS_A_CALL = 1000


class Measure(Protocol):
    """Counts the tokens of texts as `model` would; the model reads the first `limit` of them."""

    @property
    def count(self) -> Callable[[Sequence[str]], Sequence[int]]: ...
    @property
    def limit(self) -> int: ...
    @property
    def model(self) -> str: ...


def ambiguous_aliases(entities: Sequence[Placed[Entity]]) -> Iterator[Problem]:
    """One warning for each name that two entities claim, where the second one claims it."""
    claims: dict[str, list[tuple[str, Placed[Entity]]]] = defaultdict(list)
    for placed in entities:
        for name in {fold(name): name for name in placed.record.names}.values():
            claims[fold(name)].append((name, placed))
    for claimants in claims.values():
        if len(claimants) > 1:
            yield warning("ambiguous-alias", claimants[1][1].place, f"{claimants[0][0]!r} is claimed by {_named(claimants)}.")


def _named(claimants: Sequence[tuple[str, Placed[Entity]]]) -> str:
    shown = [f"{placed.record.name!r} ({placed.record.type})" for _, placed in claimants[:CLAIMANTS_NAMED]]
    if len(claimants) > CLAIMANTS_NAMED:
        shown.append(f"{len(claimants) - CLAIMANTS_NAMED} more")
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def unknown_mentions(chunks: Iterable[Placed[Chunk]], entities: Sequence[Placed[Entity]]) -> Iterator[Problem]:
    """One warning for each mention that the index of its type does not know (any index, where its type has none)."""
    index = AliasIndex(placed.record for placed in entities)
    types = {placed.record.type for placed in entities}
    places: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for placed in chunks:
        for type_, names in placed.record.mentions.items():
            for name in names:
                places[type_, name].append(placed.place)
    for (type_, name), where in places.items():
        if not any(entity.type == type_ or type_ not in types for entity in index.resolve(name)):
            told = f"{type_} mention {name!r} is in no {type_ if type_ in types else ''} index".replace("  ", " ")
            yield warning("unknown-mention", where[0], f"{told} ({_times(len(where))}). Add it, or an alias.")


def unknown_topics(questions: Iterable[Placed[Question]], entities: Sequence[Placed[Entity]]) -> Iterator[Problem]:
    """One warning for each expected topic that no index knows."""
    index = AliasIndex(placed.record for placed in entities)
    places: dict[str, list[Place]] = defaultdict(list)
    for placed in questions:
        for topic in placed.record.expected_topics:
            places[topic].append(placed.place)
    for topic, where in places.items():
        if not index.resolve(topic):
            told = f"expected topic {topic!r} is in no index ({_times(len(where))}); it is matched as a phrase."
            yield warning("unknown-topic", where[0], told)


def unanswerable(questions: Iterable[Placed[Question]]) -> Iterator[Problem]:
    """One warning for each question by which nothing can be learned or scored."""
    for placed in questions:
        if not placed.record.expected_topics and not placed.record.judgements:
            told = f"question {placed.record.question_id!r} has neither topics nor judgements. Add 'expected_topics'."
            yield warning("no-topics-or-judgements", placed.place, told)


def too_long(chunks: Sequence[Placed[Chunk]], measure: Measure) -> Iterator[Problem]:
    """One warning for each chunk whose title and text have more tokens than the model reads."""
    for start in range(0, len(chunks), TEXTS_A_CALL):
        block = chunks[start : start + TEXTS_A_CALL]
        counts = measure.count([placed.record.document for placed in block])
        for placed, n_tokens in zip(block, counts, strict=True):
            if n_tokens > measure.limit:
                told = f"{n_tokens:,} tokens; {measure.model} reads the first {measure.limit:,}. Cut the chunk, or set MAX_SEQ_LENGTH."
                yield warning("too-long", placed.place, told)


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
