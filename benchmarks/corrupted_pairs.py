"""Does auditing the most doubtful pairs first find the wrong ones, and does the model get better for it?

A fifth of a corpus' training pairs is made wrong at random (benchmarks/corruption.py says how), with evidence worked out for what each pair
now is. A model is trained on the clean pairs, one on the corrupted ones, one after an oracle has put right what was wrong among the first
quarter in the desk's order, and one after the same quarter in random order. All are scored on the held-out test questions.

Rows: `found`, the share of the wrong pairs among the quarter audited; `found-after-training`, the same where the order also knows what the
model trained on the corrupted pairs made of them; `ndcg-*`, nDCG@10 of each model; `recovered`, the part of the loss that auditing won
back, no number where nothing was lost. The peer is random order, for `found` the mean of a hundred. Another SEED in the environment draws
other mistakes.

What it cannot show: the generator's own control would have refused many of the wrong negatives, so they stand out more than such as slip
through it do; and mistakes drawn at random are easier prey than a judge's. The shares by kind of mistake are shown along the way.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corruption import Told, corrupt, restored
from benchmarks.frame import Row, command_on_source, progress
from benchmarks.rescoring import Rescorer
from benchmarks.tuning import Bench
from benchmarks.vectors import cached_encode, read_source
from core.evaluation.significance import paired_randomisation
from core.pairing.generate import generate_pairs
from core.records import Corpus, Pair
from core.retrieval.systems import Lexical
from core.settings import Settings
from core.store import AuditQueue, Store
from core.workspace import Workspace

WRONG, AUDITED = 0.2, 0.25
NEAR = 30  # of the best chunks by BM25, one may pass for an answer
DRAWS = 100
MOST_POSITIVES, QUICK_POSITIVES = 400, 48  # so that four trainings take about fifteen minutes on two cores


def measure(source: Path, quick: bool) -> Iterator[Row]:
    """All rows on one corpus."""
    settings = Settings(_env_file=None, NUM_EPOCHS=1 if quick else 2, NUM_HARD_NEGATIVES=1)  # type: ignore[call-arg]
    corpus = read_source(source, settings.SEED)
    encode = cached_encode(settings)
    made = generate_pairs(corpus, settings, encode, max_pairs=QUICK_POSITIVES if quick else MOST_POSITIVES)
    told = corrupted(trained_on(made.pairs, settings.NUM_HARD_NEGATIVES), corpus, settings.SEED, Rescorer(corpus, encode))
    wrong = {one.pair.pair_id: one.how for one in told if one.how}
    progress(f"{len(told):,} pairs, {len(wrong):,} of them wrong: {dict(Counter(wrong.values()))}")
    budget = round(AUDITED * len(told))
    suspects = _first_at_the_desk([one.pair for one in told], budget)
    by_chance = _random_orders(told, budget)
    yield _found("found", suspects, by_chance, wrong)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), corpus, settings)
        yield from _trained(bench, told, suspects, by_chance, wrong)


def trained_on(pairs: Sequence[Pair], n_negatives: int) -> list[Pair]:
    """The pairs that training takes: mistakes in others would be audited for nothing."""
    taken: Counter[str] = Counter()
    kept = []
    for pair in pairs:
        taken[pair.query] += pair.label == "negative"
        if pair.label == "positive" or taken[pair.query] <= n_negatives:
            kept.append(pair)
    return kept


def corrupted(pairs: Sequence[Pair], corpus: Corpus, seed: int, rescorer: Rescorer) -> tuple[Told, ...]:
    """The pairs with a fifth of them wrong, the evidence of all of them worked out anew."""
    chunks = corpus.searchable
    lexical = Lexical([chunk.document for chunk in chunks])
    ids = [chunk.chunk_id for chunk in chunks]
    queries = list(dict.fromkeys(pair.query for pair in pairs))
    found = lexical.search(queries, NEAR).indices
    near = {query: [ids[index] for index in row] for query, row in zip(queries, found.tolist(), strict=True)}
    answers = _answers(pairs, corpus)
    told = corrupt(pairs, WRONG, answers, near.__getitem__, ids, seed)
    _check(pairs, list(rescorer.rescored(pairs, {})))
    now = {(one.truth.query, one.truth.chunk_id): one.pair.chunk_id for one in told if one.truth.label == "positive"}
    rescored = rescorer.rescored([one.pair for one in told], now)
    return tuple(Told(pair, one.truth, one.how) for pair, one in zip(rescored, told, strict=True))


def _check(made: Sequence[Pair], again: Sequence[Pair]) -> None:
    """What is worked out here must be what generation says, or a wrong pair could be told by the difference."""
    for pair, other in zip(made, again, strict=True):
        if differing := {key for key, value in other.evidence.items() if key != "covered" and pair.evidence.get(key) != value}:
            raise SystemExit(f"generation says otherwise of {sorted(differing)} in {dict(pair.evidence)}: rescoring is outdated")


def _answers(pairs: Sequence[Pair], corpus: Corpus) -> dict[str, set[str]]:
    """Every chunk that is known to answer a query: judged relevant, or a positive."""
    answers = {question.text: set(question.relevant) for question in corpus.asked("train")}
    for pair in pairs:
        if pair.label == "positive":
            answers.setdefault(pair.query, set()).add(pair.chunk_id)
    return answers


def _first_at_the_desk(pairs: Sequence[Pair], n: int, contradicted: Mapping[str, float] | None = None) -> set[str]:
    """The first n pairs of the queue that an auditor meets."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Workspace.create(Path(folder) / "workspace")) as store:
        store.save_pairs(pairs)
        if contradicted:
            store.adopt_contradictions("a run", contradicted)
        return set(store.listed_pairs(AuditQueue())[:n])


