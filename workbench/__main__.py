"""`python -m workbench VERB`: the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ForgeError, InputError
from core.pairing.export import FORMATS
from core.settings import Settings, get_finetuning_config
from core.training.modes import MODES
from workbench.console import say

VERBS = {
    "demo": "the sample codex in a workspace of its own, the whole pipeline, and the app",
    "open": "the app on a workspace",
    "ingest": "import a folder in a native format, BEIR, a table, or plain text",
    "vectors": "bring vectors of the chunks that the base model has made elsewhere",
    "pairs": "generate training pairs and negatives",
    "train": "fine-tune the base model on the pairs, following the progress",
    "search": "try settings on dev questions, then train with the best",
    "evaluate": "score every system on the questions",
    "compare": "before against after, with proof",
    "export": "the tuned model, the pairs, the decisions, the judgements or a report, for use elsewhere",
    "archive": "the whole workspace as one zip file",
    "restore": "a workspace out of such a zip file",
    "run": "ingest, pairs, train, evaluate and compare in one go",
}


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    ask = argparse.ArgumentParser(prog="python -m workbench", description="Turn your corpus into your embedding model.")
    verbs = ask.add_subparsers(dest="verb", required=True, metavar="VERB")
    made = {name: verbs.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.") for name, text in VERBS.items()}
    for name, verb in made.items():
        if name != "demo":
            verb.add_argument("-w", "--workspace", type=Path, help="the workspace's folder (default: PROJECT_ROOT/workspaces/default)")
        if name in {"demo", "open"}:
            verb.add_argument("--port", type=int, default=8501, help="port of the app on 127.0.0.1 (default: 8501)")
        else:
            verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    for name in ("ingest", "run"):
        made[name].add_argument("source", type=Path, metavar="SOURCE", help="the folder, table or text to import")
        made[name].add_argument(
            "--map", action="append", type=_mapped, metavar="FIELD=COLUMN", help="the column of a table that holds a field, e.g. text=body"
        )
        made[name].add_argument("--skip-invalid", action="store_true", help="import what can be read and list what cannot")
        made[name].add_argument("--replace", action="store_true", help="put this folder in the place of another one's corpus")
    made["vectors"].add_argument("file", type=Path, metavar="FILE", help="a .npy file, or Parquet with a chunk_id")
    made["vectors"].add_argument("--column", default="", help="the column with the vectors, where a Parquet file has several")
    for name in ("pairs", "run"):
        made[name].add_argument("--max-pairs", type=_positive, help="at most so many positive pairs, labelled questions first")
    made["train"].add_argument("--mode", choices=("auto", *MODES), help="how to train (default: TRAINING_MODE, standard)")
    made["train"].add_argument("--budget", type=_minutes, metavar="MINUTES", help="the best mode that is done in so many minutes")
    made["search"].add_argument("--trials", type=_trials, metavar="N", help="settings to begin with, 2 to 72 (default: SEARCH_TRIALS, 8)")
    made["evaluate"].add_argument("--system", action="append", help="only this system (repeatable), e.g. bm25 or tuned+bm25")
    made["compare"].add_argument("--metric", help="metric to compare by, e.g. ndcg@10 or rubric (default: the one that the run chose by)")
    made["compare"].add_argument("--baseline", help="system to compare against (default: the best untuned one on dev)")
    made["compare"].add_argument("--candidate", help="system to compare (default: the best tuned one on dev)")
    made["archive"].add_argument("--to", required=True, type=Path, metavar="FILE", help="the zip file to write")
    made["archive"].add_argument("--checkpoints", action="store_true", help="with the checkpoints of runs that can still be resumed")
    made["restore"].add_argument("file", type=Path, metavar="FILE", help="the zip file; -w names the new workspace")
    what = ("model", "pairs", "decisions", "qrels", "report")
    made["export"].add_argument("--what", required=True, choices=what, help="what to export")
    made["export"].add_argument(
        "--to", required=True, type=Path, metavar="PATH", help="decisions: a .csv or .jsonl file; qrels: a folder; pairs: see --format"
    )
    made["export"].add_argument("--format", choices=list(FORMATS), help="of pairs: jsonl (a file, the default); the others are folders")
    made["export"].add_argument("--run", metavar="RUN_ID", help="of a model or report: the run it is from (default: the newest one)")
    return ask


def _mapped(text: str) -> tuple[str, str]:
    field, sign, column = text.partition("=")
    if not (field.strip() and sign):
        raise argparse.ArgumentTypeError(f"{text} is not FIELD=COLUMN")
    return field.strip(), column.strip()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number


def _trials(text: str) -> int:
    number = int(text)
    if not 2 <= number <= 72:
        raise argparse.ArgumentTypeError(f"{text} is not between 2 and 72")
    return number


def _minutes(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code: 0 done, 1 the work failed, 2 the input or the call is wrong."""
    args = parser().parse_args(arguments)
    try:
        answer = _work(args, get_finetuning_config())
    except InputError as error:
        say(f"[bold red]✗[/] {_plain(error)}")
        return 2
    except ForgeError as error:
        say(f"[bold red]✗[/] {_plain(error)}")
        return 1
    except KeyboardInterrupt:
        say("Stopped here. A run that has started goes on by itself: see it on the Train page.")
        return 130
    if getattr(args, "json", False):
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _work(args: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    """Serving starts the app before the libraries of the other verbs are loaded."""
    if args.verb in {"demo", "open"}:
        from workbench import serving

        return serving.demo(args, settings) if args.verb == "demo" else serving.open_app(args, settings)
    from workbench import commands

    verb: Callable[[argparse.Namespace, Settings], dict[str, Any]] = getattr(commands, args.verb)
    return verb(args, settings)


def _plain(error: Exception) -> str:
    from rich.markup import escape

    return escape(str(error))


if __name__ == "__main__":
    sys.exit(main())
