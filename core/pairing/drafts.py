"""The possible queries about a chunk, each with the reason for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.mining.ground import Ground
from core.mining.wording import counted, listed
from core.pairing import templates
from core.pairing.acronyms import spelt_out
from core.pairing.descriptions import ask_for, description_of
from core.pairing.phrases import Phrases
from core.pairing.subjects import Subjects, Told
from core.pairing.templates import Thing
from core.pairing.turning import Turned, turn
from core.pairing.vocabulary import Vocabulary
from core.records import content_id

FEWEST_WORDS = 8
LEAST_RARITY = 8.0
"""A turned question rarer than this asks for something: "What is the main challenge?" (about 5) could be asked of a hundred chunks."""

MOST_QUOTED = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A query, why it is one for its chunk, and the things that it asks for; `is_rare`: few chunks can teach this;
    `is_plain`: a sentence of the chunk answers it."""

    rule: str
    query: str
    reason: str
    things: tuple[Thing, ...]
    is_rare: bool = False
    is_plain: bool = False

    @property
    def n_sharing(self) -> int:
        """In how many chunks the rarest of its things comes up."""
        return max(1, min(thing.n_chunks for thing in self.things))


class Writer:
    """Writes the possible queries about the chunks of one corpus."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._words = Vocabulary(ground.chunks)
        self._phrases = Phrases(ground.chunks)
        self._subjects = Subjects(ground, self._words, self._phrases)
        self._long_of = spelt_out(chunk.text for chunk in ground.chunks)
        self._short_of = {long.lower(): short for short, long in self._long_of.items()}

    def drafts(self, index: int) -> list[Draft]:
        """The queries about a chunk in the order in which they are worth having: what few chunks can teach, then one form after the
        other, beginning at one that the chunk's id determines. None repeats more than five words in a row."""
        chunk = self._ground.chunks[index]
        if len(chunk.text.split()) < FEWEST_WORDS:
            return []
        start = int(content_id("wording", chunk.chunk_id), 16)
        drafts = [draft for draft in self._drafts(index, start) if not self._words.copies(draft.query, index)]
        rare = [draft for draft in drafts if draft.is_rare]
        common = [draft for draft in drafts if not draft.is_rare]
        plain = [draft for draft in common if draft.is_plain and start % 2]  # half of the chunks begin with the plainest questions
        return [*_from(start, rare), *plain, *_from(start, [draft for draft in common if draft not in plain])]

    def _drafts(self, index: int, start: int) -> Iterator[Draft]:
        page = self._subjects.page(index)
        told = self._subjects.told(index)
        if page:
            yield from self._of_page(index, page, start)
        for place, sentence in enumerate(told[:2]):
            yield from self._of_sentence(index, sentence, start // 6 + place)
        yield from self._turned(index, told)
        if not told and not page:
            yield from self._of_mentions(index, start)

    def _of_page(self, index: int, page: Thing, start: int) -> Iterator[Draft]:
        why = f"Asks for {page.text}, whose page this chunk opens."
        form = (templates.question, templates.statement)[start % 2]
        is_rare = not start % 3  # asking for a page by its name is easy: there are to be other queries too
        yield Draft(f"synthetic-{form.__name__}", form([page], start // 6), why, (page,), is_rare)
        yield from self._renamed(index, (page,), start)
        description = description_of(self._ground.mentions.entities[page.entity]) if page.entity is not None else ""
        if description:
            why = f"Describes {page.text} as its index does, without the name; this chunk opens its page."
            yield Draft("synthetic-description", ask_for(description, page, start), why, (page,), is_rare=True)

    def _of_sentence(self, index: int, told: Told, start: int) -> Iterator[Draft]:
        things = told.things
        why = f"Made from {_quoted(things)}, which {'one sentence of it names together' if len(things) > 1 else 'it names'}."
        yield Draft("synthetic-question", templates.question(things[:2], start), why, things[:2])
        yield Draft("synthetic-statement", templates.statement(things[:2], start), why, things[:2])
        yield Draft("synthetic-keyword", templates.keywords(things, start), why, things)
        yield from self._renamed(index, things, start)

    def _of_mentions(self, index: int, start: int) -> Iterator[Draft]:
        things, n_sharing = self._subjects.mentioned(index)
        if things:
            names = listed([thing.text for thing in things])
            made_of = f"Made from its mention{'s' if len(things) > 1 else ''} of {names}"
            why = f"{made_of}, found in {'no other chunk' if n_sharing == 1 else counted(n_sharing, 'chunk')}."
            yield Draft("synthetic-question", templates.question(things, start), why, things)
            yield Draft("synthetic-statement", templates.statement(things, start), why, things)
            yield Draft("synthetic-keyword", templates.keywords(things, start), why, things)

    def _renamed(self, index: int, things: Sequence[Thing], start: int) -> Iterator[Draft]:
        """A question that calls one of the things by a name that the chunk does not use."""
        for place, thing in enumerate(things[:2]):
            name = self._other_name(index, thing)
            if name:
                article = "" if thing.entity is not None else thing.article
                renamed = [*things[:place], replace(thing, text=name, article=article), *things[place + 1 :]]
                why = f"Asks for {name}, a name this chunk does not use for {thing.text}."
                yield Draft("synthetic-alias", templates.question(renamed[:2], start), why, tuple(renamed[:2]), is_rare=True)
                return

    def _other_name(self, index: int, thing: Thing) -> str | None:
        if thing.entity is not None:
            return self._subjects.other_name(index, thing.entity)
        name = self._long_of.get(thing.text) or self._short_of.get(thing.text.lower())
        return name if name and not self._words.says(index, name) else None

    def _turned(self, index: int, told: Sequence[Told]) -> Iterator[Draft]:
        """The most telling of the questions that the chunk's own sentences answer."""
        text = self._ground.chunks[index].text
        persons = {thing.text for sentence in told for thing in sentence.things if thing.kind == "person"}
        turned = [
            (self._words.rarity(found.question), start, text[start:end], found)
            for start, end in self._phrases.sentences(text)
            if (found := turn(text[start:end], self._phrases, persons))
        ]
        for rarity, start, sentence, found in sorted(turned, key=lambda one: (-one[0], one[1]))[:1]:
            if rarity >= LEAST_RARITY:
                yield self._answered_by(index, start, sentence, found)

    def _answered_by(self, index: int, start: int, sentence: str, found: Turned) -> Draft:
        words = sentence.split()
        shown = " ".join(words[:MOST_QUOTED]) + (" …" if len(words) > MOST_QUOTED else "")
        at = start + sentence.lower().find(found.subject.lower())
        names = self._subjects.named_between(index, at, at + len(found.subject))
        phrase = Thing(found.subject, "phrase", at, at + len(found.subject), n_chunks=self._words.n_saying(found.subject))
        return Draft("synthetic-question", found.question, f"Its sentence answers this: “{shown}”", (phrase, *names), is_plain=True)


def _from(start: int, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """All of them once, beginning somewhere."""
    return (drafts[(start + step) % len(drafts)] for step in range(len(drafts)))


def _quoted(things: Sequence[Thing]) -> str:
    return listed([thing.text if thing.entity is not None else f"“{thing.text}”" for thing in things])
