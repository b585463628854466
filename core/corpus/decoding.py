"""Blocks of lines become columns, those of a large import in two processes: it is Python that makes them, and that uses one processor.

Run as a program it is the second process: blocks come in on stdin and their columns go out on stdout, both as streams of Arrow.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple, Self, cast

import pyarrow as pa

from core.corpus.bulk import NotClean, clean_chunks
from core.corpus.columns import SCHEMA
from core.corpus.json_files import Block

CODE = Path(__file__).resolve().parent.parent.parent
FEW_BLOCKS = 16  # are decoded before a second process has started
MOST_WAITING = 32  # blocks held until one before them is decoded
MOST_ASKED = 3  # blocks: one that the second process decodes, and what lies in the pipes to and from it
PIPE = 2**20  # bytes: small ones would make the answer come in many parts, each of which waits for its turn among the threads
REQUEST = pa.schema({"lines": pa.binary()})


class Decoded(NamedTuple):
    """A block, and its chunks in columns; None where its lines have to be looked at one by one."""

    block: Block
    batch: pa.RecordBatch | None


def decoded(blocks: Iterable[Block]) -> Iterator[Decoded]:
    """All blocks, in their order; some are read ahead of the one that is given out."""
    blocks = iter(blocks)
    first = list(islice(blocks, FEW_BLOCKS))
    if len(first) < FEW_BLOCKS:
        yield from (Decoded(block, _columns(block.data)) for block in first)
    else:
        with Helper() as helper:
            yield from _by_both(chain(first, blocks), helper)


def _by_both(blocks: Iterator[Block], helper: Helper) -> Iterator[Decoded]:
    waiting: deque[tuple[Block, Future[pa.RecordBatch | None]]] = deque()
    for block in blocks:
        waiting.append((block, helper.ask(block.data) or _done(block.data)))
        while waiting and (waiting[0][1].done() or len(waiting) > MOST_WAITING):
            yield _taken(waiting)
    while waiting:
        yield _taken(waiting)


def _taken(waiting: deque[tuple[Block, Future[pa.RecordBatch | None]]]) -> Decoded:
    block, batch = waiting.popleft()
    return Decoded(block, batch.result())


def _done(lines: bytes) -> Future[pa.RecordBatch | None]:
    future: Future[pa.RecordBatch | None] = Future()
    future.set_result(_columns(lines))
    return future


def _columns(lines: bytes) -> pa.RecordBatch | None:
    try:
        return clean_chunks(lines)
    except NotClean:
        return None


class Helper:
    """The second process. Where it dies, what it was asked is decoded here, and it is not asked again."""

    def __init__(self) -> None:
        # no multiprocessing: its child would run the main module again, which under Streamlit is a page
        command = [sys.executable, "-m", "core.corpus.decoding"]
        self._process = subprocess.Popen(
            command, cwd=CODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pipesize=PIPE
        )
        self._telling, self._hearing = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._free = threading.Semaphore(MOST_ASKED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        for talking in (self._telling, self._hearing):
            talking.shutdown(cancel_futures=True)
        with suppress(OSError), self._process:  # closes its pipes, and waits for its end
            pass

    def ask(self, lines: bytes) -> Future[pa.RecordBatch | None] | None:
        """The columns of these lines, as a promise; None where it has enough to do."""
        if not self._free.acquire(blocking=False):
            return None
        self._telling.submit(self._tell, lines)
        return self._hearing.submit(self._hear, lines)

    def _tell(self, lines: bytes) -> None:
        try:
            self._requests.write_batch(pa.record_batch([pa.array([lines], pa.binary())], schema=REQUEST))
            cast(IO[bytes], self._process.stdin).flush()
        except (OSError, MemoryError, pa.ArrowException):
            self._process.kill()  # who waits for an answer then learns that none comes

    def _hear(self, lines: bytes) -> pa.RecordBatch | None:
        try:
            batch = self._answers.read_next_batch()
        except (OSError, pa.ArrowException, StopIteration):
            return _columns(lines)
        self._free.release()
        return batch if len(batch) else None

    @cached_property
    def _requests(self) -> pa.ipc.RecordBatchStreamWriter:
        return pa.ipc.new_stream(self._process.stdin, REQUEST)

    @cached_property
    def _answers(self) -> pa.ipc.RecordBatchStreamReader:
        return pa.ipc.open_stream(self._process.stdout)  # waits until the process has started


class _WithoutPandas:
    """Arrow loads pandas, where there is one, to know its types: half of the time of a start, and none of them comes here."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ImportError(name)


def main() -> None:
    """Decodes what comes in until nothing comes. A block that is not clean is answered by no rows."""
    sys.meta_path.insert(0, _WithoutPandas)
    nothing = pa.RecordBatch.from_pylist([], SCHEMA)
    with pa.ipc.new_stream(sys.stdout.buffer, SCHEMA) as answers:
        for request in pa.ipc.open_stream(sys.stdin.buffer):
            answers.write_batch(_columns(request.column("lines")[0].as_py()) or nothing)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
