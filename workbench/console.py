"""What the command line shows: sentences, tables and progress on standard error; standard output is for --json."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.errors import ForgeError
from core.runs.folder import RunFolder, Status

console = Console(stderr=True, soft_wrap=True)
FOLLOW_EVERY_S = 0.5


def say(text: str) -> None:
    """One line for a person (rich markup)."""
    console.print(text, highlight=False)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table; numbers to the right, absent ones as a dash."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))


def follow(run: RunFolder, when_paired: Callable[[], None] | None = None) -> None:
    """Show a run until it ends, and call `when_paired` once its pairs are made. Raises ForgeError where it did not finish."""
    waiting = when_paired
    with _bar() as bar:
        view = _RunView(bar)
        status: Status = "starting"
        while status in {"starting", "running"}:
            status = run.status()
            view.show(run.events())
            if waiting and run.has_pairs:
                waiting()
                waiting = None
            if status in {"starting", "running"}:
                time.sleep(FOLLOW_EVERY_S)
    if status != "finished":
        failed = next((event for event in reversed(run.events()) if event["kind"] == "failed"), None)
        raise ForgeError(f"Run {run.run_id} is {status}" + (f": {failed['error']}" if status == "failed" and failed else "."))


class _RunView:
    """Events to bars and lines; remembers what it has shown."""

    def __init__(self, bar: Progress) -> None:
        self._bar, self._n_shown, self._tasks = bar, 0, dict[str, Any]()

    def show(self, events: Sequence[Mapping[str, Any]]) -> None:
        for event in events[self._n_shown :]:
            if event["kind"] == "progress":
                self._advance(event["what"], event["done"], event["total"])
            elif event["kind"] == "train":
                loss = "–" if event["loss"] is None else f"{event['loss']:.3f}"
                self._advance("training", event["step"], event["total_steps"], f"loss {loss}")
            elif event["kind"] == "dev":
                who = "base model" if event["step"] == 0 else f"step {event['step']}"
                line = f"dev {event['metric']} {event['value']:.3f} ({who}, {event['n_questions']} questions)"
                self._bar.console.print(line, highlight=False)
            elif event["kind"] == "trial":
                tried = ", ".join(str(value) for value in event["settings"].values())
                self._bar.console.print(f"tried {escape(tried)} on {event['n_rows']:,} pairs: dev {event['value']:.3f}", highlight=False)
            elif event["kind"] == "estimate":
                self._bar.console.print(f"training in mode {event['mode']}: about {event['seconds'] / 60:.1f} minutes", highlight=False)
            elif event["kind"] == "ended":
                self._bar.console.print(f"ended early at step {event['step']}: {escape(event['why'])}", highlight=False)
            elif event["kind"] == "verdict":
                self._bar.console.print(f"keeping the {event['kept']} model: {escape(event['why'])}", highlight=False)
        self._n_shown = len(events)

    def _advance(self, what: str, done: int, total: int, detail: str = "") -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(escape(what), total=total, detail="")
        self._bar.update(self._tasks[what], completed=done, total=total, detail=detail)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[detail]}"),
        console=console,
    )  # fmt: skip
