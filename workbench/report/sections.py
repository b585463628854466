"""The sections of the report that tell: what was done, the data, examples, losses, votes, advice, use. Each gives HTML, "" for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.records import Question
from core.reporting.advice import advise
from core.reporting.examples import Example, movement
from core.reporting.findings import Findings
from workbench.highlight import Mark, escape, excerpt, marked, tones_of
from workbench.report.markup import figures, paragraph, table
from workbench.telling import moved, preferred, tone_of
from workbench.words import METRIC_MEANINGS, METRICS, count, duration

N_RESULTS = 3
MOST_REGRESSIONS = 15
STAGES = {
    "embed": "embedded the corpus with the base model",
    "pairs": "made training pairs and ran them through the guard",
    "train": "tuned the base model on the pairs, measuring on dev questions",
    "evaluate": "ranked every dev and test question with every system",
    "map": "drew maps of the embedding space",
}
SNIPPET = 260


def done(found: Findings) -> str:
    """The steps with their times, and the settings that matter."""
    steps = [f"<li>{escape(STAGES.get(stage, stage))}: {escape(duration(seconds))}</li>" for stage, seconds in found.seconds.items()]
    settings: dict[str, Any] = found.config["settings"]
    model = settings.get("BASE_MODEL", "the base model")
    learned = found.config.get("model_run")
    intro = (
        f"A general embedding model ({model}) was tuned on pairs of queries and passages from this corpus, and measured beside "
        "plain word search "
        "(BM25), the untuned model and mixes of both."
    )
    other = paragraph(f"The tuned model is that of run {learned}.") if learned else ""
    return paragraph(intro) + other + (f"<ol>{''.join(steps)}</ol>" if steps else "")


def data(found: Findings) -> str:
    """What went in, and what people said of it."""
    asked, counts = found.results["questions"], found.counts
    labels = Counter(pair.label for pair in found.pairs)
    html = figures(
        {
            "passages searched": f"{found.results['n_chunks']:,}",
            "entities": f"{counts.n_entities:,}",
            "train questions": f"{asked['train']:,}",
            "dev questions": f"{asked['dev']:,}",
            "test questions": f"{asked['test']:,}",
        }
    )
    html += paragraph(
        "The questions were split before anything else. Training learned from the train questions, every choice was made on the "
        "dev questions, "
        "and the test questions were only scored."
    )
    if found.pairs:
        rules = Counter((pair.label, pair.rule) for pair in found.pairs)
        rows = [[rule, label, f"{n:,}", *_judged(found, rule)] for (label, rule), n in rules.most_common()]
        html += f"<h3>{count(len(found.pairs), 'training pair')}</h3>"
        html += paragraph(
            f"{labels['positive']:,} positives (this passage answers) and {labels['negative']:,} negatives (this one does not), "
            "each with the rule "
            f"it was made by. People have judged {found.audit.n_judged:,} pairs. {_guarded(found)}"
        )
        html += table(["rule", "label", "pairs", "accepted", "rejected"], rows)
    return html


def examples(found: Findings) -> str:
    """The clearest gains, each with both lists."""
    if not found.examples.better:
        return paragraph("No test question got better.")
    intro = paragraph(
        "Questions whose results improved most. Words that make a passage fit are marked; ✓ stands for a passage that answers."
    )
    return intro + "".join(_example(found, one) for one in found.examples.better)


def regressions(found: Findings) -> str:
    """The clearest losses with both lists, then a longer list with what training taught near each."""
    worse = found.changes[found.changes["change"] < 0]
    if not len(worse):
        return paragraph("No test question got worse.")
    html = paragraph(f"{count(len(worse), 'question')} of {len(found.changes):,} got worse. The clearest losses:")
    html += "".join(_example(found, one) for one in found.examples.worse)
    rows = [
        [found.questions[row['question_id']].text if row['question_id'] in found.questions else row['question_id'], f"{row['before']:.3f}",
         f"{row['after']:.3f}", *_near(found, row['question_id'])]
        for row in worse.head(MOST_REGRESSIONS).to_dict("records")
    ]  # fmt: skip
    html += "<h3>What training taught near them</h3>"
    html += table(["question", "before", "after", "against its answers", "for its rivals"], rows)
    return html + paragraph(
        "Against its answers: training negatives on passages that answer the question. For its rivals: training positives on passages that "
        "moved into its results. The Evaluate page lists them, each with a way to the audit desk.",
        soft=True,
    )


def votes(found: Findings) -> str:
    """The blind votes on this run's results."""
    return "".join(paragraph(preferred(ballot, result)) for ballot, result in found.votes) + (
        paragraph("Voters saw two lists without a name, the sides drawn anew for each question.", soft=True) if found.votes else ""
    )


