"""A world of thirty chunks for the pages: a harbour town, its people and its bells, and one chunk that means harm."""

from __future__ import annotations

from pathlib import Path

from core.records import Chunk, Corpus, Entity, Pair, Question
from core.runs.folder import RunFolder, create_run
from core.store import Store
from core.workspace import Workspace

HOSTILE = (
    "<script>alert('x')</script><img src=x onerror=alert(1)> **not bold** _not italic_ `not code` $x^2$ [not a link](http://x.example) "
    ":material/home: :red[not red] :tada: # not a heading\nשלום עולם (1) 😀 & &amp; -> ok"
)

_FILES = {
    ("ilsa", "people/ilsa.md"): (
        "Ilsa Varn keeps the lighthouse of Osterhaven and writes down every ship that passes.",
        "In her youth Ilsa sailed with the Grey Heron under Captain Brandt.",
        "The Keeper, as the town calls her, has never once let the light go out.",
        "Her ledger fills forty volumes and lies in the Bell House.",
        "When the fog came in the winter of the long ice, Ilsa rang the bell for three days.",
        "Tomas learned to read from the ledger of Ilsa Varn.",
    ),
    ("brandt", "people/brandt.md"): (
        "Captain Brandt owned the Grey Heron until the storm at Cape Sorrow.",
        "Brandt walked home along the coast with nothing but his compass.",
        "He never spoke of the storm, and he never sailed again.",
        "The compass of Brandt points to Osterhaven wherever it is laid down.",
        "Old Brandt taught the children of the harbour their knots.",
        "At his burial the Great Bell was rung eleven times.",
    ),
    ("osterhaven", "places/osterhaven.md"): (
        "Osterhaven lies where the river Mar meets the cold sea.",
        "Its harbour freezes over one winter in nine.",
        "The Bell House stands on the hill above Osterhaven and is older than the town.",
        "Salt and rope are what the town sells; grain is what it buys.",
        "The lighthouse was raised after the Grey Heron was lost.",
        "Two roads lead out of Osterhaven, and one of them ends in the sea.",
    ),
    ("great_bell", "things/great_bell.md"): (
        "The Great Bell was cast from the cannon of a fleet that never came home.",
        "Whoever rings the Great Bell in fog is heard as far as Cape Sorrow.",
        "A crack runs through the Great Bell, and the smith Odda filled it with silver.",
        "It takes two people to ring it, or one who is desperate.",
        "The Bell House was built around the bell, not for it.",
        "Odda asked no money for her work but a seat at the window of the Bell House.",
    ),
    ("ledger", "things/<b>ledger</b> $5_and_*more*.md"): (
        HOSTILE,
        "The ledger names four thousand ships and two that nobody else has seen.",
        "One page of the ledger is written in a hand that is not Ilsa's.",
        "The ledger was wet once, in the flood of the Mar, and dried leaf by leaf.",
        "Tomas copies the ledger by night so that a second one may lie at Cape Sorrow.",
        "The last line of the ledger is left empty.",
    ),
}

ENTITIES = (
    Entity("Ilsa Varn", "character", ("Ilsa", "The Keeper"), "people/ilsa.md"),
    Entity("Captain Brandt", "character", ("Brandt", "Old Brandt"), "people/brandt.md"),
    Entity("Odda", "character", ("the smith Odda",), "things/great_bell.md"),
    Entity("Tomas", "character", (), "people/ilsa.md"),
    Entity("Osterhaven", "place", (), "places/osterhaven.md"),
    Entity("Cape Sorrow", "place", (), "places/osterhaven.md"),
    Entity("Bell House", "place", ("The Bell House",), "places/osterhaven.md"),
    Entity("Great Bell", "item", ("the bell", "The Great Bell"), "things/great_bell.md"),
    Entity("Grey Heron", "item", (), "people/brandt.md"),
)


def _chunks() -> tuple[Chunk, ...]:
    return tuple(
        Chunk(
            f"{name}-{number}",
            text,
            file,
            source="saga" if file.startswith("people") else "gazetteer",
            wiki_type=file.split("/")[0],
            temporal_order=float(number),
            mentions={
                kind: names
                for kind in ("character", "place", "item")
                if (names := tuple(entity.name for entity in ENTITIES if entity.type == kind and entity.name in text))
            },
        )
        for (name, file), texts in _FILES.items()
        for number, text in enumerate(texts, start=1)
    )


