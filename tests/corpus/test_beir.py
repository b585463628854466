from __future__ import annotations

from typing import Any

from core.corpus.reading import read_folder

DOCUMENTS = [
    {"_id": "d1", "title": "One", "text": "first"},
    {"_id": "d2", "title": "", "text": "second"},
    {"_id": "d3", "title": "Bare", "text": ""},
]
QUERIES = [{"_id": "q1", "text": "Which?"}, {"_id": "q2", "text": "What?"}, {"_id": "q3", "text": "Unasked?"}]
HEADER = "query-id\tcorpus-id\tscore\n"
NATIVE = [{"chunk_id": "d2", "text": "second", "filename": "page"}, {"chunk_id": "n1", "text": "beside", "filename": "page"}]


def beir(prefix: str = "", **qrels: str) -> dict[str, Any]:
    files: dict[str, Any] = {f"{prefix}corpus.jsonl": DOCUMENTS, f"{prefix}queries.jsonl": QUERIES}
    return files | {f"{prefix}qrels/{split}.tsv": text for split, text in qrels.items()}


def test_a_beir_folder_alone(folder) -> None:
    reading = read_folder(folder(beir(train=HEADER + "q1\td1\t2\nq1\td2\t0\n", test="q2\td3\t1\r\n")))
    chunks, questions = reading.corpus.chunks, reading.corpus.questions
    assert [(chunk.chunk_id, chunk.filename, chunk.title, chunk.text) for chunk in chunks] == [
        ("d1", "One", "One", "first"),
        ("d2", "d2", "", "second"),
        ("d3", "Bare", "Bare", "Bare"),
    ]
    assert all(chunk.searchable for chunk in chunks)
    assert [(question.question_id, question.split, question.judgements) for question in questions] == [
        ("q1", "train", {"d1": 2, "d2": 0}),
        ("q2", "test", {"d3": 1}),
    ]
    assert questions[0].relevant == ("d1",)
    assert reading.report.n_judgements == 3
    assert [str(problem) for problem in reading.report.problems] == [
        "queries.jsonl: 1 queries that qrels/*.tsv does not judge were left out, the first is 'q3'."
    ]


def test_native_and_beir_are_joined_by_id(folder) -> None:
    native = {
        "chunks/a.jsonl": [{**NATIVE[0], "text": "second, longer"}, NATIVE[1], {"chunk_id": "d1", "text": "first", "filename": "p"}],
        "test_questions.json": {
            "questions": [{"question_id": "q2", "question": "What, asked better?", "expected_topics": ["x"]}, {"question": "Mine?"}]
        },
    }
    reading = read_folder(folder({**native, **beir("beir/", test=HEADER + "q1\td1\t1\nq2\td3\t1\n")}))
    assert [(chunk.chunk_id, chunk.text, chunk.title, chunk.searchable) for chunk in reading.corpus.chunks] == [
        ("d2", "second, longer", "", True),
        ("n1", "beside", "", False),
        ("d1", "first", "One", True),
        ("d3", "Bare", "Bare", True),
    ]
    questions = reading.corpus.questions
    assert [(question.text, question.split, question.expected_topics) for question in questions] == [
        ("What, asked better?", "test", ("x",)),
        ("Mine?", None, ()),
        ("Which?", "test", ()),
    ]
    assert questions[0].judgements == {"d3": 1}
    assert [problem.kind for problem in reading.report.problems] == ["text-differs", "unjudged-query", "no-topics-or-judgements"]
    assert reading.report.errors == ()


def test_bad_judgements(folder) -> None:
    train = "q1\td1\t1\nq1 d2 1\nq1\td2\thigh\nq1\td9\t1\nq9\td1\t1\nq1\td1\t2\nq1\td1\t1\nq1\td2\t1.0\nq1\td3\t-1\nq1\t\t1\n"
    reading = read_folder(folder(beir(train=train, test="q1\td2\t1\nq2\td1\t1\n", all="q1\td1\t1\n")))
    assert [(problem.file, problem.line, problem.kind) for problem in reading.report.problems] == [
        ("qrels/train.tsv", 2, "bad-judgement"),
        ("qrels/train.tsv", 3, "bad-judgement"),
        ("qrels/train.tsv", 4, "unknown-judged-chunk"),
        ("qrels/train.tsv", 5, "unknown-judged-question"),
        ("qrels/train.tsv", 6, "contradicting-judgement"),
        ("qrels/train.tsv", 10, "bad-judgement"),
        ("qrels/test.tsv", 1, "two-splits"),
        ("qrels/all.tsv", None, "unknown-split"),
        ("queries.jsonl", None, "unjudged-query"),
    ]
    first = reading.corpus.questions[0]
    assert (first.split, first.judgements) == ("train", {"d1": 1, "d2": 1, "d3": -1})


def test_a_first_line_that_is_a_torn_judgement_is_not_taken_for_a_header(folder) -> None:
    report = read_folder(folder(beir(test="q1\td1\n"))).report
    assert [(problem.line, problem.kind) for problem in report.errors] == [(1, "bad-judgement")]


def test_bad_documents_and_queries(folder) -> None:
    files = {
        "corpus.jsonl": [{"_id": "d1", "text": "a"}, {"_id": "d1", "text": "b"}, {"text": "c"}, {"_id": "d4", "title": "", "text": ""}],
        "queries.jsonl": [{"_id": 1, "text": "a"}, {"_id": "1", "text": "b"}, {"_id": "2"}],
        "qrels/dev.tsv": "1\td1\t1\n",
    }
    reading = read_folder(folder(files))
    assert [(problem.file, problem.line, problem.kind) for problem in reading.report.problems] == [
        ("corpus.jsonl", 2, "duplicate-id"),
        ("corpus.jsonl", 3, "missing-field"),
        ("corpus.jsonl", 4, "missing-field"),
        ("queries.jsonl", 2, "duplicate-id"),
        ("queries.jsonl", 3, "missing-field"),
    ]
    assert reading.corpus.questions[0].split == "dev"
