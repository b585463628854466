"""What a chunk speaks of in its own words: names, acronyms and noun phrases, told from running text by statistics alone.

A phrase is what stands between function words, punctuation and words that the corpus uses as verbs ("to increase", "they increased"): runs
that keep coming back whole, or stand behind an article, are things that people ask about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import log

from core.records import Chunk
from core.retrieval.tokens import STOP_WORDS

READ_FOR_STATISTICS = 20_000
MOST_WORDS = 4
COMMON_SHARE = 0.03
COMMON_FLOOR = 12
SINGLE_SHARE = 0.01
VERB_SHARE = 0.2
LONE_WORD = 1.0
ONLY_HERE = 2.0
"""What is said in no other chunk, a slip or a name in passing, weighs as much less as if e² chunks said it."""

_TOKEN = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")
_CONTRACTED = ("'d", "’d", "'ll", "’ll", "n't", "n’t", "'re", "’re", "'ve", "’ve", "'m", "’m")
_ARTICLES = frozenset({"the", "a", "an"})
_BEFORE_VERBS = frozenset(
    {"he", "she", "they", "we", "i", "you", "who", "will", "shall", "can", "may", "could", "should", "would", "must", "cannot"}
)
FUNCTION_WORDS = (
    STOP_WORDS
    | _BEFORE_VERBS
    | frozenset(
        """
        about above across after again against ago all almost alone along already also although always among another any anyone anything
        around away back because become before behind being below beside besides between beyond both came come down due during each either
        else enough especially et al etc even ever every everyone everything fig figure few following present current respective entire
        certain different subsequent previous important significant potential similar january february march april june july august
        september october november december monday tuesday wednesday thursday friday saturday sunday first five four forth further go goes
        going got hence here however including indeed instead just know known last later least less let like likely many might mine more
        moreover most much must near neither never new next nobody none nor nothing now off often once one only onto other others
        otherwise out over own per perhaps put rather really same second see several since six some something still table ten therefore
        though three through thus together too toward towards two under unless until unto up upon us use used using various very via well
        went were whatever whether while whole will within without yes yet three based made make makes making found given done said says
        say old tell four seven eight nine twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half
        dozen times
        """.split()  # noqa: SIM905 - like the stop-words
    )
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Characters [start, end) of a chunk's text. `weight`: how much it tells the chunk apart; `article`: the one before it, if any;
    `n_chunks`: in how many of the chunks that were counted it comes up."""

    text: str
    start: int
    end: int
    weight: float
    article: str
    n_chunks: int


