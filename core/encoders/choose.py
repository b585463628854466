"""From the settings to an encoder."""

from __future__ import annotations

from core.encoders.local import LocalEncoder
from core.encoders.locate import ModelFolder, locate
from core.encoders.protocol import Encoder
from core.encoders.servers import ServerEncoder
from core.errors import InputError
from core.settings import Settings


def base_encoder(settings: Settings) -> Encoder:
    """The encoder the settings name."""
    if settings.MODEL_BACKEND == "sentence-transformers":
        return local_encoder(locate(settings.BASE_MODEL), settings)
    return ServerEncoder(settings.MODEL_BACKEND, settings.BASE_MODEL, settings.MODEL_URL, settings.MODEL_API_KEY, settings.EMBEDDING_DIM)


def local_encoder(folder: ModelFolder, settings: Settings) -> LocalEncoder:
    """The model in `folder` under the settings' truncation."""
    return LocalEncoder(folder, settings.EMBEDDING_DIM, settings.MAX_SEQ_LENGTH)


def trainable(settings: Settings) -> ModelFolder:
    """The base model's folder. Raises InputError where the settings name a server, whose weights are not here."""
    if settings.MODEL_BACKEND != "sentence-transformers":
        raise InputError(f"MODEL_BACKEND={settings.MODEL_BACKEND!r} cannot be trained: set it to 'sentence-transformers'.")
    return locate(settings.BASE_MODEL)
