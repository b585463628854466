"""Plain texts cut into chunks at paragraph and sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.corpus.aliases import UNSPACED
from core.corpus.collecting import keep
from core.corpus.folder import SourceFile
from core.corpus.json_files import read_text
from core.corpus.report import Place, Placed, Problem, warning
from core.records import Chunk, content_id

WORDS_WANTED = 120
MOST_WORDS = 180
FEWEST_WORDS = 30  # a text's last piece below this joins the one before, where there is room

_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_PARAGRAPH = re.compile(r"\S(?:(?!\n[ \t]*\n).)*", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[^a-z\s])|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of a text."""

    start: int
    end: int
    n_words: int


@dataclass(frozen=True, slots=True)
class _Sentence(Piece):
    """A sentence, the words from it to the end of its paragraph, and whether it opens one or is a Markdown heading."""

    n_left: int
    opens: bool
    heading: bool


def read_texts(files: Sequence[SourceFile], problems: list[Problem]) -> dict[str, Placed[Chunk]]:
    """The pieces of the texts as chunks, by id; `filename` is the text's path from the source folder."""
    chunks: dict[str, Placed[Chunk]] = {}
    for file in files:
        text = read_text(file, problems)
        if text is None:
            continue
        pieces = cut(text)
        if not pieces:
            problems.append(warning("empty-file", file.place, "holds no text."))
        for placed in _placed(text, pieces, file.name):
            keep(chunks, placed.record.chunk_id, placed, False, problems)
    return chunks


def _placed(text: str, pieces: Sequence[Piece], name: str) -> Iterator[Placed[Chunk]]:
    line, at = 1, 0
    for piece in pieces:
        line, at = line + text.count("\n", at, piece.start), piece.start
        words = text[piece.start : piece.end]
        yield Placed(Chunk(content_id("chunk", name, words), words, name), Place(name, line))


def cut(text: str) -> list[Piece]:
    """Pieces of about 120 words, 180 at the most, that end with a paragraph where one ends near, else with a sentence.

    A sentence of more than 180 words is cut between words. A heading stays with what follows it.
    """
    pieces: list[Piece] = []
    held: Piece | None = None
    for sentence in _sentences(text):
        if held is not None and _closes(held.n_words, sentence):
            pieces.append(held)
            held = None
        held = _joined(held, sentence) if held is not None else sentence
    if held is not None:
        pieces.append(held)
    if len(pieces) > 1 and pieces[-1].n_words < FEWEST_WORDS and pieces[-2].n_words + pieces[-1].n_words <= MOST_WORDS:
        pieces[-2:] = [_joined(pieces[-2], pieces[-1])]
    return pieces


def _closes(n_held: int, following: _Sentence) -> bool:
    """Whether a piece of `n_held` words ends before the sentence that follows."""
    if n_held + following.n_words > MOST_WORDS:
        return True
    if following.opens and n_held >= WORDS_WANTED:
        return True
    enough = WORDS_WANTED // 2 if following.opens else WORDS_WANTED
    return n_held >= enough and (following.heading or n_held + following.n_left > MOST_WORDS)


def _joined(left: Piece, right: Piece) -> Piece:
    return Piece(left.start, right.end, left.n_words + right.n_words)


def _sentences(text: str) -> Iterator[_Sentence]:
    for match in _PARAGRAPH.finditer(text):
        start, end = match.start(), match.start() + len(match[0].rstrip())
        parts = [short for part in _parts(text, start, end) for short in _shortened(text, part)]
        n_left = sum(part.n_words for part in parts)
        for part in parts:
            opens = part.start == start
            yield _Sentence(part.start, part.end, part.n_words, n_left, opens, opens and text.startswith("#", start))
            n_left -= part.n_words


def _parts(text: str, start: int, end: int) -> Iterator[Piece]:
    """The sentences of a paragraph."""
    at = start
    for gap in _SENTENCE_END.finditer(text, start, end):
        stop = gap.start() + len(gap[0].rstrip())  # closing quotes and brackets belong to the sentence
        if at < stop:
            yield Piece(at, stop, _n_words(text, at, stop))
            at = gap.end()
    if at < end:
        yield Piece(at, end, _n_words(text, at, end))


def _shortened(text: str, piece: Piece) -> Iterator[Piece]:
    if piece.n_words <= MOST_WORDS:
        yield piece
        return
    words = list(_WORD.finditer(text, piece.start, piece.end))
    for first in range(0, len(words), WORDS_WANTED):
        run = words[first : first + WORDS_WANTED]
        yield Piece(run[0].start(), run[-1].end(), len(run))


def _n_words(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, end))
