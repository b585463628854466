"""nDCG@10 on held-out test questions of BM25, the base, the tuned model and their hybrids: the mean of several seeds, a row a system.

A seed trains once on at most `--rows` pairs, with everything that a run does: dev measurements, blends, the verdict (where it keeps the
base, the tuned model *is* the base). Hybrid weights are chosen on dev. `--unlabelled` trains on pairs from chunks and indexes alone. The
peer of a row is the untuned system of its kind; intervals over seeds and the paired test over questions are told on the way. Finished
pieces are kept, so that the table may be filled in parts: `--seeds 1` first, then `--seeds 3`.

`--general FILE` (graded sentence pairs, such as STS-B's dev file, which the run itself does not see) adds a row `general`, how well the
tuned model and the base order them, and a row `gain-kept`: of the gain on dev that the best blend of tuned and base has, the part that
the chosen one keeps.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import stdtrit

from benchmarks.cells import cell, fingerprint, rows_of, scratch
from benchmarks.frame import Row, command_on_source, progress
from benchmarks.vectors import cached_encode, read_source
from core.corpus.topics import TopicMatcher
from core.encoders.choose import local_encoder, trainable
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encode
from core.evaluation.clusters import clusters_of
from core.evaluation.objective import CUT, Objective, objective_for
from core.evaluation.significance import paired_randomisation
from core.records import Corpus, content_id
from core.retrieval.hybrid import WEIGHTS, choose_weight
from core.retrieval.systems import Dense, Hybrid, Lexical, System, rank_by_weight
from core.settings import Settings
from core.training.dev import dev_set
from core.training.general import GeneralPairs, general_pairs
from core.training.job import Job
from core.training.modes import MODES
from core.training.rows import Row as TrainingRow

MOST, QUICK = 3000, 64
KIN = {"bm25": "bm25", "base": "base", "base+bm25": "base+bm25", "tuned": "base", "tuned+bm25": "base+bm25"}

Found = dict[str, Any]


def measure(source: Path, quick: bool, options: argparse.Namespace) -> Iterator[Row]:
    """A row a system."""
    general = general_pairs(options.general) if options.general else None
    table = _Table(source, QUICK if quick else options.rows, not options.unlabelled, options.mode, general)
    seeds = [Settings(_env_file=None).SEED + number for number in range(1 if quick else options.seeds)]  # type: ignore[call-arg]
    found = [table.of_seed(seed) for seed in seeds]
    for name, peer in KIN.items():
        means = [float(np.nanmean(one["systems"][name])) for one in found]
        own, other = statistics.fmean(means), statistics.fmean(float(np.nanmean(one["systems"][peer])) for one in found)
        table.tell(name, peer, means, found)
        n = len(found[0]["systems"][name])
        yield Row(name, own, None if name == peer else other, peer, None if name == peer else own / other, "nDCG@10", n)
    if table.general:
        own, other = (statistics.fmean(one["general"][which] for one in found) for which in ("tuned", "base"))
        yield Row("general", own, other, "base", own / other, "Spearman", len(table.general.grades))
        yield Row("gain-kept", statistics.fmean(map(_gain_kept, found)), 1.0, "highest on dev", None, "share", len(found))


def _gain_kept(found: Found) -> float:
    base = found["verdict"]["base"]
    gain = max(blend["value"] for blend in found["blends"]) - base
    return (found["verdict"]["tuned"] - base) / gain if gain > 0 else 1.0


class _Table:
    """One corpus and one way to train."""

    def __init__(self, source: Path, most: int, labelled: bool, mode: str, general: GeneralPairs | None) -> None:
        self.general = general
        self._source, self._most, self._labelled, self._mode = source, most, labelled, mode
        self._corpus: Corpus = read_source(source)
        self._chunks = self._corpus.searchable
        self._matcher = TopicMatcher(self._corpus.entities)
        self._lexical = Lexical([chunk.document for chunk in self._chunks])
        self._test = self._objective("test")

    def _objective(self, split: Any) -> Objective:
        found = objective_for(self._corpus.asked(split), self._chunks, self._matcher)
        if found is None:
            raise SystemExit(f"there are no {split} questions to measure on")
        return found

    def of_seed(self, seed: int) -> Found:
        """Per-question scores of every system, and the verdict."""
        settings = Settings(_env_file=None, SEED=seed, TRAINING_MODE=self._mode)  # type: ignore[call-arg, arg-type]
        encode = cached_encode(settings)
        rows = rows_of(self._corpus, settings, encode, self._most, self._labelled)
        key = {"source": self._source.name, "rows": fingerprint(rows), "n": len(rows), "mode": self._mode, "seed": seed}
        if self.general:
            key["general"] = content_id(*self.general.first)
        return cell("quality", key, partial(self._trained, rows, settings, encode))

    def _trained(self, rows: Sequence[TrainingRow], settings: Settings, encode: Encode) -> Found:
        dev = dev_set(self._corpus.asked("dev"), self._lexical, self._chunks, self._matcher, settings.SEED)
        with scratch() as folder:
            blends: list[Found] = []

            def hear(kind: str, **what: Any) -> None:
                _tell(kind, **what)
                if kind == "interpolation":
                    blends.append(what)

            trained = MODES[self._mode].train(Job(trainable(settings), rows, dev, folder, settings, hear, encode_base=encode))
            systems = {"bm25": self._scored(self._lexical), **self._family("base", encode)}
            general: dict[str, float | None] = dict.fromkeys(("base", "tuned"), self._spearman(encode))
            if trained.verdict.kept == "tuned":
                tuned = local_encoder(ModelFolder("tuned", trained.best.path), settings)
                systems |= self._family("tuned", tuned.encode, tuned.meaning)
                general["tuned"] = self._spearman(tuned.encode)
            else:
                systems |= {"tuned": systems["base"], "tuned+bm25": systems["base+bm25"]}
        return {"systems": systems, "verdict": trained.verdict.to_dict(), "blends": blends, "general": general}

    def _spearman(self, encode: Encode) -> float | None:
        return self.general.spearman(encode) if self.general else None

    def _family(self, name: str, encode: Encode, meaning: int | None = None) -> dict[str, list[float]]:
        """The dense system and its hybrid, whose weight dev chooses."""
        vectors = encode([chunk.document for chunk in self._chunks], "document")
        dense = Dense(name, lambda texts: encode(texts, "query"), vectors, meaning)
        dev = self._objective("dev")
        ranked = rank_by_weight(dense.beside_words, self._lexical, dev.texts, CUT, WEIGHTS)
        weight = choose_weight(lambda share: dev.value(ranked[share])).weight
        hybrid = Hybrid(f"{name}+bm25", dense.beside_words, self._lexical, weight)
        return {name: self._scored(dense), hybrid.name: self._scored(hybrid)}

    def _scored(self, system: System) -> list[float]:
        return [float(value) for value in self._test.per_question(system.search(self._test.texts, CUT))]

    def tell(self, name: str, peer: str, means: Sequence[float], found: Sequence[Found]) -> None:
        """The interval over seeds, and the paired test over questions of the scores averaged over seeds."""
        half = float(stdtrit(len(means) - 1, 0.975)) * statistics.stdev(means) / math.sqrt(len(means)) if len(means) > 1 else math.nan
        progress(f"{name}: seeds {[round(mean, 4) for mean in means]}, mean {statistics.fmean(means):.4f} ± {half:.4f}")
        if name != peer:
            ours, base = (np.mean([one["systems"][which] for one in found], axis=0) for which in (name, peer))
            compared = paired_randomisation(ours, base, clusters_of(self._test.questions, self._chunks))
            said = f"{compared.difference:+.4f} (95 % {compared.low:+.4f} to {compared.high:+.4f}, p {compared.p:.4f}, n {compared.n})"
            progress(f"{name} against {peer}: {said}; verdicts {[one['verdict']['verdict'] for one in found]}")


def _tell(kind: str, **what: Any) -> None:
    if kind in {"dev", "interpolation", "general"} or (kind == "train" and what["step"] % 10 == 0):
        progress(f"{kind} {what}")


def _options(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--unlabelled", action="store_true")
    own.add_argument("--mode", choices=list(MODES), default="standard")
    own.add_argument("--rows", type=int, default=MOST)
    own.add_argument("--seeds", type=int, default=3)
    own.add_argument("--general", type=Path, metavar="FILE")
    return own.parse_known_args(arguments)


if __name__ == "__main__":
    chosen, others = _options(sys.argv[1:])
    command_on_source(lambda source, quick: measure(source, quick, chosen), __doc__ or "", others)
