"""Questions that hang together, and those that must not be drawn into one heap."""

from __future__ import annotations

from core.evaluation.clusters import clusters_of
from core.records import Chunk, Question

CHUNKS = [Chunk(f"{file}{number}", "text", f"{file}.md") for file in "abcd" for number in (1, 2)]


def judged(*chunk_ids: str, topics: tuple[str, ...] = ()) -> Question:
    return Question("q", "?", judgements=dict.fromkeys(chunk_ids, 1), expected_topics=topics)


def about(*topics: str) -> Question:
    return Question("q", "?", expected_topics=topics)


def test_questions_about_one_file_belong_together() -> None:
    assert clusters_of([judged("a1"), judged("b1"), judged("a2"), judged("b2"), judged("c1")], CHUNKS) == [0, 1, 0, 1, 2]


def test_the_best_judged_chunk_decides_and_the_order_of_judgements_does_not() -> None:
    one = Question("1", "?", judgements={"a1": 1, "b1": 2})
    other = Question("2", "?", judgements={"b1": 2, "a1": 1})
    assert clusters_of([one, other, judged("b2"), judged("a1"), judged("a2"), judged("c1")], CHUNKS) == [0, 0, 0, 1, 1, 2]


def test_a_corpus_in_one_file_is_told_apart_by_chunk() -> None:
    chunks = [Chunk(f"x{number}", "text", "everything.txt") for number in range(4)]
    assert clusters_of([judged("x0"), judged("x1"), judged("x0"), judged("x2"), judged("x1")], chunks) == [0, 1, 0, 2, 1]


def test_without_judgements_the_rarest_shared_topic_decides() -> None:
    asked = [about("Oss", "Mira"), about("Oss", "Gate"), about("gate", "Oss"), about("Mira"), about("Alone"), about("Pact"), about("Pact")]
    assert clusters_of(asked, CHUNKS) == [0, 1, 1, 0, 2, 3, 3]


def test_a_topic_of_every_question_tells_none_apart() -> None:
    assert clusters_of([about("the hero"), about("the hero"), about("the hero")], CHUNKS) == [0, 1, 2]


def test_a_file_nobody_shares_gives_way_to_a_shared_topic() -> None:
    asked = [judged("a1", topics=("Oss",)), judged("b1", topics=("Oss",)), judged("c1"), judged("d1")]
    assert clusters_of(asked, CHUNKS) == [0, 0, 1, 2]


def test_a_chain_of_topics_does_not_become_one_cluster() -> None:
    chain = [about(f"t{link}", f"t{link + 1}") for link in range(40)]
    assert len(set(clusters_of(chain, CHUNKS))) >= 20


def test_what_no_chunk_or_topic_connects_stands_alone() -> None:
    asked = [judged("unknown"), judged("unknown"), about(), Question("q", "?", judgements={"a1": 0})]
    assert clusters_of(asked, CHUNKS) == [0, 1, 2, 3]
    assert clusters_of([], CHUNKS) == []
