"""What is drawn over the points: a question, a typed query, an entity's names, a chunk with its neighbours; each in both spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.projection.placing import placed
from core.records import Question, Ranking
from core.runs.mapped import SIDES, Side
from workbench.map.scene import Scene

if TYPE_CHECKING:
    import pandas as pd

Lines = Mapping[Side, Sequence[tuple[int, str]]]
NO_LINES: Lines = {"before": (), "after": ()}
LABEL = 48


@dataclass(frozen=True, slots=True)
class Mark:
    """A named place on both maps (`at`: [[x, y] before, [x, y] after], in the map's own coordinates), with lines to rows of the map
    ((row, kind), by side) and, of a name, to the mark numbered `to`."""

    label: str
    kind: str
    at: Any
    lines: Lines = field(default_factory=lambda: NO_LINES)
    to: int | None = None


def of_question(scene: Scene, question: Question) -> list[Mark]:
    """A question of the corpus, with what it expects and what each model finds for it."""
    table = scene.map.questions
    found = table[table["question_id"] == question.question_id] if len(table) else table
    if not len(found):
        return []
    row = found.iloc[0]
    rows = scene.rows
    expected = {rows[chunk_id] for chunk_id in question.relevant if chunk_id in rows}
    lines = {side: _answers(row[f"near_{side}"].tolist(), expected) for side in SIDES}
    return [Mark(question.text[:LABEL], "question", _at(row), lines)]


def of_query(scene: Scene, text: str, found: Mapping[Side, Ranking], ids: Sequence[str]) -> list[Mark]:
    """A typed query, amid what each model finds for it. `found`: rankings of this one query among the chunks `ids`."""
    rows = scene.rows
    at, lines = [], {}
    for side in SIDES:
        places = [(rows[ids[index]], score) for index, score in zip(*_first(found[side]), strict=True) if ids[index] in rows]
        if not places:
            return []
        near, scores = (np.asarray([values]) for values in zip(*places, strict=True))
        at.append(placed(_coordinates(scene, side), near, scores)[0].tolist())
        lines[side] = [(int(row), "found") for row in near[0]]
    return [Mark(text[:LABEL], "query", at, lines)]


def of_entity(scene: Scene, entity: str, kind: str) -> list[Mark]:
    """An entity's names, each tied to its primary one."""
    table = scene.map.names
    own = table[(table["entity"] == entity) & (table["type"] == kind)] if len(table) else table
    own = own.sort_values("primary", ascending=False, kind="stable")
    return [
        Mark(str(row["name"])[:LABEL], "name" if place else "primary", _at(row), to=0 if place else None)
        for place, (_, row) in enumerate(own.iterrows())
    ]


def of_chunk(scene: Scene, row: int) -> list[Mark]:
    """A chunk with its neighbours of both spaces."""
    point = scene.map.points.iloc[row]
    before, after = (point[f"near_{side}"].tolist() for side in SIDES)
    lines: dict[Side, list[tuple[int, str]]] = {
        "before": [(other, "kept" if other in after else "lost") for other in before],
        "after": [(other, "kept" if other in before else "gained") for other in after],
    }
    return [Mark(scene.name(row)[:LABEL], "chunk", _at(point), lines)]


def _answers(near: Sequence[int], expected: set[int]) -> list[tuple[int, str]]:
    found = [(row, "both" if row in expected else "found") for row in near]
    return found + [(row, "expected") for row in sorted(expected - set(near))]


def _at(row: pd.Series) -> list[list[float]]:
    return [[float(row[f"x_{side}"]), float(row[f"y_{side}"])] for side in SIDES]


def _coordinates(scene: Scene, side: Side) -> Any:
    return scene.map.points[[f"x_{side}", f"y_{side}"]].to_numpy(dtype=np.float32)


def _first(ranking: Ranking) -> tuple[list[int], list[float]]:
    return ranking.indices[0].tolist(), ranking.scores[0].tolist()
