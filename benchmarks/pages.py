"""How long the server takes for each interaction with each page, on a large generated codex.

A first process prepares the workspace: import, survey and pairs. For each page another one draws it in Streamlit's own test runner, which
executes the same script in the same order as the server does for a browser: p95 of the reruns of an interaction, on the
wall and, for busy machines, of computing. `memory` is the most that such a process held. Neither torch nor umap may have been loaded
by the first drawn page. `cold` is the time from the start of a process to its first drawn page, the median of three starts that lie
minutes apart (`cold, slowest`: the worst of them; with --quick there is one).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.frame import Row, progress, show

ROOT = Path(__file__).resolve().parent.parent
STARTS = 3


def measure(n_chunks: int, n_entities: int, quick: bool, workspace: Path | None) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = workspace or Path(folder) / "workspace"
        if not (root / "workbench.duckdb").exists():
            progress(f"preparing a workspace of {n_chunks:,} chunks and {n_entities:,} entities")
            said = _process("benchmarks.pages_workspace", str(root), str(n_chunks), str(n_entities))
            yield from (Row(name, seconds, None, "", None, "s", n_chunks) for name, seconds in said.items())
        starts: dict[str, list[float]] = {page: [] for page in _pages()}
        for _ in range(0 if quick else STARTS - 1):
            for page, cold in starts.items():
                cold.append(_process("benchmarks.pages_visit", str(root), page, "0")["cold"])
        for page, cold in starts.items():
            progress(f"the page {page}")
            drawn = _process("benchmarks.pages_visit", str(root), page, "3" if quick else "9")
            cold.append(drawn["cold"])
            rows = [("cold", median(cold), "s"), ("cold, slowest", max(cold), "s"), *drawn["rows"]]
            yield from (Row(f"{page}: {name}", value, None, "", None, unit, n_chunks) for name, value, unit in rows)


def _pages() -> list[str]:
    return sorted(file.stem for file in (ROOT / "pages").glob("*.py"))


def _process(module: str, *arguments: str) -> dict:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "2"}, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument("--quick", action="store_true", help="fewer reruns of each interaction")
    parser.add_argument("--chunks", type=int, default=100_000, metavar="N")
    parser.add_argument("--entities", type=int, default=20_000, metavar="N")
    parser.add_argument("--workspace", type=Path, help="prepare it here and keep it, or measure the one that is here")
    options = parser.parse_args()
    show(measure(options.chunks, options.entities, options.quick, options.workspace), options.json)
