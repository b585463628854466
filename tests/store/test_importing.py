"""An import becomes the state of the workspace, whole or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InputError
from core.records import Chunk, Corpus, Entity, Pair, Question
from core.store import Change, Store, importing
from core.workspace import Workspace

NOTHING_NEW = Change(added=0, changed=0, removed=0, unchanged=5)


def test_what_goes_in_comes_out(store: Store, codex: Corpus) -> None:
    change = store.import_corpus(codex, {}, "codex")

    assert change == Change(added=5, changed=0, removed=0, unchanged=0, n_entities_changed=3, n_questions_changed=3)
    assert store.corpus() == codex
    assert list(store.chunks()[0].mentions) == ["place", "character"]
    assert list(store.questions()[1].judgements) == ["c2", "c1"]


def test_a_closed_workspace_keeps_everything(workspace: Workspace, codex: Corpus) -> None:
    with Store.open(workspace) as store:
        store.import_corpus(codex, {"n_chunks": 5}, "codex")
        revision, fingerprint = store.revision(), store.corpus_fingerprint()

    with Store.open(workspace) as store:
        assert store.corpus() == codex
        assert (store.revision(), store.corpus_fingerprint()) == (revision, fingerprint)


def test_the_same_again_writes_nothing(filled: Store, codex: Corpus) -> None:
    before = filled.revision(), filled.last_import()

    assert filled.import_corpus(codex, {"n_chunks": 5}, "codex") == NOTHING_NEW
    assert not NOTHING_NEW.anything
    assert (filled.revision(), filled.last_import()) == before


def test_the_same_corpus_from_elsewhere_is_recorded(filled: Store, codex: Corpus) -> None:
    assert filled.import_corpus(codex, {"problems": ["x"]}, "copy of codex") == NOTHING_NEW

    last = filled.last_import()
    assert last is not None
    assert (last.source, last.report, last.n_chunks, last.n_entities, last.n_questions) == ("copy of codex", {"problems": ["x"]}, 5, 3, 3)


@pytest.mark.parametrize(
    "part",
    [
        {"text": "Other."}, {"filename": "Other"}, {"title": "T"}, {"source": "s"}, {"wiki_type": "w"}, {"temporal_order": 9.0},
        {"searchable": False}, {"extra": {"page": 8}}, {"mentions": {"place": ("Aven", "Bell Tower"), "character": ("Mira",)}},
    ],
    ids=str,
)  # fmt: skip
def test_every_part_of_a_chunk_counts_as_a_change(filled: Store, codex: Corpus, part: dict[str, object]) -> None:
    fingerprint = filled.corpus_fingerprint()
    other = replace(codex, chunks=(replace(codex.chunks[0], **part), *codex.chunks[1:]))

    assert filled.import_corpus(other, {}, "codex") == Change(added=0, changed=1, removed=0, unchanged=4)
    assert filled.corpus() == other
    assert filled.corpus_fingerprint() != fingerprint


def test_entities_and_questions_change_by_themselves(filled: Store, codex: Corpus) -> None:
    entities = (replace(codex.entities[0], aliases=("the Warden",)), *codex.entities[1:])
    questions = (codex.questions[0], replace(codex.questions[1], judgements={"c2": 1, "c1": 0}))
    other = Corpus(codex.chunks, entities, questions)

    change = filled.import_corpus(other, {}, "codex")

    assert change == Change(added=0, changed=0, removed=0, unchanged=5, n_entities_changed=1, n_questions_changed=2)
    assert filled.corpus() == other


def test_a_new_order_is_a_change_though_no_chunk_changed(filled: Store, codex: Corpus) -> None:
    revision, fingerprint = filled.revision(), filled.corpus_fingerprint()
    turned = replace(codex, chunks=codex.chunks[::-1])

    change = filled.import_corpus(turned, {}, "codex")

    assert change == replace(NOTHING_NEW, moved=True)
    assert change.anything
    assert filled.chunks() == turned.chunks
    assert filled.revision() > revision
    assert filled.corpus_fingerprint() != fingerprint


def test_chunks_come_and_go(filled: Store, codex: Corpus) -> None:
    new = Chunk("c0", "First.", "New", mentions={"place": ("Aven",)})
    other = replace(codex, chunks=(new, codex.chunks[0], codex.chunks[4]))

    change = filled.import_corpus(other, {}, "codex")

    assert (change.added, change.changed, change.removed, change.unchanged) == (1, 0, 3, 2)
    assert filled.corpus() == other
    assert filled.import_corpus(codex, {}, "codex").added == 3
    assert filled.corpus() == codex


def test_the_same_content_under_another_id_is_another_corpus(filled: Store, codex: Corpus) -> None:
    fingerprint = filled.corpus_fingerprint()
    filled.import_corpus(replace(codex, chunks=(replace(codex.chunks[0], chunk_id="z"), *codex.chunks[1:])), {}, "codex")

    assert filled.corpus_fingerprint() != fingerprint


def test_pairs_of_the_gone_go_with_them(filled: Store, codex: Corpus) -> None:
    kept = Pair("bell?", "c1", "positive", "synthetic-question")
    filled.save_pairs([kept, Pair("salt?", "c4", "positive", "judged"), Pair("law?", "c1", "positive", "judged", question_id="q0")])
    filled.save_unpaired({"q0": "no topics", "q2": "no chunk covers its topics"})
    assert not filled.pairs_outdated()

    filled.import_corpus(Corpus(codex.chunks[:3], codex.entities, codex.questions[:2]), {}, "codex")

    assert filled.pairs() == (kept,)
    assert filled.unpaired() == {"q2": "no chunk covers its topics"}
    assert filled.pairs_outdated()


def test_an_exception_in_the_middle_leaves_the_old_state(filled: Store, codex: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled.revision(), filled.last_import(), filled.corpus_fingerprint()
    replace_table = importing.replace

    def fail_at_questions(cursor: object, staged: object) -> object:
        if staged.table == "questions":
            raise KeyboardInterrupt
        return replace_table(cursor, staged)

    monkeypatch.setattr(importing, "replace", fail_at_questions)
    with pytest.raises(KeyboardInterrupt):
        filled.import_corpus(Corpus(chunks=(Chunk("n", "New.", "New"),)), {}, "other")

    assert filled.corpus() == codex
    assert (filled.revision(), filled.last_import(), filled.corpus_fingerprint()) == before
    monkeypatch.undo()
    assert filled.import_corpus(Corpus(), {}, "other").removed == 5  # and the store still writes


@pytest.mark.parametrize(
    ("corpus", "told"),
    [
        (Corpus(chunks=(Chunk("c1", "a", "f"), Chunk("c1", "b", "f"))), "The chunk_id 'c1' is given more than once"),
        (Corpus(questions=(Question("q", "a"), Question("q", "b"))), "The question_id 'q' is given more than once"),
        (Corpus(chunks=(Chunk("c1", "Half a smile: \ud83d", "f"),)), "after 'Half a smile: '"),
        (Corpus(entities=(Entity("Mira", "character", ("\ude00",)),)), "half of a two-part character"),
    ],
)
def test_what_no_table_can_hold_is_told(filled: Store, codex: Corpus, corpus: Corpus, told: str) -> None:
    with pytest.raises(InputError, match=told):
        filled.import_corpus(corpus, {}, "bad")
    assert filled.corpus() == codex


def test_a_mention_type_without_names_is_no_mention(store: Store) -> None:
    bare = Corpus(chunks=(Chunk("c", "Text.", "f"),))
    store.import_corpus(Corpus(chunks=(Chunk("c", "Text.", "f", mentions={"place": ()}),)), {}, "a")

    assert store.corpus() == bare
    assert store.import_corpus(bare, {}, "a").unchanged == 1


def test_a_new_workspace_is_empty(store: Store) -> None:
    assert store.corpus() == Corpus()
    assert store.last_import() is None
    assert store.revision() == 0
    assert not store.import_corpus(Corpus(), {}, "nothing").anything
