"""What the map page looks at: a run's map, the chunks on it, the questions' fate, and the ways to colour it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.records import Chunk, Question
from core.runs.folder import RunFolder
from core.runs.mapped import Map, question_changes, read_map
from workbench.map import colouring
from workbench.map.colouring import Colouring
from workbench.session import BY_VECTORS, HashFuncs, Session, questions

if TYPE_CHECKING:
    import pandas as pd

DRAWN = 50_000
"""Points that a browser moves smoothly; of more, a sample is drawn."""
ALWAYS_DRAWN = 2_000
"""Of the chunks that changed most."""
LABEL, NOTE = 60, 150
NOTED = 8_000
"""With more points than this, hovering shows the name alone."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`chunks` in the order of the map's points, None where the corpus no longer has one. `drawn`: the rows that are sent to the browser.
    `changes`: see `question_changes`."""

    map: Map
    chunks: tuple[Chunk | None, ...]
    drawn: NDArray[np.int32]
    changes: pd.DataFrame
    colourings: dict[str, Colouring]
    corpus_state: tuple[str, int]

    def name(self, row: int) -> str:
        """What a chunk is called: its title, or its file and how it begins."""
        chunk = self.chunks[row]
        if chunk is None:
            return "(no longer in the corpus)"
        return (chunk.title or f"{chunk.filename}: {chunk.text}").strip()[:LABEL]

    def note(self, row: int) -> str:
        chunk = self.chunks[row]
        return "" if chunk is None else " ".join(chunk.text.split())[:NOTE]

    @property
    def rows(self) -> dict[str, int]:
        """Chunk id to row."""
        return {str(chunk_id): row for row, chunk_id in enumerate(self.map.points["chunk_id"])}


# A scene is kept as it is until the map is drawn further, or the corpus has changed.
BY_SCENE: HashFuncs = {Scene: lambda scene: (scene.map.run_id, scene.map.summary["state"], scene.corpus_state)}


@st.cache_resource(max_entries=2, hash_funcs=BY_VECTORS, show_spinner="Reading the map …")
def scene(session: Session, run: RunFolder, state: str) -> Scene | None:  # noqa: ARG001 - a part of the key
    """Kept for a state of the corpus and of the map (`state`: the summary's)."""
    import pandas as pd

    found = read_map(run)
    if found is None:
        return None
    by_id = {chunk.chunk_id: chunk for chunk in session.store.chunks(searchable_only=True)}
    chunks = tuple(by_id.get(chunk_id) for chunk_id in found.points["chunk_id"])
    changes = question_changes(run, session.runs) if found.is_whole else pd.DataFrame()
    fates = _fates(found, changes, questions(session)) if found.is_whole else {}
    ways = _colourings(found, chunks, fates, questions(session))
    drawn = sample(found, list(fates), DRAWN)
    return Scene(found, chunks, drawn, changes, ways, session.corpus_state)


def sample(found: Map, wanted: Sequence[int], most: int) -> NDArray[np.int32]:
    """Which rows are drawn: all, or the wanted ones, those that changed most, and of the others as many of each cluster as is its share."""
    points = found.points
    n = len(points)
    if n <= most or not found.is_whole:
        return np.arange(min(n, most), dtype=np.int32)
    changed = points["overlap"].to_numpy().argsort(kind="stable")[: min(ALWAYS_DRAWN, most // 4)]
    always = np.union1d(np.asarray(wanted[: most // 4], dtype=np.int64), changed)
    others = points[~points.index.isin(always)]
    some = others.groupby("cluster", group_keys=False).sample(frac=max(0.0, (most - len(always)) / len(others)), random_state=0)
    return np.sort(np.concatenate([always, some.index.to_numpy()])).astype(np.int32)


def _fates(found: Map, changes: pd.DataFrame, asked: dict[str, Question]) -> dict[int, float]:
    """Row to what became of the questions that expect the chunk: the mean of their differences."""
    rows = {str(chunk_id): row for row, chunk_id in enumerate(found.points["chunk_id"])}
    differences: dict[int, list[float]] = {}
    for question_id, difference in changes[["question_id", "difference"]].itertuples(index=False):
        for chunk_id in asked[question_id].relevant if question_id in asked else ():
            if chunk_id in rows:
                differences.setdefault(rows[chunk_id], []).append(difference)
    return {row: sum(own) / len(own) for row, own in differences.items()}


def _colourings(found: Map, chunks: Sequence[Chunk | None], fates: dict[int, float], asked: dict[str, Question]) -> dict[str, Colouring]:
    """By the name that stands in the URL. Until the map is laid out, only what the corpus says."""
    import pandas as pd

    ways: dict[str, Colouring] = {}
    points, known = found.points, [chunk or Chunk("", "", "") for chunk in chunks]
    if found.is_whole:
        ways |= _measured(found, points) if found.has_after else {}
        ways["cluster"] = colouring.by_cluster(points["cluster"].tolist(), found.summary["clusters"])
    ways["type"] = colouring.by_name("Type", [chunk.wiki_type for chunk in known])
    ways["source"] = colouring.by_name("Source", [chunk.source for chunk in known])
    ways["file"] = colouring.by_name("File", [chunk.filename for chunk in known])
    ways["entity"] = colouring.by_name("Entity", _commonest_mention(known), note="the commonest that a chunk mentions")
    if fates:
        said = pd.Series([fates.get(row, np.nan) for row in range(len(points))])
        note = "of the dev and test questions that expect a chunk: score after less before"
        ways["question"] = colouring.by_number("Questions", said, colouring.WORSE_TO_BETTER, -0.2, 0.2, note)
    category = {chunk_id: one.category for one in asked.values() for chunk_id in one.relevant}
    ways["category"] = colouring.by_name("Question category", [category.get(chunk.chunk_id, "") for chunk in known])
    return {name: way for name, way in ways.items() if len(way.names) != 1}


def _measured(found: Map, points: pd.DataFrame) -> dict[str, Colouring]:
    k = found.summary["listed"]
    ways = {
        "overlap": colouring.by_number(
            "Neighbours kept", points["overlap"], colouring.LOST_TO_KEPT, note=f"of the {k} nearest, in the full space"
        ),
        "moved": colouring.by_number("Moved", points["moved"], colouring.FAINT_TO_STRONG, 0, 0.25, "in widths of the map"),
    }
    if points["purity_before"].notna().any():
        gained = points["purity_after"] - points["purity_before"]
        ways["purity"] = colouring.by_number(
            "Purity after", points["purity_after"], colouring.LOST_TO_KEPT, note="neighbours that share an entity"
        )
        ways["purity_gain"] = colouring.by_number(
            "Purity gained", gained, colouring.LOST_TO_KEPT, -0.5, 0.5, "neighbours that share an entity, after less before"
        )
    return ways


def _commonest_mention(chunks: Sequence[Chunk]) -> list[str]:
    """For each chunk the commonest name of all that it mentions; names that a third of the chunks mention tell nothing."""
    mentioned = [{name for names in chunk.mentions.values() for name in names} for chunk in chunks]
    counts = Counter(name for names in mentioned for name in names)
    return [
        max((name for name in names if counts[name] * 3 < len(chunks)), key=lambda name: (counts[name], name), default="")
        for names in mentioned
    ]
