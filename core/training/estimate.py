"""How long training will take, before it starts: a few seconds' probe of this machine, and how many tokens each mode has to read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean

from core.encoders.choose import trainable
from core.encoders.locate import ModelFolder
from core.encoders.tokens import token_counter
from core.records import Chunk, Question
from core.settings import Settings
from core.training.groups import grouped, number_of_batches
from core.training.modes import INSTANT_BATCH, MODES, Mode, Name
from core.training.rows import Row

SAMPLE = 300  # texts whose tokens are counted; the rest is taken to be like them
N_MEASUREMENTS, N_BLENDS = 5, 3  # dev measurements of a run with the base's, and blends measured at its end
PROBE_TEXTS, PROBE_WORDS = 8, 150
LOADING_S = 10.0  # libraries and weights
WORDS_A_TOKEN = 1.3


@dataclass(frozen=True, slots=True)
class Probe:
    """Tokens a second on this machine: through the model alone, and through a whole training step."""

    read: float
    learnt: float
    device: str


@dataclass(frozen=True, slots=True)
class Workload:
    """What there is to read: tokens of one epoch by mode (queries, documents, negatives), of one dev measurement, and of the vocabulary."""

    n_rows: int
    n_groups: int
    epoch: Mapping[Name, float]
    dev: float
    vocabulary: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`seconds` of a whole training, `n_steps` of its optimiser."""

    mode: Name
    seconds: float
    n_steps: int


def measured_probe(settings: Settings) -> Probe:
    """Measured once a process for each base model: a few seconds, and it loads torch."""
    return _probe(trainable(settings), settings.MAX_SEQ_LENGTH)


@lru_cache(maxsize=4)
def _probe(folder: ModelFolder, max_tokens: int | None) -> Probe:
    import torch

    from core.encoders.local import load_model
    from core.training.lean import lean

    model = lean(load_model(folder, max_tokens))
    texts = [" ".join(["lantern harbour winter"] * (PROBE_WORDS // 3))] * PROBE_TEXTS
    features = {name: value.to(model.device) for name, value in model.preprocess(texts).items() if hasattr(value, "to")}
    n_tokens = int(features["attention_mask"].sum()) if "attention_mask" in features else PROBE_TEXTS * PROBE_WORDS

    wait = getattr(torch, model.device.type).synchronize  # a GPU computes after the call has come back

    def read() -> None:
        with torch.no_grad():
            model(dict(features))
        wait()

    def learn() -> None:
        model(dict(features))["sentence_embedding"].sum().backward()
        model.zero_grad()
        wait()

    model.eval()
    reading = _seconds(read)
    model.train()
    return Probe(n_tokens / reading, n_tokens / _seconds(learn), str(model.device.type))


def _seconds(work: object) -> float:
    """The quicker of two calls after one that warms up."""
    assert callable(work)
    work()
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return max(1e-6, min(taken))


def workload(rows: Sequence[Row], questions: Sequence[Question], chunks: Sequence[Chunk], settings: Settings) -> Workload:
    """Of training on the rows, with `questions` measured against `chunks`. Counts the tokens of a sample; loads no torch."""
    groups = grouped(rows)
    counter = token_counter(trainable(settings), settings.MAX_SEQ_LENGTH)
    whole = counter.limit if counter else settings.MAX_SEQ_LENGTH or 512

    def tokens(texts: Sequence[str], limit: int) -> float:
        some = texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE]
        if not some:
            return 0.0
        counts = counter.count(some) if counter else [round(WORDS_A_TOKEN * len(text.split())) for text in some]
        return len(texts) * fmean(min(limit, count) for count in counts)

    learnt = [[row.query for row in rows], [group.positive for group in groups], [text for group in groups for text in group.negatives]]
    measured = [[question.text for question in questions], [chunk.document for chunk in chunks]]
    epoch = {mode.name: sum(tokens(texts, min(whole, mode.tokens or whole)) for texts in learnt) for mode in MODES.values()}
    dev = sum(tokens(texts, whole) for texts in measured)
    return Workload(len(rows), len(groups), epoch, dev, 3.0 * _n_words(trainable(settings)))


def _n_words(folder: ModelFolder) -> int:
    """The size of the vocabulary, 30,000 where the tokenizer is not in the fast format."""
    file = folder.path / "tokenizer.json"
    if not file.is_file():
        return 30_000
    from tokenizers import Tokenizer

    return int(Tokenizer.from_file(str(file)).get_vocab_size())


def estimates(work: Workload, probe: Probe, settings: Settings) -> list[Estimate]:
    """One of each mode, the shortest first as `MODES` has them."""
    return [estimate(mode, work, probe, settings) for mode in MODES.values()]


def estimate(mode: Mode, work: Workload, probe: Probe, settings: Settings) -> Estimate:
    """How long a mode takes. A measurement reads the dev set."""
    on_cpu = probe.device == "cpu" or mode.name == "instant"
    batch = settings.BATCH_SIZE_CPU if on_cpu else settings.BATCH_SIZE_GPU
    n_batches = number_of_batches(work.n_groups, batch)
    epochs = mode.epochs(settings.NUM_EPOCHS, n_batches)
    if mode.name == "instant":
        n_steps = epochs * max(1, work.n_groups // INSTANT_BATCH)
        return Estimate(mode.name, LOADING_S + (work.vocabulary + work.dev) / probe.read + 0.15 * n_steps, n_steps)
    again = 1 / probe.read if mode.name == "full" or settings.LOSS == "cached" else 0.0  # cached gradients read each batch twice
    a_token = mode.frozen / probe.read + (1 - mode.frozen) / probe.learnt + again
    learning = epochs * work.epoch[mode.name] * a_token
    measuring = work.dev * (N_MEASUREMENTS + N_BLENDS) / probe.read
    return Estimate(mode.name, LOADING_S + learning + measuring, epochs * n_batches)


def pick(work: Workload, probe: Probe, settings: Settings, budget_s: float | None) -> Name:
    """The best mode that is done within the budget, *instant* where none is; *full* where there is a GPU and *standard* where there is
    none if there is no budget."""
    by_worth: list[Name] = ["standard", "fast", "instant"] if probe.device == "cpu" else ["full", "standard", "fast", "instant"]
    if budget_s is None:
        return by_worth[0]
    within = [name for name in by_worth if estimate(MODES[name], work, probe, settings).seconds <= budget_s]
    return within[0] if within else "instant"
