from __future__ import annotations

import random

from core.pairing.groups import groups_of, normal_text
from core.records import Question


def members(*questions: Question) -> list[tuple[int, ...]]:
    return [group.members for group in groups_of(questions, lambda question: question.expected_topics)]


def ask(text: str, *topics: str, **judged: int) -> Question:
    return Question(text, text, expected_topics=topics, judgements=judged)


def test_case_punctuation_and_spacing_do_not_tell_questions_apart() -> None:
    assert normal_text("  Who is\tIlsa?! ") == normal_text("who is ILSA") == "who is ilsa"
    assert normal_text("Straße 1½") == normal_text("STRASSE 1½")
    assert normal_text("cafe\u0301") == normal_text("café")


def test_linked_by_text_by_a_relevant_chunk_and_by_a_subject_and_through_each_other() -> None:
    assert members(ask("Who?"), ask("who"), ask("What?")) == [(0, 1), (2,)]
    assert members(ask("a", c=1), ask("b", c=2, d=1), ask("e", d=1), ask("f", x=1)) == [(0, 1, 2), (3,)]
    assert members(ask("a", "Ilsa"), ask("b", "Ilsa", "Zoe"), ask("c", "Zoe"), ask("d")) == [(0, 1, 2), (3,)]


def test_a_chunk_judged_not_relevant_links_nothing() -> None:
    assert members(ask("a", c=0), ask("b", c=0)) == [(0,), (1,)]


def test_a_subject_of_more_than_a_group_may_hold_links_nothing() -> None:
    assert len(members(*(ask(str(n), "God") for n in range(5)))) == 1
    assert len(members(*(ask(str(n), "God") for n in range(6)))) == 6
    rest = [ask(f"r{n}", f"topic {n}") for n in range(1000)]
    assert len(members(*(ask(str(n), "God") for n in range(10)), *rest)) == 1001
    assert len(members(*(ask(str(n), "God") for n in range(11)), *rest)) == 1011


def test_a_dense_set_is_cut_along_its_weakest_links() -> None:
    """Twenty questions under one chunk, in pairs under chunks of their own: groups of at most five, and no pair is parted."""
    groups = members(*(ask(f"q{n:02}", **{f"own{n // 2}": 1, "all": 1}) for n in range(20)))
    assert [len(group) for group in groups] == [4] * 5
    assert all(any({2 * n, 2 * n + 1} <= set(group) for group in groups) for n in range(10))


def test_equal_texts_stay_together_however_many_they_are() -> None:
    assert members(*(ask("Who?", **{f"c{n}": 1}) for n in range(9)), ask("Where?")) == [tuple(range(9)), (9,)]


def test_the_order_of_the_questions_changes_nothing() -> None:
    rng = random.Random(5)
    dense = [ask(f"q{n}", *rng.sample("abcdefgh", 2), **{f"c{c}": 1 for c in rng.sample(range(40), 2)}) for n in range(120)]
    shuffled = rng.sample(dense, len(dense))

    def found(questions: list[Question]) -> set[tuple[str, frozenset[str]]]:
        groups = groups_of(questions, lambda question: question.expected_topics)
        return {(group.key, frozenset(questions[index].text for index in group.members)) for group in groups}

    assert found(dense) == found(shuffled)
    assert len({key for key, _ in found(dense)}) == len(found(dense)) > 20


def test_the_key_stays_when_a_question_on_the_same_topic_or_chunk_joins() -> None:
    def keys(*questions: Question) -> list[str]:
        return [group.key for group in groups_of(questions, lambda question: question.expected_topics)]

    assert keys(ask("m", "Ilsa", c=1)) == keys(ask("m", "Ilsa", c=1), ask("a", "Ilsa", b=1))
    assert keys(ask("m", c=1)) == keys(ask("m", c=1), ask("a", c=1))
