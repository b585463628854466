"""What training must not see: the guard takes pairs away, it never adds or replaces one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.encoders.protocol import Encode
from core.pairing.groups import normal_text
from core.pairing.restating import Echo, echoes
from core.records import Entity, Pair, Question

SAME_TEXT = "same text as a held-out question"
NEARLY_SAME = "nearly the same question as a held-out one"
SAME_BY_ALIAS = "a held-out question under another name"
RESTATED = "synthetic query that restates a held-out question"
SHARED_CHUNK = "positive that is judged relevant for a held-out question too"
REPEATED = "same query and chunk as another pair"

MOST_ASKED = 20
"""A chunk that is judged relevant for more questions than this gives none of them away."""

_Query = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Removed:
    """What the guard took of one query. `held_out`: the id of the question it gives away, "" for a repeated pair; `how`: for a person."""

    query: str
    question_id: str
    reason: str
    held_out: str
    n_pairs: int
    how: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """The pairs that may be trained on, in their order, and what was removed, in the order of its first pair."""

    pairs: tuple[Pair, ...]
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True)
class _Leak:
    reason: str
    held_out: str
    how: str


def remove_leaks(
    pairs: Sequence[Pair], questions: Sequence[Question], entities: Sequence[Entity] = (), encode: Encode | None = None
) -> Guarded:
    """Held out is every question outside train.

    A query that asks a held-out question again goes with all its pairs, negatives too. A query that somebody asked loses the
    positives that are judged relevant for a held-out question, and goes with everything where it has no other. With `encode`
    the vectors of the queries decide where the words alone do not. A pair that says what another one says goes last.
    """
    held = [question for question in questions if question.split != "train"]
    again = _asked_again(pairs, held, entities, encode)
    found = {number: leak for number, pair in enumerate(pairs) if (leak := again.get(_query(pair)))}
    found |= _sharing({number: pair for number, pair in enumerate(pairs) if number not in found}, questions, held)
    found |= _repeated({number: pair for number, pair in enumerate(pairs) if number not in found})
    return Guarded(tuple(pair for number, pair in enumerate(pairs) if number not in found), _reported(pairs, found))


def _asked_again(pairs: Sequence[Pair], held: Sequence[Question], entities: Sequence[Entity], encode: Encode | None) -> dict[_Query, _Leak]:
    answers: dict[_Query, set[str]] = defaultdict(set)
    for pair in pairs:
        answers[_query(pair)].update([pair.chunk_id] if pair.label == "positive" else [])
    texts = list(dict.fromkeys(pair.query for pair in pairs))
    by_text: dict[str, list[Echo]] = defaultdict(list)
    for echo in echoes(texts, [question.text for question in held], entities, encode):
        by_text[texts[echo.query]].append(echo)
    same = {normal_text(question.text): question for question in reversed(held)}
    leaks = {query: _leak(query, same.get(normal_text(query[1])), by_text[query[1]], held, answers[query]) for query in answers}
    return {query: leak for query, leak in leaks.items() if leak}


def _leak(query: _Query, same: Question | None, found: Iterable[Echo], held: Sequence[Question], answers: set[str]) -> _Leak | None:
    """What a query gives away: the question it reads like, else the one it says most of."""
    if same:
        return _Leak(SAME_TEXT, same.question_id, f"Reads like {_called(same)}.")
    made_up = not query[0]
    telling = [echo for echo in found if echo.is_same or (made_up and answers.intersection(held[echo.held].relevant))]
    if not telling:
        return None
    echo = max(telling, key=lambda echo: (echo.is_same, echo.share, -echo.held))
    reason = RESTATED if made_up else SAME_BY_ALIAS if echo.renamed else NEARLY_SAME
    return _Leak(reason, held[echo.held].question_id, _how(echo, held[echo.held]))


def _how(echo: Echo, question: Question) -> str:
    common = f"It and {_called(question)} have {echo.share:.0%} of what they say in common, rare words weighing more"
    by_name = ", once every name of an entity counts as the same" if echo.renamed else ""
    near = f"; the cosine of the two is {echo.cosine:.2f}" if echo.cosine is not None else ""
    chunk = "; both have the same chunk for an answer" if not echo.is_same else ""
    return f"{common}{by_name}{near}{chunk}."


def _called(question: Question) -> str:
    return f"the {question.split or 'held-out'} question {question.question_id} “{question.text}”"


def _sharing(pairs: Mapping[int, Pair], questions: Sequence[Question], held: Sequence[Question]) -> dict[int, _Leak]:
    """The positives that somebody's question shares with a held-out one; with the last of them go all pairs of the query."""
    n_asking = Counter(chunk_id for question in questions for chunk_id in question.relevant)
    answered = {chunk_id: question for question in reversed(held) for chunk_id in question.relevant if n_asking[chunk_id] <= MOST_ASKED}
    of_query: dict[_Query, list[int]] = defaultdict(list)
    for number, pair in pairs.items():
        of_query[_query(pair)].append(number)
    leaks: dict[int, _Leak] = {}
    for (question_id, _), own in of_query.items():
        positives = [number for number in own if pairs[number].label == "positive"]
        shared = [number for number in positives if question_id and pairs[number].chunk_id in answered]
        leaks |= {number: _shared(pairs[number], answered[pairs[number].chunk_id]) for number in shared}
        if shared and len(shared) == len(positives):
            leaks |= dict.fromkeys(own, leaks[shared[0]])
    return leaks


def _shared(pair: Pair, question: Question) -> _Leak:
    return _Leak(SHARED_CHUNK, question.question_id, f"Its positive {pair.chunk_id} is judged relevant for {_called(question)} too.")


def _repeated(pairs: Mapping[int, Pair]) -> dict[int, _Leak]:
    seen: set[str] = set()
    leaks: dict[int, _Leak] = {}
    for number, pair in pairs.items():
        if pair.pair_id in seen:
            leaks[number] = _Leak(REPEATED, "", "Another pair says the same of this query and its chunk.")
        seen.add(pair.pair_id)
    return leaks


def _reported(pairs: Sequence[Pair], found: Mapping[int, _Leak]) -> tuple[Removed, ...]:
    """One entry a query and reason."""
    by_query: dict[tuple[_Query, str], list[int]] = defaultdict(list)
    for number in sorted(found):
        by_query[_query(pairs[number]), found[number].reason].append(number)
    firsts = ((query, found[numbers[0]], len(numbers)) for (query, _), numbers in by_query.items())
    return tuple(Removed(text, question_id, leak.reason, leak.held_out, n, leak.how) for (question_id, text), leak, n in firsts)


def _query(pair: Pair) -> _Query:
    return pair.question_id, pair.query
