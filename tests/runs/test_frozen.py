from pathlib import Path

from core.records import Chunk, Corpus, Entity, Pair, Question
from core.runs.frozen import freeze_corpus, read_corpus, read_pairs, to_lines

CORPUS = Corpus(
    (
        Chunk("c1", "Line\u2028one \r 🌊", "f", mentions={"place": ("Salt Gate",)}, temporal_order=2.0, extra={"k": [1]}),
        Chunk("c2", "Two", "f"),
    ),
    (Entity("Salt Gate", "place", ("the Gate",), "salt_gate", {"summary": "A gate."}),),
    (Question("q1", "Where?", expected_topics=("Salt Gate",), judgements={"c1": 2}, split="test"),),
)


def test_a_frozen_corpus_reads_back_the_same(tmp_path: Path):
    name = freeze_corpus(tmp_path, CORPUS)
    (tmp_path / "questions.jsonl").write_text(to_lines(CORPUS.questions), encoding="utf-8")
    assert read_corpus(tmp_path, name, tmp_path / "questions.jsonl") == CORPUS


def test_an_equal_corpus_is_frozen_once_and_a_changed_one_again(tmp_path: Path):
    first = freeze_corpus(tmp_path, CORPUS)
    assert freeze_corpus(tmp_path, Corpus(CORPUS.chunks, CORPUS.entities)) == first
    assert freeze_corpus(tmp_path, Corpus(CORPUS.chunks[:1], CORPUS.entities)) != first
    assert len(list(tmp_path.iterdir())) == 4


def test_pairs_read_back_the_same(tmp_path: Path):
    pairs = (Pair("q", "c1", "positive", "judged", "q1", score=0.5, reason="why", evidence={"topics": ["a"]}),)
    (tmp_path / "pairs.jsonl").write_text(to_lines(pairs), encoding="utf-8")
    assert read_pairs(tmp_path / "pairs.jsonl") == pairs
