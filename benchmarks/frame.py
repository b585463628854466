"""What every benchmark shares: arguments, the clock, the rows and how they are printed."""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `ratio` says how much better ours is (above 1 is better); `n` is the size of what was worked on."""

    name: str
    ours: float
    peer: float | None
    peer_name: str
    ratio: float | None
    unit: str
    n: int


def faster(name: str, ours: float, peer: float, peer_name: str, unit: str, n: int) -> Row:
    """A row in which more is better, such as queries a second."""
    return Row(name, ours, peer, peer_name, ours / peer, unit, n)


def shorter(name: str, ours: float, peer: float, peer_name: str, unit: str, n: int) -> Row:
    """A row in which less is better, such as seconds."""
    return Row(name, ours, peer, peer_name, peer / ours, unit, n)


def seconds(work: Callable[[], Any]) -> float:
    """Wall-clock seconds of one call. Its result is thrown away only after the clock has stopped."""
    gc.collect()
    started = time.perf_counter()
    result = work()
    took = time.perf_counter() - started
    del result
    return took


def interleaved(ours: Callable[[int], float], peer: Callable[[int], float], rounds: int) -> tuple[float, float]:
    """Medians of `rounds` measurements of each side, taken in turn (who goes first alternates). Each is told its round."""
    taken: dict[Callable[[int], float], list[float]] = {ours: [], peer: []}
    for number in range(rounds):
        for side in (ours, peer) if number % 2 else (peer, ours):
            taken[side].append(side(number))
    return statistics.median(taken[ours]), statistics.median(taken[peer])


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "threads": int(os.environ["OMP_NUM_THREADS"]),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def command(measure: Callable[[bool], Iterable[Row]], description: str, argv: Sequence[str] | None = None) -> None:
    """A whole benchmark command: `measure` is told whether the run is to be quick; each row is shown as it is ready."""
    options = _parser(description).parse_args(argv)
    show(measure(options.quick), options.json)


def command_on_source(measure: Callable[[Path, bool], Iterable[Row]], description: str, argv: Sequence[str] | None = None) -> None:
    """As `command`, for what is measured on a corpus: `measure(source, quick)`. Without SOURCE it is the sample codex."""
    parser = _parser(description)
    help_ = "a folder that ingest reads (default: the sample codex)"
    parser.add_argument("source", metavar="SOURCE", nargs="?", type=Path, default=SAMPLE, help=help_)
    options = parser.parse_args(argv)
    if not options.source.is_dir():
        parser.error(f"{options.source} is no folder.")
    show(measure(options.source, options.quick), options.json)


def _parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument("--quick", action="store_true", help="a short run: the same rows from fewer rounds")
    return parser


def show(measured: Iterable[Row], as_json: bool) -> None:
    about = machine()
    rows = []
    for row in measured:
        rows.append(row)
        print(_line(row), file=sys.stderr if as_json else sys.stdout, flush=True)
    if as_json:
        print(json.dumps({"machine": about, "rows": [_plain(row) for row in rows]}, indent=2))


def _plain(row: Row) -> dict[str, Any]:
    """null where there is no number: JSON has no NaN."""
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in asdict(row).items()}


def progress(text: str) -> None:
    """A line for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def _line(row: Row) -> str:
    against = "" if row.peer is None or row.ratio is None else f"  {row.peer_name} {row.peer:,.2f}  ratio {row.ratio:,.2f}"
    return f"{row.name:12} {row.ours:12,.2f} {row.unit}{against}  (n {row.n:,})"


def _cpu() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
