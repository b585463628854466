"""The audit view of the Pairs page: what it sends to the desk, and what stands around it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.records import Decision
from core.store import AuditQueue, Store
from core.workspace import Workspace
from tests.harbour import PAIRS
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from workbench.audit.card import _source
from workbench.audit.deciding import Sitting, take

NEGATIVE = next(pair for pair in PAIRS if pair.label == "negative")


def card(app: AppTest) -> dict[str, Any]:
    """What the desk was last given to show."""
    [desk] = app.get("bidi_component")
    [turn] = json.loads(desk.proto.json or desk.proto.mixed.json)
    return dict(turn)


@pytest.fixture
def judged(workspace: Workspace) -> Workspace:
    """Three of the five pairs are decided, one of them by two people."""
    said = [(0, "accept", "Ada"), (1, "reject", "Ada"), (3, "flag", "Bo"), (1, "accept", "Bo")]
    with Store.open(workspace) as store:
        store.decide(
            [Decision(f"d{n}", PAIRS[place].pair_id, verdict, auditor, 1000.0 + 5 * n) for n, (place, verdict, auditor) in enumerate(said)]  # type: ignore[arg-type]
        )
    return workspace


def test_without_pairs_there_is_no_desk(visit: Visit) -> None:
    app = visit("pairs", view="audit")
    assert not app.exception and not app.get("bidi_component")


def test_the_first_open_pair_is_on_the_desk_and_in_the_url(workspace: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="audit", order="question")
    shown = card(app)
    assert not app.exception and not app.error
    assert shown["pair"] == PAIRS[0].pair_id == app.query_params["pair"]
    assert (shown["headline"], shown["n"], shown["n_done"], shown["last"], shown["lately"]) == ("0 of 5", 5, 0, None, [])
    assert "Who keeps the light?" in shown["html"]["query"]
    assert "judged relevant" in shown["html"]["about"] and "lighthouse" in shown["html"]["text"]


@pytest.mark.parametrize(("name", "source"), [("", "corpus?chunk=a+b%26c"), ("second age", "corpus?chunk=a+b%26c&workspace=second+age")])
def test_its_source_opens_in_the_workspace_of_this_tab(monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> None:
    monkeypatch.setattr("workbench.audit.card.keep_workspace", lambda: name)
    assert _source("a b&c") == source


def test_a_negative_has_its_positive_beside_it(workspace: Workspace, visit: Visit) -> None:
    shown = card(visit("pairs", view="audit", pair=NEGATIVE.pair_id))
    assert "keeps the lighthouse" in shown["html"]["beside-text"]
    assert "walked home along the coast" in shown["html"]["text"]
    assert shown["source"] == f"corpus?chunk={NEGATIVE.chunk_id}"


def test_what_the_tuned_model_is_against_says_so(workspace: Workspace, visit: Visit) -> None:
    assert "against the tuned model" not in card(visit("pairs", view="audit", pair=NEGATIVE.pair_id))["html"]["about"]
    with Store.open(workspace) as store:
        store.adopt_contradictions("run", {NEGATIVE.pair_id: 0.1234, PAIRS[0].pair_id: -0.2})
    about = card(visit("pairs", view="audit", pair=NEGATIVE.pair_id))["html"]["about"]
    assert "against the tuned model" in about
    assert "it came nearer than its query&#x27;s positives: by 0.123" in about
    assert "against the tuned model" not in card(visit("pairs", view="audit", pair=PAIRS[0].pair_id))["html"]["about"]


def test_the_queue_comes_from_the_url(judged: Workspace, visit: Visit) -> None:
    assert card(visit("pairs", view="audit", show="flag"))["pair"] == PAIRS[3].pair_id
    shown = card(visit("pairs", view="audit", show="conflict", auditor="Ada"))
    assert shown["pair"] == PAIRS[1].pair_id
    assert "you rejected this" in shown["html"]["about"]
    assert "accepted" not in shown["html"]["about"]  # what others said would sway the judgement
    assert card(visit("pairs", view="audit", label="negative", rule="same-type"))["headline"] == "1 of 1"


def test_what_was_said_last_is_named_with_what_can_be_added(judged: Workspace, visit: Visit) -> None:
    shown = card(visit("pairs", view="audit", auditor="Ada"))
    assert shown["last"]["verdict"] == "reject" and shown["last"]["becomes_label"] == "positive"
    assert "does answer" in shown["last"]["reasons"]
    assert [one["verdict"] for one in shown["lately"]] == ["reject", "accept"]
    assert card(visit("pairs", view="audit", auditor="Bo"))["last"]["reasons"] == []  # the last word was an accept


def test_a_link_to_a_pair_that_is_gone_leads_to_the_first_open_one(judged: Workspace, visit: Visit) -> None:
    shown = card(visit("pairs", view="audit", pair="gone", order="question"))
    assert shown["pair"] == PAIRS[2].pair_id


def test_progress_shows_rates_and_agreement(judged: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="audit", auditor="Ada")
    app.button(key="audit_progress").click().run()
    assert not app.exception
    figures = {metric.label: metric.value for metric in app.metric}
    assert (figures["Accepted"], figures["Rejected"], figures["Flagged"], figures["False negatives caught"]) == ("2", "0", "1", "0")
    assert "differ on **1 pair**" in words(app)


def test_a_rule_is_switched_off_and_on(judged: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="audit")
    app.button(key="audit_progress").click().run()
    app.toggle(key="rule_on_same-type").set_value(False).run()
    assert not app.exception
    app.switch_page("../pages/train.py").run()
    assert "Switched off: same\\-type" in words(app)


def test_pairs_are_made_anew_by_what_was_decided(judged: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[frozenset[str]] = []
    monkeypatch.setattr("workbench.audit.standing.start_pairs", lambda store, *_: started.append(store.rules_off()))
    with Store.open(judged) as store:
        store.switch_rule("bm25-rank", False)
    app = visit("pairs", view="audit")
    app.button(key="audit_progress").click().run()
    assert not app.toggle(key="rule_on_bm25-rank").value  # none of its pairs is left, and it can still be switched on
    app.button(key="make_anew").click().run()
    assert not app.exception
    assert started == [{"bm25-rank"}]
    assert "Off, so that nothing is made by it: bm25\\-rank" in words(visit("pairs", view="generate"))


def test_train_says_what_decisions_are_in_the_data(judged: Workspace, visit: Visit) -> None:
    shown = words(visit("train"))
    assert "In the data are **3 decisions**: 2 pairs by a person's word, 1 rejected or flagged pair left out" in shown


def test_one_press_decides_the_pair_of_its_turn_once(workspace: Workspace) -> None:
    ada = Sitting(AuditQueue(order="question"), "Ada", repeats=False)
    press = {"turn": "t1", "pair": PAIRS[0].pair_id, "does": "accept", "value": "", "decision": "", "seconds": 2.0}
    with Store.open(workspace) as store:
        assert take(store, ada, press, None).pair_id == PAIRS[1].pair_id
        take(store, ada, {**press, "does": "reject"}, None)  # the same turn again, whatever it says
        assert [(one.verdict, one.seconds) for one in store.decisions()] == [("accept", 2.0)]
        assert take(store, ada, {**press, "turn": "t2", "does": "back"}, None).notice == "This is the first pair of the queue."
        assert take(store, ada, {**press, "does": "undo", "decision": store.decisions()[0].decision_id}, None).pair_id == PAIRS[0].pair_id
        assert "nothing" in take(store, ada, {**press, "does": "undo", "decision": store.decisions()[0].decision_id}, None).notice


def test_repeats_come_unannounced_and_the_queue_goes_on_after_them(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.audit.deciding.REPEAT_EVERY", 1)
    monkeypatch.setattr("workbench.audit.deciding.REPEAT_APART", 1)
    ada = Sitting(AuditQueue(order="question"), "Ada")
    press = {"does": "accept", "value": "", "decision": "", "seconds": 2.0}
    with Store.open(workspace) as store:
        first = take(store, ada, {**press, "turn": "1", "pair": PAIRS[0].pair_id}, None)
        assert (first.pair_id, first.then) == (PAIRS[1].pair_id, None)  # nothing lies far enough back
        second = take(store, ada, {**press, "turn": "2", "pair": PAIRS[1].pair_id}, None)
        assert (second.pair_id, second.then) == (PAIRS[0].pair_id, PAIRS[2].pair_id)
        assert take(store, ada, {**press, "turn": "3", "pair": PAIRS[0].pair_id}, second.then).pair_id == PAIRS[2].pair_id
