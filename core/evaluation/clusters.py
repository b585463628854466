"""Which questions hang together: those about one document or one entity are not independent, and a test must not count them as such."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.records import Chunk, Question

MOST_SHARED = 0.5  # what more than this share of the questions has in common does not tell them apart

_Key = tuple[str, str]


def clusters_of(questions: Sequence[Question], chunks: Iterable[Chunk]) -> list[int]:
    """A cluster number for each question. chunks: the corpus, read for which file a judged chunk comes from.

    A question joins the others on the first of these that it shares with any: the file of its best-judged chunk; that chunk; the
    rarest topic it expects. What it shares with more than half of all questions is passed over (a corpus in one file, a topic that
    every question has), and a question that shares nothing stands alone. Each question is placed by this one thing and not by all
    its connections: followed from question to question those would soon tie everything into a single cluster.
    """
    files = {chunk.chunk_id: chunk.filename for chunk in chunks}
    keys = [tuple(_keys(question, files)) for question in questions]
    n_sharing = Counter(key for own in keys for key in own)
    most = MOST_SHARED * len(questions)
    numbers: dict[_Key, int] = {}
    return [
        numbers.setdefault(_shared(own, n_sharing, most) or ("question", str(position)), len(numbers)) for position, own in enumerate(keys)
    ]


def _keys(question: Question, files: Mapping[str, str]) -> Iterator[_Key]:
    # by grade and then by id, so that the order in which judgements were listed does not matter
    relevant = sorted((-grade, chunk_id) for chunk_id, grade in question.judgements.items() if grade > 0 and chunk_id in files)
    if relevant:
        best = relevant[0][1]
        yield "file", files[best]
        yield "chunk", best
    for topic in sorted({topic.casefold() for topic in question.expected_topics}):
        yield "topic", topic


def _shared(own: Sequence[_Key], n_sharing: Mapping[_Key, int], most: float) -> _Key | None:
    fitting = [key for key in own if 2 <= n_sharing[key] <= most]
    about = [key for key in fitting if key[0] != "topic"]
    return about[0] if about else min(fitting, key=lambda key: n_sharing[key], default=None)
