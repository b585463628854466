"""The whole survey of the harbour, and what the store makes of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.errors import InputError
from core.records import Chunk, Corpus, Entity, Judgement, Question
from core.retrieval.systems import Lexical
from core.store import ChunkFilter, EntityFilter, Store
from core.survey.files import forget_survey, has_survey, read_survey, write_survey
from core.survey.take import STEPS, take_survey
from core.taking_along import rows_as
from core.workspace import Workspace
from tests.harbour import CHUNKS, CORPUS, ENTITIES, PAIRS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The harbour, surveyed."""
    with Store.open(Workspace.create(tmp_path / "w")) as opened:
        opened.import_corpus(CORPUS, {}, "harbour")
        opened.save_pairs(PAIRS)
        opened.save_survey(take_survey(opened.corpus(), None), opened.surveyable())
        yield opened


def ids(store: Store, **facets: object) -> list[str]:
    return store.chunk_ids(ChunkFilter(**facets))  # type: ignore[arg-type]


def entity_id(name: str) -> str:
    return next(entity.entity_id for entity in ENTITIES if entity.name == name)


def test_it_says_how_far_it_is_and_can_be_stopped() -> None:
    said: list[str] = []
    take_survey(CORPUS, None, lambda step, done, total: said.append(step))
    assert list(dict.fromkeys(said)) == [step for step in STEPS if step != "lengths"]

    def stop(step: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_survey(CORPUS, None, stop)


def test_files_hold_all_of_it(tmp_path: Path) -> None:
    taken = take_survey(CORPUS, None)
    write_survey(taken, tmp_path)
    read = read_survey(tmp_path)
    assert has_survey(tmp_path) and read.postings.equals(taken.postings) and read.named.equals(taken.named)
    forget_survey(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_search_by_words_is_the_bm25_system(store: Store) -> None:
    """The same chunks in the same order with the same scores as the system that is compared, cut to those with every word."""
    lexical = Lexical([chunk.document for chunk in CHUNKS])
    for query in ("bell house", "who rings the bell", "the ledger of Ilsa"):
        scores = lexical.scores([query])[0]
        page = store.page_of_chunks(ChunkFilter(text=query, some=True), 0, 100)
        by_id = {chunk.chunk_id: score for chunk, score in zip(CHUNKS, scores, strict=True)}
        assert page["score"].tolist() == pytest.approx([by_id[chunk_id] for chunk_id in page["chunk_id"]], rel=1e-5)
        assert page["score"].is_monotonic_decreasing
        assert set(ids(store, text=query)) <= set(page["chunk_id"])


@pytest.mark.parametrize("text", ["zeppelin", "bell zeppelin", "the of", "50% (", "'; DROP TABLE chunks"])
def test_a_search_that_cannot_match_finds_nothing(store: Store, text: str) -> None:
    assert ids(store, text=text) == []


def test_an_import_that_changes_something_ends_the_survey(store: Store) -> None:
    store.import_corpus(CORPUS, {}, "harbour")
    assert store.survey() is not None
    taken_of, late = store.surveyable(), take_survey(CORPUS, None)
    store.import_corpus(replace(CORPUS, chunks=CHUNKS[1:]), {}, "harbour")
    assert store.survey() is None and store.charts(ChunkFilter()).n_chunks == 29
    assert ids(store, text="bell") and ids(store, entity=("the Keeper",))  # by mentions and as written
    with pytest.raises(InputError, match="has changed"):
        store.save_survey(late, taken_of)


def test_a_survey_that_was_begun_before_a_correction_is_refused(store: Store) -> None:
    taken_of, late = store.surveyable(), take_survey(store.corpus(), None)
    store.correct_alias(entity_id("Tomas"), "children of the harbour", adds=True)
    with pytest.raises(InputError, match="has changed"):
        store.save_survey(late, taken_of)
    assert "brandt-5" in ids(store, entity=("Tomas",))
    store.undo_correction(store.corrections()[0].correction_id)
    store.save_survey(late, taken_of)  # what it was taken of holds again


def test_facets_agree_with_what_they_say(store: Store) -> None:
    assert ids(store, entity=("the smith Odda",)) == ["great_bell-3", "great_bell-6"]
    assert ids(store, entity=("Captain Brandt", "Grey Heron")) == ["ilsa-2", "brandt-1"]
    assert ids(store, time=(6.0, None), wiki_type=("people",)) == ["ilsa-6", "brandt-6"]
    assert ids(store, topic=("Odda",)) == ids(store, entity=("Odda",))
    assert set(ids(store, entity_type=("item",))) == {row for name in ("Great Bell", "Grey Heron") for row in ids(store, entity=(name,))}


def test_charts_leave_their_own_facet_open(store: Store) -> None:
    charts = store.charts(ChunkFilter(wiki_type=("people",)))
    assert charts.n_chunks == 12
    assert dict(zip(charts.wiki_type["value"], charts.wiki_type["n"], strict=True)) == {"people": 12, "places": 6, "things": 12}
    assert dict(zip(charts.source["value"], charts.source["n"], strict=True)) == {"saga": 12}
    for row in charts.entities.itertuples():
        assert row.n == len(ids(store, wiki_type=("people",), entity=(row.value,)))
    meet = {(row.one, row.other): row.n for row in charts.together.itertuples()}
    assert meet[entity_id("Captain Brandt"), entity_id("Grey Heron")] == 2


def test_topics_without_an_entity_are_counted_by_their_words(tmp_path: Path) -> None:
    asked = (Question("q", "?", expected_topics=("frozen sea", "Odda", "tin"), split="test"),)
    chunks = (Chunk("a", "The frozen sea groans.", "a"), Chunk("b", "Odda by the Frozen Sea.", "b"))
    with Store.open(Workspace.create(tmp_path / "w")) as store:
        store.import_corpus(Corpus(chunks, (Entity("Odda", "character"),), asked), {}, "x")
        store.save_survey(take_survey(store.corpus(), None), store.surveyable())
        topics = store.charts(ChunkFilter()).topics
        assert dict(zip(topics["value"], topics["n"], strict=True)) == {"tin": 0, "Odda": 1, "frozen sea": 2}
        assert ids(store, topic=("frozen sea",)) == ["a", "b"]


def test_a_corrected_name_is_followed_everywhere_and_outlives_an_import(store: Store) -> None:
    tomas = entity_id("Tomas")
    before, revision = store.corpus_fingerprint(), store.corpus_revision()
    assert store.correct_alias(tomas, "children of the harbour", adds=True) == 3
    assert "brandt-5" in ids(store, entity=("Tomas",)) and store.corpus_revision() > revision
    assert next(entity for entity in store.entities() if entity.name == "Tomas").aliases == ("children of the harbour",)
    assert store.corpus_fingerprint() != before and store.pairs_outdated()
    store.import_corpus(replace(CORPUS, chunks=CHUNKS[1:]), {}, "harbour")
    store.save_survey(take_survey(store.corpus(), None), store.surveyable())
    assert "brandt-5" in ids(store, entity=("Tomas",))
    store.undo_correction(store.corrections()[0].correction_id)
    assert store.corrections() == () and "brandt-5" not in ids(store, entity=("Tomas",))


def test_what_is_corrected_at_once_is_what_a_new_survey_finds(store: Store) -> None:
    """Names inside and around a name matter: taking "the bell" away and giving "Bell" must leave what reading everything again would."""
    store.correct_alias(entity_id("Great Bell"), "the bell", adds=False)
    store.correct_alias(entity_id("Odda"), "Bell", adds=True)
    store.correct_alias(entity_id("Bell House"), "the hill above Osterhaven", adds=True)
    at_once = {entity.name: ids(store, entity=(entity.name,)) for entity in ENTITIES}
    store.save_survey(take_survey(store.corpus(), None), store.surveyable())
    assert {entity.name: ids(store, entity=(entity.name,)) for entity in ENTITIES} == at_once


def test_a_new_name_is_found_however_a_text_joins_its_words(tmp_path: Path) -> None:
    chunks = (Chunk("a", "They met at the Bell-House.", "a"), Chunk("b", "The House\nkept no bell.", "b"), Chunk("c", "No bell.", "c"))
    tower = Entity("Tower", "place")
    with Store.open(Workspace.create(tmp_path / "w")) as store:
        store.import_corpus(Corpus(chunks, (tower,)), {}, "x")
        store.save_survey(take_survey(store.corpus(), None), store.surveyable())
        assert store.correct_alias(tower.entity_id, "Bell House", adds=True) == 1
        assert ids(store, entity=("Tower",)) == ["a"]
        store.save_survey(take_survey(store.corpus(), None), store.surveyable())
        assert ids(store, entity=("Tower",)) == ["a"]
        assert store.correct_alias(tower.entity_id, "Bell House", adds=False) == 0


@pytest.mark.parametrize(("alias", "adds"), [("", True), ("Tomas", True), ("x" * 201, True), ("nobody", False), ("Tomas", False)], ids=str)
def test_a_correction_that_cannot_be_is_a_sentence(store: Store, alias: str, adds: bool) -> None:
    with pytest.raises(InputError):
        store.correct_alias(entity_id("Tomas"), alias, adds=adds)
    with pytest.raises(InputError, match="not in the corpus"):
        store.correct_alias("0" * 16, "x", adds=True)


def test_entities_are_listed_by_what_does_not_meet(store: Store) -> None:
    def names(**where: object) -> list[str]:
        return store.page_of_entities(EntityFilter(**where), 0, 50)["name"].tolist()  # type: ignore[arg-type]

    silent, rival = Entity("Unheard", "place"), Entity("Mara", "character", ("Odda",))
    store.import_corpus(replace(CORPUS, entities=(*ENTITIES, silent, rival)), {}, "harbour")
    assert names(shown="unmentioned") == ["Mara", "Unheard"]
    assert names(shown="ambiguous") == ["Odda", "Mara"]
    assert sorted(names(text="bell")) == ["Bell House", "Great Bell"]
    tally = store.entity_tally()
    assert (tally["all"], tally["ambiguous"], tally["unmentioned"]) == (11, 2, 2)
    assert store.rivals(rival.entity_id)["name"].tolist() == ["Odda"]


def test_left_out_of_training_is_trained_on_no_more(store: Store) -> None:
    where = ChunkFilter(ids=("ilsa-1",))
    assert store.would_leave_out(where, "training").n_pairs == 1
    assert store.leave_out(where, "training", "copy") == 1 and store.leave_out(where, "training", "copy") == 0
    assert "ilsa-1" not in {pair.chunk_id for pair in store.training_pairs()} and not store.pairs_outdated()
    assert ids(store, left_out=("training",)) == ["ilsa-1"]
    assert store.take_in_again(store.left_out_batches()["batch"].iloc[0]) == 1
    assert "ilsa-1" in {pair.chunk_id for pair in store.training_pairs()}


def test_judged_chunks_out_of_search_are_counted(store: Store) -> None:
    where = ChunkFilter(ids=("great_bell-3", "ilsa-1"))
    assert store.would_leave_out(where, "search").judged["question_id"].tolist() == ["q-bell"]  # q-keeper is a train question
    store.leave_out(where, "search", "copies")
    assert store.unfindable() == (1, 1)
    assert not {chunk.chunk_id for chunk in store.corpus().searchable} & {"great_bell-3", "ilsa-1"}


def test_what_was_judged_in_the_app_counts_where_a_chunk_is_left_out(store: Store) -> None:
    def lost(chunk_id: str) -> list[str]:
        return store.would_leave_out(ChunkFilter(ids=(chunk_id,)), "search").judged["question_id"].tolist()

    assert (lost("ilsa-2"), lost("brandt-1")) == ([], ["q-ship"])
    store.judge([Judgement("j1", "q-ship", "ilsa-2", 2, "Ada", 1.0), Judgement("j2", "q-ship", "brandt-1", 0, "Ada", 2.0)])
    assert (lost("ilsa-2"), lost("brandt-1")) == (["q-ship"], [])  # the one made in the app stands in place of the imported one
    store.judge([Judgement("j3", "q-knots", "ilsa-2", 1, "Ada", 3.0)])
    assert store.leave_out(ChunkFilter(ids=("ilsa-2", "brandt-1")), "search", "copies") == 2
    assert store.unfindable() == (2, 1)  # one chunk that two questions need
    store.unjudge("q-ship", "Ada", "j2")
    assert store.unfindable() == (2, 2)


def test_a_chunk_lists_the_questions_that_it_is_judged_for_in_the_app_too(store: Store) -> None:
    def graded(chunk_id: str) -> dict[str, int]:
        asked = store.questions_of(chunk_id, 10)
        return dict(zip(asked["question_id"], asked["grade"], strict=True))

    assert graded("brandt-1") == {"q-ship": 2}
    store.judge([Judgement("j1", "q-ship", "brandt-1", 0, "Ada", 1.0), Judgement("j2", "q-knots", "brandt-1", 3, "Ada", 2.0)])
    assert graded("brandt-1") == {"q-knots": 3, "q-ship": 0}
    store.unjudge("q-ship", "Ada")
    assert graded("brandt-1") == {"q-knots": 3, "q-ship": 2}


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_selection_as_a_file_holds_what_the_store_holds(store: Store, form: str) -> None:
    raw = rows_as(form, store.taken_along(ChunkFilter(wiki_type=("things",))))
    read = {
        "jsonl": lambda: pd.DataFrame([json.loads(line) for line in raw.decode().splitlines()]),
        "csv": lambda: pd.read_csv(io.BytesIO(raw), encoding="utf-8-sig"),
        "parquet": lambda: pd.read_parquet(io.BytesIO(raw)),
    }[form]()
    wanted = [chunk for chunk in CHUNKS if chunk.wiki_type == "things"]
    assert read["chunk_id"].tolist() == [chunk.chunk_id for chunk in wanted]
    assert [text.lstrip("'") for text in read["text"]] == [chunk.text for chunk in wanted]


def test_an_old_workspace_is_linked_when_it_is_opened(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    with Store.open(workspace) as store:
        store.import_corpus(CORPUS, {}, "harbour")
        with store._database.writing() as cursor:
            cursor.execute("DELETE FROM links")
            cursor.execute("INSERT INTO meta VALUES ('unlinked', 'yes')")
    with Store.open(workspace) as store:
        assert store.entity_tally()["unmentioned"] == 0
