"""The Corpus page: search and facets, charts, entities and their corrections, quality and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.records import Chunk, Corpus
from core.store import ChunkFilter, Store
from core.workspace import Workspace
from tests.harbour import CHUNKS, ENTITIES, PAIRS, QUESTIONS
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from workbench.corpus import charting
from workbench.session import current


@pytest.fixture
def flawed(tmp_path: object, workspace: Workspace) -> Iterator[Workspace]:
    """The harbour with a judged chunk said twice, a near copy, an empty chunk, and a mention that no entity claims."""
    first = CHUNKS[0]
    copies = (
        replace(CHUNKS[20], chunk_id="copy-1", filename="copies.md"),
        replace(first, chunk_id="copy-2", text=f"{first.text} ", filename="copies.md"),
        Chunk("hollow-1", "<br/> https://a.example/x ---", "copies.md"),
        Chunk("gull-1", "The gull called Whistler sits on the roof.", "copies.md", mentions={"character": ("Whistler",)}),
    )
    with Store.open(workspace) as store:
        store.import_corpus(Corpus((*CHUNKS, *copies), ENTITIES, QUESTIONS), {}, "flawed")
        store.save_pairs(PAIRS)
    yield workspace


def test_search_filters_and_counts(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus")
    assert "30 chunks" in words(app)
    app.text_input(key="search").set_value("bells ringing").run()
    assert "of 30 chunks" in words(app) and "<mark" in words(app) and "BM25" in words(app)
    app.text_input(key="search").set_value("").run()
    app.multiselect(key="entity").set_value(["Old Brandt"]).run()
    assert "5 of 30 chunks" in words(app)  # they mention or name him, under whatever name is asked for
    app.multiselect(key="entity").set_value(["Old Brandt", "Grey Heron"]).run()
    assert "2 of 30 chunks" in words(app)
    app.button(key="clear").click().run()
    assert "30 chunks" in words(app) and app.multiselect(key="entity").value == []


def test_a_search_without_a_hit_says_so(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", search="zeppelin")
    assert "No chunk matches" in words(app) and not app.exception


def test_a_link_opens_what_it_names(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", search="ledger", type="things", chunk="ledger-1")
    assert "5 of 30 chunks" in words(app)
    assert "שלום" in words(app) and "<script" not in words(app)


def test_the_chunk_that_is_clicked_is_read(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus")
    app.button(key="read_ilsa-2").click().run()
    assert app.query_params["chunk"] == "ilsa-2"
    assert "Grey Heron (item)" in words(app)  # what the mark's title says
    app.button(key="neighbour_ilsa-3").click().run()
    assert app.query_params["chunk"] == "ilsa-3"


def test_an_opened_chunk_says_what_it_takes_part_in(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", chunk="great_bell-3")
    labels = [expander.label for expander in app.expander]
    assert "Judged for 1 question" in labels and "Takes part in 1 pair" in labels


def test_a_link_to_a_chunk_that_is_gone_says_so(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", chunk="never-was")
    assert "not in the corpus" in app.warning[0].value


def test_a_search_by_meaning_asks_under_which_model(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", by="meaning")
    assert app.selectbox(key="model").value == "base"
    assert not app.exception


def test_charts_are_drawn_and_follow_the_filter(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", view="charts")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 8
    assert app.dataframe[0].value.shape[0] == 15
    app = visit("corpus", view="charts", type="people")
    assert "12 of 30 chunks" in words(app)
    assert "tokens" in words(app) and "Least covered topics" in words(app)


def test_a_name_is_given_and_taken_back(workspace: Workspace, visit: Visit) -> None:
    app = visit("corpus", view="entities", name="tomas")
    before = words(app)
    assert "2 chunks speak of it" in before
    app.text_input[1].set_value("children of the harbour")
    app.form_submit_button[0].click().run()
    assert not app.exception and not app.error
    assert "3 chunks speak of it" in words(app)  # brandt-5 names the children
    [undo] = [button for button in app.button if button.key.startswith("undo_")]
    undo.click().run()
    assert "2 chunks speak of it" in words(app)


@pytest.mark.parametrize(("key", "said"), [("undo_", "taken back already"), ("drop_", "is no alias of")])
def test_what_another_tab_took_back_is_a_sentence(workspace: Workspace, visit: Visit, key: str, said: str) -> None:
    app = visit("corpus", view="entities", name="tomas")
    app.text_input[1].set_value("children of the harbour")
    app.form_submit_button[0].click().run()
    pressed = [button for button in app.button if button.key.startswith(key)][-1]
    store = current().store
    store.undo_correction(store.corrections()[0].correction_id)
    pressed.click().run()
    assert said in app.error[0].value and not app.exception


def test_a_range_ends_where_the_lengths_end(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visit("corpus", view="charts")
    state = {"tokens_ends": (10, 97), "page": 3}
    monkeypatch.setattr(charting.st, "session_state", state)
    monkeypatch.setattr(charting.state, "to_first_page", lambda: None)
    charting._set_range("tokens", 98.0, 64.0, whole=True)
    assert state["tokens"] == (64, 97)
    charting._set_range("time", 1.0, 2.0, whole=False)
    assert "time" not in state  # all at one place in time: there is no slider


@pytest.mark.parametrize("name", ["", "Tomas"])
def test_a_name_that_adds_nothing_is_refused_in_a_sentence(workspace: Workspace, visit: Visit, name: str) -> None:
    app = visit("corpus", view="entities", name="tomas")
    app.text_input[1].set_value(name)
    app.form_submit_button[0].click().run()
    assert len(app.error) == 1 and not app.exception


def test_a_mention_that_nobody_claims_becomes_a_name(flawed: Workspace, visit: Visit) -> None:
    app = visit("corpus", view="entities", list="unclaimed")
    assert app.dataframe[0].value["name"].tolist() == ["Whistler"]
    next(box for box in app.text_input if box.label == "Which entity is meant?").set_value("odda").run()
    app.button(key="claim").click().run()
    assert "There are none" in words(app)
    app = visit("corpus", entity="Odda")
    assert "gull-1" in {button.key.removeprefix("read_") for button in app.button}


def test_quality_lists_and_leaves_out_reversibly(flawed: Workspace, visit: Visit) -> None:
    app = visit("corpus", view="quality")
    assert not app.exception
    assert "copies.md" in words(app)
    app.button(key="search_copy-1").click().run()
    assert "left out of search" in words(app)
    [back] = [button for button in app.button if button.key.startswith("back_")]
    back.click().run()
    assert "left out of search" not in words(app)


def test_a_judged_chunk_out_of_search_is_pointed_out(flawed: Workspace, visit: Visit) -> None:
    app = visit("corpus", chunk="great_bell-3")
    assert "judged relevant for 1 held-out question" in words(app)
    app.button(key="out_search").click().run()
    app = visit("corpus", view="quality")
    assert "cannot be found any more" in app.warning[0].value


def test_a_corpus_without_entities_says_what_is_missing(tmp_path: object, visit: Visit) -> None:
    with Store.open(Workspace.create(tmp_path / "workspace")) as store:  # type: ignore[operator]
        store.import_corpus(Corpus((Chunk("a", "One text alone.", "a.md"),)), {}, "bare")
    for view in ("read", "charts", "entities", "quality"):
        app = visit("corpus", view=view)
        assert not app.exception and not app.error
    assert "No copies" in app.success[0].value
    assert "no entity indexes" in visit("corpus", view="entities").info[0].value


def test_what_is_left_out_of_search_leaves_the_systems(flawed: Workspace) -> None:
    with Store.open(flawed) as store:
        before, made_from = store.counts().n_searchable, store.corpus_fingerprint()
        store.leave_out(ChunkFilter(ids=("copy-1",)), "search", "copy")
        assert store.counts().n_searchable == before - 1 == len(store.chunks(searchable_only=True))
        assert store.corpus_fingerprint() != made_from and store.pairs_outdated()
        store.leave_out(ChunkFilter(ids=("copy-1",)), "search", "", is_out=False)
        assert store.corpus_fingerprint() == made_from and not store.pairs_outdated()
