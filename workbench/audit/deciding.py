"""What a press at the desk does: one decision about exactly the pair that was on the screen, and which pair comes next."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from core.records import Decision, Verdict, content_id
from core.store import AuditQueue, Place, Store

REPEAT_EVERY = 20
REPEAT_APART = 20  # judgements between a pair and its repeat
LONGEST_LOOK_S = 3600.0


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who goes through which queue."""

    queue: AuditQueue
    auditor: str
    repeats: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """Where to go. `pair_id`: None stays, "" is the first open pair. `then`: `pair_id` is a blind repeat, and this is where the queue goes
    on after it. `place`: what a look at the queue has just said of it, to be spared a second one."""

    pair_id: str | None = None
    then: str | None = None
    notice: str = ""
    place: Place | None = None


def take(store: Store, sitting: Sitting, message: Mapping[str, Any], then: str | None) -> Step:
    """Do what the message of the browser asks. `then`: where the queue goes on, if the pair on the screen is a blind repeat."""
    does, pair_id = str(message["does"]), str(message["pair"])
    if does in get_args(Verdict):
        return _decide(store, sitting, message, cast(Verdict, does), then)
    if does == "undo":
        return _undo(store, sitting, str(message["decision"]))
    if does in ("becomes", "reason", "note"):
        return _amend(store, sitting, message, does)
    if does == "go":
        return Step(str(message["value"]))
    place = store.place(sitting.queue, pair_id)
    if does == "back":
        return Step(place.before or None, notice="" if place.before else "This is the first pair of the queue.")
    if does == "forth":
        onward = place.after if then is None else then
        return Step(onward or None, notice="" if onward else "This is the last pair of the queue.")
    return Step()


def _decide(store: Store, sitting: Sitting, message: Mapping[str, Any], verdict: Verdict, then: str | None) -> Step:
    decision = Decision(
        decision_id=content_id("decision", sitting.auditor, str(message["turn"])),
        pair_id=str(message["pair"]),
        verdict=verdict,
        auditor=sitting.auditor,
        made_at=time.time(),
        seconds=round(min(max(float(message["seconds"]), 0.0), LONGEST_LOOK_S), 2),
    )
    store.decide([decision])
    place = store.place(sitting.queue, decision.pair_id)
    if then is not None:
        return Step(then, place=place)
    onward = place.next_open or place.first_open
    repeat = _repeat(store, sitting, decision)
    return Step(repeat, then=onward, place=place) if repeat and repeat != onward else Step(onward, place=place)


def _repeat(store: Store, sitting: Sitting, decision: Decision) -> str:
    """One time in about REPEAT_EVERY a judged pair comes again, unannounced; which times cannot be foreseen."""
    due = sitting.repeats and sitting.queue.ids is None and int(decision.decision_id, 16) % REPEAT_EVERY == 0
    return store.repeat_for(sitting.auditor, REPEAT_APART) if due else ""


def _undo(store: Store, sitting: Sitting, decision_id: str) -> Step:
    """The decision that the screen names as the last one; a press that comes twice takes it back once."""
    taken = store.undo(sitting.auditor, decision_id) if decision_id else ()
    if not taken:
        return Step(notice="There is nothing to take back.")
    if len(taken) > 1:
        return Step(notice=f"Took back {len(taken):,} decisions.")
    return Step(taken[0].pair_id)


def _amend(store: Store, sitting: Sitting, message: Mapping[str, Any], what: str) -> Step:
    recent = store.turn("", sitting.auditor).recent
    decision = next((one for one in recent if one.decision_id == message["decision"]), None)
    value = str(message["value"])
    if decision is None or decision.batch:
        return Step()
    if what in ("becomes", "reason") and getattr(decision, what) == value:
        value = ""  # the same key again takes it off
    store.amend(decision, **{what: value})
    return Step()
