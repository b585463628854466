"""A report made: of the newest evaluated run or of a named one, as a file."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError
from core.exporting import place_file
from core.reporting.findings import gather
from core.runs.evidence import evaluated_runs
from core.runs.folder import RunFolder
from core.store import Store
from core.workspace import Workspace
from workbench.report.document import FILE_NAME, report_html


def write_report(store: Store, workspace: Workspace, path: Path, run_id: str | None = None) -> RunFolder:
    """Write the report to a file; the run it is about. Raises InputError where there is nothing to report."""
    if path.is_dir():
        raise InputError(f"{path} is a folder, and a report is a file: name one, such as {path / FILE_NAME}.")
    run = _evaluated(workspace, run_id)
    place_file(path, report_html(gather(store, workspace, run)).encode("utf-8"))
    return run


def _evaluated(workspace: Workspace, run_id: str | None) -> RunFolder:
    runs = [run for run in evaluated_runs(workspace) if run_id in (None, run.run_id)]
    if not runs:
        raise InputError(
            f"Run {run_id} has not been evaluated here; the Train page lists the runs."
            if run_id
            else "Nothing has been evaluated here yet: python -m workbench evaluate comes first."
        )
    return runs[0]
