"""Taking the survey of a workspace: at once where the corpus is small, else as a run that the store takes in when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.encoders.tokens import measure
from core.errors import ForgeError, InputError
from core.pipeline import start_run
from core.runs.folder import RunFolder, list_runs
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.survey.take import Survey

AT_ONCE = 2_000
"""Chunks that are surveyed within a second or two."""


def survey_at_once(store: Store, settings: Settings) -> None:
    """Take the survey here and now."""
    from core.survey.take import take_survey  # brings in scipy, which no first paint should wait for

    taken_of = store.surveyable()
    store.save_survey(take_survey(store.corpus(), measure(settings)), taken_of)


def start_survey(store: Store, workspace: Workspace, settings: Settings) -> RunFolder:
    """Start a run that takes it; `take_in_survey` takes what it leaves into the store."""
    return start_run(store, workspace, settings, ("survey",), extra={"surveyable": store.surveyable()})


def surveying(workspace: Workspace) -> RunFolder | None:
    """The newest run that takes or took a survey, unless that was taken in already."""
    run = next((run for run in list_runs(workspace.runs) if "survey" in run.config["stages"]), None)
    return run if run and not (run.path / "taken_in").exists() else None


def take_in_survey(store: Store, run: RunFolder) -> bool:
    """Take what a run left into the store. False where it has left none, or one of a corpus that is gone."""
    from core.survey.files import forget_survey, has_survey

    if not has_survey(run.path):
        return False
    try:
        store.save_survey(_read(run), run.config["surveyable"])
    except InputError:
        return False
    finally:
        (run.path / "taken_in").touch()
        forget_survey(run.path)
    return True


def _read(run: RunFolder) -> Survey:
    from core.survey.files import read_survey

    try:
        return read_survey(run.path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ForgeError(f"What run {run.run_id} left of its survey cannot be read ({error}): take another one.") from None
