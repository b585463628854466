from __future__ import annotations

from collections import Counter

from core.mining.ground import Ground
from core.pairing.groups import normal_text
from core.pairing.synthesis import MOST_FOR_SUBJECT, Synthetic, synthesise
from core.pairing.vocabulary import Vocabulary, copies
from core.records import Chunk, Entity
from tests.mining.isles import CHUNKS, ENTITIES, chunk, ground

PAGES = (
    Chunk(
        "ilsa", "Ilsa keeps the lighthouse, and no storm has ever put out the lamp she lights.", "ilsa", mentions={"character": ("Ilsa",)}
    ),
    Chunk("haven", "A harbour town known for its bells, its ledgers and its long hard winters.", "places/east-haven.md"),
)
NAMES = "Aro Bele Cato Dunn Eyra Falk Gorm Hild Ivo Jory Kell Lund Moss Nils Orla Pell Quin Runa Sten Tove".split()  # noqa: SIM905
GOODS = "amber barley candles dried figs elm planks flax seed grey salt honey jars iron nails juniper oil".split()  # noqa: SIM905


def crowd(n: int = 40) -> list[Chunk]:
    """Entries with two names and a thing each, no two alike."""
    return [
        chunk(
            f"Log{i}.0",
            f"On day {i} {NAMES[i % 20]}{i} met {NAMES[(i + 7) % 20]}{i} at the {GOODS[i % len(GOODS)]} stall. They traded until dusk.",
            character=(f"{NAMES[i % 20]}{i}", f"{NAMES[(i + 7) % 20]}{i}"),
        )
        for i in range(n)
    ]


def made(found: Ground, n: int = 100, seed: int = 13) -> list[Synthetic]:
    return synthesise(found, n, seed)


def of_chunk(found: list[Synthetic], chunk_id: str) -> dict[str, Synthetic]:
    return {one.pair.rule: one for one in found if one.pair.chunk_id == chunk_id}


def test_a_page_is_asked_for_by_another_name_that_the_chunk_does_not_use() -> None:
    alias = of_chunk(made(Ground(PAGES, ENTITIES)), "ilsa")["synthetic-alias"].pair
    assert "the Keeper" in alias.query
    assert "Ilsa" not in alias.query
    assert alias.reason == "Asks for the Keeper, a name this chunk does not use for Ilsa."
    assert alias.evidence["entities"] == ["Ilsa"]
    assert alias.evidence["about"] == ["entity:character:Ilsa"]
    assert alias.evidence["spans"] == [{"start": 0, "end": 4, "kind": "alias", "of": "the Keeper"}]


def test_a_file_named_after_an_alias_is_a_page_too() -> None:
    found = of_chunk(made(Ground(PAGES, ENTITIES)), "haven")
    assert any("Osterhaven" in one.pair.query for one in found.values())


def test_an_entity_is_described_as_its_index_does_without_its_name() -> None:
    keeper = Entity("Ilsa", "character", (), "ilsa", {"first_book": 1, "summary": "The woman who never let a light go out, and more."})
    found = of_chunk(made(Ground(PAGES[:1], (keeper,))), "ilsa")["synthetic-description"].pair
    assert "the woman who never let a light go out" in found.query
    assert found.reason == "Describes Ilsa as its index does, without the name; this chunk opens its page."


def test_several_forms_and_the_same_ones_again() -> None:
    found = ground(*crowd())
    assert {"synthetic-question", "synthetic-statement", "synthetic-keyword"} <= {one.pair.rule for one in made(found)}
    assert made(found) == made(ground(*crowd()))
    assert [one.pair.chunk_id for one in made(found)] != [one.pair.chunk_id for one in made(found, seed=14)]


def test_a_corpus_without_mentions_questions_or_index_gets_queries_that_point_into_the_text() -> None:
    told = [Chunk(one.chunk_id, one.text, one.filename) for one in crowd()]
    world = Ground(told, ())
    found = made(world)
    assert len({one.pair.chunk_id for one in found}) > 30
    for one in found:
        assert one.entities == ()
        assert one.pair.evidence["spans"]
        text = world.chunks[world.index[one.pair.chunk_id]].text
        assert all(text[span["start"] : span["end"]] == span["of"] for span in one.pair.evidence["spans"])
        assert all(key.startswith("topic:") for key in one.pair.evidence["about"])


