"""The guard against leaks, tried: held-out questions are smuggled into training, and the guard is asked to find them.

A trial takes a test question and puts it among the train questions as a positive pair of its own: pasted (as it is, or in other
capitals and punctuation), reworded (two of the changes in `benchmarks.rewording`), or with an entity's name replaced by another one
that the index gives it. `found` is the share of trials whose pair is removed for the sake of a held-out question.

Innocent are the train questions that came with the data, less the true duplicates: those whose words, in any order and form, are
those of a held-out question, and those that share a judged chunk with one. `false-alarms` is the share of the innocent that lose a pair.

What counts as the same question was settled on dev questions; the trials use test questions, and the whole of the data.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.frame import Row, command_on_source, progress
from benchmarks.rewording import reworded
from benchmarks.vectors import cached_encode, read_source
from core.corpus.aliases import AliasIndex, Span, fold
from core.pairing.asking import plain_terms
from core.pairing.guard import REPEATED, SHARED_CHUNK, Removed, remove_leaks
from core.records import Corpus, Pair, Question
from core.settings import Settings

N_TRIALS, N_QUICK = 300, 100
SEED = 4

Disguise = Callable[[str, random.Random], str | None]


@dataclass(frozen=True, slots=True)
class Trial:
    """A test question in disguise."""

    kind: str
    question: Question
    text: str


def pasted(text: str, rng: random.Random) -> str:
    return rng.choice((text, text, text.lower(), text.upper(), text.rstrip("?!. "), f" {text} ", text.replace(" ", "  ")))


def lightly_reworded(text: str, rng: random.Random) -> str | None:
    changed, changes = reworded(text, rng)
    return changed if len(changes) == 2 else None


class Renaming:
    """Puts another name of the same entity in the place of one that a question uses."""

    def __init__(self, corpus: Corpus) -> None:
        self._index = AliasIndex(corpus.entities)

    def __call__(self, text: str, rng: random.Random) -> str | None:
        choices = [(span, name) for span in self._index.find(text) for name in _other_names(span)]
        if not choices:
            return None
        span, name = rng.choice(choices)
        return text[: span.start] + name + text[span.end :]


def _other_names(span: Span) -> list[str]:
    names = {name for entity in span.entities for name in entity.names}
    return sorted(name for name in names if fold(name) != fold(span.alias))


def trials(kind: str, disguise: Disguise, questions: Sequence[Question], n: int) -> list[Trial]:
    """`n` trials, fewer where not every question can be disguised so; questions come again, otherwise disguised, where they are few."""
    rng = random.Random(f"{SEED} {kind}")
    made: dict[str, Trial] = {}
    for _ in range(20 * n):
        question = rng.choice(questions)
        text = disguise(question.text, rng)
        if text and len(made) < n:
            made.setdefault(text, Trial(kind, question, text))
    return list(made.values())


def smuggled(number: int, trial: Trial) -> Pair:
    """The pair of a train question that nobody asked; its chunk is its own, so that only its words can give it away."""
    return Pair(trial.text, f"smuggled chunk {number}", "positive", "judged", f"smuggled {number}")


def innocent(corpus: Corpus) -> set[str]:
    """Ids of the train questions that no stricter definition calls a duplicate of a held-out one."""
    held = [question for question in corpus.questions if question.split != "train"]
    judged = {chunk_id for question in held for chunk_id in question.relevant}
    said = {frozenset(terms) for terms in plain_terms(question.text for question in held)}
    train = [question for question in corpus.asked("train") if not judged.intersection(question.relevant)]
    return {
        question.question_id
        for question, terms in zip(train, plain_terms(question.text for question in train), strict=True)
        if frozenset(terms) not in said
    }


def measure(source: Path, quick: bool) -> Iterator[Row]:
    corpus = read_source(source)
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    n = N_QUICK if quick else N_TRIALS
    kinds: dict[str, Disguise] = {"pasted": pasted, "reworded": lightly_reworded, "alias": Renaming(corpus)}
    smuggling = [trial for kind, disguise in kinds.items() for trial in trials(kind, disguise, corpus.asked("test"), n)]
    own = [
        Pair(question.text, chunk, "positive", "judged", question.question_id)
        for question in corpus.asked("train")
        for chunk in question.relevant
    ]
    progress(f"{len(smuggling):,} test questions smuggled among {len(own):,} pairs of {len(corpus.asked('train')):,} train questions")
    pairs = [*own, *(smuggled(number, trial) for number, trial in enumerate(smuggling))]
    encode = cached_encode(settings)
    gone = {
        leak.question_id: leak for leak in remove_leaks(pairs, corpus.questions, corpus.entities, encode).removed if leak.reason != REPEATED
    }
    for kind in ("", *kinds):
        yield from _found(kind, smuggling, gone)
    yield from _alarms(corpus, gone)


def _found(kind: str, smuggling: Sequence[Trial], gone: dict[str, Removed]) -> Iterator[Row]:
    hits = [f"smuggled {number}" in gone for number, trial in enumerate(smuggling) if kind in ("", trial.kind)]
    if hits:
        share = sum(hits) / len(hits)
        yield Row(f"found-{kind}" if kind else "found", share, None, "", None, "share", len(hits))


def _alarms(corpus: Corpus, gone: dict[str, Removed]) -> Iterator[Row]:
    """The innocent that lost a pair; and of all train questions those that lost one to a shared chunk, and the rest: duplicates."""
    clean = innocent(corpus)
    own = {question.question_id for question in corpus.asked("train")} & gone.keys()
    shared = {name for name in own - clean if gone[name].reason == SHARED_CHUNK}
    n_train = len(corpus.asked("train"))
    yield Row("false-alarms", len(own & clean) / max(1, len(clean)), None, "", None, "share", len(clean))
    yield Row("shared-chunks", len(shared) / max(1, n_train), None, "", None, "share", n_train)
    yield Row("duplicates", len(own - clean - shared) / max(1, n_train), None, "", None, "share", n_train)


if __name__ == "__main__":
    command_on_source(measure, "The guard against leaks: test questions smuggled into training, and innocent questions removed")