def next_steps(found: Findings) -> str:
    """Advice, each piece with its reason."""
    items = "".join(f"<li><b>{escape(one.do)}.</b> {escape(one.why)}</li>" for one in advise(found))
    return f"<ol>{items}</ol>" if items else paragraph("The numbers call for nothing in particular.")


def use(found: Findings) -> str:
    """Code that loads the model and searches."""
    weight = found.results["weights"].get(found.results["chosen"])
    mixed = (
        f" The system chosen mixes it with BM25: {weight:.0%} of the score comes from the model, each side scaled to its highest "
        "score first."
        if weight is not None
        else ""
    )
    owner = found.config.get("model_run") or found.run_id
    code = (
        f"python -m workbench export --what model --run {owner} --to my-model -w WORKSPACE\n\n"
        "from sentence_transformers import SentenceTransformer\n\n"
        'model = SentenceTransformer("my-model")\n'
        "passages = model.encode(texts, normalize_embeddings=True)      # a row a passage\n"
        'query = model.encode("What would you ask?", normalize_embeddings=True)\n'
        "best = (passages @ query).argsort()[::-1][:10]                # the ten nearest passages"
    )
    return paragraph(f"Export the model, then load it like any other sentence-transformers model.{mixed}") + f"<pre>{escape(code)}</pre>"


def words(found: Findings) -> str:
    """What each number means."""
    terms = {METRICS[name]: METRIC_MEANINGS[name] for name in found.means}
    terms |= {
        "95 % interval": "Where the true value lies, as far as these questions can tell.",
        "p": "How often chance alone would make a difference at least this large; below 0.05 is called more than chance.",
        "can show": "The smallest true difference that so many questions would find four times in five.",
        "BM25": "Search by words, with rare words counting more. +bm25: mixed with the model's search, in a share chosen on dev questions.",
    }
    return table(["word", "what it says"], [[name, said] for name, said in terms.items()], left=True)


def _example(found: Findings, one: Example) -> str:
    question = found.questions[one.question_id]
    before, after = (found.ranked.get((system, one.question_id), ()) for system in (found.before, found.after))
    tone = tone_of(one.change)
    metric = METRICS[found.metric]
    said = moved(movement(question, before, after), tone) if question.relevant else ""
    lists = "".join(
        f'<div><b>{name}</b> <span class="soft">{escape(system)}</span>{_results(found, question, ranked)}</div>'
        for name, system, ranked in (("Before", found.before, before), ("After", found.after, after))
    )
    return (
        f'<div class="example {tone}"><blockquote dir="auto">{escape(question.text)}</blockquote>'
        f'<p>{escape(said)} <span class="soft">{metric} {one.before:.3f} → {one.after:.3f}</span></p>'
        f'<div class="sides">{lists}</div></div>'
    )


def _results(found: Findings, question: Question, ranked: Sequence[str]) -> str:
    tones = tones_of(question.expected_topics)
    items = []
    for chunk_id in ranked[:N_RESULTS]:
        if chunk := found.chunks.get(chunk_id):
            covered = found.matcher.coverage(question.expected_topics, chunk).covered
            marks = [Mark(one.start, one.end, tones[one.topic]) for one in covered if one.start is not None and one.end is not None]
            shown, marks = excerpt(chunk.text, marks, SNIPPET)
            answers = '<span class="answer">✓</span> ' if chunk_id in question.relevant else ""
            items.append(f'<li><span dir="auto">{answers}{marked(shown, marks)}</span></li>')
        else:
            items.append("<li>no longer in the corpus</li>")
    return f"<ol>{''.join(items)}</ol>" if items else paragraph("Nothing was found.", soft=True)


def _near(found: Findings, question_id: str) -> list[str]:
    trace = found.traces.get(question_id)
    return [_rules(trace.against_answers), _rules(trace.for_rivals)] if trace else ["–", "–"]


def _rules(pairs: Sequence[Any]) -> str:
    rules = Counter(pair.rule for pair in pairs)
    return ", ".join(f"{n} {rule}" for rule, n in rules.most_common(3)) or "none"


def _judged(found: Findings, rule: str) -> list[str]:
    accepted, rejected = found.audit.by_rule.get(rule, (0, 0))
    return [f"{accepted:,}", f"{rejected:,}"] if accepted + rejected else ["–", "–"]


def _guarded(found: Findings) -> str:
    if not found.removed:
        return "The guard found nothing that gives a held-out question away."
    return f"The guard took {count(found.removed, 'query', 'queries')} away that would have given a held-out question away."
