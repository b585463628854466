"""A transformer in int8, calibrated on the user's own texts: kept in the workspace with what it was found to cost and to save."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
import uuid
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.records import content_id

N_CALIBRATION = 200  # texts
DECISION, NETWORK, WEIGHTS = "decision.json", "model.xml", "model.bin"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a model's documents are encoded in int8. `exact` and `int8` are dev values of `metric`, `faster` is the ratio of seconds."""

    kept: bool
    why: str
    faster: float | None = None
    metric: str | None = None
    exact: float | None = None
    int8: float | None = None
    n_questions: int = 0
    n_chunks: int = 0


@dataclass(frozen=True, slots=True)
class Quantised:
    """The int8 form of one encoder's transformer. `folder` belongs to that encoder alone; `fingerprint` follows from what is in it."""

    folder: Path

    @property
    def decision(self) -> Decision | None:
        """What was decided, or None before it was."""
        file = self.folder / DECISION
        return Decision(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None

    @property
    def fingerprint(self) -> str:
        return content_id("int8", *(_digest(self.folder / name) for name in (NETWORK, WEIGHTS)))

    def network(self) -> Any:
        """The openvino.Model."""
        from core.encoders.compiled import openvino

        return openvino().Core().read_model(self.folder / NETWORK)

    def trial(self, network: Any) -> Quantised:
        """The network beside the place that it will have if it is kept, ready to be measured."""
        from core.encoders.compiled import openvino

        beside = Quantised(self.folder.with_name(f".{self.folder.name}.{uuid.uuid4().hex[:8]}.partial"))
        beside.folder.mkdir(parents=True)
        try:
            openvino().save_model(network, beside.folder / NETWORK, compress_to_fp16=False)
        except BaseException:
            shutil.rmtree(beside.folder, ignore_errors=True)
            raise
        return beside

    def decide(self, decision: Decision, trial: Quantised) -> None:
        """Put the decision here, and with it, where it was kept, what was tried: all of it or nothing."""
        if not decision.kept:
            for name in (NETWORK, WEIGHTS):
                (trial.folder / name).unlink()
        (trial.folder / DECISION).write_text(json.dumps(asdict(decision), indent=1), encoding="utf-8")
        shutil.rmtree(self.folder, ignore_errors=True)
        trial.folder.rename(self.folder)


def quantised_for(home: Path, exact_fingerprint: str) -> Quantised:
    """Where below `home` the int8 form of the encoder with this fingerprint has its place."""
    return Quantised(home / content_id("int8", exact_fingerprint))


def missing_package() -> str | None:
    """The sentence that says what int8 needs and is not here."""
    if importlib.util.find_spec("nncf") and importlib.util.find_spec("openvino"):
        return None
    return "ENCODING=int8 needs the packages openvino and nncf: `pip install openvino nncf` brings them; until then vectors are exact."


def quantise(model: Any, texts: Sequence[str]) -> Any:
    """The transformer of a SentenceTransformer as an openvino.Model that multiplies in int8; activations are scaled to what the texts, the
    first N_CALIBRATION of them, bring about. Raises NotCompiled."""
    from core.encoders.compiled import convert, openvino

    openvino()  # before nncf, so that neither reports home
    import nncf
    from nncf.common.logging import nncf_logger

    nncf_logger.setLevel("ERROR")
    network = convert(model)
    names = [port.get_any_name() for port in network.inputs]
    some = texts[:N_CALIBRATION]
    examples = ({name: features[name].numpy() for name in names} for features in (model.preprocess([text]) for text in some))
    with redirect_stdout(sys.stderr):  # its progress bars: standard output belongs to whoever asked for JSON
        return nncf.quantize(network, nncf.Dataset(list(examples)), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(some))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
