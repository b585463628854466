"""Who stands where: means with intervals, every system against one, and where a difference comes from. All derived from stored
per-question scores; nothing here chooses anything."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.evaluation.multiplicity import holm
from core.evaluation.significance import TIE, Comparison, Floats, detectable_difference, paired_randomisation, paired_randomisations

if TYPE_CHECKING:
    import pandas as pd

LEAST_TESTED = 8  # a group of fewer questions is listed without interval and test: they could only mislead
COMPARED = ("difference", "low", "high", "p", "wins", "ties", "losses", "n", "n_clusters", "detectable")


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric on one split. `values`: a row a question (its id is the index), a column a system, NaN where the metric does not apply;
    `clusters`: the cluster of each question, by the same index."""

    metric: str
    values: pd.DataFrame
    clusters: pd.Series

    @property
    def systems(self) -> list[str]:
        return list(self.values.columns)

    @property
    def n(self) -> int:
        """Questions that the metric applies to."""
        return int(self.values.notna().any(axis=1).sum())

    def among(self, question_ids: set[str]) -> Measured:
        """The same on some of the questions."""
        kept = self.values.index.isin(list(question_ids))
        return Measured(self.metric, self.values[kept], self.clusters[kept])


def measured(scores: pd.DataFrame, metric: str, split: str = "test") -> Measured:
    """scores: as in scores.parquet (split, system, question_id, cluster, metric, value). Systems keep their order there."""
    rows = scores[(scores["split"] == split) & (scores["metric"] == metric)]
    values = rows.pivot_table(index="question_id", columns="system", values="value", dropna=False, observed=True, sort=False)
    clusters = rows.drop_duplicates("question_id").set_index("question_id")["cluster"].reindex(values.index)
    systems = [system for system in rows["system"].unique() if system in values]
    return Measured(metric, values[systems].rename_axis(columns=None), clusters)


def means(on: Measured) -> pd.DataFrame:
    """Columns system, mean, low, high (95 %, cluster-robust), n; NaN where a system has no score or too few questions for an interval."""
    import pandas as pd

    rows = [(system, *_mean_interval(on.values[system].to_numpy(), on.clusters.tolist())) for system in on.systems]
    return pd.DataFrame(rows, columns=["system", "mean", "low", "high", "n"])


def _mean_interval(values: Floats, clusters: list[Hashable]) -> tuple[float, float, float, int]:
    """A difference from the true mean that would be seen half of the time is half the interval's width: power 0.5."""
    n = int((~np.isnan(values)).sum())
    mean = float(np.nanmean(values)) if n else np.nan
    half = detectable_difference(values, clusters, power=0.5)
    return mean, mean - half, mean + half, n


def compare(on: Measured, baseline: str, candidate: str) -> Comparison:
    """Candidate against baseline, question by question."""
    return paired_randomisation(on.values[candidate].to_numpy(), on.values[baseline].to_numpy(), on.clusters.tolist())


def against(on: Measured, baseline: str) -> pd.DataFrame:
    """Every other system against one: columns system, difference, low, high, p, wins, ties, losses, n, n_clusters, detectable and
    p_holm, adjusted for as many comparisons as there are rows."""
    import pandas as pd

    others = [system for system in on.systems if system != baseline]
    found = paired_randomisations(on.values[others].to_numpy(), on.values[baseline].to_numpy(), on.clusters.tolist())
    return _adjusted(pd.DataFrame([{"system": system, **_row(one)} for system, one in zip(others, found, strict=True)]))


def by_group(on: Measured, groups: pd.DataFrame, baseline: str, candidate: str) -> pd.DataFrame:
    """Where the difference comes from. groups: question_id, group. Columns group, baseline, candidate (means) and those of `against`;
    p_holm is adjusted over the groups tested. Groups of fewer than LEAST_TESTED questions have no interval and no test. Largest first."""
    import pandas as pd

    table = groups[["question_id", "group"]].merge(changes(on, baseline, candidate), on="question_id")
    if not len(table):
        return pd.DataFrame()
    found = table.groupby("group").agg(
        baseline=("before", "mean"),
        candidate=("after", "mean"),
        difference=("change", "mean"),
        wins=("change", lambda change: int((change > 0).sum())),
        losses=("change", lambda change: int((change < 0).sum())),
        n=("change", "size"),
    )
    found["ties"] = found["n"] - found["wins"] - found["losses"]
    tested = {
        group: compare(on.among(set(rows["question_id"])), baseline, candidate)
        for group, rows in table.groupby("group")
        if len(rows) >= LEAST_TESTED
    }
    for name in ("low", "high", "p", "n_clusters", "detectable"):
        found[name] = pd.Series({group: getattr(one, name) for group, one in tested.items()}, dtype=float).reindex(found.index)
    return _adjusted(found.reset_index().sort_values(["n", "group"], ascending=[False, True], ignore_index=True))


def changes(on: Measured, baseline: str, candidate: str) -> pd.DataFrame:
    """Columns question_id, before, after, change: the questions both have a score for, the greatest loss first."""
    import pandas as pd

    both = on.values[[baseline, candidate]].dropna()
    change = both[candidate] - both[baseline]
    table = pd.DataFrame({"before": both[baseline], "after": both[candidate], "change": change.where(change.abs() >= TIE, 0.0)})
    return table.rename_axis("question_id").reset_index().sort_values(["change", "question_id"], ignore_index=True)


def hits(on: Measured, baseline: str, candidate: str) -> tuple[int, int, int]:
    """For how many questions the score is above 0 under each, and of how many."""
    both = on.values[[baseline, candidate]].dropna()
    return int((both[baseline] > 0).sum()), int((both[candidate] > 0).sum()), len(both)


def enough_for(found: Mapping[str, Any]) -> int | None:
    """About how many questions would show the difference found as significant four times in five, if it is the true one and the new
    questions are like these; None where nothing can be said. found: a comparison, with difference, detectable and n.

    The detectable difference shrinks with the square root of the number of questions.
    """
    difference, detectable = found["difference"], found["detectable"]
    if difference is None or detectable is None or not detectable > 0 or abs(difference) < TIE:
        return None
    return int(np.ceil(found["n"] * (detectable / difference) ** 2))


def _row(found: Comparison) -> dict[str, Any]:
    return {name: getattr(found, name) for name in COMPARED}


def _adjusted(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    if not len(table):
        return table
    tested = table.loc[table["p"].notna(), "p"]
    return table.assign(p_holm=pd.Series(holm(tested.tolist()), index=tested.index, dtype=float).reindex(table.index))
