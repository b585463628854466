"""What a preview shows of a corpus that nobody has asked about."""

from dataclasses import replace
from pathlib import Path

from core.mining.ground import Ground
from core.preview import Readied, preview_pairs, readied
from core.records import SENTENCE
from core.settings import Settings
from core.store import Store
from tests.harbour import prepare


def test_without_questions_a_preview_shows_synthetic_queries_and_no_sentences(tmp_path: Path) -> None:
    workspace = prepare(tmp_path / "workspace")
    with Store.open(workspace) as store:
        corpus = replace(readied(store).corpus, questions=())
        ready = Readied(corpus, Ground(corpus.chunks, corpus.entities))
        made = preview_pairs(store, workspace, Settings(_env_file=None), ready)  # type: ignore[call-arg]
    rules = {pair.rule for pair in made.pairs if pair.label == "positive"}
    assert rules and SENTENCE not in rules
