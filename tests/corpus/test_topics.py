from __future__ import annotations

from core.corpus.topics import Match, TopicIndex, TopicMatcher
from core.records import Chunk, Entity

ABRAHAM = Entity("Abraham", "character", ("Abram",))
GOD = Entity("God", "character", ("Saviour",))
JESUS = Entity("Jesus Christ", "character", ("Saviour", "God", "Light"))
FIRST = Entity("Zechariah (1)", "character", ("Zechariah",))
SECOND = Entity("Zechariah (2)", "character", ("Zechariah",))
ENTITIES = [ABRAHAM, GOD, JESUS, FIRST, SECOND]


def chunk(text: str, chunk_id: str = "c", **mentions: tuple[str, ...]) -> Chunk:
    return Chunk(chunk_id, text, "page", mentions=mentions)


def test_each_way_to_cover_a_topic_in_order() -> None:
    matcher = TopicMatcher(ENTITIES)
    assert matcher.cover("Abraham", chunk("Abram, later Abraham")) == Match("Abraham", "name", "Abraham", 13, 20)
    assert matcher.cover("Abraham", chunk("Then Abram went", "d")) == Match("Abraham", "alias", "Abram", 5, 10)
    assert matcher.cover("Abraham", chunk("He went", "e", character=("Abram",))) == Match("Abraham", "mention", "Abram")
    assert matcher.cover("Abraham", chunk("He went", "f")) is None


def test_a_topic_may_itself_be_an_alias() -> None:
    assert TopicMatcher(ENTITIES).cover("abram", chunk("Abraham stood")) == Match("abram", "name", "Abraham", 0, 7)


def test_a_topic_no_entity_claims_is_a_phrase_in_any_case() -> None:
    matcher = TopicMatcher(ENTITIES)
    assert matcher.cover("burnt offering", chunk("A Burnt\nOffering")) == Match("burnt offering", "phrase", "Burnt\nOffering", 2, 16)
    assert matcher.cover("burnt offering", chunk("burnt offerings", "d")) is None
    assert matcher.cover("tabernacle", chunk("a tent", "e", thing=("Tabernacle",))) == Match("tabernacle", "mention", "Tabernacle")


def test_a_title_is_not_the_common_word() -> None:
    assert TopicMatcher(ENTITIES).cover("Jesus Christ", chunk("he saw the light")) is None


def test_mentions_say_which_bearer_of_a_name_is_meant() -> None:
    matcher = TopicMatcher(ENTITIES)
    listed = chunk("Zechariah spoke", "a", character=("Zechariah (2)",))
    assert matcher.cover("Zechariah (1)", listed) is None
    assert matcher.cover("Zechariah (2)", listed) == Match("Zechariah (2)", "alias", "Zechariah", 0, 9)
    unlisted = chunk("Zechariah spoke", "b")
    assert matcher.cover("Zechariah (1)", unlisted) is not None
    assert matcher.cover("Zechariah (2)", unlisted) is not None


def test_a_primary_name_goes_before_an_alias_of_another() -> None:
    matcher = TopicMatcher(ENTITIES)
    assert matcher.entities("god") == (GOD,)
    assert matcher.cover("Jesus Christ", chunk("God spoke")) is None
    assert matcher.cover("Jesus Christ", chunk("God spoke", "b", character=("Jesus Christ",))) == Match(
        "Jesus Christ", "alias", "God", 0, 3
    )


def test_a_mention_counts_for_its_own_type() -> None:
    matcher = TopicMatcher([Entity("Jordan", "place"), Entity("Jordan", "character")])
    assert matcher.cover("Jordan", chunk("there", "a", place=("Jordan",))) == Match("Jordan", "mention", "Jordan")
    only_place = TopicMatcher([Entity("Jordan", "place"), Entity("Abraham", "character")])
    assert only_place.cover("Jordan", chunk("there", "a", character=("Jordan",))) is None
    assert only_place.cover("Jordan", chunk("there", "b", river=("Jordan",))) is not None  # no river index: any type


def test_coverage_counts_each_topic_once() -> None:
    coverage = TopicMatcher(ENTITIES).coverage(["Abraham", "manna", "Abraham", "God"], chunk("Abram called on God"))
    assert [match.topic for match in coverage.covered] == ["Abraham", "God"]
    assert coverage.missed == ("manna",)
    assert coverage.share == 2 / 3
    assert TopicMatcher([]).coverage([], chunk("x")).share == 0


def test_a_changed_chunk_is_read_again() -> None:
    matcher = TopicMatcher(ENTITIES)
    assert matcher.cover("Abraham", chunk("Abraham")) is not None
    assert matcher.cover("Abraham", chunk("Sarah")) is None
    assert matcher.cover("Abraham", chunk("Sarah", character=("Abraham",))) is not None


def test_the_index_finds_what_reading_every_chunk_finds() -> None:
    chunks = [
        chunk("Abram went", "0"),
        chunk("nobody", "1"),
        chunk("nobody", "2", character=("Abraham",)),
        chunk("a burnt offering", "3"),
        chunk("burnt, an offering", "4"),
        chunk("x", "5", thing=("burnt offering",)),
        chunk("Zechariah", "6", character=("Zechariah (2)",)),
    ]
    matcher = TopicMatcher(ENTITIES)
    index = TopicIndex(matcher, chunks)
    for topic in ("Abraham", "burnt offering", "Zechariah (1)", "nobody", "absent", "???"):
        expected = tuple(at for at, each in enumerate(chunks) if matcher.cover(topic, each))
        assert index.candidates(topic) == expected
    assert index.candidates("Abraham") == (0, 2)
    assert index.candidates("burnt offering") == (3, 5)
    assert index.candidates("Zechariah (1)") == ()
