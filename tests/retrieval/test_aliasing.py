from __future__ import annotations

from core.corpus.aliases import AliasIndex
from core.records import Entity
from core.retrieval import aliasing
from core.retrieval.aliasing import Variant, variants

INDEX = AliasIndex(
    [
        Entity("Ilsa Varn", "character", ("Ilsa", "The Keeper")),
        Entity("Cape Sorrow", "place"),
        Entity("Brandt", "character", ("Old Brandt",)),
    ]
)


def test_each_name_takes_its_place_one_entity_at_a_time() -> None:
    found, n_left = variants("Did ilsa see Brandt at Cape Sorrow? Ilsa did.", INDEX)
    assert found == [
        Variant("Did ilsa see Brandt at Cape Sorrow? Ilsa did."),
        Variant("Did Ilsa Varn see Brandt at Cape Sorrow? Ilsa Varn did.", "Ilsa Varn", "Ilsa Varn"),
        Variant("Did The Keeper see Brandt at Cape Sorrow? The Keeper did.", "Ilsa Varn", "The Keeper"),
        Variant("Did ilsa see Old Brandt at Cape Sorrow? Ilsa did.", "Brandt", "Old Brandt"),
    ]
    assert n_left == 0


def test_a_question_that_names_nothing_stays_alone() -> None:
    assert variants("Who keeps the light at Cape Sorrow?", INDEX) == ([Variant("Who keeps the light at Cape Sorrow?")], 0)


def test_what_is_left_out_is_counted() -> None:
    many = AliasIndex([Entity("Ash", "person", tuple(f"name {n}" for n in range(60)))])
    found, n_left = variants("Where is Ash?", many)
    assert (len(found), n_left) == (aliasing.MOST_VARIANTS, 61 - aliasing.MOST_VARIANTS)
