"""Draws one page, then again and again as its interactions ask for; prints the seconds to the first drawn page, and rows of name, value
and unit. Run by benchmarks.pages; without rounds the first drawn page is all."""

from __future__ import annotations

import time

START = time.perf_counter()

import json  # noqa: E402 - the clock runs from before the first import
import logging  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from collections.abc import Mapping, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

ENTRY = Path(__file__).resolve().parent.parent / "workbench" / "streamlit_app.py"
Url = Mapping[str, str]
# What a page is asked for: a name, and addresses that are visited in turn, so that no answer of the rerun before will do.
INTERACTIONS: Mapping[str, Mapping[str, Sequence[Url]]] = {
    "corpus": {
        "read": [{"page": str(page)} for page in (1, 7, 400, 2, 3)],
        "search by words": [{"search": words} for words in ("bace", "digu lo", "keba fomu", "cehaba", "fo gu ha")],
        "facets": [
            {"type": "place", "source": "book 3"}, {"kind": "artefact"}, {"tokens": ["200", "300"]}, {"issue": "exact copy"},
            {"time": ["100.0", "300.0"]},
        ],
        "open a chunk": [{"chunk": f"c{number}"} for number in (17, 4_000, 9_000, 311, 2_500)],
        "charts": [{"view": "charts"}, {"view": "charts", "type": "place"}, {"view": "charts", "type": "scene"}],
        "charts of a search": [{"view": "charts", "search": words} for words in ("bace", "digu", "keba", "cehaba")],
        "entities": [{"view": "entities", "page": str(page)} for page in (1, 9, 400)],
        "entities by name": [{"view": "entities", "name": name} for name in ("ba", "cedi", "xiyo")],
        "quality": [{"view": "quality", "flaw": kind} for kind in ("exact", "near")],
    },
    "pairs": {
        "browse": [{"view": "browse", "page": str(page)} for page in (1, 50, 900)],
        "summary": [{"view": "summary"}],
        "audit": [{"view": "audit"}],
    },
}  # fmt: skip


def visit(page: str, rounds: int) -> dict[str, Any]:
    """`cold`: seconds to the first drawn page. `rows`: for each interaction the p95 of its reruns in ms, on the wall and of computing, then
    megabytes held and heavy libraries loaded."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ENTRY), default_timeout=600)
    app.switch_page(f"../pages/{page}.py").run()
    _check(app)
    cold = round(time.perf_counter() - START, 2)
    heavy = sorted({"torch", "umap"} & sys.modules.keys())
    rows: list[tuple[str, float, str]] = []
    for name, addresses in (INTERACTIONS.get(page, {"rerun": [{}]}) if rounds else {}).items():
        wall, computed = zip(*(_rerun(app, url) for _ in range(rounds) for url in addresses), strict=True)
        rows += [(name, _p95(wall), "ms"), (f"{name}, computing", _p95(computed), "ms")]
    rows.append(("memory", round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "MB"))
    rows.append(("heavy libraries at first paint", float(len(heavy)), "libraries"))
    return {"cold": cold, "rows": rows}


def _p95(seconds: Sequence[float]) -> float:
    return round(float(np.percentile(seconds, 95)) * 1000, 1)


def _rerun(app: Any, url: Url) -> tuple[float, float]:
    """Seconds on the wall and of computing, all threads together: the second hardly depends on what else the machine does."""
    app.query_params.clear()
    for name, value in url.items():
        app.query_params[name] = value
    start, computed = time.perf_counter(), time.process_time()
    app.run()
    took = time.perf_counter() - start, time.process_time() - computed
    _check(app)
    return took


def _check(app: Any) -> None:
    if app.exception or app.error:
        sys.exit("; ".join(str(one.value) for one in (*app.exception, *app.error)))


if __name__ == "__main__":
    os.environ["FORGE_WORKSPACE"] = sys.argv[1]
    logging.disable(logging.WARNING)
    print(json.dumps(visit(sys.argv[2], int(sys.argv[3]))))
