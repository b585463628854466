"""The workspace's facts in DuckDB: the only room that speaks SQL. `Store` is its one face."""

from core.store.answers import Change, ChunkFilter, Counts, Import
from core.store.store import Store

__all__ = ["Change", "ChunkFilter", "Counts", "Import", "Store"]
