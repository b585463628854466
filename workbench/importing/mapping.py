"""Which columns of a table mean what: its first rows, and a choice for each field."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.corpus.folder import SourceFile
from core.corpus.tables import CHUNK_FIELDS, QUESTION_FIELDS, Columns, Peek, guess, holds_questions, peek
from workbench.session import told
from workbench.words import plain

KINDS = {"chunks": "Chunks", "questions": "Questions", "none": "Leave it out"}
LABELS = {
    "text": "Text",
    "filename": "Document",
    "title": "Title",
    "chunk_id": "Id",
    "source": "Source",
    "wiki_type": "Type",
    "temporal_order": "Order in time",
    "question": "Question",
    "expected_topics": "Expected topics",
    "question_id": "Id",
    "category": "Category",
    "difficulty": "Difficulty",
    "temporal_limit": "Limit in time",
}
HELP = {
    "filename": "The page or document a row belongs to. Without it: the title, else the table's name.",
    "chunk_id": "Tells an edited row from a new one. Without it the id is a hash of the text.",
    "temporal_order": "A number. A question with a smaller limit must not be answered by this chunk.",
    "expected_topics": "A list in Parquet or JSON, or names with semicolons between them.",
}
SUFFIX = "_mentions"


def draw_mapping(file: SourceFile, known: Columns | None) -> Columns | None:
    """The mapping of one table as it stands in the form; None where it is left out or nothing says which column is the text."""
    mapping: Columns | None = None
    with st.container(border=True), told():
        seen = peek(file)
        start = dict(known) if known else guess(seen.columns)
        st.markdown(f"**{plain(file.name)}**")
        st.dataframe([_shown(row) for row in seen.rows], hide_index=True, alt=f"The first rows of {file.name}")
        mapping = _draw_fields(file, seen, start)
    return mapping  # noqa: RET504 - None where told() has shown what is wrong


def _draw_fields(file: SourceFile, seen: Peek, start: Columns) -> Columns | None:
    first = "questions" if holds_questions(start) else "chunks" if start.get("text") else "none"
    kind = st.segmented_control(
        "A row is", list(KINDS), default=first, format_func=KINDS.__getitem__, key=_key(file, "kind"), required=True
    )
    if kind == "none":
        return None
    fields = CHUNK_FIELDS if kind == "chunks" else QUESTION_FIELDS
    mapping: dict[str, str] = {}
    with st.grid(4):
        for field in fields:
            mapping[field] = _draw_field(file, seen, field, start, required=field == fields[0])
    if kind == "chunks":
        mapping |= _draw_mentions(file, seen, start)
    if not mapping[fields[0]]:
        st.warning(f"Say which column is the {LABELS[fields[0]].lower()}.", icon=":material/table:")
        return None
    return mapping


def _draw_field(file: SourceFile, seen: Peek, field: str, start: Columns, required: bool) -> str:
    options = list(seen.columns)
    found = start.get(field, "")
    return (
        st.selectbox(
            f"{LABELS[field]}{' (needed)' if required else ''}",
            options,
            index=options.index(found) if found in options else None,
            placeholder="no column",
            key=_key(file, field),
            help=HELP.get(field),
        )
        or ""
    )


def _draw_mentions(file: SourceFile, seen: Peek, start: Columns) -> Mapping[str, str]:
    """Columns of names, each a type of entity: `people` becomes `people_mentions`."""
    listed = [column for field, column in start.items() if field.endswith(SUFFIX) and column in seen.columns]
    chosen = st.multiselect(
        "Names of entities",
        list(seen.columns),
        default=listed,
        key=_key(file, "mentions"),
        placeholder="Columns that list whom or what a row mentions",
        help="A list in Parquet or JSON, or names with semicolons between them; the column's name is the type.",
    )
    by_column = {column: field for field, column in start.items() if field.endswith(SUFFIX)}
    return {by_column.get(column, f"{column.removesuffix(SUFFIX)}{SUFFIX}"): column for column in chosen}


def _key(file: SourceFile, what: str) -> str:
    return f"map_{file.path}_{what}"


def _shown(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | float) else str(value or "")[:400] for name, value in row.items()}
