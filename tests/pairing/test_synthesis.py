from __future__ import annotations

from collections import Counter

from core.mining.ground import Ground
from core.pairing.groups import normal_text
from core.pairing.synthesis import MOST_FOR_ENTITY, Synthetic, synthesise
from core.pairing.vocabulary import Vocabulary
from core.records import Chunk, Entity
from tests.mining.isles import CHUNKS, ENTITIES, chunk, ground

PAGES = (
    Chunk(
        "ilsa", "Ilsa keeps the lighthouse, and no storm has ever put out the lamp she lights.", "ilsa", mentions={"character": ("Ilsa",)}
    ),
    Chunk("haven", "A harbour town known for its bells, its ledgers and its long hard winters.", "places/east-haven.md"),
)


def made(found: Ground, n: int = 100, seed: int = 13) -> list[Synthetic]:
    return synthesise(found, n, seed)


def by_chunk(found: list[Synthetic], chunk_id: str) -> dict[str, str]:
    return {one.pair.rule: one.pair.query for one in found if one.pair.chunk_id == chunk_id}


def test_a_page_is_asked_for_by_its_name_and_by_another_one() -> None:
    queries = [(one.pair.query, one.pair.reason) for one in made(Ground(PAGES, ENTITIES)) if one.pair.chunk_id == "ilsa"]
    assert len(queries) == 2
    assert {query for query, _ in queries} < {
        "Who is Ilsa?",
        "Who is the Keeper?",
        "Tell me about Ilsa.",
        "I am looking for what is said about Ilsa.",
        "Show me the passage with Ilsa.",
    }
    reasons = {"Asks for Ilsa, whose page this chunk opens.", "Asks for the Keeper, a name this chunk does not use for Ilsa."}
    assert {reason for _, reason in queries} <= reasons


def test_a_file_named_after_an_alias_is_a_page_too() -> None:
    found = {one.pair.query for one in made(Ground(PAGES, ENTITIES)) if one.pair.chunk_id == "haven"}
    assert found
    assert all("Osterhaven" in query for query in found)


def test_several_forms_and_the_same_ones_again() -> None:
    crowd = [
        chunk(
            f"Log{n}.0", f"Entry {n}: Brandt{n} and Mira{n} met at the well of Fenn{n} to trade salt.", character=(f"Brandt{n}", f"Mira{n}")
        )
        for n in range(40)
    ]
    found = ground(*crowd)
    rules = Counter(one.pair.rule for one in made(found))
    assert {"synthetic-question", "synthetic-statement"} <= set(rules)
    assert made(found) == made(ground(*crowd))
    assert [one.pair.chunk_id for one in made(found)] != [one.pair.chunk_id for one in made(found, seed=14)]


def test_every_query_is_about_names_the_chunk_mentions_and_few_others_do() -> None:
    for one in made(ground()):
        assert one.pair.evidence["n_sharing"] <= 3
        assert one.pair.score == 1 / one.pair.evidence["n_sharing"]
        assert (one.pair.question_id, one.pair.split, one.pair.label) == ("", "train", "positive")


def test_the_limits() -> None:
    pages = [
        chunk(f"Ilsa{n}.0", f"Ilsa and Guest{n} share the supper of day {n} in the long dark hall.", character=("Ilsa", f"Guest{n}"))
        for n in range(60)
    ]
    found = ground(*pages)
    assert len(made(found, 7)) == 7
    assert made(found, 0) == []
    queries = made(found, 1000)
    assert max(Counter(one.pair.chunk_id for one in queries).values()) <= 2
    assert max(Counter(one.entities[0] for one in queries).values()) <= MOST_FOR_ENTITY
    assert len({normal_text(one.pair.query) for one in queries}) == len(queries)


def test_no_query_that_was_asked_already() -> None:
    found = ground()
    first = made(found)[0].pair.query
    assert first.upper() not in [one.pair.query.upper() for one in synthesise(found, 100, 13, [f" {first.upper()}!"])]


def test_no_more_than_five_words_in_a_row_from_the_chunk() -> None:
    long = Entity("The Night of the Nine Broken Ships", "event")
    text = "They still speak of The Night of the Nine Broken Ships when the wind turns."
    found = Ground((chunk("Tale.0", text, event=(long.name,)),), (long,))
    assert made(found) == []


def test_searched_chunks_come_first() -> None:
    hidden = [
        chunk(f"H{n}.0", f"Hidden{n} lies under the sand where nobody ever looks.", searchable=False, place=(f"Hidden{n}",))
        for n in range(5)
    ]
    shown = [chunk(f"S{n}.0", f"Shown{n} stands above the sand where everybody looks for it now.", place=(f"Shown{n}",)) for n in range(5)]
    pages = [Chunk(c.chunk_id, c.text, c.text.split()[0], mentions=c.mentions, searchable=c.searchable) for c in (*hidden, *shown)]
    assert [one.pair.chunk_id[0] for one in made(Ground(pages, ()), 10)] == ["S"] * 5 + ["H"] * 5


def test_nothing_to_ask_about() -> None:
    assert made(Ground(CHUNKS[-2:], ENTITIES)) == []
    assert made(Ground((), ())) == []


def test_telling_words_are_things_and_no_names() -> None:
    told = [Chunk(f"c{n}", "He saw the flood. After the flood of water they walked slowly past the Tower.", "f") for n in range(3)]
    told += [Chunk(f"d{n}", "Nothing happened here today.", "f") for n in range(400)]
    assert Vocabulary(told).telling(0, ["Water"], 2) == ("flood",)


def test_a_name_that_is_mostly_an_ordinary_word() -> None:
    chunks = [Chunk(f"c{n}", "the field is green", "f") for n in range(9)]
    assert Vocabulary(chunks).is_ordinary("Field", 2)
    assert not Vocabulary(chunks).is_ordinary("Field", 5)
    assert not Vocabulary(chunks).is_ordinary("Green Field", 1)
