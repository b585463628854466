"""A judgement is given, or taken back. On a train question it also teaches; a held-out question's result never becomes training data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.pairing.guard import remove_leaks
from core.records import BY_HAND, Decision, Hardness, Judgement, Label, Pair, Question, Verdict, content_id
from core.store import Store

GRADES = {0: "not relevant", 1: "relevant", 2: "answers in part", 3: "answers"}
RELEVANT = 1
"""The grade that a plain "relevant" stands for: what a set without finer grades gives."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it, in a sentence."""

    sentence: str
    refused: bool = False


def teach(store: Store, pair: Pair) -> Told:
    """Adds what the guard lets through: a query that gives a held-out question away must not be trained on, whoever adds it."""
    guarded = remove_leaks([pair], store.questions(), store.entities())
    spelled = "positive" if pair.label == "positive" else "hard negative"
    if guarded.removed:
        return Told(f"Not added, because it would give away what is measured: {guarded.removed[0].how}", refused=True)
    if store.add_pairs([pair]):
        return Told(f"Added as a {spelled}.")
    return Told(f"It is a {spelled} already: judge it on the Pairs page.")


def give(store: Store, question: Question, judgement: Judgement) -> Told:
    """Appends the judgement. On a train question the result also becomes a positive, or a hard negative, that a person accepted, and a
    pair that says the contrary is rejected."""
    store.judge([judgement])
    said = f"Judged {GRADES[judgement.grade]}."
    if question.split != "train":
        return Told(f"{said} It counts in what is measured from the next evaluation on, and is never trained on.")
    pair = _pair(question, judgement)
    taught = teach(store, pair)
    if taught.refused:
        return Told(f"{said} {taught.sentence}", refused=True)
    contrary = replace(pair, label="negative" if pair.label == "positive" else "positive")
    store.decide(
        [_decision(judgement, pair, "accept"), *([_decision(judgement, contrary, "reject")] if store.pair(contrary.pair_id) else [])]
    )
    return Told(f"{said} It is trained on as a {'positive' if pair.label == 'positive' else 'hard negative'}.")


def take_back(store: Store, question: Question, auditor: str, judgement_id: str = "") -> Judgement | None:
    """Takes back an auditor's judgement of a question, the latest one that stands or the named one; None where there is none. What it
    taught is rejected, unless it was there before, or a colleague accepts it: then only the decisions on it go."""
    taken = store.unjudge(question.question_id, auditor, judgement_id)
    if taken and question.split == "train":
        pair = _pair(question, taken)
        for verdict in ("accept", "reject"):
            store.undo(auditor, content_id("judged", taken.judgement_id, verdict))
        held = store.pair(pair.pair_id)
        if held and held.rule == BY_HAND and held.pair_id not in store.verdicts([held.pair_id]):
            store.decide([replace(_decision(taken, pair, "reject"), decision_id=content_id("unjudged", taken.judgement_id))])
    return taken


def _pair(question: Question, judgement: Judgement) -> Pair:
    label: Label = "positive" if judgement.grade else "negative"
    hardness: Hardness = "" if judgement.grade else "hard"
    return Pair(question.text, judgement.chunk_id, label, BY_HAND, question.question_id, hardness=hardness, reason="Judged by hand.")


def _decision(judgement: Judgement, pair: Pair, verdict: Verdict) -> Decision:
    decision_id = content_id("judged", judgement.judgement_id, verdict)
    return Decision(decision_id, pair.pair_id, verdict, judgement.auditor, judgement.made_at, judgement.seconds)
