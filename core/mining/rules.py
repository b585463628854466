"""The three rules that propose negatives for a query, each from the most to the least promising chunk.

A rule only proposes: what speaks of the query's own entities is barred by the aim, and core.mining.select drops what comes too
close to a positive. Chunks of the positive's own source come first: a negative that can be told by its style teaches style.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.corpus.aliases import fold
from core.mining.aims import Aim
from core.mining.ground import Ground
from core.mining.mentions import Indices
from core.mining.wording import counted, listed, spoken
from core.records import Hardness

MOST_COMPANIONS = 5
FEWEST_SHARED = 2
MOST_PROPOSED = 40


class Companion(NamedTuple):
    """An entity often mentioned together with another one: in `n_shared` chunks; `closeness` from 0 to 1."""

    number: int
    n_shared: int
    closeness: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A chunk (index) that a rule holds for a negative, and why."""

    chunk: int
    rule: str
    hardness: Hardness
    reason: str
    evidence: Mapping[str, Any]


@dataclass
class Rules:
    """The rules on one corpus. Each takes the query's aim, the positive (index) and the query's BM25 scores (n,)."""

    ground: Ground
    seed: int

    @property
    def in_order(self) -> dict[str, Callable[[Aim, int, NDArray[np.float64]], Iterator[Proposal]]]:
        """By name: hard, medium, easy."""
        return {
            "related-entity": self.related_entity,
            "overlapping-mentions": self.overlapping_mentions,
            "same-type": self.same_type,
        }

    def related_entity(self, aim: Aim, positive: int, scores: NDArray[np.float64]) -> Iterator[Proposal]:
        """Hard: a chunk that speaks of a close companion of the query's entities, the nearest to the query in words first."""
        company = [(companion, anchor) for anchor in aim.anchors for companion in self.companions(anchor)]
        for chunk, which in self._nearest_of(company, aim, positive, scores):
            companion, anchor = company[which]
            other, own = self._name(companion.number), self._name(anchor)
            found = f"found with {spoken(own)} in {counted(companion.n_shared, 'chunk')}"
            reason = f"Speaks of {spoken(other)}, {found}, but not of {_about(aim)}."
            evidence = {"entity": other, "related_to": own, "n_shared": companion.n_shared, "closeness": round(companion.closeness, 4)}
            yield Proposal(chunk, "related-entity", "hard", reason, evidence)

    def _nearest_of(
        self, company: Sequence[tuple[Companion, int]], aim: Aim, positive: int, scores: NDArray[np.float64]
    ) -> Iterator[tuple[int, int]]:
        """Chunks of the company's with the closest companion (index into `company`) each speaks of, best chunk first."""
        if not company:
            return
        found = [self.ground.mentions.chunks_of(companion.number) for companion, _ in company]
        chunks, which = np.concatenate(found), np.repeat(np.arange(len(found)), [len(some) for some in found])
        closeness = np.array([companion.closeness for companion, _ in company])
        open_ = ~aim.barred[chunks]
        chunks, which = chunks[open_], which[open_]
        foreign = self.ground.sources[chunks] != self.ground.sources[positive]
        order = np.lexsort((which, -closeness[which], chunks, -scores[chunks], foreign))
        best: dict[int, int] = {}
        for place in order.tolist():
            best.setdefault(int(chunks[place]), int(which[place]))
            if len(best) == MOST_PROPOSED:
                break
        yield from best.items()

    def overlapping_mentions(self, aim: Aim, positive: int, scores: NDArray[np.float64]) -> Iterator[Proposal]:
        """Medium: a chunk that mentions what else the positive mentions, the more and the rarer the better. Words of the language
        ("exhort") count only for a positive that mentions no name."""
        mentions = self.ground.mentions
        specific = [number for number in mentions.of_chunk(positive).tolist() if mentions.is_specific(number)]
        others = [number for number in specific if not any(self._is_part(number, anchor) for anchor in aim.anchors)]
        shareable = [number for number in others if mentions.is_name(number)] or others
        rarest_first = sorted(shareable, key=lambda number: (-mentions.rarity[number], number))
        found = {number: mentions.chunks_of(number) for number in rarest_first}
        for chunk in self._most_overlapping(found, aim, positive, scores):
            shared = [self._name(number) for number, chunks in found.items() if chunk in chunks]
            names = listed(list(dict.fromkeys(spoken(name) for name in shared)))
            reason = f"Speaks of {names}, as the right chunk does, but not of {_about(aim)}."
            yield Proposal(chunk, "overlapping-mentions", "medium", reason, {"shared": shared})

    def _most_overlapping(self, found: Mapping[int, Indices], aim: Aim, positive: int, scores: NDArray[np.float64]) -> list[int]:
        """Chunks of these entities: the positive's own source first, then by the rarity of what they share with it, then by words."""
        if not found:
            return []
        weights = [np.full(len(chunks), self.ground.mentions.rarity[number]) for number, chunks in found.items()]
        every = np.concatenate([*found.values()])
        overlap = np.bincount(every, np.concatenate(weights), minlength=len(self.ground.chunks))
        chunks = np.unique(every[~aim.barred[every]])
        foreign = self.ground.sources[chunks] != self.ground.sources[positive]
        order = np.lexsort((chunks, -scores[chunks], -overlap[chunks], foreign))
        return [int(chunk) for chunk in chunks[order[:MOST_PROPOSED]]]

    def same_type(self, aim: Aim, positive: int, scores: NDArray[np.float64]) -> Iterator[Proposal]:
        """Easy: a chunk about another entity of the type of the query's most telling one, drawn at random."""
        del scores  # nearness in words is for the harder rules
        type_ = self.ground.mentions.entities[aim.anchors[0]].type
        pool = self._principal[type_]  # never empty: the query's entity is itself specific
        draw = random.Random(f"{self.seed} {self.ground.chunks[positive].chunk_id} {aim.anchors[0]}")
        subjects = dict(draw.choice(pool) for _ in range(MOST_PROPOSED))
        for chunk in self._own_source_first(self._open(subjects, aim), positive):
            other = self._name(subjects[chunk])
            reason = f"Speaks of {spoken(other)}, also of type {type_}, but not of {_about(aim)}."
            yield Proposal(chunk, "same-type", "easy", reason, {"entity": other, "type": type_})

    def companions(self, anchor: int) -> tuple[Companion, ...]:
        """The five specific entities closest to one, by Ochiai's coefficient (1957) over chunks: shared / √(own · other's).

        Words of the language ("crucify") come after names. Those met once only count where none is met twice. A name that
        contains the other ("Reign of Solomon", "Solomon") is no companion but a part.
        """
        if anchor not in self._companions:
            found = list(self._company(anchor))
            often = [companion for companion in found if companion.n_shared >= FEWEST_SHARED]
            closest = sorted(often or found, key=self._names_then_closest)
            self._companions[anchor] = tuple(closest[:MOST_COMPANIONS])
        return self._companions[anchor]

    def _names_then_closest(self, companion: Companion) -> tuple[bool, float, int]:
        return not self.ground.mentions.is_name(companion.number), -companion.closeness, companion.number

    def _company(self, anchor: int) -> Iterator[Companion]:
        mentions = self.ground.mentions
        together = mentions.together(anchor)
        for number in np.flatnonzero(together).tolist():
            if mentions.is_specific(number) and not self._is_part(number, anchor):
                n_shared = int(together[number])
                yield Companion(number, n_shared, n_shared / float(np.sqrt(mentions.n_chunks[anchor] * mentions.n_chunks[number])))

    def _is_part(self, number: int, anchor: int) -> bool:
        """Whether one of two entities is a namesake of the other or carries its name: "Solomon" and "Reign of Solomon"."""
        one, other = fold(self._name(number)), fold(self._name(anchor))
        return one in other or other in one or number in self.ground.mentions.namesakes(anchor)

    @cached_property
    def _companions(self) -> dict[int, tuple[Companion, ...]]:
        return {}

    @cached_property
    def _principal(self) -> dict[str, list[tuple[int, int]]]:
        """For each type the chunks with the specific entity of that type they are most about: the rarest they mention."""
        mentions = self.ground.mentions
        pools: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for chunk in range(len(self.ground.chunks)):
            rarest: dict[str, int] = {}
            specific = [number for number in mentions.of_chunk(chunk).tolist() if mentions.is_specific(number)]
            for number in sorted(specific, key=lambda number: (-mentions.rarity[number], number)):
                rarest.setdefault(mentions.entities[number].type, number)
            for type_, number in rarest.items():
                pools[type_].append((chunk, number))
        return pools

    def _open(self, chunks: Iterable[int], aim: Aim) -> list[int]:
        return [chunk for chunk in chunks if not aim.barred[chunk]]

    def _own_source_first(self, chunks: list[int], positive: int) -> list[int]:
        own = self.ground.sources[positive]
        return sorted(chunks, key=lambda index: bool(self.ground.sources[index] != own))[:MOST_PROPOSED]

    def _name(self, number: int) -> str:
        return self.ground.mentions.entities[number].name


def _about(aim: Aim) -> str:
    return listed([spoken(name) for name in aim.about], last="or")
