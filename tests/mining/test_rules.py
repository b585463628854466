from __future__ import annotations

import numpy as np

from core.mining.aims import Aim, aim_of_question
from core.mining.ground import Ground
from core.mining.rules import Proposal, Rules
from core.records import Chunk, Entity, Question
from tests.mining.isles import BRANDT, ENTITIES, HERON, ILSA, chunk, ground

BELL = Question("q", "What does Ilsa ring?")


def aimed(found: Ground) -> tuple[Rules, Aim, np.ndarray]:
    return Rules(found, 13), aim_of_question(BELL, [0], found), next(found.scores([BELL.text]))


def named(found: Ground, proposals: list[Proposal]) -> list[str]:
    return [found.chunks[proposal.chunk].chunk_id for proposal in proposals]


def test_related_entity_speaks_of_a_companion_and_not_of_the_query() -> None:
    found = ground()
    rules, aim, scores = aimed(found)
    proposals = list(rules.related_entity(aim, 0, scores))
    assert set(named(found, proposals)) == {"Brandt.0", "Brandt.1", "Osterhaven.0"}
    harbour = next(proposal for proposal in proposals if found.chunks[proposal.chunk].chunk_id == "Osterhaven.0")
    assert harbour.reason == "Speaks of Osterhaven, found with Ilsa in 1 chunk, but not of Ilsa."
    assert harbour.evidence == {"entity": "Osterhaven", "related_to": "Ilsa", "n_shared": 1, "closeness": 0.5}


def test_related_entity_puts_the_nearest_in_words_first_and_foreign_sources_last() -> None:
    far = Chunk("Far.0", "What does Brandt ring? Brandt does ring.", "Far", source="elsewhere", mentions={"character": ("Brandt",)})
    found = ground(chunk("Near.0", "What does he ring? He rings.", character=("Brandt",)), far)
    rules, aim, scores = aimed(found)
    order = named(found, list(rules.related_entity(aim, 0, scores)))
    assert order[0] == "Near.0"
    assert order[-1] == "Far.0"


def test_companions_met_once_count_only_where_none_is_met_twice() -> None:
    found = ground()
    rules = Rules(found, 13)
    assert [found.mentions.entities[one.number].name for one in rules.companions(found.mentions.number(BRANDT))] == ["Heron"]
    met = {found.mentions.entities[one.number].name for one in rules.companions(found.mentions.number(ILSA))}
    assert met == {"Osterhaven", "Brandt", "Heron"}


def test_a_part_of_a_name_and_a_namesake_are_no_companions() -> None:
    reign, keeper = Entity("Reign of Ilsa", "event"), Entity("the Keeper", "concept")
    more = [chunk(f"Reign.{n}", "Then.", character=("Ilsa",), event=("Reign of Ilsa",), concept=("the Keeper",)) for n in range(3)]
    found = ground(*more, entities=(*ENTITIES, reign, keeper))
    names = [found.mentions.entities[one.number].name for one in Rules(found, 13).companions(found.mentions.number(ILSA))]
    assert "Reign of Ilsa" not in names
    assert "the Keeper" not in names


def test_names_are_better_company_than_words_of_the_language() -> None:
    more = [chunk(f"M.{n}", "Then.", character=("Mira",), concept=("mercy",), ship=("Heron",)) for n in range(2)]
    more.append(chunk("N.0", "Then.", character=("Mira",), concept=("mercy",)))
    found = ground(*more, entities=(*ENTITIES, Entity("mercy", "concept")))
    names = [found.mentions.entities[one.number].name for one in Rules(found, 13).companions(found.mentions.number(ENTITIES[2]))]
    assert names == ["Heron", "mercy"]


def test_overlapping_mentions_speaks_of_what_else_the_positive_speaks_of() -> None:
    found = ground()
    rules, aim, scores = aimed(found)
    (only,) = rules.overlapping_mentions(aim, 0, scores)
    assert named(found, [only]) == ["Osterhaven.0"]
    assert only.reason == "Speaks of Osterhaven, as the right chunk does, but not of Ilsa."
    assert (only.rule, only.hardness, only.evidence) == ("overlapping-mentions", "medium", {"shared": ["Osterhaven"]})


def test_overlapping_mentions_prefers_more_in_common() -> None:
    found = ground()
    heron = aim_of_question(Question("q", "Who was a girl?", expected_topics=("Ilsa",)), [1], found)
    proposals = list(Rules(found, 13).overlapping_mentions(heron, 1, np.zeros(len(found.chunks))))
    assert named(found, proposals) == ["Brandt.0", "Brandt.1"]
    assert proposals[0].evidence == {"shared": ["Heron", "Brandt"]}


def test_another_spelling_of_the_query_s_own_name_is_nothing_shared() -> None:
    both = {"place": ("Osterhaven", "Osterhaven Port")}
    found = ground(chunk("Port.0", "Ships.", **both), chunk("Quay.0", "Quays.", place=("Osterhaven Port",)))
    aim = aim_of_question(Question("q", "Where is Osterhaven?"), [10], found)
    assert list(Rules(found, 13).overlapping_mentions(aim, 10, np.zeros(len(found.chunks)))) == []


def test_same_type_speaks_of_another_entity_of_the_type() -> None:
    found = ground()
    rules, aim, scores = aimed(found)
    proposals = list(rules.same_type(aim, 0, scores))
    assert set(named(found, proposals)) == {"Brandt.0", "Brandt.1", "Mira.0"}
    mira = next(proposal for proposal in proposals if proposal.evidence["entity"] == "Mira")
    assert mira.reason == "Speaks of Mira, also of type character, but not of Ilsa."
    assert proposals == list(Rules(found, 13).same_type(aim, 0, scores))


def test_an_entity_alone_in_the_corpus_gives_nothing() -> None:
    found = Ground((chunk("a.0", "Heron sails."), chunk("b.0", "Heron sinks.", ship=("Heron",))), (HERON,))
    aim = aim_of_question(Question("q", "Where is Heron?"), [1], found)
    assert [list(rule(aim, 1, np.zeros(2))) for rule in Rules(found, 13).in_order.values()] == [[], [], []]
