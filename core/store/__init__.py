"""The workspace's facts in DuckDB: the only room that speaks SQL. `Store` is its one face."""

from core.store.answers import Change, ChunkFilter, Counts, Generation, Import, PairFilter
from core.store.queue import AuditQueue, Place
from core.store.store import Store
from core.store.turns import Shown, Turn

__all__ = ["AuditQueue", "Change", "ChunkFilter", "Counts", "Generation", "Import", "PairFilter", "Place", "Shown", "Store", "Turn"]