CHUNKS = _chunks()
QUESTIONS = (
    Question(
        "q-bell", "Who filled the crack in the bell, and where does the bell hang?", "item", "easy", None,
        ("Great Bell", "Odda", "Bell House"), {"great_bell-3": 2, "great_bell-5": 1, "great_bell-4": 0}, "test",
    ),
    Question(
        "q-ship", "Which ship did Brandt lose, and where?", "character", "easy", None,
        ("Captain Brandt", "Grey Heron", "Cape Sorrow"), {"brandt-1": 2}, "test",
    ),
    Question("q-hostile", "What does <b>$5_and_*more*</b> :tada: hold?", "item", "hard", None, ("Tomas",), {"ledger-1": 1}, "test"),
    Question("q-keeper", "Who keeps the light?", "character", "easy", None, ("Ilsa Varn",), {"ilsa-1": 1}, "train"),
    Question("q-winter", "How often does the harbour freeze?", "place", "easy", None, ("Osterhaven",), {"osterhaven-2": 1}, "train"),
    Question("q-knots", "Who taught the knots?", "character", "easy", None, ("Captain Brandt",), {"brandt-5": 1}, "dev"),
)  # fmt: skip
CORPUS = Corpus(CHUNKS, ENTITIES, QUESTIONS)
PAIRS = (
    Pair("Who keeps the light?", "ilsa-1", "positive", "judged", "q-keeper", reason="judged relevant"),
    Pair("Who keeps the light?", "brandt-2", "negative", "same-type", "q-keeper", hardness="easy", reason="about another character"),
    Pair("How often does the harbour freeze?", "osterhaven-2", "positive", "judged", "q-winter", reason="judged relevant"),
    Pair("How often does the harbour freeze?", "osterhaven-4", "negative", "overlapping-mentions", "q-winter", hardness="medium"),
    Pair("What is known of Odda?", "great_bell-3", "positive", "synthetic-question", reason="mentions Odda"),
)
REPORT = {
    "source": "/codex/osterhaven",
    "files": ["chunks/saga.jsonl", "indexes/character_index.json", "test_questions.json"],
    "n_chunks": len(CHUNKS),
    "n_entities": len(ENTITIES),
    "n_questions": len(QUESTIONS),
    "n_judgements": 8,
    "problems": [
        {"severity": "warning", "kind": "unknown-mention", "file": "chunks/saga.jsonl", "line": 3, "message": "no index knows 'Mar'"},
        {"severity": "error", "kind": "missing-field", "file": "chunks/saga.jsonl", "line": 31, "message": "no 'text' field"},
    ],
}
SYSTEMS = {
    "bm25": (0.410, 0.52), "base": (0.330, 0.47), "base+bm25": (0.440, 0.60), "tuned": (0.480, 0.63), "tuned+bm25": (0.545, 0.70),
}  # fmt: skip
COMPARISON = {
    "metric": "ndcg@10", "baseline": "base+bm25", "candidate": "tuned+bm25", "difference": 0.105, "ci95": [0.031, 0.182], "p": 0.006,
    "wins": 14, "ties": 9, "losses": 5, "n": 28, "n_clusters": 20, "detectable": 0.09,
}  # fmt: skip


def prepare(root: Path, with_run: bool = True) -> Workspace:
    """A workspace at `root` that holds the world, its pairs and, recorded rather than worked, a finished run."""
    workspace = Workspace.create(root)
    with Store.open(workspace) as store:
        store.import_corpus(CORPUS, REPORT, "/codex/osterhaven")
        store.save_pairs(PAIRS)
        store.save_unpaired({"q-knots": "no chunk covers half of its topics"})
    if with_run:
        record_run(workspace)
    return workspace


def record_run(workspace: Workspace, n_steps: int = 60, finished: bool = True) -> RunFolder:
    """A run folder as a worker leaves it; unfinished, it looks like one whose worker was killed half-way."""
    config = {"stages": ["embed", "train", "evaluate"], "corpus": "none", "settings": {"BASE_MODEL": "all-MiniLM-L6-v2", "NUM_EPOCHS": 2}}
    run = create_run(workspace.runs, config, {})
    log = run.log
    log.append("started", pid=1)
    log.append("stage", stage="embed", state="started")
    log.append("progress", stage="embed", what="document vectors of all-MiniLM-L6-v2", done=30, total=30)
    log.append("stage", stage="embed", state="finished", seconds=4.2)
    log.append("stage", stage="train", state="started")
    _record_steps(run, n_steps if finished else n_steps // 2, n_steps)
    if finished:
        log.append("stage", stage="train", state="finished", seconds=183.0)
        log.append("stage", stage="evaluate", state="started")
        log.append("stage", stage="evaluate", state="finished", seconds=12.5)
        log.append("finished")
        run.write_json("results.json", results())
    run.worker_log.write_text("Loading <b>weights</b> from model.safetensors\n", encoding="utf-8")
    return run


def _record_steps(run: RunFolder, n_done: int, n_steps: int) -> None:
    run.log.append("dev", step=0, metric="ndcg@10", value=0.33, n_questions=1, n_chunks=30)
    for step in range(1, n_done + 1):
        run.log.append(
            "train",
            step=step,
            total_steps=n_steps,
            epoch=2 * step / n_steps,
            loss=0.4 + 2.2 / (1 + step / 9) + 0.2 * ((step * 7919) % 11 - 5) / 5,
            learning_rate=3e-5 * min(step / 6, (n_steps - step) / (n_steps - 6)),
            gradient_norm=2 + 6 / (1 + step / 12) + ((step * 104729) % 7) / 7,
        )
        if step % 15 == 0:
            run.log.append("dev", step=step, metric="ndcg@10", value=0.33 + 0.15 * step / (step + 12), n_questions=1, n_chunks=30)


def results() -> dict[str, object]:
    """results.json of the recorded run."""
    scores = {
        name: {"ndcg@10": ndcg, "recall@10": recall, "mrr@10": ndcg - 0.03, "map": ndcg - 0.06, "rubric": round(1 + 4 * ndcg, 2)}
        for name, (ndcg, recall) in SYSTEMS.items()
    }
    return {
        "questions": {"train": 2, "dev": 1, "test": 28},
        "n_chunks": len(CHUNKS),
        "systems": scores,
        "dev": scores,
        "weights": {"base+bm25": 0.5, "tuned+bm25": 0.55},
        "metric": "ndcg@10",
        "baseline": "base+bm25",
        "candidate": "tuned+bm25",
        "comparison": COMPARISON,
        "chosen": "tuned+bm25",
        "chosen_on": "1 dev questions",
    }
