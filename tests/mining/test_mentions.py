from __future__ import annotations

from core.mining.mentions import Mentions, known_entities
from core.records import Chunk, Entity
from tests.mining.isles import BRANDT, CHUNKS, ENTITIES, HERON, ILSA, chunk


def test_who_is_mentioned_where_and_with_whom() -> None:
    mentions = Mentions(CHUNKS, ENTITIES)
    brandt, heron, ilsa = mentions.number(BRANDT), mentions.number(HERON), mentions.number(ILSA)
    assert mentions.chunks_of(brandt).tolist() == [1, 2, 3]
    assert mentions.of_chunk(1).tolist() == sorted([brandt, heron, ilsa])
    assert mentions.together(brandt)[heron] == 2
    assert mentions.together(brandt)[brandt] == 0
    assert mentions.shared_by([brandt, heron, ilsa]) == 1
    assert mentions.rarity[ilsa] > mentions.rarity[brandt]


def test_a_mention_by_alias_means_its_entity_and_an_unknown_one_itself() -> None:
    chunks = [chunk("a.0", "text", character=("old salt", "Nobody"), place=("Brandt",))]
    entities = known_entities(chunks, ENTITIES)
    assert entities[len(ENTITIES) :] == (Entity("Nobody", "character"), Entity("Brandt", "place"))
    mentions = Mentions(chunks, ENTITIES)
    assert [mentions.entities[number].name for number in mentions.of_chunk(0)] == ["Brandt", "Nobody", "Brandt"]


def test_no_mentions_at_all() -> None:
    mentions = Mentions([Chunk("a", "text", "f")], ())
    assert mentions.of_chunk(0).tolist() == []
    assert not mentions.n_chunks.any()


def test_a_name_may_be_more_frequent_than_a_word_of_the_language_and_still_tell_chunks_apart() -> None:
    often = [chunk(f"a.{n}", "text", character=("Ilsa",), concept=("mercy",)) for n in range(40)]
    others = [chunk(f"b.{n}", "text", character=("Everyone",)) for n in range(960)]
    mentions = Mentions([*often, *others], (ILSA, Entity("mercy", "concept"), Entity("Nowhere", "place")))
    assert [mentions.is_specific(number) for number in range(4)] == [True, False, False, False]


def test_namesakes_share_any_name_but_never_pull_in_what_is_everywhere() -> None:
    man, land, city = Entity("Moab (son of Lot)", "character"), Entity("Moab", "place"), Entity("Ar", "place", ("Moab",))
    chunks = [chunk("a.0", "text", character=("Moab (son of Lot)",), place=("Moab", "Ar"))]
    mentions = Mentions(chunks, (man, land, city, BRANDT))
    assert set(mentions.namesakes(0)) == {0, 1, 2}
    crowd = [chunk(f"b.{n}", "text", place=("Moab",)) for n in range(500)]
    assert set(Mentions([*chunks, *crowd], (man, land, city, BRANDT)).namesakes(0)) == {0, 2}
