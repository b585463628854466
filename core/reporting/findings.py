"""Everything a report says, gathered from a run and the store; nothing in it is worded or drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.corpus.about import About
from core.corpus.topics import TopicIndex, TopicMatcher
from core.errors import InputError
from core.evaluation import grouping, standings
from core.evaluation.standings import Measured
from core.evaluation.tracing import PairTracer, Trace
from core.records import Chunk, Pair, Question, Verdict
from core.reporting.examples import Examples, clearest
from core.runs import evidence
from core.runs.folder import RunFolder, list_runs
from core.runs.mapped import Map, maps, owner_of, read_map
from core.runs.results import UNTUNED
from core.store import Counts, Store
from core.voting.ballot import Ballot
from core.voting.outcome import Outcome, outcome
from core.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

N_BETTER, N_WORSE = 4, 4
MOST_TRACED = 200  # regressed questions looked at for the pairs behind them
SHOWN_METRICS = ("ndcg@10", "recall@10", "mrr@10", "map", "rubric")


@dataclass(frozen=True, slots=True)
class Audit:
    """What people said of the pairs: verdicts that stand by kind, and by rule how many judged pairs were accepted and rejected."""

    verdicts: Mapping[Verdict, int]
    by_rule: Mapping[str, tuple[int, int]]

    @property
    def n_judged(self) -> int:
        return sum(self.verdicts.get(verdict, 0) for verdict in ("accept", "reject"))


@dataclass(frozen=True, slots=True)
class Findings:
    """`comparison`: the one that dev chose, recomputed from the scores. `means` by metric, `groups` by kind: as core.evaluation.standings
    gives them. `hits`: by metric, for how many questions it is above 0 before and after, of how many. `traces`: of questions that got
    worse. `uncovered`: expected topics that no searchable chunk covers, with how many questions expect each. `votes`: ballots with votes.
    """

    run_id: str
    config: Mapping[str, Any]
    seconds: Mapping[str, float]
    results: Mapping[str, Any]
    metric: str
    before: str
    after: str
    comparison: Mapping[str, Any]
    means: Mapping[str, pd.DataFrame]
    tests: pd.DataFrame
    groups: Mapping[str, pd.DataFrame]
    changes: pd.DataFrame
    examples: Examples
    hits: Mapping[str, tuple[int, int, int]]
    questions: Mapping[str, Question]
    chunks: Mapping[str, Chunk]
    ranked: Mapping[tuple[str, str], tuple[str, ...]]
    counts: Counts
    pairs: tuple[Pair, ...]
    removed: int
    audit: Audit
    traces: Mapping[str, Trace]
    uncovered: Mapping[str, int]
    unpaired: Mapping[str, str]
    votes: Sequence[tuple[Ballot, Outcome]]
    matcher: TopicMatcher
    drawn: Map | None


def gather(store: Store, workspace: Workspace, run: RunFolder) -> Findings:
    """Raises InputError where the run was not evaluated on test questions, or without a tuned model."""
    if not evidence.is_evaluated(run):
        raise InputError(f"Run {run.run_id} has not been evaluated: there is nothing to report (python -m workbench evaluate).")
    results, scores, questions = run.results() or {}, evidence.scores(run), evidence.questions(run)
    metrics = [name for name in SHOWN_METRICS if any(one.get(name) is not None for one in results["systems"].values())]
    if not metrics:
        raise InputError(f"Run {run.run_id} has no scores on test questions: without them there is nothing to report.")
    metric = results["metric"] if results["metric"] in metrics else metrics[0]
    before, after = results["baseline"], results["candidate"]
    if after in UNTUNED:
        raise InputError(f"Run {run.run_id} has evaluated no tuned model: there is nothing to report of (python -m workbench train).")
    on = standings.measured(scores, metric)
    changes = _with_category(standings.changes(on, before, after), questions)
    pairs, chunks, entities = evidence.pairs(run), store.chunks(), evidence.entities(run)
    ranked = evidence.ranked(run)
    matcher = TopicMatcher(entities)
    return Findings(
        run_id=run.run_id,
        config=run.config,
        seconds=run.seconds(),
        results=results,
        metric=metric,
        before=before,
        after=after,
        comparison=standings.compare(on, before, after).to_dict(metric, before, after),
        means={name: standings.means(standings.measured(scores, name)) for name in metrics},
        tests=standings.against(on, before),
        groups=_groups(on, grouping.groups_of(list(questions.values()), entities, pairs), before, after),
        changes=changes,
        examples=clearest(changes, N_BETTER, N_WORSE),
        hits={
            name: standings.hits(standings.measured(scores, name), before, after)
            for name in ("precision@1", "recall@10")
            if _has(scores, name)
        },
        questions=questions,
        chunks={chunk.chunk_id: chunk for chunk in chunks},
        ranked=ranked,
        counts=store.counts(),
        pairs=pairs,
        removed=len(store.removed()),
        audit=_audit(store),
        traces=_traces(changes, questions, pairs, ranked, before, after, About(entities)),
        uncovered=_uncovered(questions, matcher, [chunk for chunk in chunks if chunk.searchable]),
        unpaired=store.unpaired(),
        votes=_votes(store, run, questions),
        matcher=matcher,
        drawn=_map_of(workspace, run),
    )


def _with_category(changes: pd.DataFrame, questions: Mapping[str, Question]) -> pd.DataFrame:
    return changes.assign(category=[questions[one].category if one in questions else "" for one in changes["question_id"]])


def _groups(on: Measured, groups: pd.DataFrame, before: str, after: str) -> dict[str, pd.DataFrame]:
    return {str(kind): standings.by_group(on, rows, before, after) for kind, rows in groups.groupby("kind", sort=False)}


def _has(scores: pd.DataFrame, metric: str) -> bool:
    return bool((scores["metric"] == metric).any())


def _audit(store: Store) -> Audit:
    kinds, verdicts = store.kinds_of_decided(), store.verdicts()
    by_rule: dict[str, list[int]] = {}
    for pair_id, (rule, _) in kinds.items():
        counted = by_rule.setdefault(rule, [0, 0])
        if verdicts.get(pair_id) in ("accept", "reject"):
            counted[verdicts[pair_id] == "reject"] += 1
    return Audit(store.decision_counts(), {rule: (accepted, rejected) for rule, (accepted, rejected) in by_rule.items()})


def _traces(
    changes: pd.DataFrame,
    questions: Mapping[str, Question],
    pairs: Sequence[Pair],
    ranked: Mapping[tuple[str, str], tuple[str, ...]],
    before: str,
    after: str,
    about: About,
) -> dict[str, Trace]:
    tracer = PairTracer(pairs)
    worse = changes.loc[changes["change"] < 0, "question_id"].tolist()[:MOST_TRACED]
    return {
        one: tracer.trace(questions[one], about.question(questions[one]), ranked.get((before, one), ()), ranked.get((after, one), ()))
        for one in worse
        if one in questions
    }


def _uncovered(questions: Mapping[str, Question], matcher: TopicMatcher, chunks: Sequence[Chunk]) -> dict[str, int]:
    asked = Counter(topic for question in questions.values() for topic in dict.fromkeys(question.expected_topics))
    if not asked:
        return {}
    index = TopicIndex(matcher, chunks)
    return {topic: n for topic, n in asked.most_common() if not index.candidates(topic)}


def _votes(store: Store, run: RunFolder, questions: Mapping[str, Question]) -> list[tuple[Ballot, Outcome]]:
    categories = {key: question.category for key, question in questions.items()}
    found = [(one, outcome(store.votes(one.ballot_id), categories)) for one in store.ballots() if one.run_id == run.run_id]
    return [(ballot, result) for ballot, result in found if result.n_votes]


def _map_of(workspace: Workspace, run: RunFolder) -> Map | None:
    """The newest map of the model that the run evaluated, with two sides and laid out."""
    for one in maps(list_runs(workspace.runs)):
        if owner_of(one) == owner_of(run) and (found := read_map(one)) and found.is_whole and found.has_after:
            return found
    return None
