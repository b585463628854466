"""A person at the audit desk: a real page in Chromium that presses keys, and what the page itself saw of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from core.records import Decision, Verdict
from tests.browser.ensure_browser import ensure_browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
VERDICTS: Mapping[str, Verdict] = {"a": "accept", "x": "reject", " ": "skip", "f": "flag"}
PATIENCE_MS = 90_000
SHOWN = "[data-pair]"

# Lives in the page: the clock starts when the key goes down, before anybody has seen the event, and stops when another pair stands
# in the document. `shown`: every pair that stood there, in order; `keys`: every verdict key and the pair it was pressed on.
PROBE = """
(() => {
  const probe = window.probe = {shown: [], keys: [], times: [], since: 0};
  const current = () => document.querySelector("[data-pair]")?.dataset.pair || "";
  const look = () => {
    const pair = current();
    if (!pair || pair === probe.shown.at(-1)) return;
    probe.shown.push(pair);
    if (probe.since) probe.times.push(performance.now() - probe.since);
    probe.since = 0;
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ["data-pair"]});
  window.addEventListener("keydown", event => {
    if (!"axf ".includes(event.key)) return;
    probe.keys.push([event.key, current()]);
    probe.since ||= performance.now();
  }, true);
})()
"""
GATHER = """() => {
  const {shown, keys, times} = probe;
  probe.keys = []; probe.times = [];
  return {shown, keys, times};
}"""


@dataclass(frozen=True, slots=True)
class Said:
    """What the page showed of a verdict: the pair, the first key that was pressed on it, and whether another pair followed."""

    pair_id: str
    verdict: Verdict
    answered: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds against what the page showed. `lost`: the page went on but there is no decision; `doubled`: more than one
    decision on a pair; `misplaced`: a pair nobody pressed a key on, another verdict than the key's, or out of order."""

    n: int
    lost: int
    doubled: int
    misplaced: int

    def __add__(self, other: Held) -> Held:
        return Held(self.n + other.n, self.lost + other.lost, self.doubled + other.doubled, self.misplaced + other.misplaced)


@dataclass
class Desk:
    """One auditor's tab. `said` and `times` (ms from key to next pair) outlive a reload."""

    page: Page
    auditor: str
    times: list[float] = field(default_factory=list)
    _said: list[Said] = field(default_factory=list)

    @property
    def pair(self) -> str:
        """The pair before one's eyes."""
        return self.page.locator(SHOWN).first.get_attribute("data-pair") or ""

    def press(self, key: str) -> None:
        """One key, and wait for the next pair."""
        n_shown = self.page.evaluate("probe.shown.length")
        self.page.keyboard.press(_named(key))
        self.page.wait_for_function("n => probe.shown.length > n", arg=n_shown, timeout=PATIENCE_MS)

    def press_on(self, key: str) -> None:
        """One key, without waiting for the next pair but not before the one after the last key is there."""
        self.page.wait_for_function("() => !probe.since", timeout=PATIENCE_MS)
        self.page.keyboard.press(_named(key))

    def hammer(self, keys: str, seconds: float, every: float = 0.015) -> None:
        """Keys one after the other without waiting for anything."""
        until = time.monotonic() + seconds
        place = 0
        while time.monotonic() < until:
            self.page.keyboard.press(_named(keys[place % len(keys)]))
            place += 1
            time.sleep(every)

    def hold(self, key: str, seconds: float) -> None:
        """A key held down, as it repeats on a usual keyboard."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.page.keyboard.down(_named(key))
            time.sleep(0.033)
        self.page.keyboard.up(_named(key))

    def reload(self) -> None:
        self._gather()
        self.page.reload()
        self.wait()

    def wait(self) -> None:
        """Until a pair is shown and the page has come to rest."""
        self.page.wait_for_selector(SHOWN, state="attached", timeout=PATIENCE_MS)
        self.rest()

    def rest(self) -> None:
        """Until no other pair has come for a second."""
        n_shown = -1
        while n_shown != (n_shown := self.page.evaluate("probe.shown.length")):
            self.page.wait_for_timeout(1000)

    def said(self) -> list[Said]:
        """What was said so far, in order, as the page showed it; also once the page is closed, if it was asked before."""
        if not self.page.is_closed():
            self._gather()
        return self._said

    def _gather(self) -> None:
        seen = self.page.evaluate(GATHER)
        self.times += seen["times"]
        self._said += _said(seen["shown"], seen["keys"])


@contextmanager
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=ensure_browser(), args=FLAGS)
        yield opened
        opened.close()


def desk(opened: Browser, address: str, auditor: str) -> Desk:
    """A fresh tab on the audit view, as this auditor."""
    page = opened.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(PROBE)
    page.goto(f"{address}/pairs?{urlencode({'view': 'audit', 'auditor': auditor, 'repeats': 'off'})}")
    sat_down = Desk(page, auditor)
    sat_down.wait()
    return sat_down


def held(said: Sequence[Said], decisions: Iterable[Decision]) -> Held:
    """The decisions of one auditor, oldest first, against what the page showed."""
    stored = [(decision.pair_id, decision.verdict) for decision in decisions]
    meant = {one.pair_id: one.verdict for one in said}
    in_store = Counter(pair_id for pair_id, _ in stored)
    order = [pair_id for pair_id, _ in stored]
    shown = [one.pair_id for one in said if one.pair_id in in_store]
    wrong = sum(meant.get(pair_id) != verdict for pair_id, verdict in stored)
    return Held(
        n=len(stored),
        lost=sum(one.answered and not in_store[one.pair_id] for one in said),
        doubled=sum(count - 1 for count in in_store.values()),
        misplaced=wrong or int(list(dict.fromkeys(order)) != shown),
    )


def _said(shown: Sequence[str], keys: Sequence[tuple[str, str]]) -> list[Said]:
    first: dict[str, str] = {}
    for key, pair_id in keys:
        first.setdefault(pair_id, key)
    return [Said(pair_id, VERDICTS[first[pair_id]], answered=pair_id != shown[-1]) for pair_id in dict.fromkeys(shown) if pair_id in first]


def _named(key: str) -> str:
    return "Space" if key == " " else key
