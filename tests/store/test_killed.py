"""A process that dies in the middle of an import leaves the workspace as it was before."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from core.records import Corpus
from core.store import Store
from core.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
CORPORA = """
import sys
from pathlib import Path
from core.records import Chunk, Corpus, Question
from core.store import Store, importing
from core.workspace import Workspace

workspace = Workspace(Path(sys.argv[1]))

def corpus(version, n=1_000):
    mentions = {"place": (f"P{version}", "Aven")}
    chunks = tuple(Chunk(f"c{i * (version + 1)}", f"Version {version} of {i}.", f"f{i % 9}", mentions=mentions) for i in range(n))
    return Corpus(chunks, questions=(Question("q", f"Version {version}?"),))
"""
STOP_IN_THE_MIDDLE = """
replace = importing.replace
def stop_at_questions(cursor, staged):
    if staged.table == "questions":
        print("middle", flush=True)
        sys.stdin.read()
    return replace(cursor, staged)
importing.replace = stop_at_questions
Store.open(workspace).import_corpus(corpus(1, 5_000), {}, "new")
"""
IMPORT_FOREVER = """
store = Store.open(workspace)
print("importing", flush=True)
for round in range(1, 1_000):
    store.import_corpus(corpus(round % 2), {"round": round}, f"{round % 2}")
"""
DECIDE_FOREVER = """
from core.records import Decision
store = Store.open(workspace)
for number in range(100_000):
    store.decide([Decision(f"d{number}", f"p{number}", "accept", "ann", float(number))])
    print(number, flush=True)  # what an auditor sees as decided
"""
NO_ROOM = """
import resource
store = Store.open(workspace)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    store.import_corpus(corpus(1, 20_000), {}, "new")
except Exception as error:
    print(type(error).__name__, error)
print(len(store.chunks()), "chunks")
"""


def corpus_of(version: int) -> Corpus:
    names: dict[str, object] = {}
    arguments, sys.argv = sys.argv, ["", "/nowhere"]
    try:
        exec(CORPORA, names)
    finally:
        sys.argv = arguments
    return names["corpus"](version)


def start(script: str, workspace: Workspace) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CORPORA + script, str(workspace.root)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_killed_between_two_tables(filled: Store, workspace: Workspace, codex: Corpus) -> None:
    before = filled.revision(), filled.last_import()
    filled.close()
    process = start(STOP_IN_THE_MIDDLE, workspace)
    assert process.stdout is not None
    assert process.stdout.readline() == "middle\n"
    kill(process)

    with Store.open(workspace) as store:
        assert store.corpus() == codex
        assert (store.revision(), store.last_import()) == before


def test_killed_at_any_moment(workspace: Workspace) -> None:
    states = [corpus_of(0), corpus_of(1)]
    with Store.open(workspace) as store:
        store.import_corpus(states[0], {}, "0")
    for seconds in (0.13, 0.37):
        process = start(IMPORT_FOREVER, workspace)
        assert process.stdout is not None
        assert process.stdout.readline() == "importing\n"
        time.sleep(seconds)
        kill(process)

        with Store.open(workspace) as store:
            last = store.last_import()
            assert last is not None
            assert store.corpus() == states[int(last.source)]


def test_what_was_shown_as_decided_is_there_after_a_kill(workspace: Workspace) -> None:
    process = start(DECIDE_FOREVER, workspace)
    assert process.stdout is not None
    for _ in range(40):
        process.stdout.readline()
    process.kill()
    n_shown = 40 + len(process.communicate()[0].splitlines())

    with Store.open(workspace) as store:
        ids = [decision.decision_id for decision in store.decisions()]
    assert ids == [f"d{number}" for number in range(len(ids))]
    assert n_shown <= len(ids) <= n_shown + 1


def test_a_full_disk_changes_nothing(filled: Store, workspace: Workspace, codex: Corpus) -> None:
    filled.close()
    told, _ = start(NO_ROOM, workspace).communicate()

    assert told.startswith(f"ForgeError {workspace.database} could not be written: ")
    assert told.endswith("Nothing was changed.\n5 chunks\n")
    with Store.open(workspace) as store:
        assert store.corpus() == codex
