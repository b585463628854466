import numpy as np
import pytest

from core.corpus.topics import TopicMatcher
from core.evaluation.objective import objective_for
from core.records import Chunk, Entity, Question, Ranking

CHUNKS = tuple(Chunk(f"c{n}", text, "f") for n, text in enumerate(["Salt here.", "A bell.", "Nothing."]))
MATCHER = TopicMatcher((Entity("Salt", "thing"), Entity("bell", "thing")))


def ranked(*rows):
    return Ranking(np.array(rows), np.zeros((len(rows), len(rows[0]))))


def test_judged_questions_are_measured_by_ndcg_and_the_others_left_out():
    topical, elsewhere = Question("q2", "?", expected_topics=("Salt",)), Question("q3", "?", judgements={"gone": 1})
    questions = [Question("q1", "?", judgements={"c1": 1}), topical, elsewhere]
    objective = objective_for(questions, CHUNKS, MATCHER)
    assert (objective.metric, [question.question_id for question in objective.questions]) == ("ndcg@10", ["q1"])
    assert objective.value(ranked([1, 0, 2])) == 1.0
    assert objective.value(ranked([0, 1, 2])) == pytest.approx(1 / np.log2(3))


def test_topics_alone_are_measured_by_the_rubric():
    objective = objective_for([Question("q", "?", expected_topics=("Salt", "bell"))], CHUNKS, MATCHER)
    assert objective.metric == "rubric"
    assert objective.value(ranked([0, 1, 2])) == 5.0


def test_questions_with_neither_give_no_objective():
    assert objective_for([Question("q", "?")], CHUNKS, MATCHER) is None
