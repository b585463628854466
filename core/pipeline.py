"""One function a verb: what the command line and the pages both call. Nothing here prints or draws."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.corpus.report import Report
from core.corpus.tables import Mappings
from core.encoders.choose import trainable
from core.encoders.tokens import measure
from core.errors import InputError
from core.pairing.guard import SHARED_CHUNK, remove_leaks
from core.pairing.splits import assign_splits
from core.records import Corpus, Pair, content_id
from core.runs.folder import AUDITED, LEFT_OUT, RunFolder, create_run, list_runs
from core.runs.frozen import freeze_corpus, to_lines
from core.runs.launch import launch
from core.settings import SECRETS, Settings
from core.store import Preview, Store
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.corpus.reading import Reading

EVERYTHING = ("embed", "pairs", "train", "evaluate", "map")
UNFROZEN = {"PROJECT_ROOT", *SECRETS}  # where this checkout lies, and what nobody else may know: neither belongs to an experiment


class ImportRejected(InputError):
    """Something could not be read and nothing was imported; `report` lists it all."""

    def __init__(self, report: Report) -> None:
        self.report = report
        n = len(report.errors)
        super().__init__(
            f"{n} {'problem' if n == 1 else 'problems'}, so nothing was imported. First: {report.errors[0]} "
            "Mend the files, or import the rest with --skip-invalid."
        )


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read, and what that changed in the workspace."""

    report: Report
    change: Any


def ingest(
    store: Store, source: Path, settings: Settings, *, skip_invalid: bool = False, replace: bool = False, mappings: Mappings | None = None
) -> Ingested:
    """Import a folder or a table, whole or not at all. `mappings` says which columns of tables mean what; None: as last time.

    Raises ImportRejected for unreadable lines unless `skip_invalid`, InputError where the source would push another one's corpus out of
    the workspace unless `replace`."""
    name = source_name(store, source)
    known = mappings_of(store, source) if mappings is None else mappings
    with _no_collecting():
        reading = _read(source, settings, known)
        if reading.report.errors and not skip_invalid:
            raise ImportRejected(reading.report)
        if not reading.corpus.chunks:
            raise InputError(f"{source} holds no chunk that can be read: nothing was imported.")
        _refuse_to_push_out(store, name, replace)
        how = {"mappings": {file: dict(columns) for file, columns in known.items()}, "skip_invalid": skip_invalid}
        change = store.import_corpus(assign_splits(reading.corpus, settings.SEED), reading.report.to_dict(), name, how)
    return Ingested(reading.report, change)


@dataclass(frozen=True, slots=True)
class Previewed:
    """What was read, and what importing it would change."""

    report: Report
    preview: Preview


def preview(store: Store, source: Path, settings: Settings, mappings: Mappings | None = None) -> Previewed:
    """All that `ingest` would do to the workspace, lines with errors left out, without doing it."""
    with _no_collecting():
        reading = _read(source, settings, mappings_of(store, source) if mappings is None else mappings)
        return Previewed(reading.report, store.preview(assign_splits(reading.corpus, settings.SEED)))


def _read(source: Path, settings: Settings, mappings: Mappings) -> Reading:
    from core.corpus.reading import read_folder  # here, because no page reads files to be drawn

    return read_folder(source, measure(settings), mappings)


def source_name(store: Store, source: Path) -> str:
    """What a source is called in the workspace: its path; from the workspace's folder where it lies in it, so that it moves along."""
    place = source.expanduser().resolve()
    return str(place.relative_to(store.root)) if place.is_relative_to(store.root) else str(place)


def source_path(store: Store, name: str) -> Path:
    """Where the source of that name lies."""
    return store.root / name


def mappings_of(store: Store, source: Path) -> Mappings:
    """The columns as they were mapped when this source was imported last."""
    mappings: Mappings = store.remembered(source_name(store, source)).get("mappings", {})
    return mappings


@contextmanager
def _no_collecting() -> Iterator[None]:
    """An import makes hundreds of thousands of records that hold no cycles: looking through them for garbage, again and again as they
    grow, takes a fifth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_to_push_out(store: Store, name: str, replace: bool) -> None:
    last = store.last_import()
    if last and last.source != name and not replace:
        raise InputError(
            f"This workspace holds the corpus of {last.source}: to put {name} in its place, ask for it (--replace, or the box on "
            "the Import page), or use another workspace."
        )


def start_run(
    store: Store,
    workspace: Workspace,
    settings: Settings,
    stages: Sequence[str],
    model_run: RunFolder | None = None,
    *,
    max_pairs: int | None = None,
    extra: Mapping[str, Any] | None = None,
    reuse: bool = False,
) -> RunFolder:
    """Freeze the inputs of a run and start its worker. With `reuse`, a finished run with the same inputs is returned instead.

    `model_run` is the run whose model an evaluation without training looks at; `max_pairs` limits the positives of the pairs stage;
    `extra` goes into the configuration.
    """
    made_from, corpus = store.corpus_fingerprint(), store.corpus()
    if not corpus.chunks:
        raise InputError("This workspace is empty: import a folder first.")
    if store.corpus_fingerprint() != made_from:
        raise InputError("The corpus was replaced while the run was prepared: start it again.")
    config = {**_config(workspace, corpus, settings, stages, model_run), **(extra or {})}
    fill = {"questions.jsonl": to_lines(corpus.questions)}
    if {"pairs", "train"} & set(stages):
        audited = store.audited()
        fill[AUDITED] = to_lines(audited)
    if "pairs" in stages:
        if "train" in stages and settings.ACCEPTED_ONLY:
            _require_accepted([one.pair for one in audited if one.verdict == "accept"])
        config |= {"max_pairs": max_pairs, "made_from": made_from, "rules_off": sorted(store.rules_off())}
        fill["verdicts.json"] = json.dumps(store.verdicts())
        if left_out := store.left_out_ids("training"):
            fill[LEFT_OUT] = json.dumps(left_out)
    elif "train" in stages:
        fill["pairs.jsonl"] = to_lines(_training_pairs(store, settings))
        config["decisions"] = store.decision_counts()
    if "train" in stages:
        config["base_model"] = trainable(settings).fingerprint
    if {"train", "evaluate"} & set(stages) and (given := store.judged_here()):
        fill["judgements.json"] = json.dumps(given, ensure_ascii=False)
    config["fingerprint"] = content_id(json.dumps(config, sort_keys=True), *fill.values())
    same = (run for run in list_runs(workspace.runs) if run.config.get("fingerprint") == config["fingerprint"])
    done = next((run for run in same if run.status() == "finished" and _is_whole(run)), None) if reuse else None
    return done or _started(create_run(workspace.runs, config, fill))


def _is_whole(run: RunFolder) -> bool:
    """Whether a run's pairs, if it made any, were made with all that the settings name: a server that was away may be back."""
    return bool((run.generation() or {}).get("complete", True))


