"""A turn as the browser gets it. Corpus text leaves here as escaped HTML; what is plain text here is put in as text there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.auditing.doubt import signs
from core.auditing.pace import pace
from core.records import Chunk, Decision, Label
from core.retrieval.tokens import WORD, tokenize
from core.store import Lately, Place, Shown, Turn
from workbench.highlight import Mark, chip, entity_marks, escape, marked, passage, tones_of
from workbench.pairs.opened import KIND_TONES, chips_of, legend, marks_of
from workbench.session import BY_CORPUS, WORKSPACE_PARAMETER, Session, alias_index, keep_workspace, topic_matcher
from workbench.words import ago, count, duration, printable

REASONS: dict[Label, tuple[str, ...]] = {
    "positive": ("does not answer", "answers in part", "another entity", "senseless query", "broken chunk"),
    "negative": ("does answer", "answers in part", "same as an answer", "senseless query", "broken chunk"),
}
OTHER: dict[Label, Label] = {"positive": "negative", "negative": "positive"}
SAID = {"accept": "accepted", "reject": "rejected", "skip": "skipped", "flag": "flagged"}
MOST_BESIDE, LONGEST_BESIDE = 3, 4000  # positives shown for comparison, characters of each
LONGEST_SEARCHED = 20_000  # characters; a longer chunk is not searched for topics while somebody waits
N_LATELY = 10


@dataclass(frozen=True, slots=True)
class Card:
    """What desk.js shows. `turn` names this showing; `pair` is "" where nothing is left. `html` holds the parts by class name."""

    turn: str
    pair: str
    html: dict[str, str]
    source: str
    headline: str
    n: int
    n_done: int
    lines: list[str]
    lately: list[dict[str, str]]
    last: dict[str, Any] | None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How the pair is looked at. `blind`: it is a repeat, and what was said of it before is not shown."""

    auditor: str
    blind: bool = False
    around: bool = False
    notice: str = ""


def card(session: Session, turn: Turn, place: Place, turn_id: str, look: Look) -> dict[str, Any]:
    """The turn as JSON-able data."""
    shown = turn.shown
    n_done = place.n - place.n_open
    drawn = Card(
        turn=turn_id,
        pair=shown.pair.pair_id if shown else "",
        html=_html(session, shown, look) if shown else _nothing_left(place),
        source=_source(shown.chunk.chunk_id) if shown else "",
        headline=f"{n_done:,} of {place.n:,}",
        n=place.n,
        n_done=n_done,
        lines=_lines(turn, place, look),
        lately=_lately(turn),
        last=_last(turn),
        notice=look.notice,
    )
    return asdict(drawn)


def _source(chunk_id: str) -> str:
    """Where the chunk can be read, in the workspace that this tab looks at: the link opens another tab."""
    return "corpus?" + urlencode({"chunk": chunk_id, **({WORKSPACE_PARAMETER: name} if (name := keep_workspace()) else {})})


def _html(session: Session, shown: Shown, look: Look) -> dict[str, str]:
    marks = _marks(shown)
    beside = _beside(shown)
    return {
        "query": _query(session, shown),
        "about": _about(session, shown, look),
        "chunk-head": f"{chip(shown.chunk.title or shown.chunk.filename, title=shown.chunk.filename)}{legend(marks)}",
        "text": _text(session, shown.chunk, marks, look),
        "beside-head": "What answers it" if shown.pair.label == "negative" else "Its other answers",
        "beside-text": beside or f'<span style="opacity:.6">{_no_positive(shown)}</span>',
    }


def _query(session: Session, shown: Shown) -> str:
    spans = alias_index(session).find(shown.pair.query, ignore_case=True)
    tones = _entity_tones(session) if spans else {}
    return f'<span dir="auto">{marked(shown.pair.query, entity_marks(spans, tones))}</span>'


@st.cache_resource(max_entries=2, hash_funcs=BY_CORPUS, show_spinner=False)
def _entity_tones(session: Session) -> dict[str, int]:
    return tones_of(session.store.counts().entity_types)


def _about(session: Session, shown: Shown, look: Look) -> str:
    pair = shown.pair
    against = signs(pair)
    why = "; ".join(sign.words for sign in against) if against else "its evidence holds nothing against the label"
    parts = [
        chips_of(pair, shown.category).removesuffix("</div>"),
        chip(f"doubt {shown.doubt:.2f}", title=why),
        _contradicted(shown),
        "</div>",
    ]
    parts.append(f"<div>{_topics(session, shown)}<span class='why'>{escape(pair.reason)}</span>{_said(shown, look)}</div>")
    return "".join(parts)


def _contradicted(shown: Shown) -> str:
    """That the newest tuned model, though it learnt from this pair, moved it against its label."""
    if shown.contradicted is None or shown.contradicted <= 0:
        return ""
    nearer = (
        "its query's negatives came nearer than it did" if shown.pair.label == "positive" else "it came nearer than its query's positives"
    )
    return chip(
        "against the tuned model", 5, title=f"Trained on as a {shown.pair.label}, and yet {nearer}: by {shown.contradicted:.3f} cosine."
    )


def _topics(session: Session, shown: Shown) -> str:
    covered, missed = _coverage(session, shown)
    found = [chip(f"✓ {topic}", KIND_TONES["topic"], strong=True) for topic in covered]
    return "".join([*found, *(chip(f"✗ {topic}") for topic in missed)])


