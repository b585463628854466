"""What an evaluated run keeps for a closer look: its questions, its rankings, the entities and pairs that it knew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ForgeError
from core.records import Entity, Pair, Question
from core.runs.folder import RunFolder, list_runs
from core.runs.frozen import read_entities, read_pairs, read_questions
from core.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

SCORE_COLUMNS = ("split", "system", "question_id", "cluster", "metric", "value")
RANKING_COLUMNS = ("split", "system", "question_id", "rank", "chunk_id", "score")


def evaluated_runs(workspace: Workspace) -> list[RunFolder]:
    """The runs with results, per-question scores and rankings, newest first."""
    return [run for run in list_runs(workspace.runs) if is_evaluated(run)]


def is_evaluated(run: RunFolder) -> bool:
    """`results.json` is written last, so where it is the tables beside it are whole."""
    return all((run.path / name).is_file() for name in ("results.json", "scores.parquet", "rankings.parquet", "questions.jsonl"))


def state_of(run: RunFolder) -> tuple[str, int]:
    """What is derived from a run's results is keyed by this: where they lie and when they were written."""
    return str(run.path), (run.path / "results.json").stat().st_mtime_ns


def scores(run: RunFolder) -> pd.DataFrame:
    """Every question's score: SCORE_COLUMNS, value NaN where the metric does not apply."""
    return _table(run.path / "scores.parquet", SCORE_COLUMNS)


def rankings(run: RunFolder) -> pd.DataFrame:
    """The first ranks (from 1) of every dev and test question under every system: RANKING_COLUMNS."""
    return _table(run.path / "rankings.parquet", RANKING_COLUMNS)


def ranked(run: RunFolder) -> dict[tuple[str, str], tuple[str, ...]]:
    """The chunk ids a system put first for a question, best first, by (system, question id)."""
    table = rankings(run).sort_values("rank", kind="stable")
    found = table.groupby(["system", "question_id"], sort=False, observed=True)["chunk_id"]
    return {(str(system), str(question_id)): tuple(ids) for (system, question_id), ids in found}


def questions(run: RunFolder) -> dict[str, Question]:
    """The questions as the run asked them, by id."""
    return {question.question_id: question for question in read_questions(run.path / "questions.jsonl")}


def entities(run: RunFolder) -> tuple[Entity, ...]:
    """The entities as the run knew them; none where the frozen corpus is no longer there."""
    file = _workspace(run).corpora / f"{run.config['corpus']}.entities.jsonl"
    return read_entities(file) if file.is_file() else ()


def pairs(run: RunFolder) -> tuple[Pair, ...]:
    """What the evaluated model learned from: the pairs of the run that trained it; none where it trained on none."""
    trained_by = run.config.get("model_run")
    file = (_workspace(run).runs / trained_by if trained_by else run.path) / "pairs.jsonl"
    return read_pairs(file) if file.is_file() else ()


def _workspace(run: RunFolder) -> Workspace:
    return Workspace(run.path.parent.parent)


def _table(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_parquet(file)[list(columns)]
    except (OSError, ValueError, KeyError) as error:
        cause: Any = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ForgeError(f"{file.name} of run {file.parent.name} cannot be read ({cause}): evaluate again.") from None
