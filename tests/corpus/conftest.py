"""A folder of files, written from what a test says is in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Folder = Callable[[dict[str, Any]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Writes files under a new folder: bytes and text as they are, a list as JSON Lines, an object as JSON."""

    def write(files: dict[str, Any]) -> Path:
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        for name, content in files.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(content))
        return source

    return write


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, list):
        content = "".join(json.dumps(row) + "\n" for row in content)
    elif isinstance(content, dict):
        content = json.dumps(content, indent=1)
    return str(content).encode()
