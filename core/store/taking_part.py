"""What a chunk takes part in: pairs, judgements, copies of itself; and what stands where for a search by vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from core.store.answers import ChunkFilter
from core.store.decisions import verdicts
from core.store.filtering import chosen
from core.store.judging import GRADED

if TYPE_CHECKING:
    import pandas as pd

# Each table by itself, the second only for what the first has: joined, DuckDB would read all of both.
PAIRS = "SELECT pair_id, query, label, rule, split FROM pairs WHERE chunk_id = $chunk_id ORDER BY label DESC, position LIMIT $limit"
JUDGED = f"SELECT question_id, grade FROM {GRADED} WHERE chunk_id = ?"  # noqa: S608 - the room's own
QUESTIONS = """
    SELECT question_id, text, coalesce(split, '') AS split, grade
    FROM questions JOIN (SELECT unnest($ids::VARCHAR[]) AS question_id, unnest($grades::INTEGER[]) AS grade) USING (question_id)
    ORDER BY grade DESC, position LIMIT $limit"""
ISSUES = """
    SELECT kind, detail, other FROM issues WHERE position = (SELECT position FROM chunks WHERE chunk_id = ?) ORDER BY kind"""
TWINS = "SELECT position, chunk_id, text FROM chunks WHERE position IN (SELECT unnest($places::BIGINT[]))"
PAGE_OF_ISSUES = """
    WITH page AS (
        SELECT issues.position, detail, other FROM issues JOIN chunks USING (position) WHERE kind = $kind
        AND ($open = false OR chunk_id NOT IN (SELECT chunk_id FROM left_out))
        ORDER BY coalesce(other, issues.position), issues.position LIMIT $limit OFFSET $offset)
    SELECT chunks.chunk_id, chunks.text, chunks.filename, detail, n_tokens, coalesce(twin.chunk_id, '') AS other,
           coalesce(twin.text, '') AS other_text, coalesce(twin.filename, '') AS other_filename,
           coalesce((SELECT list(scope ORDER BY scope DESC) FROM left_out WHERE left_out.chunk_id = chunks.chunk_id), []) AS left_out
    FROM page JOIN chunks USING (position) LEFT JOIN lengths USING (position) LEFT JOIN chunks AS twin ON twin.position = page.other
    ORDER BY coalesce(page.other, page.position), page.position"""
ISSUE_COUNTS = """
    SELECT kind, count(*) AS n, count(*) FILTER (chunk_id IN (SELECT chunk_id FROM left_out WHERE scope = 'training')) AS n_training,
           count(*) FILTER (chunk_id IN (SELECT chunk_id FROM left_out WHERE scope = 'search')) AS n_search
    FROM issues JOIN chunks USING (position) GROUP BY kind"""
PLACES = "SELECT chunks.position FROM {source} WHERE {where}"
SPANS = """
    SELECT min(n_tokens), max(n_tokens), min(temporal_order), max(temporal_order) FROM chunks LEFT JOIN lengths USING (position)"""
DOCUMENTS = "SELECT chunk_id, position, title, text FROM chunks ORDER BY position"


def pairs_of(cursor: DuckDBPyConnection, chunk_id: str, limit: int) -> pd.DataFrame:
    """Positives first. Columns pair_id, query, label, rule, split, verdict ("": nobody decided it)."""
    import pandas as pd

    rows = cursor.execute(PAIRS, {"chunk_id": chunk_id, "limit": limit}).fetchall()
    said = verdicts(cursor, [row[0] for row in rows]) if rows else {}
    columns = ["pair_id", "query", "label", "rule", "split", "verdict"]
    return pd.DataFrame([(*row, said.get(row[0], "")) for row in rows], columns=columns)


def questions_of(cursor: DuckDBPyConnection, chunk_id: str, limit: int) -> pd.DataFrame:
    """The questions that the chunk was judged for, highest grade first. Columns question_id, text, split, grade."""
    import pandas as pd

    judged = cursor.execute(JUDGED, [chunk_id]).fetchall()
    values = {"ids": [row[0] for row in judged], "grades": [row[1] for row in judged], "limit": limit}
    rows = cursor.execute(QUESTIONS, values).fetchall() if judged else []
    return pd.DataFrame(rows, columns=["question_id", "text", "split", "grade"])


def issues_of(cursor: DuckDBPyConnection, chunk_id: str) -> pd.DataFrame:
    """Columns kind, detail, other (the chunk that it repeats; "": none), text (that chunk's)."""
    import pandas as pd

    issues = cursor.execute(ISSUES, [chunk_id]).fetchall()
    places = [other for _, _, other in issues if other is not None]
    twins = {place: said for place, *said in cursor.execute(TWINS, {"places": places}).fetchall()} if places else {}
    return pd.DataFrame(
        [(kind, detail, *twins.get(other, ("", ""))) for kind, detail, other in issues], columns=["kind", "detail", "other", "text"]
    )


def issue_counts(cursor: DuckDBPyConnection) -> pd.DataFrame:
    """Columns kind, n (chunks with it), n_training and n_search (of these left out there)."""
    return cursor.execute(ISSUE_COUNTS).df()


def page_of_issues(cursor: DuckDBPyConnection, kind: str, is_open: bool, offset: int, limit: int) -> pd.DataFrame:
    """Chunks with an issue, copies of one chunk together; with `is_open` only those that are not left out of anything."""
    return cursor.execute(PAGE_OF_ISSUES, {"kind": kind, "open": is_open, "offset": offset, "limit": limit}).df()


def places(cursor: DuckDBPyConnection, where: ChunkFilter) -> pd.DataFrame:
    """Column position: the places of the chunks of a filter."""
    rows = chosen(cursor, where)
    return cursor.execute(PLACES.format(source=rows.source, where=rows.where), rows.values).df()


def spans(cursor: DuckDBPyConnection) -> dict[str, tuple[float, float]]:
    """Lowest and highest "tokens" and "time", each where some chunk has a value."""
    [(*tokens, first, last)] = cursor.execute(SPANS).fetchall()
    ends = {"tokens": tokens, "time": (first, last)}
    return {name: (float(low), float(high)) for name, (low, high) in ends.items() if low is not None}


def documents(cursor: DuckDBPyConnection) -> pd.DataFrame:
    """What encoders are given of every chunk. Columns chunk_id, position, title, text; in import order."""
    return cursor.execute(DOCUMENTS).df()
