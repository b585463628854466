"""What settings make of a few questions, before a run makes all pairs with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.encoders.cache import VectorCache, most_vectors
from core.encoders.choose import base_encoder
from core.encoders.protocol import Encode
from core.errors import ModelUnavailable
from core.mining.ground import Ground
from core.pairing.generate import Generated, generate_pairs
from core.records import Corpus, content_id
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace

MANY_CHUNKS = 5_000
WITHOUT_SYNTHETIC = "This preview leaves synthetic queries out: for the first of them every chunk of a large corpus has to be read."


@dataclass(frozen=True, slots=True)
class Readied:
    """A corpus, and what is read off all its chunks for the first of its pairs: seconds for 10,000, so that it is worth keeping."""

    corpus: Corpus
    ground: Ground


def readied(store: Store) -> Readied:
    """Nothing is read off the chunks yet; each preview reads what it needs and no other has."""
    corpus = store.corpus()
    return Readied(corpus, Ground(corpus.chunks, corpus.entities))


def preview_pairs(store: Store, workspace: Workspace, settings: Settings, ready: Readied, n_questions: int = 5) -> Generated:
    """What the settings make of a few train questions, here and now: nothing is kept. Vectors take part where the corpus has them.

    Sentences stay out: there is nothing to look at in them, and they would take the place of queries that there is.
    """
    settings = settings.model_copy(update={"CORPUS_SENTENCES": 0.0})
    corpus, ground = ready.corpus, ready.ground
    asked = sorted(corpus.asked("train"), key=lambda question: content_id("preview", str(settings.SEED), question.question_id))
    held = [question for question in corpus.questions if question.split != "train"]
    few = Corpus(corpus.chunks, corpus.entities, (*asked[:n_questions], *held))
    encode, audited, off = _cached_encode(corpus, workspace, settings), store.audited(), store.rules_off()
    if asked and len(corpus.chunks) > MANY_CHUNKS:
        told = (WITHOUT_SYNTHETIC,) if settings.SYNTHETIC_EXPANSION_FACTOR else ()
        settings = settings.model_copy(update={"SYNTHETIC_EXPANSION_FACTOR": 0.0})
        made = generate_pairs(few, settings, encode, audited=audited, rules_off=off, ground=ground)
        return replace(made, notes=(*made.notes, *told))
    most = None if asked else n_questions  # without questions every query is synthetic, and a few will do
    return generate_pairs(few, settings, encode, max_pairs=most, audited=audited, rules_off=off, ground=ground)


def _cached_encode(corpus: Corpus, workspace: Workspace, settings: Settings) -> Encode | None:
    """The base model through the cache, where it has every chunk already; else None: embedding a corpus takes a run."""
    documents = {chunk.document for chunk in corpus.searchable}
    if most_vectors(workspace.vectors) < len(documents):
        return None
    try:
        encoder = base_encoder(settings, workspace.encoders)
    except ModelUnavailable:
        return None
    if VectorCache(workspace.vectors, encoder, "document").n_missing(list(documents)):
        return None
    return lambda texts, kind: VectorCache(workspace.vectors, encoder, kind).embed(list(texts)).vectors
