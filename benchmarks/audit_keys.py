"""Is the next pair there before the hand notices, and is every decision kept? Keys pressed in a real browser on the real app.

In headless Chromium on a workspace with 20,000 pairs: 300 decisions by key presses alone, as fast as the page answers, with a reload in the
middle; two tabs with two auditors at once; keys hammered every 15 ms and held down; and the server killed in the middle of that. Times are
taken in the page, from the key going down to the next pair standing in the document. What the database holds in the end is compared with
what the page showed: `lost` (the page went on, but there is no decision), `doubled`, `misplaced` (on another pair, with another verdict,
or out of order), and pairs at which a reload did not resume (`strayed`).
"""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.audit_browser import Desk, Held, browser, desk, held
from benchmarks.audit_workspace import prepare
from benchmarks.frame import Row, command, progress
from core.store import Store
from core.workspace import Workspace
from tests.browser.serving import App, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

N_PAIRS = 20_000
N_DECISIONS = 300
KEYS = ("a", "a", "a", "a", "a", "x", "x", "x", " ", "f")  # about as often as people press them
HAMMERED_S = 3.0
NOBODY_LOST = Held(0, 0, 0, 0)


def measure(quick: bool) -> Iterator[Row]:
    """Every scenario on one workspace, each with auditors of its own."""
    n = 60 if quick else N_DECISIONS
    with tempfile.TemporaryDirectory() as folder:
        progress(f"making a workspace of {N_PAIRS:,} pairs …")
        workspace = prepare(Path(folder) / "workspace", N_PAIRS)
        desks, n_strayed = _work(workspace, n)
        one_by_one = desks[0].times
        for name, share in (("p50", 50), ("p95", 95)):
            yield _counted(name, float(np.percentile(one_by_one, share)), len(one_by_one), "ms")
        kept = sum((_checked(workspace, one) for one in desks), NOBODY_LOST)
        for name in ("lost", "doubled", "misplaced"):
            yield _counted(name, getattr(kept, name), kept.n)
        yield _counted("strayed", n_strayed, 1, "reloads")
        killed = _checked(workspace, _killed(workspace))
        yield _counted("lost-killed", killed.lost, killed.n)
        yield _counted("misplaced-killed", killed.doubled + killed.misplaced, killed.n)


def _work(workspace: Workspace, n: int) -> tuple[list[Desk], int]:
    """All that leaves the server alive. The desks, the one that was timed first, and how many reloads did not resume at the same pair."""
    with _open(workspace) as (app, opened):
        timed = desk(opened, app.address, "Ada")
        n_strayed = _one_by_one(timed, n)
        both = [desk(opened, app.address, auditor) for auditor in ("Bo", "Cy")]
        _at_once(both, n // 5)
        wild = desk(opened, app.address, "Di")
        for keys in ("a", "ax", "x f"):
            wild.hammer(keys, HAMMERED_S)
            wild.rest()
        wild.hold("a", HAMMERED_S)
        wild.rest()
        desks = [timed, *both, wild]
        for one in desks:
            one.said()
    return desks, n_strayed


def _one_by_one(timed: Desk, n: int) -> int:
    progress(f"{n} decisions one by one, with a reload in the middle …")
    keys = random.Random(13).choices(KEYS, k=n)
    for key in keys[: n // 2]:
        timed.press(key)
    timed.rest()
    before = timed.pair
    timed.reload()
    n_strayed = int(timed.pair != before)
    for key in keys[n // 2 :]:
        timed.press(key)
    timed.rest()
    return n_strayed


def _at_once(desks: Sequence[Desk], n_each: int) -> None:
    progress(f"two auditors in two tabs, {n_each} decisions each …")
    for _, one in itertools.product(range(n_each), desks):
        one.press_on("a")
    for one in desks:
        one.rest()


def _killed(workspace: Workspace) -> Desk:
    """Keys are hammered, the server is killed in the middle, and they are hammered on."""
    progress("killing the server while keys are hammered …")
    with _open(workspace) as (app, opened):
        wild = desk(opened, app.address, "Eve")
        wild.hammer("ax", HAMMERED_S)
        app.process.kill()
        wild.hammer("ax", 1.0)
        wild.said()
    return wild


def _checked(workspace: Workspace, one: Desk) -> Held:
    with Store.open(workspace) as store:
        found = held(one.said(), [decision for decision in store.decisions() if decision.auditor == one.auditor])
    progress(f"{one.auditor}: {found}")
    return found


@contextmanager
def _open(workspace: Workspace) -> Iterator[tuple[App, Browser]]:
    with running(workspace.root) as app, browser() as opened:
        yield app, opened


def _counted(name: str, value: float, n: int, unit: str = "decisions") -> Row:
    return Row(name, value, None, "", None, unit, n)


if __name__ == "__main__":
    command(measure, __doc__ or "")
