from __future__ import annotations

from core.mining.aims import aim_of_question
from core.mining.chosen import Mined, Wanted
from core.mining.ground import Ground
from core.mining.ranks import Ranks
from core.mining.refusals import Control, Sought
from core.mining.select import Miner
from core.mining.share import Share
from core.mining.shortlist import SURVIVORS
from core.records import Chunk, Question
from tests.mining.isles import chunk, ground
from tests.mining.toy import bag

BELL = "What does Ilsa ring?"


def mined(
    found: Ground,
    text: str = BELL,
    positives: tuple[int, ...] = (0,),
    n: int = 4,
    *,
    share: float = 2.0,
    judged_not: tuple[int, ...] = (),
    spared: frozenset[int] = frozenset(),
    seed: int = 13,
    vectors: bool = True,
) -> Mined:
    ranks = Ranks(found, bag if vectors else None)
    control = Control(found, ranks, Share(share, "questions" if vectors else "words", 0, None, ""), 0.5)
    aim = aim_of_question(Question("q", text), positives, found)
    (view,) = ranks.views([text], [True])
    sought = Sought(text, "q", aim, positives, frozenset(positives), judged_not, spared)
    (result,) = Miner(found, control, seed).mine([Wanted(sought, view, n)])
    return result


def named(found: Ground, result: Mined) -> list[str]:
    return [found.chunks[negative.chunk].chunk_id for negative in result.negatives]


ASKED = "moon road"


def pages(n: int) -> Ground:
    """No entities: page 0 answers, and of the others each says "moon" less often than the one before."""
    texts = [f"{'moon ' * (n - number)} tale{number} king{number} ship{number}" for number in range(n)]
    return Ground((Chunk("p0", texts[0] + " road", "f0"), *(Chunk(f"p{n}", text, f"f{n}") for n, text in enumerate(texts) if n)), ())


def test_ranks_and_rules_take_turns_and_hard_ones_come_first() -> None:
    found = ground()
    result = mined(found)
    rules = [negative.rule for negative in result.negatives]
    assert {"related-entity", "overlapping-mentions"} & set(rules)
    assert {"dense-rank", "bm25-rank", "both-ranks"} & set(rules)
    ease = [["hard", "medium", "easy"].index(negative.hardness) for negative in result.negatives]
    assert ease == sorted(ease)
    assert len(set(named(found, result))) == 4
    assert {negative.positive for negative in result.negatives} == {0}


def test_no_negative_is_an_answer_speaks_of_what_is_asked_or_stands_beside_an_answer() -> None:
    found = ground(chunk("Letters.0", "The Keeper rings and rings."))
    result = mined(found, n=20)
    assert not {"Ilsa.0", "Ilsa.1", "Letters.0"} & set(named(found, result))
    assert {one.chunk_id: one.rule for one in result.dropped}.items() >= {("Letters.0", "same-entity")}
    assert all((one.query, one.question_id) == (BELL, "q") for one in result.dropped)


def test_what_a_judge_refused_comes_first_however_near_it_is() -> None:
    found = ground(Chunk("Copy.0", "Ilsa keeps the lighthouse of Osterhaven and rings its bell in fog.", "Copy"))
    result = mined(found, judged_not=(6, 10), share=0.1)
    assert [(negative.chunk, negative.rule) for negative in result.negatives[:2]] == [(10, "judged-not"), (6, "judged-not")]
    assert result.negatives[0].reason == "Judged for this question and not relevant."


def test_what_is_spared_is_not_proposed() -> None:
    found = ground()
    first = mined(found).negatives[0].chunk
    assert first not in [negative.chunk for negative in mined(found, n=20, spared=frozenset({first})).negatives]


def test_rank_negatives_come_from_the_best_ten_that_are_left_the_first_always() -> None:
    found = pages(40)
    drawn = {seed: named(found, mined(found, ASKED, seed=seed)) for seed in range(30)}
    assert {one[0] for one in drawn.values()} == {"p1"}
    assert drawn[1] == named(found, mined(found, ASKED, seed=1))
    everything = {chunk_id for one in drawn.values() for chunk_id in one}
    assert 4 < len(everything) <= SURVIVORS


def test_a_reason_says_where_it_ranks_and_what_tells_it_from_an_answer() -> None:
    found = pages(30)
    first = mined(found, ASKED, share=0.9).negatives[0]
    assert first.rule == "both-ranks"
    assert first.reason.startswith("Of 30 chunks the ")
    assert " by meaning and " in first.reason
    assert first.reason.endswith(f"in words, but only {first.nearness:.0%} as near as the answer itself.")
    rank = next(one for one in mined(ground()).negatives if one.rule.endswith("rank") or one.rule == "both-ranks")
    assert rank.reason.endswith("but does not speak of Ilsa.")


def test_fewer_rather_than_false_ones() -> None:
    found = pages(30)
    result = mined(found, ASKED, share=0.0)
    assert result.negatives == []
    assert len(result.dropped) == 29
    assert {one.rule for one in result.dropped} == {"too-near"}


def test_without_vectors_words_propose() -> None:
    found = pages(40)
    result = mined(found, ASKED, vectors=False)
    assert {negative.rule for negative in result.negatives} == {"bm25-rank"}
    assert all(negative.nearness < 0.8 for negative in result.negatives)


def test_none_asked_for() -> None:
    assert mined(ground(), n=0).negatives == []
