"""Chunks in columns know each chunk by all that it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.corpus.columns import Chunks
from core.records import Chunk

CHUNK = Chunk(
    chunk_id="c1",
    text="Mira rang the bell.",
    filename="aven",
    title="Aven",
    source="saga",
    wiki_type="place",
    temporal_order=3,
    mentions={"hero": ("Mira", "Tor"), "place": ("Aven",)},
    extra={"url": "u"},
)
OTHERWISE: list[dict[str, Any]] = [
    {"chunk_id": "c2"}, {"text": "Mira rang the bell"}, {"filename": ""}, {"title": ""}, {"source": "wiki"}, {"wiki_type": "hero"},
    {"temporal_order": None}, {"temporal_order": 3.5}, {"temporal_order": 0}, {"searchable": False}, {"extra": {}}, {"extra": {"url": "v"}},
    {"mentions": {}}, {"mentions": {"place": ("Aven",), "hero": ("Mira", "Tor")}},
    {"mentions": {"hero": ("Tor", "Mira"), "place": ("Aven",)}},
    {"mentions": {"hero": ("Mira",), "place": ("Tor", "Aven")}}, {"mentions": {"hero": ("MiraTor",), "place": ("Aven",)}},
    {"filename": "avenAven", "title": ""}, {"source": "", "wiki_type": "sagaplace"},
]  # fmt: skip


def fingerprints(*chunks: Chunk) -> list[str]:
    said: list[str] = Chunks.of(chunks).table["fingerprint"].to_pylist()
    return said


def test_what_a_chunk_says_decides_its_fingerprint_alone() -> None:
    again, other = replace(CHUNK, temporal_order=3.0), replace(CHUNK, chunk_id="other", mentions={})
    assert fingerprints(CHUNK) == fingerprints(again) == fingerprints(other, CHUNK)[1:]
    assert len(fingerprints(CHUNK)[0]) == 16


@pytest.mark.parametrize("other", OTHERWISE, ids=repr)
def test_a_change_anywhere_changes_the_fingerprint(other: dict[str, Any]) -> None:
    one, changed = fingerprints(CHUNK, replace(CHUNK, **other))
    assert one != changed


def test_no_two_of_the_changes_look_alike() -> None:
    changed = fingerprints(*(replace(CHUNK, **other) for other in OTHERWISE))
    assert len(set(changed)) == len(OTHERWISE)
