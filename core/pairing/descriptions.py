"""What an index says of an entity, asked without its name: "Who is the clerk that adds up the city?" """

from __future__ import annotations

import re

from core.pairing.templates import Thing
from core.records import Entity

FEWEST_WORDS = 4
MOST_WORDS = 18

_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:.!?](?:\s|$)| - | – | — ")
_CLAUSE = re.compile(r"\b(?:that|who|whose|which|where|in which)\b")


def description_of(entity: Entity) -> str:
    """The first clause of the longest text among an entity's attributes, as far as it opens with an article, as descriptions do, and
    does not name it; "" where there is none."""
    texts = [value for value in entity.attributes.values() if isinstance(value, str)]
    described = [text for text in sorted(texts, key=len, reverse=True) if _ARTICLE.match(text)]
    for text in described:
        clause = _first_clause(text)
        if len(clause.split()) >= FEWEST_WORDS and not any(name.lower() in clause.lower() for name in entity.names):
            return clause[:1].lower() + clause[1:]
    return ""


def _first_clause(text: str) -> str:
    for match in _CLAUSE_END.finditer(text):
        if len(text[: match.start()].split()) >= FEWEST_WORDS:
            text = text[: match.start()]
            break
    return "" if len(text.split()) > MOST_WORDS else text.strip()


def ask_for(description: str, thing: Thing, turn: int) -> str:
    """A question or a request for what the description describes."""
    the = _ARTICLE.sub("the ", description, count=1) if _CLAUSE.search(description) else description
    who = "Who" if thing.kind == "person" else "What"
    wordings = (f"{who} is {the}?", f"What is the name of {the}?", f"I'm looking for {description}.", description)
    return wordings[turn % len(wordings)]
