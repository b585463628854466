"""The `.env` settings, typed and validated. A wrong value is one sentence naming the setting, the value and what is allowed."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import InputError

SECRETS = ("MODEL_API_KEY", "QUESTION_API_KEY")
PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting with its default. Environment variables win over `.env`, which wins over the default."""

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env", env_file_encoding="utf-8", extra="ignore", case_sensitive=True, frozen=True
    )

    PROJECT_ROOT: Path = Field(PROJECT, description="folder whose workspaces/ holds your workspaces")
    BASE_MODEL: str = Field("all-MiniLM-L6-v2", min_length=1, description="hub name, model folder, or a server's model name")
    MODEL_BACKEND: Literal["sentence-transformers", "ollama", "openai"] = Field(
        "sentence-transformers", description="who computes the vectors; only sentence-transformers models can be trained"
    )
    MODEL_URL: str = Field("", description="address of the Ollama or OpenAI-compatible server")
    MODEL_API_KEY: str = Field("", repr=False, description="key for that server; never logged, stored or exported")
    EMBEDDING_DIM: int | None = Field(None, ge=1, description="cut vectors to this many dimensions; empty: all the model has")
    ENCODING: Literal["auto", "torch", "openvino", "int8"] = Field(
        "auto", description="what computes vectors here; int8: only where it is faster and costs under 0.5 % on dev"
    )
    QUESTION_URL: str = Field("", description="address of an OpenAI-compatible chat server that writes questions; empty: none is asked")
    QUESTION_MODEL: str = Field("", description="the chat model's name on that server")
    QUESTION_API_KEY: str = Field("", repr=False, description="key for that server; never logged, stored or exported")
    QUESTION_CHUNKS: int = Field(200, ge=1, description="chunks that questions are written about, two each")
    TRAINING_MODE: Literal["auto", "instant", "fast", "standard", "full"] = Field(
        "standard", description="how to train; auto: the best mode that TIME_BUDGET allows"
    )
    TIME_BUDGET: float | None = Field(None, gt=0, description="minutes that training may take, for TRAINING_MODE=auto; empty: any")
    LEARNING_RATE: float = Field(1e-4, gt=0, le=1, description="of standard training; the other modes take a fixed multiple of it")
    BATCH_SIZE_GPU: int = Field(64, ge=2, le=4096)
    BATCH_SIZE_CPU: int = Field(32, ge=2, le=4096)
    NUM_EPOCHS: int | None = Field(
        None,
        ge=1,
        le=100,
        description="of standard training, the other modes take a multiple of it; empty: the fewer, the more pairs",
    )
    LOSS: Literal["ranking", "gist", "cached"] = Field(
        "ranking", description="gist also leaves out what the base model finds nearer than the answer, cached bounds the memory of a batch"
    )
    TEMPERATURE: float = Field(0.05, gt=0, le=1, description="cosines are divided by it before the softmax")
    MATRYOSHKA_DIMS: Annotated[tuple[int, ...], NoDecode] = Field((), description="also train vectors cut to these; comma-separated")
    SEARCH_TRIALS: int = Field(8, ge=2, le=72, description="settings that a search begins with")
    GENERAL_PAIRS: Path | None = Field(None, description="graded sentence pairs to watch everyday language by; empty: the project's own")
    MAX_SEQ_LENGTH: int | None = Field(None, ge=8, le=32768, description="tokens read of each text; empty: the model's own")
    NUM_HARD_NEGATIVES: int = Field(
        0, ge=0, le=20, description="mined negatives trained on with each positive, beside those of its batch; four are made in any case"
    )
    POSITIVES_PER_QUERY: int = Field(2, ge=1, le=50)
    SYNTHETIC_EXPANSION_FACTOR: float | None = Field(
        None,
        ge=0,
        le=20,
        description="synthetic queries for each labelled train question; empty: none beside questions, else one for four chunks",
    )
    CORPUS_SENTENCES: float | None = Field(
        None,
        ge=0,
        le=20,
        description="sentences of the corpus for each such question, as queries for their own chunks; empty: likewise",
    )
    MIN_TOPIC_COVERAGE: float = Field(0.5, ge=0.05, le=1, description="share of a question's topics a positive must cover")
    ACCEPTED_ONLY: bool = Field(False, description="train only on pairs that a person has accepted, not on undecided ones")
    RECALL_K_VALUES: Annotated[tuple[int, ...], NoDecode] = Field((1, 5, 10, 20), description="comma-separated")
    SEED: int = Field(13, ge=0)

    @field_validator(
        "EMBEDDING_DIM", "MAX_SEQ_LENGTH", "NUM_EPOCHS", "TIME_BUDGET", "GENERAL_PAIRS", "SYNTHETIC_EXPANSION_FACTOR", "CORPUS_SENTENCES",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("RECALL_K_VALUES", "MATRYOSHKA_DIMS", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("MATRYOSHKA_DIMS")
    @classmethod
    def _longest_first(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(dimension < 1 for dimension in value):
            raise ValueError("each number of dimensions must be at least 1")
        return tuple(sorted(set(value), reverse=True))

    @field_validator("RECALL_K_VALUES")
    @classmethod
    def _sorted_positive(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or min(value) < 1 or max(value) > 1000:
            raise ValueError("each value must lie between 1 and 1000")
        return tuple(sorted(set(value)))


def get_finetuning_config(**overrides: object) -> Settings:
    """The settings in force. Raises InputError, one sentence, where a value is not allowed."""
    try:
        return Settings(**overrides) if overrides else _in_force(_written(), frozenset(os.environ.items()))  # type: ignore[arg-type]
    except ValidationError as error:
        raise InputError(_sentence(error)) from None


@lru_cache(maxsize=1)
def _in_force(_file: tuple[str, int, int] | None, _environment: frozenset[tuple[str, str]]) -> Settings:
    """The settings as `.env` and the environment are now: a page asks for them again and again, and reading them takes 10 ms."""
    return Settings()  # type: ignore[call-arg]


def _written() -> tuple[str, int, int] | None:
    """Which file `.env` is, when it was written and how long it is; None where there is none."""
    file = Path(str(Settings.model_config["env_file"]))
    try:
        stat = file.stat()
    except OSError:
        return None
    return str(file), stat.st_mtime_ns, stat.st_size


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    shown = "(hidden)" if name in SECRETS else repr(first["input"])
    allowed = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    about = Settings.model_fields[name].description if name in Settings.model_fields else None
    return f"{name}={shown} is not allowed; needed: {allowed}" + (f" ({about})." if about else ".")
