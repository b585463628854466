"""Does the model still know everyday language? Pairs of plain sentences with a graded similarity, and how well the model's cosines order
them. The small set beside this module was written for the project; STS-B's dev file can take its place (GENERAL_PAIRS)."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from core.encoders.protocol import Encode
from core.errors import InputError

OWN = Path(__file__).with_name("general.json")
FEWEST = 10


@dataclass(frozen=True, slots=True)
class GeneralPairs:
    """n pairs of sentences with how alike people find them; `grades` (n,)."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    grades: tuple[float, ...]

    def spearman(self, encode: Encode) -> float:
        """Rank correlation of cosine and grade: 1 where the model orders all pairs as people do."""
        both = encode([*self.first, *self.second], "document").astype(np.float64)
        cosines = (both[: len(self.first)] * both[len(self.first) :]).sum(axis=1)
        return float(spearmanr(cosines, self.grades).statistic)


def general_pairs(file: Path | None = None) -> GeneralPairs:
    """The project's own pairs, or those of a file with tabs: two sentences and a number a line, under a header line.

    Raises InputError where the file cannot be read so.
    """
    rows = json.loads(OWN.read_text(encoding="utf-8")) if file is None else _of_file(file)
    return GeneralPairs(*zip(*((first, second, float(grade)) for first, second, grade in rows), strict=True))


def _of_file(file: Path) -> Sequence[tuple[str, str, float]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
        pairs = [(first, second, float(grade)) for first, second, grade in rows]
    except (OSError, ValueError) as error:
        raise InputError(
            f"GENERAL_PAIRS={file} cannot be read ({error}): needed: a header, then two sentences and a number a line, with tabs between."
        ) from None
    if len(pairs) < FEWEST:
        raise InputError(f"GENERAL_PAIRS={file} holds {len(pairs)} pairs: at least {FEWEST} are needed.")
    return pairs
