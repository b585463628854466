"""What a folder looks like, for somebody who has none yet."""

from __future__ import annotations

import streamlit as st

EXAMPLE = """\
my-codex/
  chunks/saga.jsonl
      {"text": "Ilsa Varn keeps the lighthouse.", "filename": "people/ilsa.md"}
  indexes/character_index.json
      {"Ilsa Varn": {"filename": "people/ilsa.md", "aliases": ["The Keeper"]}}
  test_questions.json
      [{"question": "Who keeps the light?", "expected_topics": ["Ilsa Varn"]}]"""


def draw_example() -> None:
    st.markdown("A codex is a folder like this; only the chunks are needed.")
    st.code(EXAMPLE, language=None)
    st.caption(
        "BEIR folders (corpus.jsonl, queries.jsonl, qrels), tables (.csv, .parquet, .jsonl) and folders of .txt or .md files are read too: "
        "docs/formats.md has the details."
    )
