"""The part of the store's face that looking around in the corpus goes through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from core.records import Entity
from core.store import browsing, charting, corrections, entity_pages, filtering, leaving_out, reading, surveying, taking_part
from core.store.answers import ChunkFilter, Consequences, Correction, EntityFilter, SurveyOf
from core.store.charting import Charts
from core.store.database import Database
from core.store.leaving_out import Scope

if TYPE_CHECKING:
    import pandas as pd

    from core.survey.take import Survey

MOST_FACET_VALUES = 500


class Exploring:
    """Chunks and entities in lists and numbers; what a person says of them is appended and can be taken back."""

    _database: Database

    # Chunks

    def page_of_chunks(self, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
        """Columns chunk_id, text, filename, wiki_type, source, temporal_order (NaN: none), n_words, n_tokens (NaN: not surveyed),
        n_mentions, issues, left_out (lists), score (BM25 of a text search; NaN: none)."""
        with self._database.reading() as cursor:
            return browsing.page_of_chunks(cursor, where, offset, limit)

    def page_of_hits(self, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
        """What a list of search results needs of them: columns chunk_id, text, filename, wiki_type, source, temporal_order (NaN: none),
        issues, left_out (lists), score (NaN: none)."""
        with self._database.reading() as cursor:
            return browsing.page_of_hits(cursor, where, offset, limit)

    def count_chunks(self, where: ChunkFilter) -> int:
        """How many chunks all pages of this filter hold."""
        with self._database.reading() as cursor:
            return browsing.count_chunks(cursor, where)

    def chunk_ids(self, where: ChunkFilter) -> list[str]:
        """Of all chunks of the filter, in its order."""
        with self._database.reading() as cursor:
            return browsing.chunk_ids(cursor, where)

    def taken_along(self, where: ChunkFilter) -> Iterator[pa.RecordBatch]:
        """Every chunk of the filter with all that is known of it, in batches: chunk_id, text, title, filename, source, wiki_type,
        temporal_order, n_tokens, mentions (a list of type and name), issues, left_out."""
        with self._database.reading() as cursor:
            yield from browsing.taken(cursor, where)

    def facets(self) -> dict[str, dict[str, int]]:
        """{"wiki_type": {value: n chunks}, "source": {value: n chunks}}, the 500 commonest, unset values left out."""
        with self._database.reading() as cursor:
            return browsing.facets(cursor, MOST_FACET_VALUES)

    def spans(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest length ("tokens") and place in time ("time"), each where some chunk has one."""
        return self._database.lasting(taking_part.spans)

    def charts(self, where: ChunkFilter) -> Charts:
        """A selection in numbers, each facet counted with itself left open."""
        topics = self._database.lasting(charting.asked)
        with self._database.reading() as cursor:
            return charting.charts(cursor, where, topics)

    def search_terms(self, text: str) -> list[str]:
        """The words of a text as the surveyed corpus counts them."""
        with self._database.reading() as cursor:
            return filtering.terms_of(cursor, text)

    def pairs_of(self, chunk_id: str, limit: int) -> pd.DataFrame:
        """Columns pair_id, query, label, rule, split, verdict; positives first."""
        with self._database.reading() as cursor:
            return taking_part.pairs_of(cursor, chunk_id, limit)

    def questions_of(self, chunk_id: str, limit: int) -> pd.DataFrame:
        """Columns question_id, text, split, grade: what the chunk was judged for, highest grade first."""
        with self._database.reading() as cursor:
            return taking_part.questions_of(cursor, chunk_id, limit)

    def places(self, where: ChunkFilter) -> pd.DataFrame:
        """Column position: the places of the chunks of a filter in the import order."""
        with self._database.reading() as cursor:
            return taking_part.places(cursor, where)

    def documents(self) -> pd.DataFrame:
        """Columns chunk_id, position, title, text of every chunk, in import order."""
        with self._database.reading() as cursor:
            return taking_part.documents(cursor)

    # The survey

    def surveyable(self) -> str:
        """Names the state of the imported corpus that a survey is taken of."""
        with self._database.reading() as cursor:
            return surveying.surveyable(cursor)

    def survey(self) -> SurveyOf | None:
        """The survey of this corpus; None where none was taken since the last import that changed anything."""
        return self._database.lasting(surveying.survey_of)

    def save_survey(self, survey: Survey, taken_of: str) -> None:
        """Takes a survey in. Raises InputError where the corpus is no longer the one it was taken of."""
        with self._database.writing() as cursor:
            surveying.save_survey(cursor, survey, taken_of)

    def issue_counts(self) -> pd.DataFrame:
        """Columns kind, n, n_training, n_search: chunks with each issue, and how many of them are left out of what."""
        return self._database.lasting(taking_part.issue_counts)

    def issues_of(self, chunk_id: str) -> pd.DataFrame:
        """Columns kind, detail, other (the chunk that it repeats), text (that chunk's)."""
        with self._database.reading() as cursor:
            return taking_part.issues_of(cursor, chunk_id)

    def page_of_issues(self, kind: str, is_open: bool, offset: int, limit: int) -> pd.DataFrame:
        """Columns chunk_id, text, filename, detail, n_tokens, other, other_text, other_filename, left_out; copies of one chunk together.
        With `is_open` only chunks that are not left out of anything."""
        with self._database.reading() as cursor:
            return taking_part.page_of_issues(cursor, kind, is_open, offset, limit)

    # Leaving out

    def would_leave_out(self, where: ChunkFilter, scope: Scope) -> Consequences:
        """What leaving the chunks of a filter out would come to."""
        with self._database.reading() as cursor:
            return leaving_out.would_leave_out(cursor, where, scope)

    def leave_out(self, where: ChunkFilter, scope: Scope, reason: str, *, is_out: bool = True) -> int:
        """Leaves the chunks of a filter out, or takes them back in; how many were not so already."""
        with self._database.writing() as cursor:
            return leaving_out.leave_out(cursor, where, scope, reason, is_out=is_out)

    def take_in_again(self, batch: str) -> int:
        """Takes back in what was left out at once; how many chunks those are."""
        with self._database.writing() as cursor:
            return leaving_out.take_in_again(cursor, batch)

    def left_out_of(self, chunk_id: str) -> tuple[Scope, ...]:
        """What a chunk is left out of."""
        with self._database.reading() as cursor:
            return leaving_out.left_out_of(cursor, chunk_id)

    def left_out_ids(self, scope: Scope) -> tuple[str, ...]:
        with self._database.reading() as cursor:
            return leaving_out.left_out_ids(cursor, scope)

    def left_out_counts(self) -> dict[str, int]:
        """{"training": number of chunks, "search": number of chunks}."""
        with self._database.reading() as cursor:
            return leaving_out.left_out_counts(cursor)

    def left_out_batches(self) -> pd.DataFrame:
        """Columns batch, scope, reason, said_at, n; newest first."""
        with self._database.reading() as cursor:
            return leaving_out.left_out_batches(cursor)

    def unfindable(self) -> tuple[int, int]:
        """How many held-out questions have judged chunks that are left out of search, and how many such chunks."""
        with self._database.reading() as cursor:
            return leaving_out.unfindable(cursor)

    # Entities

    def page_of_entities(self, where: EntityFilter, offset: int, limit: int) -> pd.DataFrame:
        """Columns entity_id, name, type, filename, n_chunks, aliases; those that most chunks speak of first."""
        with self._database.reading() as cursor:
            return entity_pages.page_of_entities(cursor, where, offset, limit)

    def count_entities(self, where: EntityFilter) -> int:
        with self._database.reading() as cursor:
            return entity_pages.count_entities(cursor, where)

    def entity_tally(self) -> dict[str, int]:
        """How many entities are there ("all"), "ambiguous", "unmentioned", "corrected"; and names mentioned that are "unclaimed"."""
        with self._database.reading() as cursor:
            return entity_pages.entity_tally(cursor)

    def rivals(self, entity_id: str) -> pd.DataFrame:
        """Columns spelling, entity_id, name, type: other entities that claim a name of this one."""
        with self._database.reading() as cursor:
            return entity_pages.rivals(cursor, entity_id)

    def together_with(self, entity_id: str, limit: int) -> pd.DataFrame:
        """Columns entity_id, name, type, n: the entities that the same chunks speak of."""
        with self._database.reading() as cursor:
            return entity_pages.together_with(cursor, entity_id, limit)

    def linked(self, entity_id: str) -> dict[str, int]:
        """How many "chunks" speak of an entity; in how many it is "listed" and in how many "named" in the text."""
        with self._database.reading() as cursor:
            return entity_pages.linked(cursor, entity_id)

    def entities_of(self, chunk_id: str) -> pd.DataFrame:
        """Columns entity_id, name, type, listed, named: what a chunk speaks of."""
        with self._database.reading() as cursor:
            return entity_pages.entities_of(cursor, chunk_id)

    def entities_in(self, chunk_id: str) -> tuple[Entity, ...]:
        """The entities that a chunk speaks of, and those that share a name with one of them."""
        sharing = self._database.lasting(entity_pages.sharers)
        with self._database.reading() as cursor:
            return entity_pages.entities_in(cursor, chunk_id, sharing)

    def entity(self, entity_id: str) -> Entity | None:
        with self._database.reading() as cursor:
            return next(iter(reading.read_entities(cursor, "entity_id = $entity_id", {"entity_id": entity_id})), None)

    def entities_like(self, text: str, limit: int) -> pd.DataFrame:
        """Columns entity_id, name, type: entities that share words with a text in one of their names."""
        with self._database.reading() as cursor:
            return entity_pages.entities_like(cursor, text, limit)

    def page_of_unclaimed(self, text: str, offset: int, limit: int) -> pd.DataFrame:
        """Columns type, name, n: mentions that mean no entity, commonest first."""
        with self._database.reading() as cursor:
            return entity_pages.page_of_unclaimed(cursor, text, offset, limit)

    def count_unclaimed(self, text: str) -> int:
        with self._database.reading() as cursor:
            return entity_pages.count_unclaimed(cursor, text)

    def correct_alias(self, entity_id: str, alias: str, *, adds: bool) -> int:
        """Gives an entity a name or takes one from it; how many chunks speak of it now. Raises InputError where that cannot be."""
        with self._database.writing() as cursor:
            return corrections.correct(cursor, entity_id, alias, adds)

    def undo_correction(self, correction_id: str) -> int:
        """Takes a correction back; the number of chunks that speak of the entity now. Raises InputError where it no longer stands."""
        with self._database.writing() as cursor:
            return corrections.undo_correction(cursor, correction_id)

    def corrections(self, entity_id: str = "") -> tuple[Correction, ...]:
        """What stands, newest first; of one entity where one is named."""
        with self._database.reading() as cursor:
            return corrections.standing(cursor, entity_id)
