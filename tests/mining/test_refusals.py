from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.mining.aims import aim_of_question
from core.mining.ground import Ground
from core.mining.proposals import rows_of
from core.mining.ranks import Ranks
from core.mining.refusals import ALLOWED, Control, Refusal, Sought
from core.mining.share import WORDS, Share
from core.records import Chunk, Question
from tests.mining.isles import chunk, ground
from tests.mining.toy import bag

BELL = Question("q", "What does Ilsa ring?")


def refused(found: Ground, question: Question, answers: Sequence[int], share: float = 2.0, vectors: bool = True) -> dict[str, Refusal]:
    """Why each chunk of the ground that is no answer is refused, of those that are."""
    ranks = Ranks(found, bag if vectors else None)
    control = Control(found, ranks, Share(share, "questions" if vectors else "words", 0, None, ""), 0.5)
    aim = aim_of_question(question, answers, found)
    sought = Sought(question.text, question.question_id, aim, tuple(answers), frozenset(answers), latest=question.temporal_limit)
    (view,) = ranks.views([question.text], [True])
    others = [index for index in range(len(found.chunks)) if index not in answers]
    (checked,) = control.check([sought], [view], rows_of([others]))
    assert [one.chunk for one in checked] == others
    return {found.chunks[one.chunk].chunk_id: control.refusal(sought, one) for one in checked if one.rule != ALLOWED}


def rules(refusals: dict[str, Refusal]) -> dict[str, str]:
    return {chunk_id: refusal.rule for chunk_id, refusal in refusals.items()}


def test_neighbours_in_the_file_are_refused_two_places_on_each_side() -> None:
    found = Ground(tuple(Chunk(f"p{number}", f"word{number} said{number}", "page") for number in range(8)), ())
    assert rules(refused(found, Question("q", "word3"), [3])) == dict.fromkeys(("p1", "p2", "p4", "p5"), "neighbour")


def test_a_near_duplicate_in_another_file_is_refused() -> None:
    text = "keeps the lighthouse of Osterhaven and rings its great bell in fog"
    found = ground(Chunk("Copy.0", f"She {text}.", "Copy"), Chunk("Copy.1", f"Nobody {text}.", "Other"))
    refusals = rules(refused(found, Question("q", "Who keeps the light?"), [10]))
    assert refusals["Copy.1"] == "near-duplicate"
    assert "Mira.0" not in refusals


def test_what_speaks_of_the_entity_that_is_asked_for_is_refused() -> None:
    refusals = refused(ground(), BELL, [0])
    assert rules(refusals) == {"Ilsa.1": "neighbour"}
    more = refused(ground(chunk("Letters.0", "The Keeper writes.")), BELL, [0])
    assert more["Letters.0"] == Refusal("same-entity", "Speaks of what the query asks for (Ilsa).", offered=False)


def test_what_covers_half_of_the_expected_topics_is_refused_and_offered_where_it_is_near_and_not_too_late() -> None:
    question = Question("q", "Who fell?", temporal_limit=4, expected_topics=("Brandt", "Heron"))
    refusals = refused(ground(), question, [1], share=0.0)
    assert refusals["Brandt.0"] == Refusal("covers-topics", "Covers 100% of the question's topics (Brandt and Heron).", offered=True)
    assert refusals["Brandt.1"] == Refusal("covers-topics", "Covers 50% of the question's topics (Brandt and Heron).", offered=False)
    assert not refused(ground(), question, [1])["Brandt.0"].offered
    third = Question("q", "Who fell?", expected_topics=("Brandt", "Heron", "Mira"))
    assert "Brandt.1" not in refused(ground(), third, [1])


def test_too_near_an_answer() -> None:
    near = Chunk("Near.0", "keeps the lighthouse and rings nothing", "Near")
    found = ground(near)
    refusals = refused(found, Question("q", "Who danced?"), [0], share=0.5)
    assert refusals["Near.0"].rule == "too-near"
    assert refusals["Near.0"].reason.endswith("as near as the answer itself; 50% and more is refused here.")
    assert "Near.0" not in refused(found, Question("q", "Who danced?"), [0], share=0.95)


def test_without_vectors_the_bm25_score_decides() -> None:
    found = ground(Chunk("Near.0", "rings a great bell", "Near"))
    refusals = refused(found, Question("q", "rings great bell"), [0], vectors=False)
    assert refusals["Near.0"].reason.endswith("of the answer's BM25 score; 80% and more is refused.")
    assert "Songs.0" not in refusals


def test_many_queries_at_once_are_checked_as_each_alone() -> None:
    """Of different numbers of answers and of chunks, some judged by words because their answer has no vector."""
    found = ground(Chunk("Aside.0", "Ilsa rings the bell aside", "Aside", searchable=False))
    aside = len(found.chunks) - 1
    ranks = Ranks(found, bag)
    control = Control(found, ranks, Share(0.7, "questions", 0, None, ""), 0.5)
    cases = [("What does Ilsa ring?", (0,), [2, 3, 4]), ("Who fell?", (1, 2, 5), [0, 6]), ("Who rings?", (aside,), [0, 1, 2, 3, 4, 5])]
    views = list(ranks.views([text for text, *_ in cases], [True] * 3))
    sought = [
        Sought(text, text, aim_of_question(Question(text, text), answers, found), answers, frozenset(answers)) for text, answers, _ in cases
    ]
    together = control.check(sought, views, rows_of([chunks for *_, chunks in cases]))
    for one, view, checked, (*_, chunks) in zip(sought, views, together, cases, strict=True):
        (alone,) = control.check([one], [view], rows_of([chunks]))
        assert [one.chunk for one in checked] == chunks
        assert [(one.chunk, one.too_near, one.rule) for one in checked] == [(one.chunk, one.too_near, one.rule) for one in alone]
        np.testing.assert_allclose([one.nearness for one in checked], [one.nearness for one in alone], rtol=1e-5)
    assert [{one.too_near for one in checked} for checked in together] == [{0.7}, {0.7}, {WORDS}]
    (mixed,) = control.check(sought[:1], views[:1], rows_of([[2, aside]]))
    assert [one.too_near for one in mixed] == [0.7, WORDS]
