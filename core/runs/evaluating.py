"""The evaluate stage: every system ranks, choices are made on dev questions, test questions are scored once with what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from core.corpus.about import About
from core.encoders.protocol import Encoder
from core.evaluation.clusters import clusters_of
from core.evaluation.objective import CUT, Objective, objective_for
from core.evaluation.report import DEPTH, evaluate
from core.evaluation.strict import held_out_entities
from core.judging.merging import n_judged_here
from core.records import SPLITS, Question, Ranking, Split
from core.retrieval.hybrid import WEIGHTS, Chosen, choose_weight
from core.retrieval.systems import Dense, Hybrid, System, rank_by_weight
from core.runs.evidence import SCORE_COLUMNS
from core.runs.results import UNTUNED, compared
from core.runs.stages import Context

SHOWN = 10  # ranks kept of each question for the pages
HEADLINE = ("ndcg@10", "recall@10", "mrr@10", "map", "rubric", "judged@10")
MAX_WEIGHT_QUESTIONS = 400  # the weight's curve is flat long before more questions would move it

Headline = dict[str, dict[str, float | None]]


def evaluate_systems(context: Context) -> None:
    """Write `scores.parquet`, `rankings.parquet` and, last, `results.json`."""
    corpus, run = context.measured, context.run
    objective = objective_for(corpus.asked("dev"), corpus.searchable, context.matcher)
    systems, weights, curves = _systems(context, objective)
    scores, rankings, headlines = [], [], {}
    for split in ("dev", "test"):
        questions = corpus.asked(split)
        ranked = {name: _rank(context, system, questions) for name, system in systems.items()}
        evaluation = evaluate(ranked, questions, corpus.searchable, context.matcher, context.settings.RECALL_K_VALUES)
        clusters = dict(zip(evaluation.question_ids, clusters_of(questions, corpus.chunks), strict=True))
        table = evaluation.table()
        scores.append(table.assign(split=split, cluster=table["question_id"].map(clusters))[list(SCORE_COLUMNS)])
        rankings.append(_shown(split, ranked, questions, context))
        headlines[split] = {name: {metric: means[metric] for metric in HEADLINE} for name, means in evaluation.means().items()}
    table = pd.concat(scores, ignore_index=True)
    table.to_parquet(run.path / "scores.parquet")
    pd.concat(rankings, ignore_index=True).to_parquet(run.path / "rankings.parquet")
    summary = _results(context, objective, weights, headlines, table) | {"curves": curves}
    run.write_json("results.json", summary | _on_held_out_entities(context, table))


class _Systems(NamedTuple):
    """The systems by name, untuned ones first; the share of dense in each hybrid (None: reciprocal rank fusion); what each share measured
    on dev, as pairs of share and value."""

    systems: dict[str, System]
    weights: dict[str, float | None]
    curves: dict[str, list[tuple[float, float]]]


def _systems(context: Context, objective: Objective | None) -> _Systems:
    systems: dict[str, System] = {"bm25": context.lexical}
    weights: dict[str, float | None] = {}
    curves: dict[str, list[tuple[float, float]]] = {}
    for name, encoder in (("base", context.base), ("tuned", context.tuned)):
        if encoder is None:
            continue
        vectors = context.embed(encoder, context.documents, "document", "evaluate").vectors
        dense = Dense(name, _queries_of(context, encoder), vectors, encoder.meaning)
        hybrid = f"{name}+bm25"
        chosen = _weight(context, dense.beside_words, objective) if objective else None
        weights[hybrid] = chosen.weight if chosen else None
        if chosen:
            curves[hybrid] = sorted(chosen.curve.items())
        systems |= {name: dense, hybrid: Hybrid(hybrid, dense.beside_words, context.lexical, weights[hybrid])}
    return _Systems(systems, weights, curves)


def _queries_of(context: Context, encoder: Encoder) -> Callable[..., Any]:
    return lambda texts: context.embed(encoder, list(texts), "query", "evaluate").vectors


def _weight(context: Context, dense: Dense, objective: Objective) -> Chosen:
    """The share of dense that is best on dev questions, and what the others measured."""
    some = objective_for(objective.questions[:MAX_WEIGHT_QUESTIONS], objective.chunks, objective.matcher) or objective
    context.run.log.append("progress", stage="evaluate", what=f"weighing {dense.name} against bm25", done=0, total=1)
    ranked = rank_by_weight(dense, context.lexical, some.texts, CUT, WEIGHTS)
    chosen = choose_weight(lambda weight: some.value(ranked[weight]))
    context.run.log.append("weight", system=f"{dense.name}+bm25", weight=chosen.weight, value=chosen.value, n_questions=len(some.questions))
    context.check_stop()
    return chosen


def _rank(context: Context, system: System, questions: tuple[Question, ...]) -> Ranking:
    context.check_stop()
    context.run.log.append("progress", stage="evaluate", what=f"ranking with {system.name}", done=0, total=1)
    return system.search([question.text for question in questions], DEPTH)


def _shown(split: Split, ranked: Mapping[str, Ranking], questions: tuple[Question, ...], context: Context) -> pd.DataFrame:
    """The first ranks of every question: split, system, question_id, rank, chunk_id, score."""
    ids = [chunk.chunk_id for chunk in context.corpus.searchable]
    rows = [
        (split, name, question.question_id, rank, ids[index], float(score))
        for name, ranking in ranked.items()
        for question, indices, scores in zip(questions, ranking.indices, ranking.scores, strict=True)
        for rank, (index, score) in enumerate(zip(indices[:SHOWN], scores[:SHOWN], strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=["split", "system", "question_id", "rank", "chunk_id", "score"])


def _results(
    context: Context,
    objective: Objective | None,
    weights: Mapping[str, float | None],
    headlines: Mapping[str, Headline],
    scores: pd.DataFrame,
) -> dict[str, Any]:
    corpus, dev = context.measured, headlines["dev"]
    metric = objective.metric if objective else "ndcg@10"
    baseline = _best([name for name in dev if name in UNTUNED], dev, metric, "base+bm25")
    candidate = _best([name for name in dev if name not in UNTUNED], dev, metric, "tuned+bm25") if context.tuned else "base+bm25"
    return {
        "questions": {split: len(corpus.asked(split)) for split in SPLITS},
        "n_limited": sum(question.temporal_limit is not None for question in corpus.asked("test")),
        "n_chunks": len(corpus.searchable),
        "judged_here": {split: n_judged_here(corpus.asked(split), context.judged_here) for split in ("dev", "test")},
        "systems": headlines["test"],
        "dev": dev,
        "weights": dict(weights),
        "metric": metric,
        "baseline": baseline,
        "candidate": candidate,
        "comparison": compared(scores, metric, baseline, candidate) if corpus.asked("test") else None,
        "chosen": _best([baseline, candidate], dev, metric, baseline),
        "chosen_on": f"{len(objective.questions):,} dev questions" if objective else "nothing: there are no dev questions",
    }


def _on_held_out_entities(context: Context, scores: pd.DataFrame) -> dict[str, Any]:
    """The test means on questions about entities that training never named, where the run has pairs: how many of the questions
    about anything these are, and each system's means, {} where they are none."""
    if not (pairs := context.pairs):
        return {}
    found = held_out_entities(context.corpus.questions, pairs, About(context.corpus.entities))
    rows = scores[(scores["split"] == "test") & scores["question_id"].isin(found.unseen) & scores["metric"].isin(HEADLINE)]
    systems = {
        str(system): {str(metric): _mean(values) for metric, values in own.groupby("metric", sort=False)["value"]}
        for system, own in rows.groupby("system", sort=False)
    }
    return {"held_out_entities": {"n": len(found.unseen), "n_about": len(found.about_something), "systems": systems}}


def _mean(values: pd.Series) -> float | None:
    """None where the metric applies to none of them."""
    return None if values.isna().all() else float(values.mean())


def _best(names: Sequence[str], dev: Headline, metric: str, unmeasured: str) -> str:
    """The first of the names with the highest dev value: a later, more elaborate system has to beat an earlier one, not equal it."""
    measured = [name for name in names if dev[name][metric] is not None]
    return max(measured, key=lambda name: dev[name][metric] or 0.0) if measured else unmeasured
