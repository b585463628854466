"""Opening: held by another process, damaged, newer, shared by threads."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from core.errors import ForgeError, InputError, WorkspaceHeld
from core.records import Chunk, Corpus
from core.store import Store
from core.store.database import _holder
from core.store.migrations import MIGRATIONS, Migration, migrate
from core.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from core.store import Store
from core.workspace import Workspace
with Store.open(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(workspace: Workspace) -> Iterator[int]:
    """Another process has the workspace open; yields its id."""
    command = [sys.executable, "-c", HOLD, str(workspace.root)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process.pid
        finally:
            process.communicate("")


def test_a_held_workspace_names_its_holder(workspace: Workspace) -> None:
    with held_elsewhere(workspace) as pid:
        with pytest.raises(WorkspaceHeld) as told:
            Store.open(workspace)
        sentence = str(told.value)
        assert sentence.startswith(f"{workspace.root} is open in process {pid} (python")
        assert sentence.endswith("). Close it, or name another workspace with -w.")
        assert "\n" not in sentence

    Store.open(workspace).close()  # once the other lets go, it opens


def test_a_holder_that_cannot_be_looked_at() -> None:
    assert _holder("Conflicting lock is held in PID 4194305 by user x") == "process 4194305"  # above the highest process id
    assert _holder("Conflicting lock is held in /bin/x (PID 0)") == "another process"
    assert _holder("Conflicting lock is held") == "another process"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500], ids=["empty", "other"])
def test_a_file_that_is_no_database(workspace: Workspace, content: bytes) -> None:
    workspace.database.write_bytes(content)

    with pytest.raises(InputError, match=r"workbench\.duckdb cannot be opened: .*not a valid DuckDB database file\. Restore"):
        Store.open(workspace)
    assert workspace.database.read_bytes() == content


def test_a_torn_database_is_told_or_whole(workspace: Workspace) -> None:
    chunks = tuple(Chunk(f"c{i}", f"Text {i * 7919 % 1000003} of {i * 104729 % 999983}", "f") for i in range(2_000))
    with Store.open(workspace) as store:
        store.import_corpus(Corpus(chunks), {}, "x")
    whole, told = workspace.database.read_bytes(), 0
    for share in (0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9):
        workspace.database.write_bytes(whole[: int(len(whole) * share)])
        try:
            with Store.open(workspace) as store:
                assert store.chunks() == chunks  # what was cut off was free space
        except ForgeError as error:
            told += 1
            assert re.search(r"workbench\.duckdb (cannot be opened|could not be read): .*Restore", str(error))
    assert told >= 2


def test_a_newer_workspace_is_left_alone(workspace: Workspace) -> None:
    Store.open(workspace).close()
    with duckdb.connect(str(workspace.database)) as connection:
        connection.execute("INSERT INTO migrations VALUES (99, 'from the future', 0)")

    with pytest.raises(InputError, match="newer Codex Forge \\(schema 99; this one reads up to"):
        Store.open(workspace)
    with duckdb.connect(str(workspace.database)) as connection:  # and it is not held
        assert connection.execute("SELECT max(number) FROM migrations").fetchall() == [(99,)]


def test_migrations_run_once_in_order(tmp_path: Path) -> None:
    first, second = Migration("one", ("CREATE TABLE a (n INTEGER)",)), Migration("two", ("INSERT INTO a VALUES (1)",))
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        migrate(connection, (first,))
        migrate(connection, (first, second))
        migrate(connection, (first, second))
        assert connection.execute("SELECT * FROM a").fetchall() == [(1,)]
        assert connection.execute("SELECT number, name FROM migrations ORDER BY number").fetchall() == [(1, "one"), (2, "two")]


def test_a_migration_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    bad = Migration("bad", ("CREATE TABLE b (n INTEGER)", "INSERT INTO nowhere VALUES (1)"))
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        with pytest.raises(duckdb.CatalogException):
            migrate(connection, (*MIGRATIONS, bad))
        tables = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
        assert "chunks" in tables
        assert "b" not in tables
        assert connection.execute("SELECT max(number) FROM migrations").fetchall() == [(len(MIGRATIONS),)]


def test_no_statement_reaches_other_files(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with store._database.reading() as cursor, pytest.raises(duckdb.PermissionException):
        cursor.execute(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")


def test_readers_never_see_half_an_import(store: Store) -> None:
    def corpus(version: int) -> Corpus:
        mentions = {"place": (f"P{version}",)}
        return Corpus(tuple(Chunk(f"c{version * 50 + i}", f"{version}", "f", title=f"{version}", mentions=mentions) for i in range(100)))

    store.import_corpus(corpus(0), {}, "x")
    done, mixed = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            seen = {(chunk.text, chunk.title, *chunk.mentions["place"]) for chunk in store.chunks()}
            if len(seen) != 1 or store.counts().n_chunks != 100:
                mixed.append(seen)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(1, 7):
        store.import_corpus(corpus(version), {}, "x")
    done.set()
    for reader in readers:
        reader.join()

    assert mixed == []
    assert store.corpus() == corpus(6)


def test_writers_follow_one_another(store: Store) -> None:
    before = store.revision()
    writers = [threading.Thread(target=store.save_unpaired, args=({"q": f"reason {i}"},)) for i in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert store.revision() == before + 16


def test_a_copy_whose_process_dies_without_a_word_is_a_sentence(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, -9, "", ""))
    with pytest.raises(ForgeError, match=r"workbench\.duckdb could not be copied: the copying was stopped$"):
        store.snapshot(tmp_path)
