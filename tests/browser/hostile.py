"""A corpus in which everything that a corpus can say means harm: markup of every kind, every direction of writing, and no end."""

from __future__ import annotations

from pathlib import Path

from core.corpus.report import Place, Report, warning
from core.records import Chunk, Corpus, Entity, Pair, Question
from core.store import Store
from core.workspace import Workspace

BAIT = "<script>window.harmed=1;alert(1)</script><img src=x onerror='window.harmed=1'>"
TEXTS = {
    "html": f"{BAIT}<b>bold</b> &lt;i&gt; &amp;amp; </div></style></textarea><svg/onload=alert(2)> <a href='javascript:alert(3)'>go</a>",
    "markdown": "# no heading\n**not bold** _not italic_ `no code` [no link](http://x.example) ![](http://x.example/i.png)\n"
    "| a | b |\n|---|---|\n- item\n> quote\n```\nfence",
    "streamlit": ":material/home: :red[not red] :tada: :blue-background[x] $[no] :streamlit: -> <- :small[s] :rainbow[r]",
    "latex": r"$\alpha^2$ $$\int_0^1 x\,dx$$ \begin{align} a &= b \end{align} \(x\) \[y\] \href{javascript:alert(4)}{z} $5 and $6",
    "rtl": "שלום (עולם) 123! \u202eevil.exe\u202c مرحبا بالعالم \u2067x\u2069 a\u200fb \u202d abc \u2066unclosed",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 ❤️ 😀" + "̷̡̢" * 40 + " Z̸͎̀a̴l̶g̷o",
    "controls": "a\x08b\x1bc\x7fd\u0000e\u2028f\u2029g\ufeffh\u00adi\u200bj\tk",
    "json": '"}],"x":[{"</script>\\u003cscript\\u003e\' \\ \\n %s {0} ${x} `${y}` <!-- ]]> --> __proto__',
    "long": "wall " * 10_000,
    "unbroken": "x" * 50_000,
}
NAMES = ("<b>Nobody</b>", "$x_1$ *Star*", "علي", ":tada: [Link](http://x.example)")
QUESTION = f"What of {NAMES[0]} and {NAMES[1]} {BAIT} **really** $z$ :red[x]?"


def prepare_hostile(root: Path) -> Workspace:
    """A workspace where every text that comes from files is bait: chunks, titles, file names, entities, questions, pairs."""
    chunks = [_chunk(name, f"{text} {' '.join(NAMES)}") for name, text in TEXTS.items()]
    entities = tuple(Entity(name, "<i>kind</i>", (f"{name} the _Old_",), "<u>e</u>.md") for name in NAMES)
    ids = [chunk.chunk_id for chunk in chunks]
    topics = (*NAMES, BAIT)
    question = Question("<q>1", QUESTION, "<s>category</s> $c$", "**hard**", None, topics, {ids[0]: 1}, "train")
    other = Question("q2", "\u202e" + QUESTION + " 👩‍👩‍👧‍👦", "", "", None, topics, {}, "train")
    problem = warning("unknown-mention", Place(f"{BAIT}.jsonl", 3), f"no index knows {BAIT} or **{NAMES[1]}**")
    report = Report(BAIT, (f"{BAIT}.jsonl",), len(chunks), len(entities), 2, 1, (problem,))
    workspace = Workspace.create(root)
    with Store.open(workspace) as store:
        store.import_corpus(Corpus(tuple(chunks), entities, (question, other)), report.to_dict(), BAIT)
        store.save_pairs([pair for asked in (question, other) for pair in _pairs(asked, ids)])
        store.save_unpaired({"q2": f"No chunk speaks of {BAIT}."})
    return workspace


def _chunk(name: str, text: str) -> Chunk:
    mentions = {"<i>kind</i>": NAMES}
    return Chunk(f"{name}<b>&\"'", text, f"<em>{name}</em>/*_{name}_*.md", f"<h1>{name}</h1> $t$", BAIT, ":tada: type", 1.0, mentions)


def _pairs(question: Question, ids: list[str]) -> list[Pair]:
    reason = f"Speaks of {NAMES[0]} {BAIT} and **not** of $x$."
    covered = [{"topic": topic, "how": "name", "words": topic, "start": 0, "end": 9} for topic in question.expected_topics]
    kinds = ("topic", "alias", "mention", "word")
    spans = [{"start": start, "end": start + 7, "kind": kind, "of": BAIT} for start, kind in enumerate(kinds)]
    evidence = {"covered": covered, "missed": [BAIT], "shared_words": [BAIT], "spans": spans, "cosine": 0.5, "bm25": 3.0}
    positive = Pair(question.text, ids[0], "positive", "topics", question.question_id, score=0.5, reason=reason, evidence=evidence)
    against = {**evidence, "positive": ids[0], "positive_cosine": 0.6, "positive_bm25": 9.0}
    negatives = [
        Pair(question.text, chunk_id, "negative", "related-entity", question.question_id, hardness="hard", reason=reason, evidence=against)
        for chunk_id in ids[1:]
    ]
    return [positive, *negatives]
