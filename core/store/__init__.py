"""The workspace's facts in DuckDB: the only room that speaks SQL. `Store` is its one face."""

from core.store.answers import (
    Change,
    ChunkFilter,
    Consequences,
    Correction,
    Counts,
    EntityFilter,
    Generation,
    Import,
    PairFilter,
    PairKind,
    Preview,
    SurveyOf,
    TrainingCounts,
)  # fmt: skip
from core.store.charting import Charts
from core.store.leaving_out import SCOPES, Scope
from core.store.queue import AuditQueue, Place
from core.store.store import Store
from core.store.turns import Lately, Shown, Turn

__all__ = [
    "SCOPES", "AuditQueue", "Change", "Charts", "ChunkFilter", "Consequences", "Correction", "Counts", "EntityFilter", "Generation",
    "Import", "Lately", "PairFilter", "PairKind", "Place", "Preview", "Scope", "Shown", "Store", "SurveyOf",
    "TrainingCounts", "Turn",
]  # fmt: skip
