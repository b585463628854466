"""The one face of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from core.records import Chunk, Corpus, Dropped, Entity, Label, Pair, Question, Split
from core.store import counting, decisions, generation, importing, keeping, pair_pages, pairs, previewing, reading
from core.store.answers import Change, Counts, Generation, Import, PairFilter, PairKind, Preview
from core.store.auditing import Auditing
from core.store.database import Database, revision
from core.store.exploring import Exploring
from core.store.judging import Judging
from core.store.linking import is_unlinked, link
from core.store.presenting import Presenting
from core.store.staging import stage_dropped, stage_pairs, stage_removed
from core.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


class Store(Auditing, Exploring, Judging, Presenting):
    """The facts of one workspace. Threads may share it: each read sees one state of the facts, writes follow one another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.reading() as cursor:
            unlinked = is_unlinked(cursor)
        if unlinked:
            with database.writing() as cursor:
                link(cursor)

    @classmethod
    def open(cls, workspace: Workspace) -> Self:
        """Raises WorkspaceHeld, naming the process, where another one has it open; InputError where it cannot be read."""
        return cls(Database(workspace.database))

    @property
    def root(self) -> Path:
        """The folder of the workspace."""
        return self._database.path.parent

    def snapshot(self, folder: Path) -> None:
        """A copy of the database, as it is now, in `folder`: for a copy of the workspace or an archive of it."""
        self._database.snapshot(folder)

    def close(self) -> None:
        """Lets another process open the workspace."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def revision(self) -> int:
        """Grows with every write that changes anything; what a cache of an answer is keyed by."""
        return self._database.lasting(revision)

    # The corpus

    def import_corpus(
        self, corpus: Corpus, report: Mapping[str, Any], source: str, how: Mapping[str, Any] = MappingProxyType({})
    ) -> Change:
        """Makes `corpus` the corpus of the workspace, whole or not at all. Pairs of chunks and questions that are gone go too.

        Importing the same again changes no record. A mention type that lists no names is not kept. Raises InputError for an id
        given twice and for text that is no Unicode. `how` the source was read is remembered.
        """
        staged = importing.stage_corpus(corpus)
        with self._database.writing() as cursor:
            return importing.import_staged(cursor, staged, report, source, how)

    def preview(self, corpus: Corpus) -> Preview:
        """What `import_corpus` would change."""
        staged = importing.stage_corpus(corpus)
        with self._database.reading() as cursor:
            return previewing.preview(cursor, staged)

    def remembered(self, source: str) -> dict[str, Any]:
        """How a source was read the last time, {} where it never was."""
        with self._database.reading() as cursor:
            return importing.remembered(cursor, source)

    def deciding(self, most: int) -> list[tuple[float, str, int]]:
        """(when, auditor, how many decisions), a row an auditor and day, newest first."""
        with self._database.reading() as cursor:
            return decisions.by_day(cursor, most)

    def imports(self, most: int) -> list[Import]:
        """The latest imports that brought anything new, newest first."""
        with self._database.reading() as cursor:
            return importing.imports(cursor, most)

    def last_import(self) -> Import | None:
        """The latest import that brought anything new."""
        with self._database.reading() as cursor:
            return importing.last_import(cursor)

    def corpus_revision(self) -> int:
        """Grows with whatever changes the corpus or what is known of it: imports, surveys, corrections, chunks left out. What a cache of
        something derived from the corpus alone is keyed by."""
        return self._database.lasting(importing.n_changes)

    def corpus(self) -> Corpus:
        """Everything, in import order."""
        with self._database.reading() as cursor:
            return reading.read_corpus(cursor)

    def corpus_fingerprint(self) -> str:
        """Names the state of the corpus: the same content in the same order has the same fingerprint in every workspace."""
        return self._database.lasting(reading.corpus_fingerprint)

    def chunks(self, searchable_only: bool = False) -> tuple[Chunk, ...]:
        """In import order."""
        with self._database.reading() as cursor:
            return reading.read_chunks(cursor, reading.SEARCHED if searchable_only else "true")

    def chunk(self, chunk_id: str) -> Chunk | None:
        with self._database.reading() as cursor:
            return next(iter(reading.chunks_of_ids(cursor, [chunk_id])), None)

    def neighbours(self, chunk_id: str, each_side: int = 1) -> tuple[Chunk, ...]:
        """The chunk itself with up to `each_side` chunks of its file before and after it, in import order; () for an unknown id."""
        with self._database.reading() as cursor:
            return reading.neighbours(cursor, chunk_id, each_side)

    def entities(self) -> tuple[Entity, ...]:
        """In import order."""
        with self._database.reading() as cursor:
            return reading.read_entities(cursor)

    def questions(self, split: Split | None = None) -> tuple[Question, ...]:
        """In import order; of one split where one is named."""
        with self._database.reading() as cursor:
            return reading.read_questions(cursor, split)

    # What pages list

    def counts(self) -> Counts:
        return self._database.lasting(counting.count)

    # Pairs

    def save_pairs(self, new_pairs: Sequence[Pair]) -> None:
        """Replaces all pairs but those that a person decided or added, and remembers the corpus they were made from.

        Raises InputError where two make the same claim.
        """
        staged = stage_pairs(new_pairs)
        with self._database.writing() as cursor:
            keeping.save_pairs(cursor, staged)

    def pairs(self, label: Label | None = None, split: Split | None = None) -> tuple[Pair, ...]:
        """In the order they were saved."""
        with self._database.reading() as cursor:
            return pairs.read_pairs(cursor, label, split)

    def pair_summary(self) -> pd.DataFrame:
        """Columns rule, label, hardness, count; positives first, then by count."""
        return self._database.lasting(pairs.pair_summary)

    def pairs_outdated(self) -> bool:
        """Whether the corpus has changed since the pairs were made; False where none were made."""
        return self._database.lasting(pairs.pairs_outdated)

    def save_unpaired(self, reasons: Mapping[str, str]) -> None:
        """Replaces the record of questions without a positive: {question_id: why}."""
        with self._database.writing() as cursor:
            pairs.save_unpaired(cursor, reasons)

    def unpaired(self) -> dict[str, str]:
        """{question_id: why it has no positive}."""
        return self._database.lasting(pairs.read_unpaired)

    def pair(self, pair_id: str) -> Pair | None:
        with self._database.reading() as cursor:
            return pair_pages.read_pair(cursor, pair_id)

    def page_of_pairs(self, where: PairFilter, offset: int, limit: int) -> pd.DataFrame:
        """Columns pair_id, label, rule, hardness, category, query, chunk_id, filename, text, score, cosine, bm25 (NaN: none), reason."""
        with self._database.reading() as cursor:
            return pair_pages.page_of_pairs(cursor, where, offset, limit)

    def count_pairs(self, where: PairFilter) -> int:
        """How many pairs all pages of this filter hold."""
        with self._database.reading() as cursor:
            return pair_pages.count_pairs(cursor, where)

    def pair_kinds(self) -> tuple[PairKind, ...]:
        """One for each combination that there is: positives first, most pairs first."""
        return self._database.lasting(pair_pages.pair_kinds)

    def score_histogram(self, score: str, n_bins: int = 40) -> pd.DataFrame:
        """Columns label, low, width, n: how a score of the evidence ("cosine", "bm25") is distributed among each label's pairs."""
        return self._database.lasting(pair_pages.score_histogram, score, n_bins)

    # What generating them left besides the pairs

    def adopt(self, made: Generation, new_pairs: Sequence[Pair], dropped: Sequence[Dropped], removed: Sequence[Mapping[str, Any]]) -> bool:
        """Makes a generation's pairs the pairs, whole or not at all; pairs that a person decided or added stay. False where they
        already were. Raises InputError where the corpus is no longer the one they were made from."""
        staged, refused, guarded = stage_pairs(new_pairs), stage_dropped(dropped), stage_removed(removed)
        with self._database.writing() as cursor:
            return generation.adopt(cursor, made, staged, refused, guarded)

    def generation(self) -> Generation | None:
        """The generation whose pairs stand; None where none was adopted."""
        return self._database.lasting(generation.latest)

    def newest_adopted(self) -> str:
        """The newest run whose pairs were ever taken in; "" before the first."""
        return self._database.lasting(generation.newest_run)

    def dropped_summary(self) -> pd.DataFrame:
        """Columns rule, offered, n: how many proposed negatives each rule refused, commonest first."""
        return self._database.lasting(generation.dropped_summary)

    def page_of_dropped(self, offset: int, limit: int, rule: str = "", offered: bool = False) -> pd.DataFrame:
        """Columns query, question_id, chunk_id, filename, text, rule, reason, score, offered, taken (it is a positive by now); of one
        rule where one is named, only the offered ones where asked."""
        with self._database.reading() as cursor:
            return generation.page_of_dropped(cursor, rule, offered, offset, limit)

    def removed(self) -> pd.DataFrame:
        """What the guard took away. Columns query, question_id, reason, how, held_out, held_out_text, n_pairs."""
        return self._database.lasting(generation.removed)
