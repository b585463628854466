from __future__ import annotations

from core.pairing.groups import groups_of, normal_text
from core.records import Question


def members(*questions: Question) -> list[tuple[int, ...]]:
    return [group.members for group in groups_of(questions, lambda question: min(question.expected_topics, default=None))]


def ask(text: str, *topics: str, **judged: int) -> Question:
    return Question(text, text, expected_topics=topics, judgements=judged)


def test_case_punctuation_and_spacing_do_not_tell_questions_apart() -> None:
    assert normal_text("  Who is\tIlsa?! ") == normal_text("who is ILSA") == "who is ilsa"
    assert normal_text("Straße 1½") == normal_text("STRASSE 1½")
    assert normal_text("cafe\u0301") == normal_text("café")


def test_linked_by_text_by_a_relevant_chunk_and_by_the_topic_and_through_each_other() -> None:
    assert members(ask("Who?"), ask("who"), ask("What?")) == [(0, 1), (2,)]
    assert members(ask("a", c=1), ask("b", c=2, d=1), ask("e", d=1), ask("f", x=1)) == [(0, 1, 2), (3,)]
    assert members(ask("a", "Ilsa"), ask("b", "Ilsa", "Zoe"), ask("c", "Zoe")) == [(0, 1), (2,)]


def test_a_chunk_judged_not_relevant_links_nothing() -> None:
    assert members(ask("a", c=0), ask("b", c=0)) == [(0,), (1,)]


def test_a_topic_of_more_than_a_fifth_of_the_questions_links_nothing() -> None:
    assert len(members(*(ask(str(n), "God") for n in range(5)))) == 1
    assert len(members(*(ask(str(n), "God") for n in range(6)))) == 6
    rest = [ask(f"r{n}", f"topic {n}") for n in range(24)]
    assert len(members(*(ask(str(n), "God") for n in range(6)), *rest)) == 25


def test_the_key_stays_when_a_question_on_the_same_topic_or_chunk_joins() -> None:
    def keys(*questions: Question) -> list[str]:
        return [group.key for group in groups_of(questions, lambda question: min(question.expected_topics, default=None))]

    assert keys(ask("m", "Ilsa", c=1)) == keys(ask("m", "Ilsa", c=1), ask("a", "Ilsa", b=1))
    assert keys(ask("m", c=1)) == keys(ask("m", c=1), ask("a", c=1))