def _coverage(session: Session, shown: Shown) -> tuple[Sequence[str], Sequence[str]]:
    evidence = shown.pair.evidence
    if "covered" in evidence or "missed" in evidence:
        return [one["topic"] for one in evidence.get("covered", ())], list(evidence.get("missed", ()))
    if not shown.topics or len(shown.chunk.text) > LONGEST_SEARCHED:
        return (), shown.topics
    coverage = topic_matcher(session).coverage(shown.topics, shown.chunk)
    return [match.topic for match in coverage.covered], coverage.missed


def _said(shown: Shown, look: Look) -> str:
    """What this auditor said of it before, unless it is to be judged afresh. What others said would sway the judgement."""
    mine = next((decision for decision in shown.said if decision.auditor == look.auditor), None)
    if mine is None or look.blind:
        return ""
    reason = f": {mine.reason}" if mine.reason else ""
    return chip(f"you {SAID[mine.verdict]} this {ago(mine.made_at)}{reason}", 4, strong=True)


def _marks(shown: Shown) -> list[Mark]:
    """The spans that the rule went by; without any, the words of the query that the chunk says too, in whatever form."""
    found = marks_of(shown.pair.evidence)
    if found or len(shown.chunk.text) > LONGEST_SEARCHED:
        return found
    asked = set(tokenize(shown.pair.query))
    words = (one for one in WORD.finditer(shown.chunk.text) if asked.intersection(tokenize(one[0])))
    return [Mark(one.start(), one.end(), KIND_TONES["word"], f"{one[0]} (word)") for one in words]


def _text(session: Session, chunk: Chunk, marks: Sequence[Mark], look: Look) -> str:
    own = f'<div class="passage">{passage(chunk.text, marks, size="1.02rem")}</div>'
    if not look.around:
        return own
    near = session.store.neighbours(chunk.chunk_id)
    at = next(place for place, other in enumerate(near) if other.chunk_id == chunk.chunk_id)
    before, after = ("".join(_around(other) for other in some) for some in (near[:at], near[at + 1 :]))
    alone = '<div class="around">Nothing stands before or after it in its file.</div>' if len(near) == 1 else ""
    return before + own + after + alone


def _around(chunk: Chunk) -> str:
    return f'<div class="around">{passage(chunk.text[:LONGEST_BESIDE], size=".92rem")}</div>'


def _beside(shown: Shown) -> str:
    return "".join(
        f"<article><div>{chip(chunk.title or chunk.filename)}</div>{_shortened(chunk.text, marks_of(pair.evidence))}</article>"
        for pair, chunk in shown.positives[:MOST_BESIDE]
    )


def _shortened(text: str, marks: Sequence[Mark]) -> str:
    if len(text) <= LONGEST_BESIDE:
        return passage(text, marks, size=".95rem")
    return passage(text[:LONGEST_BESIDE] + " …", [mark for mark in marks if mark.end <= LONGEST_BESIDE], size=".95rem")


def _no_positive(shown: Shown) -> str:
    return "No positive of this query is left." if shown.pair.label == "negative" else "This is its only positive."


def _nothing_left(place: Place) -> dict[str, str]:
    n = place.n
    said = f"All {count(n, 'pair')} of this queue are done." if n else "No pair matches this filter: take a part of it away."
    return {"text": f'<div class="done">{escape(said)}</div>', "query": "Done" if n else "Nothing here"}


def _lines(turn: Turn, place: Place, look: Look) -> list[str]:
    left = place.n_open
    lines = [f"{left:,} left"]
    mine = pace(turn.recent, look.auditor)
    if mine.per_hour and mine.n >= 3:
        lines.append(f"{mine.per_hour:,.0f} an hour")
        if seconds := mine.time_left(left):
            lines.append(f"about {duration(max(60.0, 60 * round(seconds / 60)))} to go")
    return lines


def _lately(turn: Turn) -> list[dict[str, str]]:
    """The last ten decisions, a bulk as one."""
    bulks: set[str] = set()
    listed: list[dict[str, str]] = []
    for decision in turn.recent:
        if decision.batch in bulks or len(listed) == N_LATELY:
            continue
        if decision.batch:
            bulks.add(decision.batch)
        listed.append({"pair": decision.pair_id, "verdict": decision.verdict, "what": _what(decision, turn.lately.get(decision.pair_id))})
    return listed


def _last(turn: Turn) -> dict[str, Any] | None:
    """The latest decision, with what can be added to it."""
    if not turn.recent:
        return None
    last = turn.recent[0]
    pair = None if last.batch else turn.lately.get(last.pair_id)
    asks_why = pair is not None and last.verdict in ("reject", "flag")
    return {
        "decision": last.decision_id,
        "verdict": last.verdict,
        "what": f"{SAID[last.verdict]}: {_what(last, pair)}",
        "reasons": list(REASONS[pair.label]) if pair and asks_why else [],
        "reason": last.reason,
        "note": last.note,
        "becomes": last.becomes,
        "becomes_label": OTHER[pair.label] if pair and last.verdict == "reject" else "",
    }


def _what(decision: Decision, pair: Lately | None) -> str:
    if decision.batch:
        return "many pairs at once"
    return printable(pair.query) if pair else "a pair that is no longer made"
