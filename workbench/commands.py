"""The verbs: arguments in, work through core.pipeline, a table for people, and the object that --json prints."""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.markup import escape

from core import adopting, exporting, pipeline
from core import archive as archiving
from core.auditing.copying import export_decisions
from core.bringing import bring_vectors
from core.errors import InputError, WorkspaceHeld
from core.runs import results
from core.runs.folder import RunFolder
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace
from workbench.console import follow, say, show_table
from workbench.telling import brought
from workbench.words import provisos

Answer = dict[str, Any]


def ingest(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.create(_root(args, settings))
    with Store.open(workspace) as store:
        return _ingest(store, args, settings)


def vectors(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        found = bring_vectors(store, workspace, settings, args.file, args.column)
    say(escape(brought(found)))
    return asdict(found)


def pairs(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        made = pipeline.start_pairs(store, workspace, settings, args.max_pairs, reuse=True)
    follow(made, lambda: _take_in(workspace, made))
    return {"run_id": made.run_id, **_pairs_of(made)}


def train(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    settings = _with_mode(settings, args)
    with Store.open(workspace) as store:
        adopting.adopt_newest(store, workspace)
        run = pipeline.start_run(store, workspace, settings, ("train",))
    follow(run)
    verdict = results.verdict(run)
    return {"run_id": run.run_id, "verdict": verdict, "seconds": run.seconds()}


def search(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    chosen = settings.model_copy(update={"SEARCH_TRIALS": args.trials}) if args.trials else settings
    with Store.open(workspace) as store:
        adopting.adopt_newest(store, workspace)
        run = pipeline.start_run(store, workspace, chosen, ("search", "train"))
    follow(run)
    tried = [event for event in run.events() if event["kind"] == "trial"]
    names = list(tried[0]["settings"])
    rows = [
        [trial["round"] + 1, *map(str, trial["settings"].values()), trial["n_rows"], trial["value"], trial["seconds"]] for trial in tried
    ]
    show_table("Trials, by dev questions", ["round", *names, "pairs", "dev", "seconds"], rows)
    trials = [{name: trial[name] for name in ("round", "settings", "n_rows", "value", "seconds")} for trial in tried]
    best = next(event["settings"] for event in run.events() if event["kind"] == "searched")
    return {"run_id": run.run_id, "trials": trials, "best": best, "verdict": results.verdict(run), "seconds": run.seconds()}


def evaluate(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        run = pipeline.start_run(store, workspace, settings, ("evaluate",), pipeline.latest_model(workspace), reuse=True)
    follow(run)
    found = results.read(run)
    systems = results.only(found["systems"], args.system)
    _show_systems(systems, found)
    return {**found, "systems": systems, "run_id": run.run_id}


def compare(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    run = pipeline.latest_results(workspace)
    if run is None:
        raise InputError("Nothing has been evaluated here yet: python -m workbench evaluate comes first.")
    compared = results.compare(run, args.metric, args.baseline, args.candidate)
    _show_comparison(compared)
    return {"run_id": run.run_id, "comparison": compared, "chosen": results.read(run)["chosen"]}


def run(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.create(_root(args, settings))
    with Store.open(workspace) as store:
        start = time.monotonic()
        _ingest(store, args, settings)
        seconds = {"ingest": round(time.monotonic() - start, 1)}
        one = pipeline.start_all(store, workspace, settings, args.max_pairs, reuse=True)
    if one.status() == "finished":
        say(f"Nothing changed since run {one.run_id}: its results stand.")
    follow(one, lambda: _take_in(workspace, one))
    found = results.read(one)
    _show_systems(found["systems"], found)
    _show_comparison(found["comparison"])
    say(f"Chosen on dev questions: [bold]{found['chosen']}[/]. See it: python -m workbench open -w {escape(str(workspace.root))}")
    return {**found, "run_id": one.run_id, "seconds": {**seconds, **one.seconds()}}


def export(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    if (args.format and args.what != "pairs") or (args.run and args.what not in ("model", "report")):
        raise InputError("--format goes with --what pairs, and --run with --what model or report: leave it out.")
    if args.what == "model":
        said = f"The model of run {exporting.export_model(workspace, args.to, args.run).run_id}"
    else:
        with Store.open(workspace) as store:
            said = _exported(store, workspace, args, settings)
    say(f"{escape(said)} → {escape(str(args.to))}")
    return {"what": args.what, "to": str(args.to), "said": said}


def archive(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        n_files = archiving.archive(store, args.to, args.checkpoints)
    say(f"{n_files:,} files of {escape(str(workspace.root))} → {escape(str(args.to))}")
    return {"to": str(args.to), "files": n_files, "bytes": args.to.stat().st_size}


def restore(args: Namespace, settings: Settings) -> Answer:
    root = args.workspace or settings.PROJECT_ROOT / "workspaces" / archiving.archived_name(args.file)
    workspace = archiving.restore(args.file, root.expanduser().resolve())
    with Store.open(workspace) as store:
        n_chunks = store.counts().n_chunks
    say(f"{n_chunks:,} chunks. See them: python -m workbench open -w {escape(str(workspace.root))}")
    return {"workspace": str(workspace.root), "n_chunks": n_chunks}


def _exported(store: Store, workspace: Workspace, args: Namespace, settings: Settings) -> str:
    if args.what == "report":
        from workbench.report.making import write_report

        return f"The report of run {write_report(store, workspace, args.to, args.run).run_id}"
    if args.what == "pairs":
        return exporting.export_pairs(store, args.format or "jsonl", args.to, undecided=not settings.ACCEPTED_ONLY)
    if args.what == "qrels":
        return f"{exporting.export_qrels(store, args.to):,} judgements"
    return f"{export_decisions(store, args.to):,} decisions"


def _with_mode(settings: Settings, args: Namespace) -> Settings:
    """A mode by name, or the best one that a budget of minutes allows."""
    if args.mode and args.budget:
        raise InputError("--mode names how to train and --budget lets the time decide: give one of them.")
    if args.budget:
        return settings.model_copy(update={"TRAINING_MODE": "auto", "TIME_BUDGET": args.budget})
    return settings.model_copy(update={"TRAINING_MODE": args.mode}) if args.mode else settings


def _root(args: Namespace, settings: Settings) -> Path:
    return args.workspace or settings.PROJECT_ROOT / "workspaces" / "default"


def _ingest(store: Store, args: Namespace, settings: Settings) -> Answer:
    mappings = {"": dict(args.map)} if args.map else None
    try:
        done = pipeline.ingest(store, args.source, settings, skip_invalid=args.skip_invalid, replace=args.replace, mappings=mappings)
    except pipeline.ImportRejected as rejected:
        say(escape(rejected.report.summary()))
        raise
    say(escape(done.report.summary()))
    change = done.change
    say(f"Chunks: {change.added:,} added, {change.changed:,} changed, {change.removed:,} removed, {change.unchanged:,} unchanged.")
    counts = {name: getattr(change, name) for name in ("added", "changed", "removed", "unchanged")}
    return {"report": done.report.to_dict(), **counts}


def _take_in(workspace: Workspace, run: RunFolder) -> None:
    """The pairs of a run into the store, and what they are onto the screen."""
    try:
        with Store.open(workspace) as store:
            adopting.adopt_pairs(store, run)
    except WorkspaceHeld:
        say(f"The pairs of run {run.run_id} are made; the app that has this workspace open takes them in.")
    except InputError as error:
        say(f"[yellow]![/] {escape(str(error))}")
    if made := run.generation():
        _show_pairs(made)


def _pairs_of(run: RunFolder) -> Answer:
    made = run.generation() or {}
    told = {name: made[name] for name in ("pairs", "dropped", "removed", "share", "notes")}
    return {**told, "unpaired": len(made["unpaired"])}


def _show_pairs(made: Answer) -> None:
    columns = ["rule", "label", "hardness", "count"]
    show_table("Training pairs", columns, [[row[column] for column in columns] for row in made["pairs"]])
    for rule, n in made["dropped"].items():
        say(f"Refused as negatives: {escape(rule)}: {n:,}")
    for reason, n in made["removed"].items():
        say(f"Removed by the guard: {escape(reason)}: {n:,}")
    for note in made["notes"]:
        say(escape(note))


def _show_systems(systems: Answer, found: Answer) -> None:
    metrics = list(next(iter(systems.values()))) if systems else []
    rows = [[name, *means.values()] for name, means in systems.items()]
    show_table(f"On {found['questions']['test']:,} test questions", ["system", *metrics], rows)
    if said := provisos(found):
        say(escape(said))


def _show_comparison(compared: Answer | None) -> None:
    if compared is None:
        say("No comparison: there are no test questions the metric applies to.")
        return
    low, high = compared["ci95"]
    interval = "too few independent questions for an interval" if low is None else f"95 % interval {low:+.3f} to {high:+.3f}"
    detectable = compared["detectable"]
    can_show = "" if detectable is None else f" So many questions can detect a difference of {detectable:.3f}."
    say(
        f"[bold]{compared['candidate']}[/] against [bold]{compared['baseline']}[/] by {compared['metric']}: {compared['difference']:+.3f} "
        f"({interval}, p = {compared['p']:.4f}, n = {compared['n']:,}); "
        f"{compared['wins']:,} better, {compared['ties']:,} equal, {compared['losses']:,} worse.{can_show}"
    )
