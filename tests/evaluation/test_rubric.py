"""The rubric on five chunks that say exactly what they say."""

from __future__ import annotations

import pytest

from core.corpus.topics import TopicMatcher
from core.evaluation.rubric import grade
from core.records import Chunk, Entity

ENTITIES = (
    Entity("Mira Vale", "person", aliases=("the Lamplighter",)),
    Entity("Oss", "place", aliases=("the Salt City",)),
    Entity("Hollow Gate", "place"),
    Entity("Brine Pact", "event"),
)
NOTHING = Chunk("nothing", "Rain fell on the marsh all day.", "marsh.md")
ALIAS = Chunk("alias", "They called her the Lamplighter, and she answered.", "mira.md")
NAME = Chunk("name", "Mira Vale was born in Oss.", "mira.md")
MENTION = Chunk("mention", "It stood open that night.", "gate.md", mentions={"place": ("Hollow Gate",)})
PHRASE = Chunk("phrase", "The tide wardens keep watch.", "wardens.md")


@pytest.fixture
def matcher() -> TopicMatcher:
    return TopicMatcher(ENTITIES)


@pytest.mark.parametrize(
    ("topics", "ranked", "expected"),
    [
        (["Mira Vale", "Oss"], [NOTHING, PHRASE, MENTION], 1),
        (["Mira Vale", "Oss", "Brine Pact"], [ALIAS, NOTHING], 2),
        (["Mira Vale", "Brine Pact"], [ALIAS, NOTHING], 3),
        (["Mira Vale", "Oss", "Brine Pact"], [NOTHING, NAME], 3),
        (["Mira Vale", "Hollow Gate"], [ALIAS, NOTHING, NOTHING, MENTION], 4),
        (["Mira Vale", "Hollow Gate"], [NOTHING, MENTION, ALIAS], 5),
        (["Mira Vale"], [NOTHING] * 4 + [NAME], 4),
        (["Mira Vale"], [NOTHING] * 5 + [NAME], 1),
        (["Tide Wardens"], [PHRASE], 5),
        (["Mira Vale"], [], 1),
    ],
)
def test_each_grade(matcher: TopicMatcher, topics: list[str], ranked: list[Chunk], expected: int) -> None:
    assert grade(topics, ranked, matcher).grade == expected


def test_the_best_ranked_covering_chunk_and_its_words_are_kept(matcher: TopicMatcher) -> None:
    graded = grade(["Oss", "Mira Vale", "Hollow Gate", "Brine Pact"], [NOTHING, ALIAS, NAME, MENTION, NAME], matcher)
    assert list(graded.covered) == ["Oss", "Mira Vale", "Hollow Gate"]
    assert graded.missed == ("Brine Pact",)
    mira, oss, gate = graded.covered["Mira Vale"], graded.covered["Oss"], graded.covered["Hollow Gate"]
    assert (mira.rank, mira.chunk_id, mira.match.how) == (2, "alias", "alias")
    assert ALIAS.text[mira.match.start : mira.match.end] == mira.match.words == "the Lamplighter"
    assert (oss.rank, oss.chunk_id, oss.match.words) == (3, "name", "Oss")
    assert (gate.rank, gate.match.how, gate.match.words) == (4, "mention", "Hollow Gate")


def test_a_topic_given_twice_counts_once(matcher: TopicMatcher) -> None:
    graded = grade(["Oss", "Oss", "Brine Pact"], [NAME], matcher)
    assert (graded.grade, graded.missed) == (3, ("Brine Pact",))


def test_the_depth_can_be_chosen(matcher: TopicMatcher) -> None:
    ranked = [NOTHING, NOTHING, NAME]
    assert grade(["Oss"], ranked, matcher, k=2).grade == 1
    assert grade(["Oss"], ranked, matcher, k=3, top=2).grade == 4


def test_the_same_ranking_always_gets_the_same_grade() -> None:
    topics, ranked = ["Mira Vale", "Hollow Gate"], [ALIAS, NAME, MENTION]
    assert grade(topics, ranked, TopicMatcher(ENTITIES)) == grade(topics, ranked, TopicMatcher(ENTITIES))


def test_a_question_without_topics_has_no_grade(matcher: TopicMatcher) -> None:
    with pytest.raises(ValueError, match="no topics"):
        grade([], [NAME], matcher)
