"""Synthetic queries, written without a language model: for chunks that nobody has asked about, in any corpus.

What a query asks for comes from the chunk itself: the page it opens, names and phrases that one of its sentences holds together, a
sentence that answers a question, other names by the index or by acronyms that the corpus spells out, and what the index says of an entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.corpus.aliases import fold
from core.mining.ground import Ground
from core.pairing.drafts import Draft, Writer
from core.pairing.groups import normal_text
from core.pairing.spans import SpanEvidence, apart
from core.pairing.templates import Thing
from core.records import Chunk, Pair, content_id

MOST_FOR_CHUNK = 2
MOST_FOR_SUBJECT = 10


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A synthetic positive pair, the numbers of the entities its query asks for, and what it calls its subjects."""

    pair: Pair
    entities: tuple[int, ...]
    called: tuple[str, ...]


def synthesise(ground: Ground, n: int, seed: int, asked_already: Sequence[str] = ()) -> list[Synthetic]:
    """At most `n` queries: one for every chunk, then a second one of another form, chunks that are searched before the others,
    else in an order that the seed and the chunk ids determine; at most ten about one entity or phrase, and of chunks that say nearly the
    same only one is asked for.

    No two queries read alike or like one `asked_already`, and none repeats more than five words in a row from its chunk.
    """
    if n <= 0:
        return []
    writer = Writer(ground)
    order = _first_of_twins(sorted(range(len(ground.chunks)), key=lambda index: _place(ground.chunks[index], seed)), ground)
    seen = {normal_text(text) for text in asked_already}
    asked: Counter[str] = Counter()
    made: list[Synthetic] = []
    left: dict[int, list[Draft]] = {}
    for turn in range(MOST_FOR_CHUNK):
        for index in order:
            if len(made) >= n:
                return made
            drafts = left.pop(index, []) if turn else writer.drafts(index)
            place = next((place for place, draft in enumerate(drafts) if _is_new(draft, seen, asked)), None)
            if place is None:
                continue
            draft = drafts[place]
            seen.add(normal_text(draft.query))
            asked.update(_keys(draft))
            made.append(_synthetic(draft, index, ground))
            left[index] = [later for later in drafts[place + 1 :] if later.rule != draft.rule]
    return made


def _is_new(draft: Draft, seen: set[str], asked: Counter[str]) -> bool:
    return normal_text(draft.query) not in seen and all(asked[key] < MOST_FOR_SUBJECT for key in _keys(draft))


def _keys(draft: Draft) -> list[str]:
    return [fold(thing.text) if thing.entity is None else str(thing.entity) for thing in draft.things]


def _place(chunk: Chunk, seed: int) -> tuple[bool, str]:
    return not chunk.searchable, content_id("synthesis", str(seed), chunk.chunk_id)


def _first_of_twins(order: Sequence[int], ground: Ground) -> list[int]:
    first: dict[int, int] = {}
    for index in order:
        first.setdefault(int(ground.twins[index]), index)
    return list(first.values())


def _synthetic(draft: Draft, index: int, ground: Ground) -> Synthetic:
    entities = tuple(dict.fromkeys(thing.entity for thing in draft.things if thing.entity is not None))
    return Synthetic(_pair(draft, index, ground), entities, tuple(thing.text for thing in draft.things))


def _pair(draft: Draft, index: int, ground: Ground) -> Pair:
    return Pair(
        query=draft.query,
        chunk_id=ground.chunks[index].chunk_id,
        label="positive",
        rule=draft.rule,
        score=round(1.0 / draft.n_sharing, 4),
        reason=draft.reason,
        evidence={
            "entities": [ground.mentions.entities[thing.entity].name for thing in draft.things if thing.entity is not None],
            "words": [thing.text for thing in draft.things if thing.entity is None],
            "n_sharing": draft.n_sharing,
            "spans": _spans(draft, ground.chunks[index]),
            "about": _about(draft, ground),
        },
    )


def _spans(draft: Draft, chunk: Chunk) -> list[SpanEvidence]:
    """Where the chunk says what the query asks for, in the order of the text."""
    found = [_span(thing, thing.start, thing.end, chunk) for thing in draft.things if thing.start is not None and thing.end is not None]
    return sorted(apart(found), key=lambda span: span["start"])


def _span(thing: Thing, start: int, end: int, chunk: Chunk) -> SpanEvidence:
    is_renamed = fold(chunk.text[start:end]) != fold(thing.text)
    return {"start": start, "end": end, "kind": "alias" if is_renamed else "word" if thing.entity is None else "mention", "of": thing.text}


def _about(draft: Draft, ground: Ground) -> list[str]:
    """Keys of what the query is about, for telling two queries apart: its entities, and its phrases as topics."""
    numbers = dict.fromkeys(thing.entity for thing in draft.things if thing.entity is not None)
    entities = [ground.mentions.entities[number] for number in numbers]
    return [
        *(f"entity:{entity.type}:{entity.name}" for entity in entities),
        *(f"topic:{fold(thing.text)}" for thing in draft.things if thing.entity is None),
    ]
