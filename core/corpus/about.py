"""What a question is about: the entities that its topics mean and its text names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from core.corpus.aliases import first_word, fold, words
from core.corpus.topics import TopicMatcher
from core.records import Entity, Question

Subjects = frozenset[str]
"""`entity:<type>:<name>`, whatever name was used, and `topic:<folded>` for a topic that no entity claims."""


class About:
    """Subjects of questions and texts. A name that several entities share means those whose primary name it is, else all of them."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._matcher = TopicMatcher(entities)
        self.index = self._matcher.index

    @classmethod
    def of_these(cls, questions: Iterable[Question], entities: Iterable[Entity]) -> About:
        """One that is asked of these questions alone, and knows only the entities that they can name: to make one of all entities of a
        large corpus takes longer than to look through a few questions."""
        said = {word for question in questions for text in (question.text, *question.expected_topics) for word in words(text)}
        topics = {fold(topic) for question in questions for topic in question.expected_topics}
        return cls([entity for entity in entities if any(_can_be_said(name, said, topics) for name in entity.names)])

    def question(self, question: Question) -> Subjects:
        """What its topics mean and its text names."""
        return self.topics(question.expected_topics) | self.text(question.text)

    def topics(self, topics: Iterable[str]) -> Subjects:
        """The entities that topics mean; a topic that means none stands for itself."""
        return frozenset(subject for topic in topics for subject in (self._meant(topic) or [f"topic:{fold(topic)}"]))

    def text(self, text: str, ignore_case: bool = False) -> Subjects:
        """The entities named in a text, as `AliasIndex.find` finds them."""
        return frozenset(subject for span in self.index.find(text, ignore_case) for subject in self._meant(span.alias))

    def _meant(self, name: str) -> list[str]:
        return [f"entity:{entity.type}:{entity.name}" for entity in self._matcher.entities(name)]


def _can_be_said(name: str, said: Container[str], topics: Container[str]) -> bool:
    return first_word(name) in said or fold(name) in topics
