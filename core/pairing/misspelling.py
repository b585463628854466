"""Which rare word may be another one with a slip of the keyboard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping

MOST_SEEN = 2
"""A slip is hardly made three times alike: a word that more texts hold is meant as it is."""

SHORTEST, LONGER = 4, 5


def misspellings(n_with: Mapping[str, int], known: Container[str]) -> Iterator[tuple[str, str]]:
    """Pairs of words one edit apart, the first of them rare and not among the known ones. n_with: in how many texts each word is.

    Words that are one edit apart have a spelling in common once a letter of each, or of one, is left out: looking those up costs
    a few entries a word instead of a comparison with every other word.
    """
    sharing: dict[str, list[str]] = defaultdict(list)
    for word in n_with:
        if len(word) >= SHORTEST:
            for shorter in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                sharing[shorter].append(word)
    for found in sharing.values():
        for rare in found:
            if n_with[rare] <= MOST_SEEN and rare not in known:
                yield from ((rare, other) for other in found if one_edit_apart(rare, other))


def one_edit_apart(one: str, other: str) -> bool:
    """Whether a letter more, less or different, or two neighbours swapped, makes one word of the other.

    Digits never differ: "h1n1" is no misspelling of "h1n2". Nor are two words of four letters: too many are a letter apart.
    """
    if one == other or abs(len(one) - len(other)) > 1 or max(len(one), len(other)) < LONGER or _digits(one) != _digits(other):
        return False
    at = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    left, right = one[at:], other[at:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _digits(word: str) -> list[str]:
    return [sign for sign in word if sign.isdigit()]
