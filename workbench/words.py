"""Numbers, times and foreign text put into words for the screen."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

METRICS = {
    "ndcg@10": "nDCG@10", "recall@10": "recall@10", "mrr@10": "MRR@10", "map": "MAP", "rubric": "rubric (1-5)", "judged@10": "judged@10",
}  # fmt: skip
METRIC_MEANINGS = {
    "ndcg@10": "How high the passages that answer a question stand among the first ten results; 1 is perfect.",
    "recall@10": "How many of the passages that answer a question are among the first ten results; 1 is all of them.",
    "mrr@10": "One divided by the rank of the first passage that answers: 1 where it stands first, 0.5 where it stands second.",
    "map": "How high all passages that answer stand in the whole ranking; 1 is perfect.",
    "judged@10": "How many of the first ten results somebody has judged at all; the rest count as not relevant.",
    "rubric": "How well the first five results cover the topics a good answer needs: 1 none, 3 half, 5 all in the first three.",
}

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Arrows, signs, Streamlit's own logo and the addresses of pages and people are found after Markdown is parsed, where a backslash no
# longer helps.
_TYPOGRAPHIC = re.compile(
    r"(?<!\S)(?=(?:<->|<-|->|--|>=|<=|~=)(?!\S))|(?<=:)(?=streamlit:)|(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE
)
_WORD_JOINER = "\u2060"  # invisible, no width


def plain(text: str) -> str:
    """Markdown that shows `text` as it stands: nothing in it becomes emphasis, a link, a formula, an icon or HTML."""
    shown = _TYPOGRAPHIC.sub(_WORD_JOINER, printable(text))
    return _PUNCTUATION.sub(r"\\\1", shown).replace("\n", "  \n")


def printable(text: str) -> str:
    """`text` without the lone surrogates that cannot be sent to a browser."""
    return text.encode("utf-8", "replace").decode("utf-8")


def provisos(results: Mapping[str, Any]) -> str:
    """What has to be known to read the figures of an evaluated run: held-out entities, time. "" where there is nothing to say."""
    return " ".join(said for said in (held_out_sentence(results), time_sentence(results)) if said)


def time_sentence(results: Mapping[str, Any]) -> str:
    """That evaluations rank what a question's temporal_limit excludes too; "" where no test question has one."""
    n = results.get("n_limited", 0)
    limits = "has a temporal limit" if n == 1 else "have a temporal limit"
    return f"{count(n, 'test question')} {limits}, which no figure here keeps to: every system searched all chunks." if n else ""


def held_out_sentence(results: Mapping[str, Any]) -> str:
    """How baseline and candidate do on the test questions about entities that training never named; "" where nothing is known of them.
    results: an evaluated run's."""
    found = results.get("held_out_entities")
    if not found or not found["n_about"]:
        return ""
    about = f"{found['n']:,} of {count(found['n_about'], 'test question')} about something"
    if not found["n"]:
        return f"Held-out entities: {about}; training names every entity that is asked about, so nothing is known of unseen ones."
    names = dict.fromkeys((results["baseline"], results["candidate"]))
    means = {name: found["systems"].get(name, {}).get(results["metric"]) for name in names}
    scores = ", ".join(f"{name} {mean:.3f}" for name, mean in means.items() if mean is not None) or "no score"
    return f"Held-out entities: {about} ask only about what no training pair names; {METRICS[results['metric']]} there: {scores}."


def count(n: int, noun: str, plural: str = "") -> str:
    """ "1 chunk", "2,329 chunks", "3 entities" (with `plural`)."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """ "40 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def milliseconds(seconds: float) -> str:
    """ "12 ms", "under 1 ms"."""
    return "under 1 ms" if seconds < 0.001 else f"{seconds * 1000:,.0f} ms"


def ago(at: float, now: float | None = None) -> str:
    """How long ago an epoch time was, in one unit."""
    seconds = max(0.0, (time.time() if now is None else now) - at)
    for limit, unit, name in ((60, 1, "second"), (3600, 60, "minute"), (86400, 3600, "hour"), (float("inf"), 86400, "day")):
        if seconds < limit:
            return "just now" if name == "second" else f"{count(int(seconds // unit), name)} ago"
    raise AssertionError("every time is shorter than for ever ago")
