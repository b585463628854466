"""Synthetic queries from templates and entity mentions, for chunks that nobody has asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.mining.ground import Ground
from core.mining.wording import listed, quoted
from core.pairing import templates
from core.pairing.groups import normal_text
from core.pairing.subjects import About, Subjects
from core.pairing.vocabulary import Vocabulary
from core.records import Chunk, Pair, content_id

MOST_FOR_CHUNK = 2
MOST_FOR_ENTITY = 10
FEWEST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A synthetic positive pair, the numbers of the entities its query asks for, and what it calls them."""

    pair: Pair
    entities: tuple[int, ...]
    called: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    rule: str
    query: str
    about: About
    reason: str


def synthesise(ground: Ground, n: int, seed: int, asked_already: Sequence[str] = ()) -> list[Synthetic]:
    """At most `n` queries: one for every chunk, then a second one of another form, chunks that are searched before the others,
    else in an order that the seed and the chunk ids determine; at most ten about one entity.

    No two queries read alike or like one `asked_already`, and none repeats more than five words in a row from its chunk.
    """
    writer = _Writer(ground)
    order = sorted(range(len(ground.chunks)), key=lambda index: _place(ground.chunks[index], seed))
    seen = {normal_text(text) for text in asked_already}
    asked: Counter[int] = Counter()
    made: list[Synthetic] = []
    for turn in range(MOST_FOR_CHUNK):
        for index in order:
            if len(made) >= n:
                return made
            draft = writer.draft(index, turn)
            if draft is None or normal_text(draft.query) in seen or asked[draft.about.entities[0]] >= MOST_FOR_ENTITY:
                continue
            seen.add(normal_text(draft.query))
            asked[draft.about.entities[0]] += 1
            made.append(Synthetic(_pair(draft, index, ground), draft.about.entities, draft.about.subject.names))
    return made


def _place(chunk: Chunk, seed: int) -> tuple[bool, str]:
    return not chunk.searchable, content_id("synthesis", str(seed), chunk.chunk_id)


class _Writer:
    """Writes the possible queries about a chunk."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._words = Vocabulary(ground.chunks)
        self._subjects = Subjects(ground, self._words)

    def draft(self, index: int, turn: int) -> _Draft | None:
        """The query whose turn it is for this chunk, None where it has fewer. What few chunks can teach comes first: a page's own
        name, another name of what it speaks of."""
        chunk = self._ground.chunks[index]
        if len(chunk.text.split()) < FEWEST_WORDS:
            return None
        start = int(content_id("wording", chunk.chunk_id), 16)  # spreads the forms over the chunks
        drafts = [draft for draft in self._drafts(index, start) if not self._words.copies(draft.query, index)]
        rare = [draft for draft in drafts if draft.rule == "synthetic-alias" or draft.about.subject.own_page]
        common = [draft for draft in drafts if draft not in rare]
        turns = [*_from(start, rare), *_from(start, common)]
        return turns[turn] if turn < len(turns) else None

    def _drafts(self, index: int, start: int) -> Iterator[_Draft]:
        for about in self._subjects.of(index):
            why = _why(about)
            yield _Draft("synthetic-question", templates.question(about.subject, start), about, why)
            yield from self._under_another_name(index, about, start)
            yield _Draft("synthetic-statement", templates.statement(about.subject, start), about, why)
            if about.subject.words:
                yield _Draft("synthetic-keyword", templates.keywords(about.subject, start), about, why)

    def _under_another_name(self, index: int, about: About, start: int) -> Iterator[_Draft]:
        name = self._subjects.other_name(index, about.entities[0])
        if name is None:
            return
        subject = about.subject
        renamed = replace(subject, names=(name, *subject.names[1:]))
        why = f"Asks for {name}, a name this chunk does not use for {subject.names[0]}."
        yield _Draft("synthetic-alias", templates.question(renamed, start), replace(about, subject=renamed), why)


def _from(start: int, drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    """All of them once, beginning somewhere."""
    return (drafts[(start + step) % len(drafts)] for step in range(len(drafts)))


def _why(about: About) -> str:
    subject = about.subject
    if subject.own_page:
        return f"Asks for {subject.names[0]}, whose page this chunk opens."
    made_of = f"{'its mentions' if len(subject.names) > 1 else 'its mention'} of {listed(subject.names)}"
    if len(subject.names) == 1 and subject.words:
        made_of += f" and its {'words' if len(subject.words) > 1 else 'word'} {quoted(subject.words)}"
    if about.n_sharing == 1:
        return f"Made from {made_of}, found in no other chunk{' together' if len(subject.names) + len(subject.words) > 1 else ''}."
    return f"Made from {made_of}, found in {about.n_sharing} chunks."


def _pair(draft: _Draft, index: int, ground: Ground) -> Pair:
    entities = [ground.mentions.entities[number].name for number in draft.about.entities]
    return Pair(
        query=draft.query,
        chunk_id=ground.chunks[index].chunk_id,
        label="positive",
        rule=draft.rule,
        score=1.0 / max(1, draft.about.n_sharing),
        reason=draft.reason,
        evidence={"entities": entities, "words": list(draft.about.subject.words), "n_sharing": draft.about.n_sharing},
    )
