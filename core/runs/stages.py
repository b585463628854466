"""What a worker can do: embed, generate pairs, search settings, train, evaluate systems, map spaces; each through the run folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from core.corpus.topics import TopicMatcher
from core.encoders.cache import Embedded, VectorCache
from core.encoders.choose import base_encoder, local_encoder
from core.encoders.local import LocalEncoder
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encoder, Kind
from core.encoders.tokens import measure
from core.judging.merging import Given, merged
from core.records import Corpus, Pair
from core.retrieval.systems import Lexical
from core.runs.folder import AUDITED, LEFT_OUT, RunFolder
from core.runs.frozen import read_audited, read_corpus, read_pairs
from core.settings import Settings
from core.workspace import Workspace


class Cancelled(Exception):
    """The user asked the run to stop."""


class Context:
    """One run's inputs, read once when first needed, and its way to say what happens."""

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.config = run.config
        self.workspace = Workspace(run.path.parent.parent)

    @cached_property
    def settings(self) -> Settings:
        """The frozen settings; the keys of servers are never frozen and come from the environment or `.env`."""
        return Settings(**self.config["settings"])

    @cached_property
    def corpus(self) -> Corpus:
        return read_corpus(self.workspace.corpora, self.config["corpus"], self.run.path / "questions.jsonl")

    @cached_property
    def judged_here(self) -> Given:
        """The judgements made in the app, as they stood when the run was frozen."""
        file = self.run.path / "judgements.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}

    @cached_property
    def measured(self) -> Corpus:
        """The corpus with all judgements, imported and made in the app: what is measured on. Pairs are made from `corpus`."""
        return replace(self.corpus, questions=merged(self.corpus.questions, self.judged_here))

    @cached_property
    def teaching(self) -> Corpus:
        """The corpus without what a person left out of training: no pair is made of it, no chat model reads it."""
        file = self.run.path / LEFT_OUT
        left_out = frozenset(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else frozenset()
        return replace(self.corpus, chunks=tuple(chunk for chunk in self.corpus.chunks if chunk.chunk_id not in left_out))

    @cached_property
    def matcher(self) -> TopicMatcher:
        return TopicMatcher(self.corpus.entities)

    @cached_property
    def documents(self) -> list[str]:
        """What every system searches, in the order of `corpus.searchable`."""
        return [chunk.document for chunk in self.corpus.searchable]

    @cached_property
    def lexical(self) -> Lexical:
        return Lexical(self.documents)

    @cached_property
    def base(self) -> Encoder:
        return self._in_use(base_encoder(self.settings, self.workspace.encoders, self.note))

    @cached_property
    def tuned(self) -> Encoder | None:
        """The model trained in this run, or in the run whose model this one evaluates."""
        owner = self.owner
        if not owner.model.is_dir():
            return None
        tuned = ModelFolder(f"tuned in {owner.run_id}", owner.model)
        return self._in_use(local_encoder(tuned, self.settings, self.workspace.encoders, self.note))

    def _in_use(self, encoder: Encoder) -> Encoder:
        """The encoder, with documents in int8 where the settings ask for it and it does no harm."""
        if self.settings.ENCODING != "int8" or not isinstance(encoder, LocalEncoder):
            return encoder
        from core.runs.quantising import settled

        return settled(self, encoder)

    @cached_property
    def owner(self) -> RunFolder:
        """The run whose model this one evaluates: itself, unless it was asked to look at another's."""
        return RunFolder(self.workspace.runs / self.config["model_run"]) if self.config.get("model_run") else self.run

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What the owner's model learns from: frozen into the run, or left by its pairs stage; none where it has none."""
        file = self.owner.path / "pairs.jsonl"
        return read_pairs(file) if file.is_file() else ()

    @cached_property
    def sure(self) -> frozenset[str]:
        """The ids of the pairs that hold by a person's word, as they were when the run was made."""
        file = self.run.path / AUDITED
        return frozenset(one.pair.pair_id for one in read_audited(file) if one.verdict == "accept") if file.is_file() else frozenset()

    def note(self, text: str) -> None:
        """A sentence for whoever follows the run: nothing failed, but something is not as it was asked for."""
        self.run.log.append("note", text=text)

    def check_stop(self) -> None:
        """Raise Cancelled where the user asked to stop."""
        if self.run.stop_requested:
            raise Cancelled

    def embed(self, encoder: Encoder, texts: list[str], kind: Kind, stage: str) -> Embedded:
        """Vectors through the cache, with progress; stoppable between shards."""

        def on_progress(done: int, total: int) -> None:
            self.run.log.append("progress", stage=stage, what=f"{kind} vectors of {encoder.name}", done=done, total=total)
            self.check_stop()

        embedded = VectorCache(self.workspace.vectors, encoder, kind).embed(texts, on_progress)
        self.run.log.append("embedded", stage=stage, encoder=encoder.name, what=kind, n_texts=len(texts), n_encoded=embedded.n_encoded)
        return embedded


def embed(context: Context) -> None:
    """Vectors of the whole searchable corpus under the base model."""
    context.embed(context.base, context.documents, "document", "embed")


def survey(context: Context) -> None:
    """Look at the whole corpus once: lengths, defects, who is named where, an index of its words."""
    from core.survey.files import has_survey, write_survey
    from core.survey.take import take_survey

    def on_progress(step: str, done: int, total: int) -> None:
        context.run.log.append("progress", stage="survey", what=step, done=done, total=total)
        context.check_stop()

    if not has_survey(context.run.path):
        write_survey(take_survey(context.corpus, measure(context.settings), on_progress), context.run.path)


def pairs(context: Context) -> None:
    """Make training pairs: `generated.jsonl`, `dropped.jsonl`, `removed.jsonl`, `pairs.jsonl` for training and, last, `generation.json`."""
    from core.runs.generating import generate

    if not context.run.has_pairs:  # killed between the last file and the stage's end: they may be in the store already
        generate(context)


def train(context: Context) -> None:
    """Tune the base model on the run's pairs; the best measured model becomes its `model/`."""
    from core.runs.training import tune

    if not context.run.model.is_dir():  # else killed between the model's last move and the stage's end
        tune(context)


def search(context: Context) -> None:
    """Try settings on dev questions; the train stage takes the best."""
    from core.runs.searching import search as try_settings

    if not any(event["kind"] == "searched" for event in context.run.events()):
        try_settings(context)


def evaluate(context: Context) -> None:
    """Rank dev and test questions with every system, choose on dev, score on test: `results.json` and the tables beside it. Then
    `contradictions.json`, for the audit."""
    from core.runs.contradicting import contradict
    from core.runs.evaluating import evaluate_systems

    evaluate_systems(context)
    contradict(context)


def draw(context: Context) -> None:
    """The embedding space before and after, as a map: `map.json` and the tables beside it."""
    from core.runs.mapping import draw_map

    draw_map(context)


STAGES: Mapping[str, Callable[[Context], None]] = {
    "survey": survey,
    "embed": embed,
    "pairs": pairs,
    "search": search,
    "train": train,
    "evaluate": evaluate,
    "map": draw,
}
