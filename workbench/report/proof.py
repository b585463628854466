"""The sections of the report that prove: means, paired tests, groups, the scatter, the choices on dev, the maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.reporting.findings import Findings
from workbench.highlight import escape
from workbench.report import drawings
from workbench.report.drawings import Bar
from workbench.report.markup import figure, paragraph, table
from workbench.results import SIGNIFICANT, comparison_sentence, p_value
from workbench.words import METRICS, provisos

if TYPE_CHECKING:
    import pandas as pd

GROUPS = {"category": "By category", "difficulty": "By difficulty", "names": "By the names used", "training": "Held-out entities"}
MOST_GROUPS = 14
SPANS = {"rubric": (1.0, 5.0)}
UNBROKEN_DASH = "\u2060–\u2060"  # a narrow cell breaks before an interval, not in it


def proof(found: Findings) -> str:
    """From the one comparison to where it comes from."""
    metric = METRICS[found.metric]
    html = paragraph(comparison_sentence(found.comparison))
    html += paragraph(
        f"Metric and systems were chosen on {found.results['chosen_on']}, before a test question was scored, so this comparison needs no "
        "correction for many comparisons.",
        soft=True,
    )
    bars = [_bar(row, found) for row in found.means[found.metric].to_dict("records") if not np.isnan(row["mean"])]
    html += figure(
        drawings.intervals(bars, f"{metric} of each system with its interval"), f"{metric} on the test questions, 95 % intervals"
    )
    html += "<h3>Every system by every metric</h3>" + _all(found)
    html += f"<h3>Every system against {escape(found.before)}</h3>" + _tests(found)
    if len(found.changes):
        span = SPANS.get(found.metric, (0.0, 1.0))
        html += "<h3>Question by question</h3>" + figure(
            drawings.scatter(found.changes, found.before, found.after, span, f"{metric} of each question before and after"),
            f"Each point is a question: above the line it got better ({(found.changes['change'] > 0).sum()}), below it worse "
            f"({(found.changes['change'] < 0).sum()}).",
        )
    return html + _groups(found) + _choices(found)


def maps(found: Findings) -> str:
    """Both maps of the newest drawing, "" where there is none."""
    if found.drawn is None:
        return ""
    chunks = [found.chunks[one] for one in found.drawn.points["chunk_id"] if one in found.chunks]
    kinds = {chunk.chunk_id: chunk.wiki_type or chunk.source or "" for chunk in chunks}
    drawing = drawings.maps(found.drawn.points, kinds, "The passages on a map of the base model and on one of the tuned model")
    coloured = ", coloured by its kind" if len(set(kinds.values())) > 1 else ""
    said = f"Each point is a passage{coloured}; passages that mean the same to the model lie near each other."
    if len(found.drawn.points) > drawings.MOST_POINTS:
        said += f" {drawings.MOST_POINTS:,} of {len(found.drawn.points):,} passages are drawn, chosen at random."
    return figure(drawing, said) + paragraph(
        "A map squeezes hundreds of dimensions into two: who is near whom can be read from it, how far apart groups lie cannot.", soft=True
    )


def _bar(row: Mapping[Any, Any], found: Findings) -> Bar:
    kind = "better" if row["system"] == found.after else "worse" if row["system"] == found.before else ""
    return Bar(row["system"], row["mean"], row["low"], row["high"], kind)


def _all(found: Findings) -> str:
    systems = found.means[found.metric]["system"].tolist()
    rows = [[system, *(_mean(found.means[name].iloc[place], name) for name in found.means)] for place, system in enumerate(systems)]
    best = {column: int(frame["mean"].argmax()) for column, frame in enumerate(found.means.values(), start=1)}
    html = table(["system", *(METRICS[name] for name in found.means)], rows, best)
    if said := provisos(found.results):
        html += paragraph(said, soft=True)
    return html


def _mean(row: pd.Series, metric: str) -> str:
    form = "{:.2f}" if metric == "rubric" else "{:.3f}"
    if np.isnan(row["mean"]):
        return "–"
    around = "" if np.isnan(row["low"]) else f" ({form.format(row['low'])}{UNBROKEN_DASH}{form.format(row['high'])})"
    return form.format(row["mean"]) + around


def _tests(found: Findings) -> str:
    rows = [
        [
            row["system"],
            f"{row['difference']:+.3f}",
            _interval(row["low"], row["high"]),
            p_value(row["p"]),
            p_value(row["p_holm"]),
            f"{row['wins']:,} · {row['ties']:,} · {row['losses']:,}",
        ]
        for row in found.tests.to_dict("records")
    ]
    html = table(["system", "difference", "95 % interval", "p", "p, adjusted", "better · equal · worse"], rows)
    return html + paragraph(
        f"Paired randomisation tests by {METRICS[found.metric]}; questions about one document or entity are swapped together. "
        "Adjusted: Holm's "
        f"correction for these {len(rows)} comparisons.",
        soft=True,
    )


def _groups(found: Findings) -> str:
    html = ""
    for kind, title in GROUPS.items():
        frame = found.groups.get(kind)
        if frame is None or len(frame) < 2:
            continue
        bars = [
            Bar(f"{row['group']} ({row['n']:,})", row["difference"], row["low"], row["high"], _kind(row["difference"], row["p_holm"]))
            for row in frame.head(MOST_GROUPS).to_dict("records")
        ]
        drawing = drawings.intervals(bars, f"Difference {title.lower()}", zero=True, form="{:+.3f}")
        more = f" The {MOST_GROUPS} largest of {len(frame):,} groups." if len(frame) > MOST_GROUPS else ""
        html += f"<h3>{title}</h3>" + figure(
            drawing,
            f"{found.after} less {found.before}, {METRICS[found.metric]}; in brackets the number of questions. In colour: more than "
            "chance after "
            f"Holm's correction; small groups have no interval.{more}",
        )
    return html


def _choices(found: Findings) -> str:
    curves = found.results.get("curves") or {}
    if not curves:
        return ""
    metric = METRICS.get(found.results["metric"], found.results["metric"])
    html = "<h3>How the mixes were chosen</h3>" + paragraph(
        "The model's share in each mix, by what each share scored on the dev questions."
    )
    for name, points in curves.items():
        pairs = [(float(share), float(value)) for share, value in points]
        html += figure(
            drawings.curve(pairs, found.results["weights"].get(name), f"Dev {metric} of {name} by weight"), f"{name}: {metric} on dev"
        )
    return html


def _interval(low: float, high: float) -> str:
    return "–" if np.isnan(low) or np.isnan(high) else f"{low:+.3f} to {high:+.3f}"


def _kind(difference: float, p: float) -> str:
    return "" if not p < SIGNIFICANT else "better" if difference > 0 else "worse"