class Phrases:
    """The phrases of a corpus, counted once on up to 20,000 of its chunks, evenly spaced."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        read = chunks[:: max(1, -(-len(chunks) // READ_FOR_STATISTICS))]
        self._n = len(read)
        self._n_with, self._n_small, self._n_word = Counter[str](), Counter[str](), Counter[str]()
        self._verbs = self._verbal(read)
        for chunk in read:
            self._n_with.update({_key(run) for run in self._runs(chunk.text)})
            words = set(_TOKEN.findall(chunk.text))
            self._n_small.update(word for word in words if word.islower())
            self._n_word.update({word.lower() for word in words})

    def sentences(self, text: str) -> Iterator[tuple[int, int]]:
        """Characters [start, end) of each sentence."""
        ends = [(0, 0), *(match.span() for match in _SENTENCE_END.finditer(text)), (len(text), len(text))]
        for (_, start), (end, _) in pairwise(ends):
            if end > start:
                yield start, end

    def of(self, text: str) -> list[Phrase]:
        """The phrases of a text in its order: those seen in several chunks but not nearly everywhere, names, and things with an article.
        Of a run that is none of these ("Brandt met Ilsa") the names in it are."""
        found: list[Phrase] = []
        for run in self._runs(text):
            whole = self._phrase(run, text)
            found += [whole] if whole else [phrase for part in _capitalised(run) if (phrase := self._phrase(part, text))]
        return found

    def is_verb(self, word: str) -> bool:
        """Whether the corpus uses a small-written word mostly as a verb."""
        return word in self._verbs

    def is_small(self, word: str) -> bool:
        """Whether the corpus also writes a word small."""
        return self._n_small[word.lower()] > 0

    def _phrase(self, run: list[re.Match[str]], text: str) -> Phrase | None:
        words = [match[0] for match in run]
        n_with = self._n_with[_key(run)] if len(words) > 1 else self._n_word[words[0].lower()]
        is_name = all(word[0].isupper() for word in words) and not (self._starts_sentence(run[0].start(), text) and self.is_small(words[0]))
        article = "" if is_name else _article(run[0].start(), text)
        if n_with > max(COMMON_FLOOR, COMMON_SHARE * self._n) or not any(len(word) > 2 for word in words):
            return None
        if len(words) == 1 and not is_name:
            worth = bool(article) and len(words[0]) > 4 and 1 < n_with <= max(COMMON_FLOOR, SINGLE_SHARE * self._n)
        else:
            worth = is_name or bool(article) or n_with > 1
        if not worth:
            return None
        start, end = run[0].start(), run[-1].end() - 2 * words[-1].endswith(("'s", "’s"))
        often = 1 + log(max(1, text.count(text[start:end])))
        weight = often * log((self._n + 1) / (max(2, n_with) + 1)) - ONLY_HERE * (n_with < 2) - LONE_WORD * (len(words) < 2)
        return Phrase(text[start:end], start, end, weight, article, max(1, n_with))

    def _starts_sentence(self, at: int, text: str) -> bool:
        before = text[:at].rstrip()
        return not before or not (before[-1].isalnum() or before[-1] in ",)-–’'")

    def _runs(self, text: str) -> Iterator[list[re.Match[str]]]:
        """Words in a row without function words, verbs, numbers, adverbs or punctuation between them; at most four of them."""
        run: list[re.Match[str]] = []
        end = 0
        for token in _TOKEN.finditer(text):
            word = token[0]
            breaks = self._breaks(word)
            if breaks or "\n" in text[end : token.start()]:
                yield from self._cut(run)
                run = []
            if not breaks:
                run.append(token)
            end = token.end()
        yield from self._cut(run)

    def _cut(self, run: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
        """The run without the verb that follows it; of a long one the end, which says what it is: what comes before says which."""
        while run and self._ends_as_verb(run[-1][0]):
            run = run[:-1]
        if run:
            yield run[-MOST_WORDS:]

    def _ends_as_verb(self, word: str) -> bool:
        if not word.islower():
            return False
        return word.endswith(("ed", "ing")) or (word.endswith("s") and not self._verbs.isdisjoint({word[:-1], word[:-2]}))

    def _breaks(self, word: str) -> bool:
        small = word.lower()
        if not word[0].isalpha() or small in FUNCTION_WORDS or small.endswith(_CONTRACTED):
            return True
        return word.islower() and (small in self._verbs or small.endswith("ly"))

    def _verbal(self, chunks: Sequence[Chunk]) -> frozenset[str]:
        """Small-written words of which at least a fifth stand after "to", a pronoun or an auxiliary, and not all of these after "to"."""
        seen, after, after_to = Counter[str](), Counter[str](), Counter[str]()
        for chunk in chunks:
            words = _TOKEN.findall(chunk.text)
            seen.update(word for word in words if word.islower())
            after.update(word for before, word in pairwise(words) if word.islower() and before.lower() in _BEFORE_VERBS)
            after_to.update(word for before, word in pairwise(words) if word.islower() and before == "to")
        return frozenset(word for word, n in after.items() if n + after_to[word] >= VERB_SHARE * seen[word])


def _capitalised(run: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """The names in a longer run: its words with capitals, those in a row together."""
    grouped = [list(words) for is_name, words in groupby(run, key=lambda match: match[0][0].isupper()) if is_name]
    return [words for words in grouped if len(words) < len(run)]


def _key(run: Sequence[re.Match[str]]) -> str:
    return " ".join(match[0].lower() for match in run)


def _article(at: int, text: str) -> str:
    """The article before a place in the text, small; "" where another word stands there."""
    before = text[max(0, at - 5) : at].split()
    return before[-1].lower() if before and before[-1].lower() in _ARTICLES and text[at - 1] == " " else ""
