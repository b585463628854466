"""Text and JSON Lines files, read so that each thing wrong with them is known by its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple, NoReturn

from core.corpus.folder import SourceFile
from core.corpus.report import Place, Problem, error

MOST_BYTES_A_LINE = 8 * 2**20
BYTES_A_BLOCK = 2**20
MOST_LEVELS = 100  # deeper values would be read here and fail where they are written again
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class NotJson(ValueError):
    """Says why a text is not JSON that can be read here; `line` counts from the start of the text, where it is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


class Entry(NamedTuple):
    """A value of a file, where it starts, and its key where it is the member of an object."""

    place: Place
    value: Any
    key: str = ""


class Block(NamedTuple):
    """Whole lines of the file called `name`; the first of them has the number `first`."""

    name: str
    first: int
    data: bytes


def read_objects(file: SourceFile, needs: str, problems: list[Problem]) -> Iterator[Entry]:
    """The objects of a JSON Lines file. `needs` says what a line must hold, for the person who mends it."""
    for block in read_blocks(file, problems):
        yield from block_objects(block, needs, problems)


def block_objects(block: Block, needs: str, problems: list[Problem]) -> Iterator[Entry]:
    """The objects of a part of a JSON Lines file."""
    for place, line in _texts(_lines(block, problems), problems):
        try:
            value = parse(line)
        except NotJson as failure:
            problems.append(error("bad-json", place, f"not JSON: {failure}. {needs}"))
            continue
        if type(value) is dict:
            yield Entry(place, value)
        else:
            problems.append(error("bad-json", place, f"{described(value)} where an object should stand. {needs}"))


def read_lines(file: SourceFile, problems: list[Problem]) -> Iterator[tuple[Place, str]]:
    """The lines of `file` that are not blank, without line end and byte-order mark."""
    return _texts(raw_lines(file, problems), problems)


def _texts(lines: Iterable[tuple[Place, bytes]], problems: list[Problem]) -> Iterator[tuple[Place, str]]:
    for place, raw in lines:
        try:
            line = raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as failure:
            problems.append(_not_utf8(place, f"byte {failure.start + 1} of the line"))
            continue
        if line.strip():
            yield place, line


def raw_lines(file: SourceFile, problems: list[Problem]) -> Iterator[tuple[Place, bytes]]:
    for block in read_blocks(file, problems):
        yield from _lines(block, problems)


def _lines(block: Block, problems: list[Problem]) -> Iterator[tuple[Place, bytes]]:
    for number, line in enumerate(BytesIO(block.data), block.first):
        if len(line) <= MOST_BYTES_A_LINE:
            yield Place(block.name, number), line
        else:
            problems.append(_long_line(Place(block.name, number)))


def read_blocks(file: SourceFile, problems: list[Problem]) -> Iterator[Block]:
    """`file` in parts of some 1 MiB that end where a line ends, without byte-order mark."""
    try:
        with file.path.open("rb") as stream:
            first = 1
            while data := stream.read(BYTES_A_BLOCK):
                if first == 1 and data.startswith(_UTF16_MARKS):
                    problems.append(_not_utf8(file.place, "it is UTF-16"))
                    return
                whole = data if data.endswith(b"\n") else data + _rest_of_line(stream)
                yield Block(file.name, first, whole.removeprefix(_UTF8_MARK) if first == 1 else whole)
                first += whole.count(b"\n")
    except OSError as failure:
        problems.append(_unreadable(file, failure))


def _rest_of_line(stream: BinaryIO) -> bytes:
    """Up to the line's end; of a line that is too long only so much that this shows."""
    rest = stream.readline(MOST_BYTES_A_LINE + 1)
    if len(rest) <= MOST_BYTES_A_LINE or rest.endswith(b"\n"):
        return rest
    while (line := stream.readline(MOST_BYTES_A_LINE)) and not line.endswith(b"\n"):
        pass
    return rest + b"\n"


def read_text(file: SourceFile, problems: list[Problem]) -> str | None:
    """The text of a whole file with \\n line ends; None, and an error, where it cannot be read."""
    try:
        raw = file.path.read_bytes()
    except OSError as failure:
        problems.append(_unreadable(file, failure))
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as failure:
        line = raw.count(b"\n", 0, failure.start) + 1
        problems.append(_not_utf8(Place(file.name, line), f"byte {failure.start + 1} of the file"))
        return None


def parse(text: str) -> Any:
    """The value of a JSON text. Raises NotJson, also for what Python would read beyond JSON (NaN, half characters)."""
    try:
        value = JSON.decode(text)
    except json.JSONDecodeError as failure:
        raise NotJson(f"{failure.msg.removesuffix(' starting at')} at column {failure.colno}", failure.lineno) from None
    except RecursionError:
        raise NotJson("nested too deep") from None
    except NotJson:
        raise
    except ValueError:
        raise NotJson("a number with too many digits") from None
    if "\\u" in text and _HALF_CHARACTER.search(text):
        _refuse_half_characters(value)
    if text.count("[") + text.count("{") > MOST_LEVELS:
        _refuse_depth(value)
    return value


def described(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    words = ((str, "text"), (dict, "an object"), (list, "a list"))
    return next((word for kind, word in words if isinstance(value, kind)), "a number")


def _refuse(constant: str) -> NoReturn:
    raise NotJson(f"{constant} is no JSON value")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _refuse(digits)


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise NotJson("nested too deep")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_half_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise NotJson("half of a surrogate pair, which is no character") from None


def _not_utf8(place: Place, where: str) -> Problem:
    return error("not-utf8", place, f"not UTF-8 ({where}). Save the file as UTF-8.")


def _unreadable(file: SourceFile, failure: OSError) -> Problem:
    return error("unreadable", file.place, f"cannot be read: {failure.strerror}.")


def _long_line(place: Place) -> Problem:
    return error("long-line", place, f"longer than {MOST_BYTES_A_LINE // 2**20} MiB. Cut its text into chunks.")


JSON = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
