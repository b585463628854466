"""Numbers, times and foreign text in words. That `plain` defeats Streamlit's Markdown is seen in the browser suite."""

from __future__ import annotations

import pytest

from workbench.words import ago, count, duration, milliseconds, plain


@pytest.mark.parametrize(("n", "said"), [(1, "1 chunk"), (0, "0 chunks"), (2329, "2,329 chunks")])
def test_count(n: int, said: str) -> None:
    assert count(n, "chunk") == said


def test_count_with_its_own_plural() -> None:
    assert (count(1, "entity", "entities"), count(3, "entity", "entities")) == ("1 entity", "3 entities")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (7200, "2 h"), (7500, "2 h 5 min"), (-3, "0 s")]
)
def test_duration(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "just now"), (61, "1 minute ago"), (7300, "2 hours ago"), (200_000, "2 days ago"), (-9, "just now")]
)
def test_ago(seconds: float, said: str) -> None:
    assert ago(1_000_000 - seconds, now=1_000_000) == said


def test_milliseconds() -> None:
    assert (milliseconds(0.0123), milliseconds(0.0002), milliseconds(2.5)) == ("12 ms", "under 1 ms", "2,500 ms")


def test_plain_escapes_all_punctuation() -> None:
    assert plain("a_b*") == "a\\_b\\*"


def test_plain_makes_no_links() -> None:
    assert plain("http://x.y www.x.y a@x.y").count("\u2060") == 3


def test_plain_keeps_arrows_and_the_logo_apart() -> None:
    assert plain("a -> b") == "a \u2060\\-\\> b"
    assert "streamlit" in plain(":streamlit:") and "\u2060" in plain(":streamlit:")


def test_plain_can_be_sent() -> None:
    plain("\ud800").encode("utf-8")
