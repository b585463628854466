"""Marks stand where they should, and nothing of a hostile text comes through as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from core.corpus.aliases import AliasIndex
from core.records import Entity
from tests.harbour import HOSTILE
from workbench.highlight import Mark, chip, entity_marks, excerpt, marked, passage, tones_of, word_marks


class Read(HTMLParser):
    """What a browser would make of it: tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.titles: list[str] = []
        self.text = ""
        self.marked: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value or "" for name, value in attrs if name == "title"]
        assert {name for name, _ in attrs} <= {"style", "title", "dir"}
        if tag == "mark":
            self.marked.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.tags and self.tags[-1] == "mark" and self.marked and not self.marked[-1]:
            self.marked[-1] = data


@pytest.mark.parametrize("text", [HOSTILE, "</div></mark><b>", "a & b &lt; c", "\"'><svg onload=x>", "", "\ud800 alone"])
def test_text_comes_out_as_it_went_in(text: str) -> None:
    read = Read(passage(text, word_marks(text, ["alert", "b"])))
    assert read.text == text.replace("\ud800", "?")
    assert set(read.tags) <= {"div", "mark"}


def test_a_hostile_label_stays_a_label() -> None:
    read = Read(chip("<img src=x>", title='"><script>'))
    assert (read.text, read.titles, set(read.tags)) == ("<img src=x>", ['"><script>'], {"span", "bdi"})


def test_marks_are_where_the_words_are() -> None:
    assert Read(marked("one two three", [Mark(4, 7), Mark(0, 3)])).marked == ["one", "two"]


def test_of_overlapping_marks_the_first_and_longest_stands() -> None:
    assert Read(marked("abcdef", [Mark(0, 2), Mark(0, 4), Mark(3, 6)])).marked == ["abcd"]


def test_marks_outside_the_text_are_ignored() -> None:
    assert Read(marked("abc", [Mark(2, 9), Mark(-2, 1), Mark(1, 1)])).marked == []


def test_entities_are_marked_in_the_tone_of_their_type() -> None:
    index = AliasIndex([Entity("Ilsa Varn", "character", ("Ilsa",)), Entity("Osterhaven", "place")])
    text = "Ilsa lives in Osterhaven."
    marks = entity_marks(index.find(text), {"character": 1, "place": 4})
    assert [(text[mark.start : mark.end], mark.tone, mark.title) for mark in marks] == [
        ("Ilsa", 1, "Ilsa Varn (character)"),
        ("Osterhaven", 4, "Osterhaven (place)"),
    ]


def test_words_are_found_in_any_case_and_taken_literally() -> None:
    text = "The BELL, the bell-tower (a.b) and axb"
    assert [text[mark.start : mark.end] for mark in word_marks(text, ["bell", "a.b"])] == ["BELL", "bell", "a.b"]
    assert word_marks(text, []) == []


def test_a_tone_does_not_depend_on_the_order() -> None:
    assert tones_of(["place", "character"]) == tones_of(["character", "place", "place"]) == {"character": 0, "place": 1}


def test_an_excerpt_holds_its_marks() -> None:
    text = "word " * 100 + "the Great Bell rang " + "word " * 100
    at = text.index("Great")
    shown, marks = excerpt(text, [Mark(at, at + 10, 3)], limit=150)
    assert [shown[mark.start : mark.end] for mark in marks] == ["Great Bell"]
    assert marks[0].tone == 3
    assert shown.startswith("… ") and shown.endswith(" …") and len(shown) < 200


def test_an_excerpt_joins_what_is_far_apart() -> None:
    text = "Bell " + "word " * 100 + "Odda"
    shown, marks = excerpt(text, [Mark(0, 4), Mark(len(text) - 4, len(text))], limit=300)
    assert [shown[mark.start : mark.end] for mark in marks] == ["Bell", "Odda"]
    assert shown.startswith("Bell") and " … " in shown and shown.endswith("Odda")


def test_an_excerpt_without_marks_is_the_beginning() -> None:
    assert excerpt("short", [])[0] == "short"
    shown, _ = excerpt("word " * 100, [], limit=50)
    assert shown.startswith("word word") and shown.endswith(" …") and len(shown) < 60
