"""A survey as files in the folder of the run that took it."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.survey.take import Survey

HEAD = "survey.json"  # written last: without it there is no survey
TABLES = tuple(field.name for field in fields(Survey) if field.name not in {"model", "limit"})


def write_survey(survey: Survey, folder: Path) -> None:
    """`survey.<table>.parquet` for each table, and what it was measured with."""
    for name in TABLES:
        pq.write_table(getattr(survey, name), _file(folder, name))
    partial = folder / f"{HEAD}.partial"
    partial.write_text(json.dumps({"model": survey.model, "limit": survey.limit}), encoding="utf-8")
    partial.rename(folder / HEAD)


def read_survey(folder: Path) -> Survey:
    """What `write_survey` left there. Raises OSError, ValueError or pyarrow's ArrowException where that is not whole."""
    head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    tables: dict[str, pa.Table] = {name: pq.read_table(_file(folder, name)) for name in TABLES}
    return Survey(str(head["model"]), int(head["limit"]), **tables)


def has_survey(folder: Path) -> bool:
    return (folder / HEAD).is_file()


def forget_survey(folder: Path) -> None:
    """The tables have been taken into the store: they need not lie on the disk twice."""
    for file in (folder / HEAD, *(_file(folder, name) for name in TABLES)):
        file.unlink(missing_ok=True)


def _file(folder: Path, table: str) -> Path:
    return folder / f"survey.{table}.parquet"
