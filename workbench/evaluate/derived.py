"""What is worked out from a run's stored scores, kept by the run and when it was evaluated: a look at another view costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.corpus.about import About
from core.evaluation import grouping, standings
from core.evaluation.significance import Comparison
from core.evaluation.standings import COMPARED, Measured
from core.evaluation.tracing import PairTracer, Trace
from core.records import Question
from core.runs import evidence, results
from core.runs.folder import RunFolder
from workbench.session import HashFuncs
from workbench.words import METRICS

if TYPE_CHECKING:
    import pandas as pd

BY_RUN: HashFuncs = {RunFolder: evidence.state_of}
KEPT = 64  # answers of each kind: a few runs with their metrics and groups


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A run's results, per-question scores and questions (by id)."""

    results: Mapping[str, Any]
    scores: pd.DataFrame
    questions: Mapping[str, Question]

    @property
    def metrics(self) -> list[str]:
        """The metrics that apply to any test question, the headline ones in their usual order."""
        means = list(self.results["systems"].values())
        return [name for name in METRICS if any(one.get(name) is not None for one in means)]


@st.cache_resource(max_entries=4, hash_funcs=BY_RUN, show_spinner=False)
def evaluated(run: RunFolder) -> Evaluated:
    return Evaluated(results.read(run), evidence.scores(run), evidence.questions(run))


@st.cache_resource(max_entries=KEPT, hash_funcs=BY_RUN, show_spinner=False)
def measured(run: RunFolder, metric: str, split: str = "test") -> Measured:
    return standings.measured(evaluated(run).scores, metric, split)


@st.cache_data(max_entries=KEPT, hash_funcs=BY_RUN, show_spinner="Working out the intervals …")
def means(run: RunFolder, metric: str, split: str = "test") -> pd.DataFrame:
    return standings.means(measured(run, metric, split))


@st.cache_data(max_entries=KEPT, hash_funcs=BY_RUN, show_spinner="Comparing the systems …")
def against(run: RunFolder, metric: str, baseline: str) -> pd.DataFrame:
    return standings.against(measured(run, metric), baseline)


@st.cache_data(max_entries=KEPT, hash_funcs=BY_RUN, show_spinner=False)
def compared(run: RunFolder, metric: str, baseline: str, candidate: str) -> dict[str, Any]:
    """As `Comparison.to_dict`."""
    if candidate == baseline:  # a run with a single system
        return standings.compare(measured(run, metric), baseline, candidate).to_dict(metric, baseline, candidate)
    table = against(run, metric, baseline)
    [row] = table[table["system"] == candidate][list(COMPARED)].to_dict("records")
    return Comparison(**{str(name): value for name, value in row.items()}).to_dict(metric, baseline, candidate)


@st.cache_data(max_entries=KEPT, hash_funcs=BY_RUN, show_spinner=False)
def changes(run: RunFolder, metric: str, baseline: str, candidate: str) -> pd.DataFrame:
    """As `standings.changes`, with the question's text and category."""
    asked = evaluated(run).questions
    table = standings.changes(measured(run, metric), baseline, candidate)
    of = [asked.get(question_id) for question_id in table["question_id"]]
    return table.assign(question=[one.text if one else "" for one in of], category=[one.category if one else "" for one in of])


@st.cache_data(max_entries=8, hash_funcs=BY_RUN, show_spinner="Sorting the questions into groups …")
def groups(run: RunFolder) -> pd.DataFrame:
    return grouping.groups_of(list(evaluated(run).questions.values()), evidence.entities(run), evidence.pairs(run))


@st.cache_data(max_entries=KEPT, hash_funcs=BY_RUN, show_spinner="Comparing group by group …")
def by_group(run: RunFolder, kind: str, metric: str, baseline: str, candidate: str) -> pd.DataFrame:
    of_kind = groups(run)
    return standings.by_group(measured(run, metric), of_kind[of_kind["kind"] == kind], baseline, candidate)


def trace(run: RunFolder, question: Question, before: str, after: str) -> Trace:
    """Which training pairs may have moved a question between two systems."""
    order, key = ranked(run), question.question_id
    return tracer(run).trace(question, about(run).question(question), order.get((before, key), ()), order.get((after, key), ()))


@st.cache_resource(max_entries=2, hash_funcs=BY_RUN, show_spinner="Reading what the model learned from …")
def tracer(run: RunFolder) -> PairTracer:
    return PairTracer(evidence.pairs(run))


@st.cache_resource(max_entries=2, hash_funcs=BY_RUN, show_spinner=False)
def about(run: RunFolder) -> About:
    """Which entities, as the run knew them, a question is about."""
    return About(evidence.entities(run))


@st.cache_resource(max_entries=2, hash_funcs=BY_RUN, show_spinner=False)
def ranked(run: RunFolder) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """As `evidence.ranked`."""
    return evidence.ranked(run)
