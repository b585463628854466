"""Batches in which no row is another row's false negative.

In a batch every row's positive and negatives count as wrong for every other row. Which rows should therefore not meet makes a graph
(core.training.conflicts), and batches are a colouring of it: rows with many conflicts choose first (Welsh and Powell 1967), each the
batch where it meets the fewest, the emptiest among equals; rows that met all the same then change places where that helps. What is
left is masked in the loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.training.conflicts import Conflicts, Indices, Keys
from core.training.groups import number_of_batches

MEETING = 1e9  # outweighs any filling of a batch
ROUNDS = 4
MENDED, PARTNERS = 300, 64  # rows moved a round, and rows each may change places with: bounds that only large sets reach


@dataclass(frozen=True, slots=True)
class Prevented:
    """Pairs of rows that should not meet, counted over one epoch: those that random batches would have brought together, and those left."""

    n_batches: int
    prevented: int
    left: int


class Batches:
    """The batches of every epoch: each row once, sizes that differ by one at most, the same for the same seed and epoch."""

    def __init__(self, keys: Keys, negative_keys: Keys, batch_size: int, seed: int) -> None:
        """`keys[i]`: what a batch should hold only once, for row i; `negative_keys[i]`: the same of the negatives it brings along."""
        self._n_rows, self._seed = len(keys), seed
        self._sizes = [len(part) for part in np.array_split(np.arange(len(keys)), number_of_batches(len(keys), batch_size))]
        self._conflicts = Conflicts(keys, negative_keys)

    def __len__(self) -> int:
        return len(self._sizes)

    def of_epoch(self, epoch: int) -> list[Indices]:
        """Row indices, batch by batch; batches and the rows in them in a seeded order."""
        rng = np.random.default_rng((self._seed, epoch))
        shuffled = rng.permutation(self._n_rows)
        batch_of = self._placed(shuffled[np.argsort(-self._conflicts.degree[shuffled], kind="stable")], rng)
        for _ in range(ROUNDS):
            self._mend(batch_of)
        return [shuffled[batch_of[shuffled] == number] for number in rng.permutation(len(self))]

    def _placed(self, order: Indices, rng: np.random.Generator) -> Indices:
        """(n,) the batch of each row; rows choose in the given order."""
        room = np.array(self._sizes)
        filled = rng.random(len(room))  # a fraction below one: chance decides between batches that are filled alike
        seen = _Seen(self._conflicts.n_bringing, len(room))
        batch_of = np.empty(self._n_rows, dtype=np.int64)
        for row in order:
            batch = int(np.argmin(filled + MEETING * seen.meetings(self._conflicts.avoided(row).tolist())))
            seen.add(self._conflicts.brought(row).tolist(), batch)
            batch_of[row] = batch
            room[batch] -= 1
            filled[batch] += 1 if room[batch] else np.inf
        return batch_of

    def _mend(self, batch_of: Indices) -> None:
        """Rows that met although their tokens are not too common to be kept apart change places, in `batch_of`, where that helps."""
        for row in self._conflicts.met(batch_of, limit=len(self))[:MENDED]:
            meets = np.bincount(batch_of[self._conflicts.of(row)], minlength=len(self))
            here, there = batch_of[row], int(np.argmin(meets))
            if meets[here] > meets[there]:
                partners = np.flatnonzero(batch_of == there)[:PARTNERS]
                gain = meets[here] - meets[there] + self._gain(row, partners, np.flatnonzero(batch_of == here))
                if gain.max() > 0:
                    partner = partners[gain.argmax()]
                    batch_of[row], batch_of[partner] = there, here

    def _gain(self, row: int, partners: Indices, mine: Indices) -> Indices:
        """(p,) how many meetings fewer the partners have in the row's place."""
        theirs = self._conflicts.between(partners, partners).sum(axis=1)
        met = self._conflicts.between(partners, mine)
        each_other = met[:, mine == row][:, 0]
        gain: Indices = theirs - met.sum(axis=1) + 2 * each_other
        return gain

    def prevented(self) -> Prevented:
        """The first epoch, against the same rows in random batches of the same sizes and seed."""
        by_chance = np.split(np.random.default_rng(self._seed).permutation(self._n_rows), np.cumsum(self._sizes)[:-1])
        left = self.collisions(self.of_epoch(0))
        return Prevented(len(self), max(0, self.collisions(by_chance) - left), left)

    def collisions(self, batches: Sequence[Indices]) -> int:
        """Pairs of rows that should not have met."""
        return sum(self._conflicts.count(batch) for batch in batches)


class _Seen:
    """Which batches hold a token already. A token that has been in as many batches as there are starts anew, so it is spread evenly."""

    def __init__(self, n_bringing: Indices, n_batches: int) -> None:
        self._start = [0, *np.cumsum(n_bringing).tolist()]
        self._used = [0] * len(n_bringing)
        self._batches = np.empty(self._start[-1], dtype=np.int64)  # of token t: those from start[t] to start[t] + used[t]
        self._n_batches = n_batches

    def add(self, tokens: Sequence[int], batch: int) -> None:
        for token in tokens:
            self._batches[self._start[token] + self._used[token]] = batch
            self._used[token] += 1

    def meetings(self, tokens: Sequence[int]) -> Indices:
        """(b,) how many of the tokens each batch holds."""
        return np.bincount(np.concatenate([self._batches[:0], *self._recent(tokens)]), minlength=self._n_batches)

    def _recent(self, tokens: Sequence[int]) -> Iterator[Indices]:
        for token in tokens:
            if used := self._used[token]:
                end = self._start[token] + used
                yield self._batches[end - used % self._n_batches : end]
