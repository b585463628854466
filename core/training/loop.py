"""Fine-tuning with the sentence-transformers trainer: the modes fast, standard and full."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from transformers import TrainerCallback

from core.encoders.hardware import has_bf16
from core.encoders.local import LocalEncoder, load_model, words_width
from core.encoders.locate import ModelFolder
from core.errors import ForgeError
from core.records import Vectors
from core.settings import Settings
from core.training.batches import Batches
from core.training.checkpoints import last_checkpoint
from core.training.choosing import blend
from core.training.evening import evened, with_head
from core.training.feeding import CollisionFreeSampler, GroupCollator, dataset_of
from core.training.freezing import freeze_lowest
from core.training.groups import Group, grouped
from core.training.job import Job, Trained
from core.training.keeping import Keeper
from core.training.lean import lean
from core.training.losses import loss_for
from core.training.modes import MODES, Mode
from core.training.verdict import COLLAPSED, UNKNOWN, judge
from core.training.wording import with_words

MEASUREMENTS = 4  # dev measurements after the first one, evenly spread, the last at the last step


def train(job: Job) -> Trained:
    """Do a job.

    Emits `dev`, `general` and `spread` events (step 0: the base model), one `batches` event, a `train` event a step, `interpolation`
    events at the end. Raises ForgeError where there is nothing to train on or the loss is no longer a number.
    """
    if not job.rows:
        raise ForgeError("There are no positive pairs to train on: generate pairs first.")
    job.folder.mkdir(parents=True, exist_ok=True)
    model = load_model(job.base, job.settings.MAX_SEQ_LENGTH)
    model.model_card_data.generate_widget_examples = False  # it would encode a sample of the texts at every start
    keeper = Keeper(model, job)
    checkpoint = last_checkpoint(job.folder)
    keeper.measure_base(job.encode_base)
    whole, untuned = _fitted(model, job)
    keeper.model = whole
    if checkpoint:
        job.emit("resumed", step=int(checkpoint.name.rpartition("-")[2]))
    watcher = _Watcher(keeper, job)
    trainer = _trainer(model, job, watcher)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    best = keeper.best.current()
    if watcher.stopped or job.dev is None or keeper.base is None:
        return Trained(best, UNKNOWN, watcher.stopped)
    if best is None:
        return Trained(None, COLLAPSED, stopped=False)
    of_base = keeper.base
    whole.load_state_dict(load_model(ModelFolder("best", best.path)).state_dict())
    best, chosen = blend(whole, untuned, best, of_base, keeper.measure_blend, job.folder / "blend")
    return Trained(best, judge(job.dev, of_base, chosen.measured), stopped=False)


def _fitted(model: SentenceTransformer, job: Job) -> tuple[SentenceTransformer, dict[str, torch.Tensor]]:
    """What is measured and kept: the model that is trained, with the head and the words' half of the corpus; and its weights where nothing
    is tuned. A base that was made here has both already, and is trained as it is."""
    whole, head = model, None
    if not words_width(model):
        even = torch.from_numpy(evened(_base_vectors(model, job)))
        head = with_head(model)
        whole = with_words(model, list(dict.fromkeys(job.documents)))
    untuned = {name: weight.clone() for name, weight in whole.state_dict().items()}
    if head:
        head.load_state_dict({"weight": even})
    return whole, untuned


def _base_vectors(model: SentenceTransformer, job: Job) -> Vectors:
    """(n, d) of the chunks that are trained on and measured against, under the model as it is: the base."""
    at_hand = job.encode_base if not job.settings.EMBEDDING_DIM else None  # cut vectors would leave the rest of the head open
    encode = at_hand or LocalEncoder(job.base, max_tokens=job.settings.MAX_SEQ_LENGTH, model=model).encode
    return encode(list(dict.fromkeys(job.documents)), "document")


def _trainer(model: SentenceTransformer, job: Job, watcher: _Watcher) -> SentenceTransformerTrainer:
    settings, groups, mode = job.settings, grouped(job.rows), MODES[job.settings.TRAINING_MODE]
    batch_size = settings.BATCH_SIZE_CPU if model.device.type == "cpu" else settings.BATCH_SIZE_GPU
    batches = Batches([group.keys for group in groups], [group.negative_keys for group in groups], batch_size, settings.SEED)
    job.emit("batches", **asdict(batches.prevented()))
    prompts = _prompts(model)
    guide = _guide(model, job, groups) if settings.LOSS == "gist" else {}
    freeze_lowest(model, mode.frozen)
    return SentenceTransformerTrainer(
        model=lean(model),
        args=_arguments(job.folder, batch_size, len(batches), model, mode, settings),
        data_collator=GroupCollator(preprocess_fn=model.preprocess, prompts=prompts, guide=guide, max_length=tokens_read(model, mode)),
        train_dataset=dataset_of(groups),
        loss=loss_for(model, settings, cached=mode.name == "full"),
        callbacks=[watcher],
    )


def tokens_read(model: SentenceTransformer, mode: Mode) -> int | None:
    """How many tokens of a text are trained on, where those are fewer than the model reads."""
    return mode.tokens if mode.tokens and mode.tokens < (model.max_seq_length or math.inf) else None


def _guide(model: SentenceTransformer, job: Job, groups: Sequence[Group]) -> dict[str, Vectors]:
    """The vector of every text that is trained on, by the model before its first step."""
    encoder = LocalEncoder(job.base, model=model)
    queries = list(dict.fromkeys(query for group in groups for query in group.queries))
    documents = list(dict.fromkeys(text for group in groups for text in (group.positive, *group.negatives)))
    vectors = [*encoder.encode(queries, "query"), *encoder.encode(documents, "document")]
    return dict(zip([*queries, *documents], vectors, strict=True))


def _prompts(model: SentenceTransformer) -> dict[str, str]:
    """Those that encoding gives to queries and documents."""
    names = {"query": ("query",), "document": ("document", "passage", "corpus")}
    return {kind: next((model.prompts[name] or "" for name in known if name in model.prompts), "") for kind, known in names.items()}


def _arguments(
    folder: Path, batch_size: int, n_batches: int, model: SentenceTransformer, mode: Mode, settings: Settings
) -> SentenceTransformerTrainingArguments:
    on = str(model.device.type)
    epochs = mode.epochs(settings.NUM_EPOCHS, n_batches)
    steps = n_batches * epochs
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=batch_size,
        num_train_epochs=epochs,
        learning_rate=min(1.0, settings.LEARNING_RATE * mode.rate),
        warmup_steps=max(1, steps // 10),
        optim="adamw_torch_fused",
        bf16=has_bf16(on),
        use_cpu=on == "cpu",
        batch_sampler=CollisionFreeSampler,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_steps=max(1, steps // MEASUREMENTS),
        save_total_limit=2,
        seed=settings.SEED,
        data_seed=settings.SEED,
        disable_tqdm=True,
        report_to="none",
        dataloader_pin_memory=on != "cpu",
    )


class _Watcher(TrainerCallback):
    """Reports each step, measures on time, stops when asked."""

    def __init__(self, keeper: Keeper, job: Job) -> None:
        self._keeper, self._emit, self._should_stop = keeper, job.emit, job.should_stop
        self.stopped = False
        self._began = time.monotonic()
        self._first: int | None = None

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:  # noqa: ARG002
        if not logs or "loss" not in logs:
            return
        loss = float(logs["loss"])
        self._emit(
            "train",
            step=state.global_step,
            total_steps=state.max_steps,
            epoch=state.epoch,
            loss=loss,
            learning_rate=logs.get("learning_rate"),
            gradient_norm=float(logs.get("grad_norm", math.nan)),
            steps_per_second=self._pace(state.global_step),
            memory_mb=_memory_mb(),
        )
        if not math.isfinite(loss):
            raise ForgeError(f"The loss is no longer a number at step {state.global_step}: lower LEARNING_RATE ({args.learning_rate}).")

    def _pace(self, step: int) -> float | None:
        """Steps a second in this life of the run, measurements included."""
        if self._first is None:
            self._began, self._first = time.monotonic(), step
            return None
        return (step - self._first) / max(1e-9, time.monotonic() - self._began)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002
        every = max(1, state.max_steps // MEASUREMENTS)
        last = state.global_step >= state.max_steps
        if last or (state.global_step % every == 0 and state.max_steps - state.global_step >= every // 2):
            self._keeper.offer(state.global_step)
        if self._should_stop():
            self.stopped = not last
        if self.stopped or self._keeper.ended:
            control.should_save = True
            control.should_training_stop = True
        return control


def _memory_mb() -> float:
    """The most memory this process has held; Linux counts kilobytes, macOS bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)
