"""From the settings to an encoder."""

from __future__ import annotations

from pathlib import Path

from core.encoders.local import LocalEncoder, OnNote
from core.encoders.locate import ModelFolder, locate
from core.encoders.protocol import Encoder
from core.encoders.quantised import quantised_for
from core.encoders.servers import ServerEncoder
from core.errors import InputError
from core.settings import Settings


def base_encoder(settings: Settings, home: Path | None = None, on_note: OnNote = lambda _: None) -> Encoder:
    """The encoder the settings name. Arguments as in `local_encoder`."""
    if settings.MODEL_BACKEND == "sentence-transformers":
        return local_encoder(locate(settings.BASE_MODEL), settings, home, on_note)
    return ServerEncoder(settings.MODEL_BACKEND, settings.BASE_MODEL, settings.MODEL_URL, settings.MODEL_API_KEY, settings.EMBEDDING_DIM)


def local_encoder(folder: ModelFolder, settings: Settings, home: Path | None = None, on_note: OnNote = lambda _: None) -> LocalEncoder:
    """The model in `folder` under the settings' truncation. `home` is a workspace's folder of int8 models: one that was kept there for this
    model is used where the settings ask for int8. `on_note` is told, in a sentence, what was asked for and cannot be had."""
    exact = LocalEncoder(folder, settings.EMBEDDING_DIM, settings.MAX_SEQ_LENGTH, engine=settings.ENCODING, on_note=on_note)
    if settings.ENCODING != "int8" or home is None:
        return exact
    found = quantised_for(home, exact.exact_fingerprint)
    return exact.in_int8(found) if (decision := found.decision) and decision.kept else exact


def trainable(settings: Settings) -> ModelFolder:
    """The base model's folder. Raises InputError where the settings name a server, whose weights are not here, or a table of token
    vectors."""
    if settings.MODEL_BACKEND != "sentence-transformers":
        raise InputError(f"MODEL_BACKEND={settings.MODEL_BACKEND!r} cannot be trained: set it to 'sentence-transformers'.")
    folder = locate(settings.BASE_MODEL)
    if folder.is_table:
        raise InputError(f"{folder.name} is a table of token vectors, which cannot be trained further: set BASE_MODEL to a transformer.")
    return folder
