"""An evaluated run of the harbour, recorded rather than worked: forty test questions whose answers are known to have moved."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from core.records import Pair, Question
from core.runs.evidence import RANKING_COLUMNS, SCORE_COLUMNS
from core.runs.folder import RunFolder
from core.runs.frozen import to_lines
from core.workspace import Workspace
from tests.harbour import CHUNKS, ENTITIES, HOSTILE, SYSTEMS, record_run, results

N_TEST = 40
CATEGORIES = ("item", "character", "place", "saying")
IDS = [chunk.chunk_id for chunk in CHUNKS]
FIRST = {"bm25": 5, "base": 8, "base+bm25": 3, "tuned": 2, "tuned+bm25": 1}
"""The rank of the answer under each system; every fifth question has it at rank 6 under the tuned ones instead: it got worse. The hostile
question gains most."""


def asked(n: int = N_TEST) -> tuple[Question, ...]:
    """Test questions, one of them hostile, each answered by one chunk; and one of train and of dev."""
    test = [
        Question(
            f"t-{number:03}",
            f"Question {number}: {HOSTILE}" if number == 0 else f"Question {number}: what is told in {IDS[number % len(IDS)]} of Odda?",
            CATEGORIES[number % len(CATEGORIES)],
            ("easy", "hard")[number % 2],
            None,
            ("Odda", "Great Bell") if number % 2 else ("Brandt",),
            {IDS[number % len(IDS)]: 2},
            "test",
        )
        for number in range(n)
    ]
    train = Question("tr-0", "Who keeps the light?", "character", "", None, ("Ilsa Varn",), {"ilsa-1": 1}, "train")
    return (*test, train, replace(train, question_id="d-0", text="Who lights the lamp?", split="dev"))


def got_worse(question: Question) -> bool:
    return int(question.question_id[2:]) % 5 == 4


def answer_rank(system: str, question: Question) -> int:
    if question.question_id == "t-000" and system == "base+bm25":
        return 9
    return 6 if system.startswith("tuned") and got_worse(question) else FIRST[system]


def ranking(system: str, question: Question) -> list[str]:
    """Ten chunk ids with the answer at its rank."""
    answer = question.relevant[0]
    others = [one for one in IDS if one != answer][:9]
    at = answer_rank(system, question) - 1
    return [*others[:at], answer, *others[at:]]


def pairs() -> tuple[Pair, ...]:
    """What the model learned: a negative on an answer of a question that got worse, a positive on one of its rivals, and others."""
    answer = asked()[4].relevant[0]
    return (
        Pair("who rang it", answer, "negative", "dense-rank", reason="near <b>it</b>", evidence={"about": ["entity:character:Odda"]}),
        Pair("who rang it", IDS[0], "positive", "synthetic-question", evidence={"about": ["topic:odda"]}),
        Pair("who was lost", "brandt-1", "positive", "judged", "tr-0", evidence={"about": ["entity:character:Captain Brandt"]}),
    )


def record_evaluation(workspace: Workspace, n: int = N_TEST) -> RunFolder:
    """A finished run with scores, rankings, questions and pairs."""
    run = record_run(workspace)
    questions = asked(n)
    test = [question for question in questions if question.split == "test"]
    (run.path / "questions.jsonl").write_text(to_lines(questions), encoding="utf-8")
    (run.path / "pairs.jsonl").write_text(to_lines(pairs()), encoding="utf-8")
    (workspace.corpora / f"{run.config['corpus']}.entities.jsonl").write_text(to_lines(ENTITIES), encoding="utf-8")
    _scores(test).to_parquet(run.path / "scores.parquet")
    ranked = [
        ("test", system, question.question_id, rank, chunk_id, 1 / rank)
        for system in SYSTEMS
        for question in test
        for rank, chunk_id in enumerate(ranking(system, question), start=1)
    ]
    pd.DataFrame(ranked, columns=list(RANKING_COLUMNS)).to_parquet(run.path / "rankings.parquet")
    curve = [(step / 4, 0.4 + 0.1 * math.sin(step)) for step in range(5)]
    found = {**results(), "questions": {"train": 1, "dev": 1, "test": n}, "curves": {"base+bm25": curve, "tuned+bm25": curve}}
    found["weights"] = {"base+bm25": 0.5, "tuned+bm25": 0.5}
    run.write_json("results.json", found)
    return run


def _scores(test: list[Question]) -> pd.DataFrame:
    rows = []
    for system in SYSTEMS:
        for number, question in enumerate(test):
            rank = answer_rank(system, question)
            values = {
                "ndcg@10": 1 / math.log2(rank + 1) + 0.001 * (number % 7),  # not all alike, so that there is something to estimate
                "recall@10": 1.0,
                "precision@1": float(rank == 1),
                "mrr@10": 1 / rank,
                "map": 1 / rank,
                "rubric": float(max(1, 6 - rank)),
            }
            rows += [("test", system, question.question_id, number // 2, metric, value) for metric, value in values.items()]
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))
