"""Multiple Negatives Ranking fine-tuning with the sentence-transformers trainer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from torch.nn import Dropout
from transformers import TrainerCallback

from core.encoders.hardware import has_bf16
from core.encoders.local import LocalEncoder, load_model
from core.encoders.locate import ModelFolder
from core.errors import ForgeError
from core.evaluation.objective import Objective
from core.settings import Settings
from core.training.batches import Batches
from core.training.checkpoints import Best, BestModel, last_checkpoint
from core.training.dev import measure
from core.training.feeding import CollisionFreeSampler, RowCollator, dataset_of
from core.training.losses import MaskedRankingLoss
from core.training.rows import Row

MEASUREMENTS = 4  # dev measurements after the first one, evenly spread, the last at the last step

Emit = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Trained:
    """`base` and `best` are dev values on the same dev set (None without one); `stopped` says the user ended it early."""

    base: float | None
    best: Best | None
    stopped: bool


def train(
    base: ModelFolder,
    rows: Sequence[Row],
    dev: Objective | None,
    folder: Path,
    settings: Settings,
    emit: Emit,
    should_stop: Callable[[], bool],
) -> Trained:
    """Tune `base` on the rows. Checkpoints and the best model go to `folder`; a second call with the same folder resumes.

    Emits `dev` events (step 0: the base model), one `batches` event and a `train` event a step. Raises ForgeError where there is
    nothing to train on or the loss is no longer a number.
    """
    if not rows:
        raise ForgeError("There are no positive pairs to train on: generate pairs first.")
    folder.mkdir(parents=True, exist_ok=True)
    model = load_model(base, settings.MAX_SEQ_LENGTH)
    model.model_card_data.generate_widget_examples = False  # it would encode a sample of the texts at every start
    keeper = _Keeper(model, base, dev, BestModel(folder), settings, emit)
    checkpoint = last_checkpoint(folder)
    base_value = keeper.measure_base()
    if checkpoint:
        emit("resumed", step=int(checkpoint.name.rpartition("-")[2]))
    batch_size = settings.BATCH_SIZE_CPU if model.device.type == "cpu" else settings.BATCH_SIZE_GPU
    batches = Batches([row.keys for row in rows], [row.negative_keys for row in rows], batch_size, settings.SEED)
    emit("batches", **asdict(batches.prevented()))
    watcher = _Watcher(keeper, emit, should_stop)
    trainer = SentenceTransformerTrainer(
        model=_without_attention_dropout(model),
        args=_arguments(folder, batch_size, len(batches), model, settings),
        data_collator=RowCollator(preprocess_fn=model.preprocess, prompts=_prompts(model)),
        train_dataset=dataset_of(rows),
        loss=MaskedRankingLoss(model),
        callbacks=[watcher],
    )
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return Trained(base_value, keeper.best.current(), watcher.stopped)


def _without_attention_dropout(model: SentenceTransformer) -> SentenceTransformer:
    """Dropping attention weights forbids torch's fused attention, which never holds the (tokens × tokens) weights in memory: on a
    CPU a step of 32 rows with 256 tokens then takes 3.7 GB instead of 7.9, in half the time. The other dropout stays."""
    for module in model.modules():
        dropout = getattr(module, "dropout", None)
        if "SelfAttention" in type(module).__name__ and isinstance(dropout, Dropout):
            dropout.p = 0.0
    return model


def _prompts(model: SentenceTransformer) -> dict[str, str]:
    """Those that encoding gives to queries and documents."""
    names = {"query": ("query",), "document": ("document", "passage", "corpus")}
    return {kind: next((model.prompts[name] or "" for name in known if name in model.prompts), "") for kind, known in names.items()}


def _arguments(
    folder: Path, batch_size: int, n_batches: int, model: SentenceTransformer, settings: Settings
) -> SentenceTransformerTrainingArguments:
    on = str(model.device.type)
    steps = n_batches * settings.NUM_EPOCHS
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=batch_size,
        num_train_epochs=settings.NUM_EPOCHS,
        learning_rate=settings.LEARNING_RATE,
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


class _Keeper:
    """Measures the model on the dev set and keeps the best."""

    def __init__(self, model: Any, base: ModelFolder, dev: Objective | None, best: BestModel, settings: Settings, emit: Emit) -> None:
        self._model, self._dev, self.best, self._emit = model, dev, best, emit
        self._encoder = LocalEncoder(base, settings.EMBEDDING_DIM, settings.MAX_SEQ_LENGTH, model=model)

    def measure_base(self) -> float | None:
        """The dev value before the first step."""
        return self._measure(0)

    def offer(self, step: int) -> None:
        """Measure the model as it is and keep it if it is the best; without a dev set the latest is kept."""
        value = self._measure(step)
        self.best.offer(step, float(step) if value is None else value, lambda path: self._model.save(str(path), create_model_card=False))

    def _measure(self, step: int) -> float | None:
        if self._dev is None:
            return None
        value = measure(self._dev, self._encoder.encode)
        self._model.train()
        self._emit(
            "dev", step=step, metric=self._dev.metric, value=value, n_questions=len(self._dev.questions), n_chunks=len(self._dev.chunks)
        )
        return value


class _Watcher(TrainerCallback):
    """Reports each step, measures on time, stops when asked."""

    def __init__(self, keeper: _Keeper, emit: Emit, should_stop: Callable[[], bool]) -> None:
        self._keeper, self._emit, self._should_stop = keeper, emit, should_stop
        self.stopped = False

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
        )
        if not math.isfinite(loss):
            raise ForgeError(f"The loss is no longer a number at step {state.global_step}: lower LEARNING_RATE ({args.learning_rate}).")

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002
        every = max(1, state.max_steps // MEASUREMENTS)
        last = state.global_step >= state.max_steps
        if last or (state.global_step % every == 0 and state.max_steps - state.global_step >= every // 2):
            self._keeper.offer(state.global_step)
        if self._should_stop():
            self.stopped = not last
            control.should_save = True
            control.should_training_stop = True
        return control
