"""The verbs: arguments in, work through core.pipeline, a table for people, and the object that --json prints."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from rich.markup import escape

from core import pipeline
from core.errors import InputError
from core.runs import results
from core.runs.folder import list_runs
from core.settings import PROJECT, Settings
from core.store.store import Store
from core.workspace import Workspace
from workbench.console import follow, progress, say, show_table

Answer = dict[str, Any]


def ingest(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.create(_root(args, settings))
    with Store.open(workspace) as store:
        return _ingest(store, args, settings)


def pairs(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        return _pairs(store, workspace, args, settings)


def train(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        run = pipeline.start_run(store, workspace, settings, ("train",))
    follow(run)
    verdict = results.verdict(run)
    return {"run_id": run.run_id, "verdict": verdict, "seconds": run.seconds()}


def evaluate(args: Namespace, settings: Settings) -> Answer:
    workspace = Workspace.existing(_root(args, settings))
    with Store.open(workspace) as store:
        run = pipeline.start_run(store, workspace, settings, ("evaluate",), pipeline.latest_model(workspace), reuse=True)
    follow(run)
    found = results.read(run)
    systems = results.only(found["systems"], args.system)
    _show_systems(systems, found["questions"]["test"])
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
    seconds: dict[str, float] = {}
    with Store.open(workspace) as store:
        start = time.monotonic()
        _ingest(store, args, settings)
        seconds["ingest"] = time.monotonic() - start
        start = time.monotonic()
        _pairs(store, workspace, args, settings)
        seconds["pairs"] = time.monotonic() - start
        one = pipeline.start_run(store, workspace, settings, ("embed", "train", "evaluate"), reuse=True)
    if one.status() == "finished":
        say(f"Nothing changed since run {one.run_id}: its results stand.")
    start = time.monotonic()
    follow(one)
    found = results.read(one)
    _show_systems(found["systems"], found["questions"]["test"])
    _show_comparison(found["comparison"])
    say(f"Chosen on dev questions: [bold]{found['chosen']}[/]. See it: python -m workbench open -w {escape(str(workspace.root))}")
    return {**found, "run_id": one.run_id, "seconds": {**{k: round(v, 1) for k, v in seconds.items()}, **one.seconds()}}


def open_app(args: Namespace, settings: Settings) -> Answer:
    return _serve(Workspace.create(_root(args, settings)), args.port)


def demo(args: Namespace, settings: Settings) -> Answer:
    """The sample's pipeline is started in the background the first time; the app opens at once."""
    workspace = Workspace.create(settings.PROJECT_ROOT / "workspaces" / "sample")
    with Store.open(workspace) as store:
        pipeline.ingest(store, PROJECT / "sample_data", settings)
        if not store.pairs_fingerprint():
            pipeline.make_pairs(store, workspace, settings)
        if not list_runs(workspace.runs):
            pipeline.start_run(store, workspace, settings, ("embed", "train", "evaluate"))
    return _serve(workspace, args.port)


def _serve(workspace: Workspace, port: int) -> Answer:
    """Run the app until it is stopped."""
    say(f"Codex Forge on [bold]http://127.0.0.1:{port}[/] (workspace {escape(str(workspace.root))}). Ctrl-C ends it; runs go on.")
    command = [sys.executable, "-m", "streamlit", "run", "workbench", "--server.port", str(port)]
    ended = subprocess.run(command, cwd=PROJECT, env={**os.environ, "FORGE_WORKSPACE": str(workspace.root)}, check=False)
    if ended.returncode:
        raise InputError(f"The app could not start on port {port}: if another one uses it, choose one with --port.")
    return {}


def _root(args: Namespace, settings: Settings) -> Path:
    return args.workspace or settings.PROJECT_ROOT / "workspaces" / "default"


def _ingest(store: Store, args: Namespace, settings: Settings) -> Answer:
    try:
        done = pipeline.ingest(store, args.source, settings, skip_invalid=args.skip_invalid, replace=args.replace)
    except pipeline.ImportRejected as rejected:
        say(escape(rejected.report.summary()))
        raise
    say(escape(done.report.summary()))
    change = done.change
    say(f"Chunks: {change.added:,} added, {change.changed:,} changed, {change.removed:,} removed, {change.unchanged:,} unchanged.")
    counts = {name: getattr(change, name) for name in ("added", "changed", "removed", "unchanged")}
    return {"report": done.report.to_dict(), **counts}


def _pairs(store: Store, workspace: Workspace, args: Namespace, settings: Settings) -> Answer:
    with progress("pairs") as on_progress:
        made = pipeline.make_pairs(store, workspace, settings, args.max_pairs, on_progress)
    summary = store.pair_summary()
    columns = list(summary.columns)
    show_table("Training pairs", columns, summary.to_numpy().tolist())
    for what, n in made.dropped.items():
        say(f"Left out: {escape(what)}: {n:,}")
    for note in made.notes:
        say(escape(note))
    return {"pairs": summary.to_dict("records"), "unpaired": len(made.unpaired), "dropped": dict(made.dropped), "notes": list(made.notes)}


def _show_systems(systems: Answer, n: int) -> None:
    metrics = list(next(iter(systems.values()))) if systems else []
    show_table(f"On {n:,} test questions", ["system", *metrics], [[name, *means.values()] for name, means in systems.items()])


def _show_comparison(compared: Answer | None) -> None:
    if compared is None:
        say("No comparison: there are no test questions the metric applies to.")
        return
    low, high = compared["ci95"]
    say(
        f"[bold]{compared['candidate']}[/] against [bold]{compared['baseline']}[/] by {compared['metric']}: {compared['difference']:+.3f} "
        f"(95 % interval {low:+.3f} to {high:+.3f}, p = {compared['p']:.4f}, n = {compared['n']:,}); "
        f"{compared['wins']:,} better, {compared['ties']:,} equal, {compared['losses']:,} worse. "
        f"So many questions can detect a difference of {compared['detectable']:.3f}."
    )
