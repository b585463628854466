"""What is asked: one of the questions, or a typed text; and only what was known up to which time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.judging.merging import merged
from core.records import Question
from core.search import Ground
from workbench.highlight import tones_of
from workbench.session import Session, alias_index


@dataclass(frozen=True, slots=True)
class Query:
    """`topics` are a question's expected ones; of free text they are the entities named in it, and no grade is given. `question` carries
    all judgements; None for free text. `until`: only chunks of no later time are searched; None: all."""

    text: str
    topics: tuple[str, ...] = ()
    question: Question | None = None
    until: float | None = None

    @property
    def graded(self) -> bool:
        return self.question is not None and bool(self.topics)

    @property
    def tones(self) -> dict[str, int]:
        return tones_of(self.topics)

    def judged_within(self, ground: Ground) -> Question | None:
        """The question with the judgements that count here: of chunks that are too late to be searched nothing is asked."""
        if self.question is None or self.until is None:
            return self.question
        late = {ground.chunks[index].chunk_id for chunk_id in self.question.judgements if (index := ground.places.get(chunk_id)) is not None
                and ground.orders[index] > self.until}  # fmt: skip
        return replace(self.question, judgements={id_: grade for id_, grade in self.question.judgements.items() if id_ not in late})


def from_question(session: Session, question: Question, until: float | None) -> Query:
    """With the judgements made in the app."""
    [judged] = merged([question], session.store.judged_here())
    return Query(judged.text, judged.expected_topics, judged, until)


def from_text(session: Session, text: str, until: float | None) -> Query:
    """A typed query; the entities it names are looked for in the results."""
    spans = alias_index(session).find(text, ignore_case=True)
    return Query(text, tuple(dict.fromkeys(span.entities[0].name for span in spans)), until=until)
