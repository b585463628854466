from __future__ import annotations

import json

import pytest

from core.corpus.reading import read_folder
from core.records import content_id


def kinds(report) -> list[tuple[str, str, int | None, str]]:
    return [(problem.severity, problem.file, problem.line, problem.kind) for problem in report.problems]


def test_a_chunk_with_every_field(folder) -> None:
    row = {
        "text": "Aria rode.",
        "filename": "aria",
        "chunk_id": 7,
        "source": "wiki",
        "wiki_type": "hero",
        "temporal_order": 3,
        "person_mentions": ["Aria", "Aria", " "],
        "ship_mentions": [],
        "page": {"n": 1},
    }
    (chunk,) = read_folder(folder({"chunks/a.jsonl": [row]})).corpus.chunks
    assert (chunk.chunk_id, chunk.source, chunk.wiki_type, chunk.temporal_order) == ("7", "wiki", "hero", 3.0)
    assert chunk.mentions == {"person": ("Aria",)}
    assert chunk.extra == {"page": {"n": 1}}
    assert chunk.searchable


def test_ids_come_from_the_content_where_none_is_given(folder) -> None:
    row = {"text": "Aria rode.", "filename": "../../etc/passwd"}
    reading = read_folder(folder({"chunks/a.jsonl": [row, {**row, "source": "again"}]}))
    (chunk,) = reading.corpus.chunks
    assert chunk.chunk_id == content_id("chunk", "../../etc/passwd", "Aria rode.")
    assert [str(problem) for problem in reading.report.warnings] == [
        "chunks/a.jsonl, line 2: says the same as chunks/a.jsonl, line 1; kept once, with the other fields of the first."
    ]


def test_each_bad_line_is_named_and_left_out(folder) -> None:
    good = '{"text": "t", "filename": "f", "chunk_id": "1"}'
    lines = [
        b"\xef\xbb\xbf" + good.encode() + b"\r",
        b"",
        b"   \r",
        b'{"filename": "f"}',
        b'{"text": " ", "filename": "f"}',
        b'{"text": ["t"], "filename": "f"}',
        b'{"text": "t", "filename": "f"',
        b'{"text": "t", "filename": "f", "temporal_order": NaN}',
        b'{"text": "t", "filename": "f", "temporal_order": "3"}',
        b'{"text": "t", "filename": "f", "x_mentions": [["a"]]}',
        b'{"text": "t", "filename": "f", "x_mentions": "a"}',
        b'["t"]',
        b'{"text": "\xff", "filename": "f"}',
        b'{"text": "\\ud800", "filename": "f"}',
        b'{"text": "t", "filename": "f", "n": ' + b"9" * 5000 + b"}",
        b'{"text": "t", "filename": "f", "n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"text": "t", "filename": "f", "temporal_order": 1' + b"0" * 400 + b"}",
        b'{"text": "t", "filename": "f", "n": 1e999}',
        b'{"text": "t", "filename": "f", "n": ' + b"[" * 200 + b"]" * 200 + b"}",
        good.encode(),
        b'{"text": "\\ud83d\\ude00", "filename": "f"}',
    ]
    reading = read_folder(folder({"chunks/a.jsonl": b"\n".join(lines)}))
    assert [(line, kind) for _, _, line, kind in kinds(reading.report)] == [
        (4, "missing-field"),
        (5, "missing-field"),
        (6, "wrong-type"),
        (7, "bad-json"),
        (8, "bad-json"),
        (9, "wrong-type"),
        (10, "wrong-type"),
        (11, "wrong-type"),
        (12, "bad-json"),
        (13, "not-utf8"),
        (14, "bad-json"),
        (15, "bad-json"),
        (16, "bad-json"),
        (17, "wrong-type"),
        (18, "bad-json"),
        (19, "bad-json"),
        (20, "duplicate-id"),
    ]
    assert [chunk.text for chunk in reading.corpus.chunks] == ["t", "\U0001f600"]
    assert str(reading.report.errors[0]) == "chunks/a.jsonl, line 4: no 'text' field. Each line needs 'text' and 'filename'."
    assert "NaN is no JSON value" in reading.report.errors[4].message


