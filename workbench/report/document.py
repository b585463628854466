"""The report as one HTML document: what each section says is in `sections` and `evidence`, here is the frame around them."""

from __future__ import annotations

import time
from pathlib import Path

from core.reporting.findings import Findings
from workbench.highlight import escape
from workbench.report import proof, sections
from workbench.results import verdict
from workbench.telling import at_the_top

CSS = (Path(__file__).resolve().parent / "style.css").read_text(encoding="utf-8")
FILE_NAME = "report.html"
TONES = {"success": "better", "warning": "worse", "info": ""}

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{css}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="soft">{subtitle}</p>
{verdict}
<nav>{contents}</nav>
{sections}
</main>
</body>
</html>
"""
SECTION = '<section id="{key}"><h2>{title}</h2>\n{body}\n</section>\n'


def report_html(found: Findings, now: float | None = None) -> str:
    """The whole file. Everything that comes from the corpus or from people is escaped on its way in."""
    parts = {
        "done": ("What was done", sections.done(found)),
        "data": ("The data and who checked it", sections.data(found)),
        "proof": ("Before and after, with proof", proof.proof(found)),
        "maps": ("The embedding space", proof.maps(found)),
        "examples": ("The clearest examples", sections.examples(found)),
        "worse": ("What got worse", sections.regressions(found)),
        "vote": ("What people preferred", sections.votes(found)),
        "next": ("What to do next", sections.next_steps(found)),
        "use": ("How to use the model", sections.use(found)),
        "words": ("How to read the numbers", sections.words(found)),
    }
    present = {key: part for key, part in parts.items() if part[1]}
    written = time.strftime("%d %B %Y", time.localtime(now))
    return PAGE.format(
        title="Does the tuned model find more?",
        css=CSS,
        subtitle=escape(f"Codex Forge, run {found.run_id}, written {written}"),
        verdict=_verdict(found),
        contents="".join(f'<a href="#{key}">{title}</a> ' for key, (title, _) in present.items()),
        sections="".join(SECTION.format(key=key, title=title, body=body) for key, (title, body) in present.items()),
    )


def _verdict(found: Findings) -> str:
    """The answer in words that need no statistics."""
    compared = found.comparison
    said, tone = verdict(compared)
    lines = [
        f"{found.after} (with the tuned model) was compared with {found.before} (the best without it) on {compared['n']:,} questions that "
        f"nothing was trained or chosen on: {compared['wins']:,} got better, {compared['losses']:,} got worse, {compared['ties']:,} stayed "
        "as they were.",
        *at_the_top(found.hits),
    ]
    return f'<div class="verdict {TONES[tone]}"><b>{escape(said)}</b>{" ".join(escape(line) for line in lines)}</div>'