def test_a_chunk_that_names_one_thing_alone_is_asked_about_it() -> None:
    lone = Chunk("a", "Nobody had ever been so far, they said to each other. The Amber Stall was shut again.", "a")
    found = [one.pair for one in made(Ground((lone, *CHUNKS), ())) if one.pair.chunk_id == "a"]
    assert found
    assert all("amber stall" in pair.query.lower() for pair in found)


def test_an_acronym_is_asked_for_by_what_it_stands_for() -> None:
    spelt = Chunk("a", "We measured viral load monitoring (VLM) in the northern clinics that had agreed to it.", "a")
    short = Chunk("b", "The northern clinics found that VLM helped the nurses to decide on the second treatment.", "b")
    rules = {one.pair.query for one in made(Ground((spelt, short), ())) if one.pair.rule == "synthetic-alias"}
    assert any("viral load monitoring" in query for query in rules)


def test_what_it_is_about_and_how_many_share_it_is_told() -> None:
    for one in made(ground()):
        assert 0 < one.pair.score == round(1 / one.pair.evidence["n_sharing"], 4)
        assert (one.pair.question_id, one.pair.split, one.pair.label) == ("", "train", "positive")
        assert one.called
        assert "\n" not in one.pair.reason


def test_the_limits() -> None:
    pages = [
        chunk(f"Ilsa{n}.0", f"Ilsa and {NAMES[n % 20]}{n} share the supper of day {n} in the long dark hall.", character=("Ilsa",))
        for n in range(60)
    ]
    found = ground(*pages)
    assert len(made(found, 7)) == 7
    assert made(found, 0) == []
    queries = made(found, 1000)
    assert max(Counter(one.pair.chunk_id for one in queries).values()) <= 2
    assert max(Counter(number for one in queries for number in one.entities).values()) <= MOST_FOR_SUBJECT
    assert len({normal_text(one.pair.query) for one in queries}) == len(queries)


def test_of_chunks_that_say_nearly_the_same_one_is_asked_for() -> None:
    text = "Mira sold the last of her eels to the reed cutters before the gate was shut for the winter"
    copies_ = [chunk(f"Copy.{n}", f"{text}{ending}", character=("Mira",)) for n, ending in enumerate((".", " again.", "!"))]
    assert len({one.pair.chunk_id for one in made(ground(*copies_)) if one.pair.chunk_id.startswith("Copy")}) == 1


def test_no_query_that_was_asked_already() -> None:
    found = ground()
    first = made(found)[0].pair.query
    assert first.upper() not in [one.pair.query.upper() for one in synthesise(found, 100, 13, [f" {first.upper()}!"])]


def test_no_more_than_five_words_in_a_row_from_the_chunk() -> None:
    long = Entity("The Night of the Nine Broken Ships", "event")
    text = "They still speak of The Night of the Nine Broken Ships when the wind turns."
    found = Ground((chunk("Tale.0", text, event=(long.name,)),), (long,))
    assert not any(copies(one.pair.query, text) for one in made(found))
    assert copies("of the nine broken ships when", text)
    assert not copies("the nine broken ships when it", text)


def test_searched_chunks_come_first() -> None:
    hidden = [
        chunk(f"H{n}.0", f"Hidden{n} lies under the sand where nobody ever looks.", searchable=False, place=(f"Hidden{n}",))
        for n in range(5)
    ]
    shown = [chunk(f"S{n}.0", f"Shown{n} stands above the sand where everybody looks for it now.", place=(f"Shown{n}",)) for n in range(5)]
    pages = [Chunk(c.chunk_id, c.text, c.text.split()[0], mentions=c.mentions, searchable=c.searchable) for c in (*hidden, *shown)]
    order = [one.pair.chunk_id[0] for one in made(Ground(pages, ()), 10)]
    assert set(order[:5]) == {"S"}


def test_nothing_to_ask_about() -> None:
    assert made(Ground(CHUNKS[-1:], ENTITIES)) == []
    assert made(Ground((), ())) == []


def test_a_name_that_is_mostly_an_ordinary_word() -> None:
    chunks = [Chunk(f"c{n}", "the field is green", "f") for n in range(9)]
    assert Vocabulary(chunks).is_ordinary("Field", 2)
    assert not Vocabulary(chunks).is_ordinary("Field", 5)
    assert not Vocabulary(chunks).is_ordinary("Green Field", 1)