def test_a_huge_line_is_one_error_and_the_next_is_read(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.corpus.json_files.MOST_BYTES_A_LINE", 2**20)
    rows = [{"text": "x" * 2**22, "filename": "f"}, {"text": "t", "filename": "f"}, {"filename": "f"}]
    reading = read_folder(folder({"chunks/a.jsonl": rows}))
    assert [(line, kind) for _, _, line, kind in kinds(reading.report)] == [(1, "long-line"), (3, "missing-field")]
    assert reading.report.n_chunks == 1


def test_utf16_is_one_error_not_one_a_line(folder) -> None:
    reading = read_folder(folder({"chunks/a.jsonl": ('{"text": "t", "filename": "f"}\n' * 9).encode("utf-16")}))
    assert kinds(reading.report) == [("error", "chunks/a.jsonl", None, "not-utf8")]


def test_indexes(folder) -> None:
    index = {
        "aria_1": {"primary_name": "Aria", "filename": "aria", "aliases": ["The Rider", "Aria"], "born": 3},
        "Borin": {"filename": "borin", "aliases": None},
        "aria_2": {"primary_name": "Aria", "filename": "aria2", "aliases": ["the rider"]},
        "Bad": ["x"],
        "Worse": {"filename": "w", "aliases": [3]},
        "Pageless": {},
    }
    reading = read_folder(folder({"chunks/a.jsonl": [{"text": "t", "filename": "f"}], "indexes/hero_index.json": index}))
    assert [(entity.name, entity.aliases) for entity in reading.corpus.entities] == [
        ("Aria", ("The Rider", "aria_1")),
        ("Borin", ()),
        ("aria_2", ("Aria", "the rider")),
        ("Pageless", ()),
    ]
    assert reading.corpus.entities[0].attributes == {"born": 3}
    assert {entity.type for entity in reading.corpus.entities} == {"hero"}
    assert kinds(reading.report) == [
        ("warning", "indexes/hero_index.json", 15, "ambiguous-alias"),
        ("error", "indexes/hero_index.json", 22, "wrong-type"),
        ("error", "indexes/hero_index.json", 25, "wrong-type"),
        ("warning", "indexes/hero_index.json", 31, "missing-field"),
        ("warning", "indexes/hero_index.json", 15, "ambiguous-alias"),
        ("warning", "indexes/hero_index.json", 15, "ambiguous-alias"),
    ]
    assert reading.report.warnings[-2].message == "'Aria' is claimed by 'Aria' (hero) and 'aria_2' (hero)."


def test_a_key_that_stands_twice_in_an_index_is_not_lost_silently(folder) -> None:
    index = '{"A": {"filename": "a"},\n "A": {"filename": "b"}}'
    reading = read_folder(folder({"chunks/a.jsonl": [{"text": "t", "filename": "f"}], "indexes/hero_index.json": index}))
    assert kinds(reading.report) == [("error", "indexes/hero_index.json", 2, "duplicate-id")]


def test_a_torn_index_is_one_error_with_its_line(folder) -> None:
    files = {
        "chunks/a.jsonl": [{"text": "t", "filename": "f"}],
        "indexes/hero_index.json": '{\n"A": {},\n"B": {"fil',
        "test_questions.json": "3",
    }
    reading = read_folder(folder(files))
    assert kinds(reading.report) == [
        ("error", "indexes/hero_index.json", 3, "bad-json"),
        ("error", "test_questions.json", None, "wrong-type"),
    ]
    assert "holds a number" in reading.report.errors[1].message


@pytest.mark.parametrize("wrapped", [True, False])
def test_questions_in_an_object_or_bare(folder, wrapped: bool) -> None:
    rows = [
        {"question": "Who rode?", "expected_topics": ["Aria", "Aria"], "category": "hero", "difficulty": 2, "temporal_limit": 4},
        {"question_id": "q2", "question": "Where?"},
        {"expected_topics": ["Aria"]},
        {"question_id": "q2", "question": "When?"},
        {"question": "Who rode?"},
        "Why?",
    ]
    text = json.dumps({"note": [], "questions": rows} if wrapped else rows)
    reading = read_folder(folder({"chunks/a.jsonl": [{"text": "t", "filename": "f"}], "test_questions.json": text}))
    first, second = reading.corpus.questions
    assert first.question_id == content_id("question", "Who rode?")
    assert (first.expected_topics, first.category, first.difficulty, first.temporal_limit) == (("Aria",), "hero", "2", 4.0)
    assert (second.question_id, first.split, second.split) == ("q2", None, None)
    assert [kind for *_, kind in kinds(reading.report)] == [
        "missing-field",
        "duplicate-id",
        "duplicate-content",
        "wrong-type",
        "no-topics-or-judgements",
    ]


def test_names_that_do_not_meet(folder) -> None:
    files = {
        "chunks/a.jsonl": [
            {"text": "t", "filename": "f", "hero_mentions": ["aria", "Ghost"], "place_mentions": ["Aria", "Nowhere"]},
            {"text": "u", "filename": "f", "hero_mentions": ["Ghost"]},
        ],
        "indexes/hero_index.json": {"Aria": {"filename": "aria", "aliases": []}},
        "test_questions.json": {"questions": [{"question": "Who?", "expected_topics": ["ARIA", "the war"]}]},
    }
    report = read_folder(folder(files)).report
    assert [str(problem) for problem in report.warnings] == [
        "chunks/a.jsonl, line 1: hero mention 'Ghost' is in no hero index (2 times). Add it, or an alias.",
        "chunks/a.jsonl, line 1: place mention 'Nowhere' is in no index (once). Add it, or an alias.",
        "test_questions.json, line 3: expected topic 'the war' is in no index (once); it is matched as a phrase.",
    ]


def test_without_an_index_no_mention_is_unknown(folder) -> None:
    report = read_folder(folder({"chunks/a.jsonl": [{"text": "t", "filename": "f", "hero_mentions": ["Ghost"]}]})).report
    assert report.problems == ()
