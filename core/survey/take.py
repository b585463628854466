"""The survey of a corpus: one pass over everything that costs more than a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.corpus.checks import TEXTS_A_CALL, Measure
from core.corpus.topics import TopicMatcher
from core.records import Chunk, Corpus
from core.retrieval.bm25 import BM25
from core.retrieval.tokens import Tokenizer
from core.survey.issues import Issue, boilerplate, empty_texts, exact_copies, in_another_language, near_copies, too_long
from core.survey.naming import holding, named, phrases_of

OnProgress = Callable[[str, int, int], None]
STEPS = ("lengths", "entities", "words", "copies", "passages", "languages")
CHUNKS_A_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Survey:
    """Tables about the chunks of one state of the corpus, which they name by `position`, their place in it.

    lengths: position, n_tokens (null where the model's tokenizer is not here). issues: position, kind, other (the position of
    what it repeats; null: none), detail. named: position, entity_id. phrases: position, topic. terms: term_no, term, is_name. postings:
    term_no, position, weight, which is the word's share of the chunk's BM25 score; ascending.
    `model` reads `limit` tokens ("" and 0 where that is not known).
    """

    model: str
    limit: int
    lengths: pa.Table
    issues: pa.Table
    named: pa.Table
    phrases: pa.Table
    terms: pa.Table
    postings: pa.Table


def take_survey(corpus: Corpus, measure: Measure | None, on_progress: OnProgress | None = None) -> Survey:
    """`measure` counts tokens as the base model does. `on_progress(step, done, total)` names one of STEPS; it may raise to stop."""
    say = on_progress or (lambda *_: None)
    chunks = corpus.chunks
    texts = [chunk.text for chunk in chunks]
    n_tokens = _n_tokens(chunks, measure, say)
    names, phrases = _naming(corpus, say)
    tokenizer, tokens = _tokens(chunks, say)
    terms, postings = _index(tokenizer, tokens)
    issues = _issues(texts, [frozenset(words) for words in tokens], say)
    if measure is not None and n_tokens is not None:
        issues += too_long(n_tokens, measure.limit)
    lengths = {
        "position": pa.array(range(len(chunks)), pa.int32()),
        "n_tokens": pa.array(n_tokens, pa.int32()) if n_tokens is not None else pa.nulls(len(chunks), pa.int32()),
    }
    model, limit = (measure.model, measure.limit) if measure is not None else ("", 0)
    return Survey(model, limit, pa.table(lengths), _issue_table(issues), names, phrases, terms, postings)


def _n_tokens(chunks: Sequence[Chunk], measure: Measure | None, say: OnProgress) -> np.ndarray | None:
    if measure is None:
        return None
    counts: list[int] = []
    for start in range(0, len(chunks), TEXTS_A_CALL):
        say("lengths", start, len(chunks))
        counts += measure.count([chunk.document for chunk in chunks[start : start + TEXTS_A_CALL]])
    return np.array(counts, dtype=np.int64)


def _naming(corpus: Corpus, say: OnProgress) -> tuple[pa.Table, pa.Table]:
    matcher = TopicMatcher(corpus.entities)
    rows: list[tuple[int, str]] = []
    for position, chunk in enumerate(corpus.chunks):
        if position % CHUNKS_A_STEP == 0:
            say("entities", position, len(corpus.chunks))
        rows += [(position, entity_id) for entity_id in named(chunk, matcher)]
    phrases = holding(corpus.chunks, phrases_of(corpus.questions, matcher))
    return _pairs(rows, "entity_id"), _pairs(phrases, "topic")


def _tokens(chunks: Sequence[Chunk], say: OnProgress) -> tuple[Tokenizer, list[list[str]]]:
    """Terms as the BM25 system has them, so that both find the same."""
    tokenizer = Tokenizer.fitted(chunk.document for chunk in chunks)
    tokens: list[list[str]] = []
    for position, chunk in enumerate(chunks):
        if position % CHUNKS_A_STEP == 0:
            say("words", position, len(chunks))
        tokens.append(tokenizer.document(chunk.document))
    return tokenizer, tokens


def _index(tokenizer: Tokenizer, tokens: Sequence[Sequence[str]]) -> tuple[pa.Table, pa.Table]:
    vocabulary, weights = BM25(tokens).postings()
    number = np.repeat(np.arange(len(vocabulary), dtype=np.int32), np.diff(weights.indptr))
    postings = {"term_no": number, "position": weights.indices.astype(np.int32), "weight": weights.data.astype(np.float32)}
    terms = {
        "term_no": pa.array(range(len(vocabulary)), pa.int32()),
        "term": pa.array(vocabulary, pa.string()),
        "is_name": pa.array([term in tokenizer.names for term in vocabulary], pa.bool_()),
    }
    return pa.table(terms), pa.table(postings)


def _issues(texts: Sequence[str], token_sets: Sequence[frozenset[str]], say: OnProgress) -> list[Issue]:
    say("copies", 0, len(texts))
    issues = list(exact_copies(texts))
    exact = frozenset(issue.index for issue in issues)
    issues += near_copies(token_sets, exact)
    say("passages", 0, len(texts))
    copies = frozenset(issue.index for issue in issues)
    issues += empty_texts(texts)
    issues += boilerplate(texts, copies)
    say("languages", 0, len(texts))
    issues += in_another_language(texts)
    return issues


def _issue_table(issues: Sequence[Issue]) -> pa.Table:
    return pa.table(
        {
            "position": pa.array([issue.index for issue in issues], pa.int32()),
            "kind": pa.array([issue.kind for issue in issues], pa.string()),
            "other": pa.array([issue.other if issue.other >= 0 else None for issue in issues], pa.int32()),
            "detail": pa.array([issue.detail for issue in issues], pa.string()),
        }
    )


def _pairs(rows: Iterable[tuple[int, str]], name: str) -> pa.Table:
    positions, values = zip(*rows, strict=True) if (rows := list(rows)) else ((), ())
    return pa.table({"position": pa.array(positions, pa.int32()), name: pa.array(values, pa.string())})
