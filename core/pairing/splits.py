"""Train, dev and test: settled before anything is made of the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.corpus.about import About
from core.pairing.groups import Group, groups_of
from core.records import Corpus, Question, Split, content_id

TRAIN_SHARE = 0.5
DEV_SHARE = 0.2
DEV_OF_TRAIN_SHARE = 0.1

_PROTECTED_FIRST: tuple[Split, ...] = ("test", "dev", "train")
_NEEDED_FIRST: tuple[Split, ...] = ("test", "train", "dev")  # without test nothing is proved, without train nothing learned


def assign_splits(corpus: Corpus, seed: int) -> Corpus:
    """The corpus with a split for every question; the same corpus and seed always give the same splits.

    A split that a question came with is kept, and questions that share its text, a relevant chunk or what they are about follow
    it (`groups_of`): into test if one of them is there, else dev, else train. Every other group is put by a hash of the seed and
    the group: half train, a fifth dev, three tenths test. Questions added later leave the others where they are, unless they
    join two groups into one or make one too large. Where train questions came along but no dev ones, a tenth of the train groups
    becomes dev.
    """
    questions, about = corpus.questions, About.of_these(corpus.questions, corpus.entities)
    given = {question.split for question in questions} - {None}
    if any(question.split is None for question in questions):
        questions = _fill(questions, about, seed, alone=not given)
    if "train" in given and not any(question.split == "dev" for question in questions):
        questions = _carve_dev(questions, about, seed)
    return replace(corpus, questions=questions)


def _fill(questions: Sequence[Question], about: About, seed: int, alone: bool) -> tuple[Question, ...]:
    """Every question without a split gets its group's. `alone`: no question came with one, so no split may stay empty."""
    groups = groups_of(questions, about.question)
    if len(groups) < len(_NEEDED_FIRST):
        groups = groups_of(questions, lambda _: ())  # all about one or two subjects: better three splits than none
    placed = {group: _given(group, questions) or _by_hash(group, seed) for group in groups}
    if alone:
        placed = _none_empty(placed, seed)
    chosen = {index: split for group, split in placed.items() for index in group.members}
    return tuple(replace(question, split=question.split or chosen[index]) for index, question in enumerate(questions))


def _given(group: Group, questions: Sequence[Question]) -> Split | None:
    found = {questions[index].split for index in group.members}
    return next((split for split in _PROTECTED_FIRST if split in found), None)


def _by_hash(group: Group, seed: int) -> Split:
    place = _place(group, seed)
    if place < TRAIN_SHARE:
        return "train"
    return "dev" if place < TRAIN_SHARE + DEV_SHARE else "test"


def _place(group: Group, seed: int) -> float:
    """A number in [0, 1) that only the seed and the group's key determine."""
    return int(content_id("split", str(seed), group.key), 16) / 16**16


def _none_empty(placed: Mapping[Group, Split], seed: int) -> dict[Group, Split]:
    """A small set can leave a split empty by chance: then the split with most groups gives it the one with the smallest hash. A split
    that is needed less gives its only one."""
    filled = dict(placed)
    for rank, split in enumerate(_NEEDED_FIRST):
        held = list(filled.values())
        donors = [other for later, other in enumerate(_NEEDED_FIRST) if held.count(other) > (0 if later > rank else 1)]
        if split not in held and donors and len(filled) > 1:
            donor = max(reversed(donors), key=held.count)
            filled[min((group for group in filled if filled[group] == donor), key=lambda group: _place(group, seed))] = split
    return filled


def _carve_dev(questions: Sequence[Question], about: About, seed: int) -> tuple[Question, ...]:
    """A tenth of the train groups, at least one where there are two, becomes dev."""
    train = [index for index, question in enumerate(questions) if question.split == "train"]
    groups = sorted(groups_of([questions[index] for index in train], about.question), key=lambda group: _place(group, seed))
    if len(groups) < 2:
        return tuple(questions)
    taken = [group for group in groups if _place(group, seed) < DEV_OF_TRAIN_SHARE] or groups[:1]
    dev = {train[member] for group in taken for member in group.members}
    return tuple(replace(question, split="dev") if index in dev else question for index, question in enumerate(questions))
