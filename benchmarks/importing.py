"""How fast a corpus is imported: `python -m benchmarks.importing [--chunks N] --json`, chunks a second and memory at its highest.

The corpus is made up on the spot: chunks of some 75 words with mentions, and one entity for five chunks, with an alias. What is measured is
the whole import as the command line and the page do it (reading, checks, token counts, report, the store), in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.frame import SAMPLE, Row, progress, show
from core.corpus.reading import read_folder

CHUNKS_A_FILE = 10_000
CHUNKS_AN_ENTITY = 5
WORDS = (40, 110)
WORDS_TAKEN = 20_000  # of the sample codex, so that texts have as many tokens as texts have
SYLLABLES = ("ka", "ri", "mo", "tel", "van", "sor", "ue", "bra", "nik", "dol", "est", "ham", "lin", "por", "gaz", "rit", "ose", "lum")
MIB = 2**20


def write_corpus(folder: Path, n_chunks: int, seed: int = 13) -> None:
    """A native folder: `chunks/*.jsonl`, two indexes, a handful of questions."""
    rng = random.Random(seed)
    names = _names(rng, max(2, n_chunks // CHUNKS_AN_ENTITY))
    (folder / "chunks").mkdir(parents=True)
    (folder / "indexes").mkdir()
    for number, start in enumerate(range(0, n_chunks, CHUNKS_A_FILE)):
        with (folder / "chunks" / f"part-{number:04}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(_lines(rng, names, range(start, min(start + CHUNKS_A_FILE, n_chunks))))
    for kind, of_kind in (("character", names[::2]), ("place", names[1::2])):
        index = {name: {"filename": f"{name}.md", "aliases": [f"old {name}"]} for name in of_kind}
        (folder / "indexes" / f"{kind}_index.json").write_text(json.dumps(index), encoding="utf-8")
    questions = [{"question": f"Who knows {name}?", "expected_topics": [name]} for name in names[:40]]
    (folder / "test_questions.json").write_text(json.dumps(questions), encoding="utf-8")


def _real_words() -> list[str]:
    return " ".join(chunk.text for chunk in read_folder(SAMPLE).corpus.chunks).split()[:WORDS_TAKEN]


def _names(rng: random.Random, n: int) -> list[str]:
    words = {"".join(rng.choices(SYLLABLES, k=4)).capitalize() for _ in range(2 * n)}
    return sorted(words)[:n]


def _lines(rng: random.Random, names: list[str], numbers: Iterable[int]) -> Iterator[str]:
    words = _real_words()
    for number in numbers:
        named = rng.sample(range(len(names)), 4)
        text = rng.choices(words, k=rng.randint(*WORDS))
        for index in named:
            text[rng.randrange(len(text))] = names[index]
        mentions = {
            f"{kind}_mentions": [names[index] for index in named if index % 2 == odd] for kind, odd in (("character", 0), ("place", 1))
        }
        row = {"chunk_id": f"c{number}", "text": " ".join(text) + ".", "filename": f"{names[number % len(names)]}.md", "source": "made up"}
        yield json.dumps({**row, "temporal_order": number % 500, **mentions}) + "\n"


def import_once(source: Path, workspace: Path) -> dict[str, float]:
    """The import in this process: seconds without the start of Python, and the most memory it held, in MiB."""
    from core.pipeline import ingest
    from core.settings import get_finetuning_config
    from core.store import Store
    from core.workspace import Workspace

    before = _most_mib()
    started, worked = time.perf_counter(), time.process_time()
    with Store.open(Workspace.create(workspace)) as store:
        done = ingest(store, source, get_finetuning_config())
    took = time.perf_counter() - started
    return {
        "seconds": took,
        "cpu_seconds": time.process_time() - worked,
        "mib": _most_mib(),
        "mib_before": before,
        "n": done.report.n_chunks,
    }


def _most_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (MIB if sys.platform == "darwin" else 1024)


def measure(n_chunks: int, rounds: int) -> Iterator[Row]:
    """The best of a few rounds, each into a new workspace by a new process, and the same import again, which changes nothing."""
    with tempfile.TemporaryDirectory(prefix="codex-forge-") as made:
        folder = Path(made)
        progress(f"writing {n_chunks:,} chunks …")
        write_corpus(folder / "codex", n_chunks)
        first = [_in_a_process(folder / "codex", folder / f"w{number}") for number in range(rounds)]
        best = min(first, key=lambda one: one["seconds"])
        again = _in_a_process(folder / "codex", folder / "w0")
        yield Row("seconds", best["seconds"], None, "", None, "s", n_chunks)
        yield Row("chunks-a-second", n_chunks / best["seconds"], None, "", None, "chunks/s", n_chunks)
        yield Row("memory", max(one["mib"] for one in first), None, "", None, "MiB", n_chunks)
        yield Row("again", again["seconds"], None, "", None, "s", n_chunks)


def _in_a_process(source: Path, workspace: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.importing", "--once", str(source), str(workspace)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    progress(f"{measured['n'] / measured['seconds']:,.0f} chunks/s ({measured['cpu_seconds']:.1f} s of CPU), {measured['mib']:,.0f} MiB")
    return measured


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--chunks", type=int, default=100_000, metavar="N", help="size of the made-up corpus (default: 100,000)")
    ask.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    ask.add_argument("--quick", action="store_true", help="one round instead of three")
    ask.add_argument("--once", nargs=2, type=Path, metavar=("SOURCE", "WORKSPACE"), help=argparse.SUPPRESS)
    options = ask.parse_args()
    if options.once:
        print(json.dumps(import_once(*options.once)))
    else:
        show(measure(options.chunks, 1 if options.quick else 3), options.json)


if __name__ == "__main__":
    main()