def _require_accepted(pairs: Sequence[Pair]) -> None:
    if not any(pair.label == "positive" for pair in pairs):
        raise InputError("No positive pair has been accepted yet: judge some first, or train on undecided pairs too (ACCEPTED_ONLY=false).")


def learnable_pairs(store: Store, undecided: bool = True) -> tuple[Pair, ...]:
    """What may be trained on and exported: `Store.training_pairs` less what gives a held-out question away.

    Generated pairs have been through the guard; those that a person accepted, added or turned go through it here, because the corpus, or
    the label, may have changed since, and so do all where the corpus has changed since they were made. Vectors are not at hand: what only
    they give away is known from the last generation.
    """
    pairs = store.training_pairs(undecided)
    unguarded = {one.pair.pair_id: one.pair for one in store.audited() if one.verdict == "accept"}
    if store.pairs_outdated():
        unguarded |= {pair.pair_id: pair for pair in pairs}
    guarded = remove_leaks(tuple(unguarded.values()), store.questions(), store.entities())
    leaks = unguarded.keys() - {pair.pair_id for pair in guarded.pairs}
    removed = store.removed()
    whole = removed[(removed["held_out"] != "") & (removed["reason"] != SHARED_CHUNK)]
    given_away = set(zip(whole["question_id"], whole["query"], strict=True))
    return tuple(pair for pair in pairs if pair.pair_id not in leaks and (pair.question_id, pair.query) not in given_away)


def _training_pairs(store: Store, settings: Settings) -> tuple[Pair, ...]:
    """What a run learns from: never what a person rejected or flagged, and by choice only what a person accepted."""
    if store.pairs_outdated():
        raise InputError("The corpus has changed since its pairs were made: generate them again (python -m workbench pairs).")
    pairs = learnable_pairs(store, undecided=not settings.ACCEPTED_ONLY)
    if settings.ACCEPTED_ONLY:
        _require_accepted(pairs)
    if not any(pair.label == "positive" for pair in pairs):
        raise InputError("There are no training pairs: generate them first (python -m workbench pairs).")
    return pairs


def start_pairs(store: Store, workspace: Workspace, settings: Settings, max_pairs: int | None = None, *, reuse: bool = False) -> RunFolder:
    """Start generating training pairs; `adopt_pairs` takes them into the store once they are made."""
    return start_run(store, workspace, settings, ("pairs",), max_pairs=max_pairs, reuse=reuse)


def start_map(
    store: Store, workspace: Workspace, settings: Settings, run: RunFolder | None, options: Mapping[str, Any] | None = None
) -> RunFolder:
    """Start drawing the map of a finished run's model against the model before it; without a run, of the base model alone. A map that is
    there already is returned. `options`: neighbours, min_dist, seed, and before, the run whose model is compared instead of the base."""
    return start_run(store, workspace, settings, ("map",), run, extra={"map": dict(options or {})}, reuse=True)


def start_all(store: Store, workspace: Workspace, settings: Settings, max_pairs: int | None = None, *, reuse: bool = False) -> RunFolder:
    """Start everything that makes a model of a corpus, in one run: it trains on the pairs that it generates."""
    return start_run(store, workspace, settings, EVERYTHING, max_pairs=max_pairs, reuse=reuse)


def _config(workspace: Workspace, corpus: Corpus, settings: Settings, stages: Sequence[str], model_run: RunFolder | None) -> dict[str, Any]:
    return {
        "stages": list(stages),
        "corpus": freeze_corpus(workspace.corpora, corpus),
        "settings": settings.model_dump(mode="json", exclude=UNFROZEN),
        "model_run": model_run.run_id if model_run else None,
    }


def _started(run: RunFolder) -> RunFolder:
    launch(run)
    return run


def latest_model(workspace: Workspace) -> RunFolder | None:
    """The newest run that has a tuned model."""
    return next((run for run in list_runs(workspace.runs) if run.model.is_dir()), None)


def latest_results(workspace: Workspace) -> RunFolder | None:
    """The newest run that has been evaluated."""
    return next((run for run in list_runs(workspace.runs) if run.results()), None)
