from __future__ import annotations

import random
import time
import unicodedata

import pytest

from core.corpus.aliases import AliasIndex, first_word, words
from core.records import Entity

LIGHT = Entity("Light", "title")
MARY = Entity("Mary", "person")
MAGDALENE = Entity("Mary Magdalene", "person", ("the Magdalene",))
LAMP = Entity("lamp", "item", ("lantern",))


def found(text: str, *entities: Entity, ignore_case: bool = False) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.alias) for span in AliasIndex(entities).find(text, ignore_case)]


def test_the_longest_name_wins_and_names_do_not_overlap() -> None:
    assert found("Mary met Mary Magdalene.", MARY, MAGDALENE) == [("Mary", "Mary"), ("Mary Magdalene", "Mary Magdalene")]


def test_a_short_name_takes_nothing_away_from_a_longer_one_that_starts_inside_it() -> None:
    bell, house, smith = Entity("bell", "item", ("the bell",)), Entity("Bell House", "place"), Entity("House Smith of Mar", "family")
    assert found("the bell, then the Bell House", bell, house) == [("the bell", "the bell"), ("Bell House", "Bell House")]
    assert [text for text, _ in found("the Bell House Smith of Mar", bell, house, smith)] == ["the Bell", "House Smith of Mar"]
    assert found("the Bell House Smith", bell, house, smith) == [("Bell House", "Bell House")]
    assert found("old man old", Entity("old man", "x"), Entity("man old", "y")) == [("old man", "old man")]


def test_a_long_name_that_breaks_off_leaves_the_short_one() -> None:
    assert found("Mary Magda, not Mary", MARY, MAGDALENE) == [("Mary", "Mary"), ("Mary", "Mary")]


def test_capitals_of_a_name_are_needed_those_of_a_text_are_not() -> None:
    assert found("The Light and the light, LIGHT", LIGHT) == [("Light", "Light"), ("LIGHT", "Light")]
    assert found("A Lamp, a LANTERN", LAMP) == [("Lamp", "lamp"), ("LANTERN", "lantern")]
    assert found("the light", LIGHT, ignore_case=True) == [("light", "Light")]


def test_only_whole_words() -> None:
    assert found("Lighthouse, Delight, Light_house", LIGHT) == []
    assert found("Mary's and Mary’s", MARY) == [("Mary", "Mary"), ("Mary", "Mary")]


@pytest.mark.parametrize("text", ["Beth-El", "Beth El", "Beth\nEl", "Beth‑El"])
def test_hyphen_and_space_are_alike(text: str) -> None:
    assert found(f"at {text}.", Entity("Beth-El", "place")) == [(text, "Beth-El")]


@pytest.mark.parametrize("text", ["Paul. Silas", "Paul, Silas", "Paul\n\nSilas", "Paul (Silas"])
def test_a_name_does_not_reach_across_punctuation_it_does_not_have(text: str) -> None:
    assert found(text, Entity("Paul Silas", "person")) == []


@pytest.mark.parametrize("text", ["Crossbow, light", "Crossbow light"])
def test_punctuation_of_a_name_may_be_left_out(text: str) -> None:
    assert found(text, Entity("Crossbow, light", "item")) == [(text, "Crossbow, light")]


def test_signs_tell_names_apart() -> None:
    assert found("C is not C++ nor C#", Entity("C++", "language")) == [("C", "C++")]
    assert AliasIndex([Entity("C++", "language")]).find("C is not C# ") == []
    assert found("a sword +1 or +1 sword", Entity("+1 sword", "item")) == [("1 sword", "+1 sword")]


def test_accents_in_either_coding_and_letters_that_grow_when_folded() -> None:
    decomposed = "Jose\u0301 of Arimathea"
    assert found(decomposed, Entity("José", "person")) == [("Jose\u0301", "José")]
    assert found("STRASSE, straße", Entity("straße", "place")) == [("STRASSE", "straße"), ("straße", "straße")]


def test_scripts_without_spaces_are_found_inside_a_sentence() -> None:
    assert found("昔、孔子曰く", Entity("孔子", "person")) == [("孔子", "孔子")]


def test_every_claimant_of_a_name_is_told() -> None:
    god, jesus = Entity("God", "character", ("Saviour",)), Entity("Jesus", "character", ("Saviour", "God"))
    index = AliasIndex([jesus, god])
    assert [span.entities for span in index.find("the Saviour")] == [(jesus, god)]
    assert index.resolve("saviour") == (jesus, god)
    assert index.resolve(" GOD ") == (god, jesus)  # the one of that name first
    assert index.resolve("Baal") == ()


def test_names_without_words_can_be_looked_up_only() -> None:
    index = AliasIndex([Entity("???", "riddle")])
    assert index.find("what ??? is") == []
    assert len(index.resolve("???")) == 1


@pytest.mark.parametrize("name", ["が丘", "क़िला", "각", "Élan", "STRASSE Straße", "Straße"])
def test_a_name_is_looked_up_in_either_coding(name: str) -> None:
    for known, asked in (("NFC", "NFD"), ("NFD", "NFC")):
        entity = Entity(unicodedata.normalize(known, name), "place")
        assert AliasIndex([entity]).resolve(unicodedata.normalize(asked, name)) == (entity,)
        assert AliasIndex([entity]).find(f"x {entity.name} y")[0].entities == (entity,)


def test_nothing_to_find() -> None:
    assert AliasIndex([]).find("Mary") == []
    assert AliasIndex([MARY]).find("") == []


def test_thousands_of_names_in_many_chunks_take_seconds() -> None:
    rng = random.Random(3)
    names = [f"Name{rng.randrange(3000)} of Place{number}" for number in range(5000)]
    index = AliasIndex(Entity(name, "person") for name in names)
    text = " ".join(rng.choice(names) if rng.random() < 0.05 else f"word{rng.randrange(500)}" for _ in range(130))
    start = time.perf_counter()
    for _ in range(700):  # a twentieth of 14,000 chunks
        index.find(text)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "text", ["", "?", "Old Vabahava", " old", "C++ and C", "d'Artagnan", "E\u0301owyn of Rohan", "a_b c", "日本", "ß Straße", "\told"]
)
def test_the_first_word_is_the_first_of_all_words(text: str) -> None:
    assert first_word(text) == next(iter(words(text)), "")
