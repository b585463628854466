"""What shows only when everything is read: names that do not meet, questions nobody can score, chunks no model reads whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Protocol

import numpy as np
import pyarrow.compute as pc

from core.corpus.aliases import fold
from core.corpus.columns import Chunks, mentions_of
from core.corpus.placed import PlacedChunks
from core.corpus.report import Place, Placed, Problem, warning
from core.records import Entity, Question

CLAIMANTS_NAMED = 3
TEXTS_A_CALL = 1000
MOST_COUNTED = 5000  # chunks, all counted; of more only those that may be too long
N_SAMPLED = 1000
MARGIN = 1.25


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
        for folded, name in {fold(name): name for name in placed.record.names}.items():
            claims[folded].append((name, placed))
    for claimants in claims.values():
        if len(claimants) > 1:
            yield warning("ambiguous-alias", claimants[1][1].place, f"{claimants[0][0]!r} is claimed by {_named(claimants)}.")


def _named(claimants: Sequence[tuple[str, Placed[Entity]]]) -> str:
    shown = [f"{placed.record.name!r} ({placed.record.type})" for _, placed in claimants[:CLAIMANTS_NAMED]]
    if len(claimants) > CLAIMANTS_NAMED:
        shown.append(f"{len(claimants) - CLAIMANTS_NAMED} more")
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def unknown_mentions(chunks: PlacedChunks, known: Mapping[str, Set[str]]) -> Iterator[Problem]:
    """One warning for each mention that the index of its type does not know (any index, where its type has none)."""
    types = frozenset().union(*known.values())
    said = mentions_of(chunks.chunks.table).group_by(["type", "name"]).aggregate([("row", "min"), ("row", "count"), ("ordinal", "min")])
    for mention in said.sort_by([("row_min", "ascending"), ("ordinal_min", "ascending")]).to_pylist():
        type_, name = mention["type"], mention["name"]
        of_name = known.get(fold(name), ())
        if not (type_ in of_name or (of_name and type_ not in types)):
            told = f"{type_} mention {name!r} is in no {type_ if type_ in types else ''} index".replace("  ", " ")
            first = chunks.place(mention["row_min"])
            yield warning("unknown-mention", first, f"{told} ({_times(mention['row_count'])}). Add it, or an alias.")


def unknown_topics(questions: Iterable[Placed[Question]], known: Mapping[str, Set[str]]) -> Iterator[Problem]:
    """One warning for each expected topic that no index knows."""
    places: dict[str, list[Place]] = defaultdict(list)
    for placed in questions:
        for topic in placed.record.expected_topics:
            places[topic].append(placed.place)
    for topic, where in places.items():
        if fold(topic) not in known:
            told = f"expected topic {topic!r} is in no index ({_times(len(where))}); it is matched as a phrase."
            yield warning("unknown-topic", where[0], told)


def unanswerable(questions: Iterable[Placed[Question]]) -> Iterator[Problem]:
    """One warning for each question by which nothing can be learned or scored."""
    for placed in questions:
        if not placed.record.expected_topics and not placed.record.judgements:
            told = f"question {placed.record.question_id!r} has neither topics nor judgements. Add 'expected_topics'."
            yield warning("no-topics-or-judgements", placed.place, told)


def too_long(chunks: PlacedChunks, measure: Measure) -> Iterator[Problem]:
    """One warning for each chunk whose title and text have more tokens than the model reads."""
    worth = _worth_counting(chunks.chunks, measure)
    for start in range(0, len(worth), TEXTS_A_CALL):
        block = worth[start : start + TEXTS_A_CALL]
        counts = measure.count(chunks.chunks.documents(block))
        for row, n_tokens in zip(block, counts, strict=True):
            if n_tokens > measure.limit:
                told = f"{n_tokens:,} tokens; {measure.model} reads the first {measure.limit:,}. Cut the chunk, or set MAX_SEQ_LENGTH."
                yield warning("too-long", chunks.place(row), told)


def _worth_counting(chunks: Chunks, measure: Measure) -> Sequence[int]:
    """The chunks that may be too long. Counting tokens takes longer than all else of an import, so of a large corpus only those are
    counted that would be near the limit if they had as many tokens a character as the densest of a thousand of its chunks."""
    if len(chunks) <= MOST_COUNTED:
        return range(len(chunks))
    rows = range(0, len(chunks), len(chunks) // N_SAMPLED)
    sample = [text for text in chunks.documents(rows) if len(text) >= measure.limit]
    densest = max((n_tokens / len(text) for n_tokens, text in zip(measure.count(sample), sample, strict=True)), default=1.0)
    shortest = measure.limit / densest / MARGIN
    lengths = pc.add(pc.utf8_length(chunks.table["text"]), pc.utf8_length(chunks.table["title"]))
    return np.flatnonzero(lengths.to_numpy() >= shortest).tolist()


def types_by_name(entities: Sequence[Placed[Entity]]) -> dict[str, set[str]]:
    """The types of the entities that claim a name, by the folded name."""
    types: dict[str, set[str]] = {}
    for placed in entities:
        for name in placed.record.names:
            types.setdefault(fold(name), set()).add(placed.record.type)
    return types


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
