"""What the Evaluate page looks at: a run, a metric, a system before and one after. All of it stands in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.runs.evidence import evaluated_runs
from core.runs.folder import RunFolder
from workbench.evaluate.derived import Evaluated, evaluated
from workbench.report.downloading import draw_report_button
from workbench.session import Session
from workbench.words import METRICS, ago


@dataclass(frozen=True, slots=True)
class Look:
    """`before` and `after` are two different systems of the run, or the same one where it has only one. `planned`: metric and systems are
    those that dev questions chose, before a test question was scored."""

    run: RunFolder
    metric: str
    before: str
    after: str
    planned: bool

    @property
    def found(self) -> Evaluated:
        return evaluated(self.run)

    @property
    def metric_name(self) -> str:
        return METRICS.get(self.metric, self.metric)


def draw_look(session: Session) -> Look | None:
    """The controls and what they say; None where nothing has been evaluated, or not on test questions."""
    runs = {run.run_id: run for run in evaluated_runs(session.workspace)}
    if not runs:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = runs[_one_of("Run", "run", list(runs), next(iter(runs)), width=330, naming=lambda one: _named(runs[one]))]
        found = evaluated(run)
        if not found.metrics:
            return None
        planned = found.results["metric"] if found.results["metric"] in found.metrics else found.metrics[0]
        systems = list(found.results["systems"])
        metric = _one_of("Metric", "metric", found.metrics, planned, width=150, naming=lambda one: METRICS.get(one, one))
        before = _one_of("Before", "before", systems, found.results["baseline"], width=150)
        others = [system for system in systems if system != before] or systems
        candidate = found.results["candidate"]
        after = _one_of("After", "after", others, candidate if candidate in others else others[-1], width=150)
        draw_report_button(session, run)
    return Look(run, metric, before, after, (metric, before, after) == (planned, found.results["baseline"], candidate))


def planned_look(session: Session) -> Look | None:
    """The comparison that dev chose, of the newest evaluated run; None where there is none on test questions."""
    run = next(iter(evaluated_runs(session.workspace)), None)
    return look_at(run) if run else None


def look_at(run: RunFolder) -> Look | None:
    """The comparison that dev chose in a run; None where it has no scores on test questions."""
    found = evaluated(run)
    if not found.metrics:
        return None
    metric = found.results["metric"] if found.results["metric"] in found.metrics else found.metrics[0]
    return Look(run, metric, found.results["baseline"], found.results["candidate"], planned=True)


def _named(run: RunFolder) -> str:
    return f"{run.run_id} · {ago(run.config['created_at'])}"


def _one_of(name: str, key: str, choices: Sequence[str], default: str, width: int, naming: Callable[[str], str] = str) -> str:
    """One of several, kept in the URL while it is not the default, so that a link follows what dev chooses later."""
    linked = st.query_params.get(key, "")
    st.session_state[f"evaluate_{key}"] = linked if linked in choices else default
    return st.selectbox(name, choices, format_func=naming, key=f"evaluate_{key}", on_change=_choose, args=(key, default), width=width)


def _choose(key: str, default: str) -> None:
    chosen = st.session_state[f"evaluate_{key}"]
    if chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
