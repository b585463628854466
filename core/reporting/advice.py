"""What to do next, read off the numbers: each piece of advice is one small rule that says its reason and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.evaluation.standings import enough_for
from core.reporting.findings import Findings
from core.runs.results import UNTUNED

SIGNIFICANT = 0.05
LEAST_QUESTIONS = 5  # of a category, before its pairs are counted against it
LEAST_JUDGED = 10  # pairs of a rule, before its rejects are counted against it
TOO_OFTEN_REJECTED = 0.2
LEAST_AGAINST = 3  # regressed questions whose answers one rule's negatives stand on
HOPELESS = 100  # times as many questions as there are
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Advice:
    """`do`: what to do, as a heading. `why`: the reason with its figures, in one or two sentences."""

    do: str
    why: str


def advise(found: Findings) -> list[Advice]:
    """Every rule that has something to say, the weightiest first."""
    return [advice for rule in RULES for advice in rule(found)]


def which_to_use(found: Findings) -> Iterator[Advice]:
    """What dev chose, and what the test says of it."""
    chosen, compared = found.results["chosen"], found.comparison
    n, p = compared["n"], compared["p"]
    if chosen in UNTUNED:
        yield Advice(
            f"Keep {chosen}",
            f"On the dev questions no tuned system did better than {found.before}: what training learned does not pay here yet.",
        )
    elif compared["difference"] is not None and p <= SIGNIFICANT and compared["difference"] < 0:
        yield Advice(
            f"Do not use {found.after} yet",
            f"The dev questions chose it, but on {n} test questions it is worse, by {-compared['difference']:.3f}; that is no chance.",
        )
    elif compared["difference"] is not None and p <= SIGNIFICANT:
        yield Advice(
            f"Use {found.after}",
            f"It was chosen on dev and is better by {compared['difference']:.3f} on {n} test questions, more than chance explains.",
        )


def more_questions(found: Findings) -> Iterator[Advice]:
    """Whether more questions would settle an open result."""
    compared = found.comparison
    needed = enough_for(compared)
    if compared["p"] <= SIGNIFICANT or needed is None:
        return
    if needed > HOPELESS * compared["n"]:
        yield Advice(
            "Do not wait for more questions",
            f"The difference found ({compared['difference']:+.3f}) is so small that about {needed:,} questions would be needed to tell it "
            f"from none; there are {compared['n']:,}. Whatever else speaks for a system may decide.",
        )
    elif needed > compared["n"]:
        yield Advice(
            f"Write about {needed - compared['n']:,} more test questions",
            f"{compared['n']:,} questions can show a difference of {compared['detectable']:.3f}; the one found is "
            f"{compared['difference']:+.3f}. If that is the true one, about {needed:,} questions would settle it.",
        )


def lacking_pairs(found: Findings) -> Iterator[Advice]:
    """Categories that are asked about more than they are taught."""
    tests = Counter(one.category for one in found.questions.values() if one.split == "test" and one.category)
    taught = Counter(
        found.questions[pair.question_id].category
        for pair in found.pairs
        if pair.label == "positive" and pair.question_id in found.questions
    )
    if not tests or not sum(taught.values()):
        return
    usual = sum(taught[category] for category in tests) / sum(tests.values())
    poor = [one for one, n in tests.most_common() if n >= LEAST_QUESTIONS and taught[one] < usual * n / 2]
    if poor:
        named = ", ".join(f"{one} ({taught[one]} for {tests[one]} test questions)" for one in poor[:MOST_NAMED])
        yield Advice(
            f"Teach more about {', '.join(poor[:MOST_NAMED])}",
            f"Positive pairs from labelled questions: {named}; the usual is {usual:.1f} for each test question. More train questions, or "
            "accepted synthetic pairs, would help these.",
        )


def uncovered_topics(found: Findings) -> Iterator[Advice]:
    """Topics that no model can find, because no chunk speaks of them."""
    if found.uncovered:
        named = ", ".join(f"“{topic}”" for topic in list(found.uncovered)[:MOST_NAMED])
        more = f" and {len(found.uncovered) - MOST_NAMED} more" if len(found.uncovered) > MOST_NAMED else ""
        yield Advice(
            "Add chunks, or aliases, for topics that nothing covers",
            f"No searchable chunk speaks of {named}{more}, which questions expect: no training can mend that. Either the passage is "
            "missing "
            "or it goes by a name that the entity index does not list.",
        )


def rules_to_tighten(found: Findings) -> Iterator[Advice]:
    """Rules whose pairs people reject too often."""
    for rule, (accepted, rejected) in sorted(found.audit.by_rule.items(), key=lambda one: -one[1][1]):
        judged = accepted + rejected
        if judged >= LEAST_JUDGED and rejected / judged >= TOO_OFTEN_REJECTED:
            yield Advice(
                f"Tighten the rule {rule}, or switch it off",
                f"{rejected} of its {judged} judged pairs were rejected ({rejected / judged:.0%}).",
            )


def pairs_behind_losses(found: Findings) -> Iterator[Advice]:
    """Negatives that stand on answers of questions that got worse."""
    by_rule = Counter(rule for trace in found.traces.values() for rule in {pair.rule for pair in trace.against_answers})
    if not by_rule:
        return
    rule, n = by_rule.most_common(1)[0]
    if n >= LEAST_AGAINST:
        yield Advice(
            f"Audit the negatives of {rule} first",
            f"On {n} of {len(found.traces)} questions that got worse, a negative of this rule stands on a chunk that answers them: the "
            "model was taught to push that chunk away for another query. Where it answers that query too, reject the pair.",
        )


def audit_more(found: Findings) -> Iterator[Advice]:
    """Nobody has looked at the pairs."""
    if found.pairs and found.audit.n_judged < LEAST_JUDGED:
        yield Advice(
            "Look at the training pairs",
            f"{found.audit.n_judged} of {len(found.pairs):,} pairs have been judged by a person. The audit desk shows the most doubtful "
            "ones first; half an hour there is usually the cheapest gain.",
        )


RULES: tuple[Callable[[Findings], Iterator[Advice]], ...] = (
    which_to_use,
    more_questions,
    pairs_behind_losses,
    rules_to_tighten,
    uncovered_topics,
    lacking_pairs,
    audit_more,
)
