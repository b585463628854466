"""What an import read, and everything that was wrong with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar

Severity = Literal["error", "warning"]
Record = TypeVar("Record")

WARNINGS_SHOWN = 3  # of each kind, in the summary


class Place(NamedTuple):
    """Where something stood: a file, as named from the source folder, and a line where there are lines (the first is 1)."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}, line {self.line}"


class Placed(NamedTuple, Generic[Record]):
    """A record and where it was read."""

    record: Record
    place: Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. An error's line is left out of the corpus, a warning's is not. `kind` is a slug to group by."""

    severity: Severity
    kind: str
    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{Place(self.file, self.line)}: {self.message}"


def error(kind: str, place: Place, message: str) -> Problem:
    """A problem that keeps what stands at `place` out of the corpus."""
    return Problem("error", kind, place.file, place.line, message)


def warning(kind: str, place: Place, message: str) -> Problem:
    """A problem to know about."""
    return Problem("warning", kind, place.file, place.line, message)


@dataclass(frozen=True, slots=True)
class Report:
    """The end of every import: what was read from where, and each problem."""

    source: str
    files: tuple[str, ...] = ()
    n_chunks: int = 0
    n_entities: int = 0
    n_questions: int = 0
    n_judgements: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it: every field, and `n_errors`, `n_warnings` and `kinds` (count of problems by kind)."""
        kinds = dict(Counter(problem.kind for problem in self.problems))
        return {**asdict(self), "n_errors": len(self.errors), "n_warnings": len(self.warnings), "kinds": kinds}

    def summary(self) -> str:
        """The report for a person: every error in full, warnings by kind with the first few of each."""
        read = f"{self.n_chunks:,} chunks, {self.n_entities:,} entities, {self.n_questions:,} questions, {self.n_judgements:,} judgements"
        lines = [f"Read {read} from {len(self.files)} {'file' if len(self.files) == 1 else 'files'} in {self.source}."]
        for title, problems, most in (("error", self.errors, None), ("warning", self.warnings, WARNINGS_SHOWN)):
            if problems:
                lines.append(f"{len(problems):,} {title}{'' if len(problems) == 1 else 's'}:")
                lines.extend(_grouped(problems, most))
        return "\n".join(lines)


def _grouped(problems: Sequence[Problem], most: int | None) -> Iterable[str]:
    kinds: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        kinds[problem.kind].append(problem)
    for kind, members in kinds.items():
        yield f"  {kind} ({len(members):,})"
        yield from (f"    {problem}" for problem in members[:most])
        if most is not None and len(members) > most:
            yield f"    and {len(members) - most:,} more like it"
