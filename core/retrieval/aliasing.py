"""A question asked with every name of what it is about: where the ranks move with the name, a system has learnt spellings, not entities."""

from __future__ import annotations

from dataclasses import dataclass

from core.corpus.aliases import AliasIndex, fold

MOST_VARIANTS = 40


@dataclass(frozen=True, slots=True)
class Variant:
    """The question with one entity under another name; as asked where `name` is ""."""

    text: str
    entity: str = ""
    name: str = ""


def variants(text: str, index: AliasIndex) -> tuple[list[Variant], int]:
    """The question as asked, then with each other name of each entity that it names, one entity at a time; at most MOST_VARIANTS, and
    how many were left out. A name that several entities claim stands for the first of them."""
    spans = index.find(text, ignore_case=True)
    entities = {(span.entities[0].type, span.entities[0].name): span.entities[0] for span in spans}
    found = [Variant(text)]
    for key, entity in entities.items():
        own = [span for span in spans if (span.entities[0].type, span.entities[0].name) == key]
        said = {fold(text[span.start : span.end]) for span in own}
        for name in dict.fromkeys(entity.names):
            if fold(name) not in said:
                changed = text
                for span in reversed(own):
                    changed = changed[: span.start] + name + changed[span.end :]
                found.append(Variant(changed, entity.name, name))
    return found[:MOST_VARIANTS], max(0, len(found) - MOST_VARIANTS)
