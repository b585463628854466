"""The open database: one process, one writer at a time, a cursor a call."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import duckdb
from duckdb import DuckDBPyConnection

from core.errors import ForgeError, InputError, WorkspaceHeld
from core.store.migrations import migrate

T = TypeVar("T")
P = ParamSpec("P")

# No statement may reach the network or any file but the database: a workspace can come from anybody.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}
# Texts lie in the file as they are. Packed they take half the room, but to find out how to pack them is a sixth of the time of an import.
UNPACKED = "SET disabled_compression_methods = 'fsst,dict_fsst'"
NO_ROOM_OR_DAMAGE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException)
LONGEST_COMMAND = 80
COPY = "import shutil, sys; [shutil.copy(file, sys.argv[1]) for file in sys.argv[2:]]"


class Database:
    """A DuckDB file held by this process. Threads share it: each call works on its own cursor, in its own transaction."""

    def __init__(self, path: Path) -> None:
        """Opens and migrates `path`. Raises WorkspaceHeld, or InputError where it is no readable database."""
        self.path = path
        self._writing = threading.Lock()
        self._n_writes = 0
        self._lasting: dict[tuple[Any, ...], tuple[int, Any]] = {}
        self._connection = _connected(path)

    def close(self) -> None:
        """Lets go of the file; further calls fail."""
        self._connection.close()

    def snapshot(self, folder: Path) -> None:
        """Copies the database, as it is between two writes, into `folder`. Another process does it: whoever closes a file of this process
        gives up the locks that DuckDB holds on it."""
        with self._writing:
            with self._connection.cursor() as cursor, suppress(duckdb.Error):  # a reader may be at work: then the log is copied too
                cursor.execute("CHECKPOINT")
            files = [str(file) for file in (self.path, self.path.with_name(self.path.name + ".wal")) if file.exists()]
            done = subprocess.run([sys.executable, "-c", COPY, str(folder), *files], capture_output=True, text=True)
        if done.returncode:
            cause = (done.stderr.strip().splitlines() or ["the copying was stopped"])[-1]
            raise ForgeError(f"{self.path} could not be copied: {cause}")

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """A cursor that sees one state of the database, however many statements it runs."""
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            try:
                yield cursor
            except NO_ROOM_OR_DAMAGE as error:
                raise ForgeError(f"{self.path} could not be read: {_cause(error)}. Restore the workspace from a copy.") from None

    def lasting(self, read: Callable[Concatenate[DuckDBPyConnection, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `read` finds, asked anew only after a write: nobody but this object writes to the file while it is open. All callers get the
        same object, and leave it as it is. For few different arguments: nothing is ever forgotten."""
        key = (read, *arguments, *named.items())
        n_writes, found = self._lasting.get(key, (-1, None))
        if n_writes != self._n_writes:
            n_writes = self._n_writes  # before reading: a write in between makes the answer count as old, never as new
            with self.reading() as cursor:
                found = read(cursor, *arguments, **named)
            self._lasting[key] = (n_writes, found)
        return cast(T, found)

    @contextmanager
    def writing(self) -> Iterator[DuckDBPyConnection]:
        """A cursor whose writes all happen at the end of the block, or, where it raises, not at all."""
        with self._writing, self._connection.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION")
            try:
                yield cursor
                cursor.execute("COMMIT")
                self._n_writes += 1
            except BaseException as error:
                with suppress(duckdb.Error):  # a commit that failed has rolled back already
                    cursor.execute("ROLLBACK")
                if isinstance(error, NO_ROOM_OR_DAMAGE):
                    raise ForgeError(f"{self.path} could not be written: {_cause(error)}. Nothing was changed.") from None
                raise


def revision(cursor: DuckDBPyConnection) -> int:
    """How many writes changed anything so far."""
    return int(mark(cursor, "revision"))


def bump_revision(cursor: DuckDBPyConnection) -> None:
    """Say that this transaction changes something: belongs in every write that does."""
    cursor.execute("UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) WHERE key = 'revision'")


def mark(cursor: DuckDBPyConnection, key: str) -> str:
    """The value under `key` in meta; "" where there is none."""
    rows = cursor.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchall()
    return str(rows[0][0]) if rows else ""


def set_mark(cursor: DuckDBPyConnection, key: str, value: str) -> None:
    cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])


def _connected(path: Path) -> DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path), config=CONFIG)
        try:
            connection.execute(UNPACKED)
            migrate(connection)
        except BaseException:
            connection.close()
            raise
    except duckdb.Error as error:
        raise _explained(path, error) from None
    return connection


def _explained(path: Path, error: duckdb.Error) -> InputError:
    """The sentence for a database that does not open."""
    message = str(error)
    if "Could not set lock" in message or "already open" in message:
        return WorkspaceHeld(f"{path.parent} is open in {_holder(message)}. Close it, or name another workspace with -w.")
    if "version number" in message:
        return InputError(f"{path} was written by a newer DuckDB. Update Codex Forge, or name another workspace with -w.")
    return InputError(f"{path} cannot be opened: {_cause(error)}. Restore the workspace from a copy, or name another one with -w.")


def _cause(error: BaseException) -> str:
    """What DuckDB says, without the kind of error before it and the advice below it."""
    first_line = str(error).partition("\n")[0]
    return first_line.partition(": ")[2].rstrip(".! ")


def _holder(message: str) -> str:
    """ "process 1234 (python -m workbench open)", as far as it can be found out."""
    found = re.search(r"PID (\d+)", message)
    if not found or found[1] == "0":  # 0: the holder lives in another container
        return "another process"
    command = _command(int(found[1]))
    return f"process {found[1]} ({command})" if command else f"process {found[1]}"


def _command(pid: int) -> str:
    """The command line of a running process, its program without the folder; "" where the system does not tell."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return ""
    command = " ".join([Path(words[0]).name, *words[1:]]).replace("\n", " ").strip()
    return command if len(command) <= LONGEST_COMMAND else command[: LONGEST_COMMAND - 1] + "…"