def _random_orders(told: Sequence[Told], n: int) -> list[set[str]]:
    ids = [one.pair.pair_id for one in told]
    return [set(random.Random(seed).sample(ids, n)) for seed in range(DRAWS)]


def _found(name: str, audited: Collection[str], by_chance: Sequence[Collection[str]], wrong: dict[str, str]) -> Row:
    for how, n in Counter(wrong.values()).items():
        hit = sum(pair_id in audited for pair_id, kind in wrong.items() if kind == how)
        progress(f"{name}: {how}: {hit} of {n}")

    def share(of: Collection[str]) -> float:
        return 100 * sum(pair_id in of for pair_id in wrong) / len(wrong)

    ours, peer = share(audited), statistics.mean(share(of) for of in by_chance)
    return Row(name, ours, peer, "random order", ours / peer, "% of the wrong pairs", len(wrong))


def _trained(bench: Bench, told: Sequence[Told], suspects: set[str], by_chance: Sequence[set[str]], wrong: dict[str, str]) -> Iterator[Row]:
    per_question: dict[str, NDArray[np.float64]] = {"base": bench.base()}
    variants = {
        "clean": restored(told, set(wrong)),
        "corrupted": restored(told, ()),
        "doubtful": restored(told, suspects),
        "random": restored(told, by_chance[0]),
    }
    for name, pairs in variants.items():
        progress(f"training on the {name} pairs …")
        tuned = bench.tune(pairs)
        per_question[name] = tuned.ndcg
        if name == "corrupted":
            contradicted = bench.contradictions(pairs, tuned)
            yield _found("found-after-training", _first_at_the_desk(pairs, len(suspects), contradicted), by_chance, wrong)
    yield from _gains(per_question)


def _gains(per_question: dict[str, NDArray[np.float64]]) -> Iterator[Row]:
    mean = {name: float(np.nanmean(scores)) for name, scores in per_question.items()}
    n = int((~np.isnan(per_question["base"])).sum())
    for name in ("base", "clean", "corrupted"):
        yield Row(f"ndcg-{name}", mean[name], None, "", None, "nDCG@10", n)
    yield Row("ndcg-doubtful", mean["doubtful"], mean["random"], "random order", mean["doubtful"] / mean["random"], "nDCG@10", n)
    lost = mean["clean"] - mean["corrupted"]
    if lost <= 0:
        progress("the corruption cost nothing here, so there is no loss to recover")
    ours, peer = ((mean[name] - mean["corrupted"]) / lost * 100 if lost > 0 else float("nan") for name in ("doubtful", "random"))
    yield Row("recovered", ours, peer, "random order", None, "% of the loss", n)
    for a, b in (("clean", "corrupted"), ("doubtful", "corrupted"), ("random", "corrupted"), ("doubtful", "random")):
        found = paired_randomisation(per_question[a], per_question[b])
        progress(f"{a} against {b}: {found.difference:+.3f} [{found.low:+.3f}, {found.high:+.3f}], p {found.p:.3f}, n {found.n}")


if __name__ == "__main__":
    command_on_source(measure, __doc__ or "")
