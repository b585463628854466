"""Files out of a browser become a folder of the workspace: names are data, so each is made safe before it becomes a path."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import ForgeError, InputError
from core.workspace import Workspace

LONGEST_NAME = 80
INCOMING = ".incoming"
_UNSAFE = re.compile(r"[^\w.()+ -]")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def receive(workspace: Workspace, files: Iterable[tuple[str, BinaryIO]]) -> str:
    """Writes files, each with the name or path that the browser gave it, into a folder of their own; that folder's name.

    It waits beside the earlier upload of the same name until `settle` puts it in its place, so that a look at what would change leaves
    everything as it is. Raises InputError for two files of one name, as it is made safe.
    """
    named = [(_parts(name), content) for name, content in files]
    named = [(parts, content) for parts, content in named if not any(part.startswith(".") for part in parts)]
    if not named:
        raise InputError("Nothing was uploaded: hidden files are left out.")
    name, placed = _placed(named)
    folder = workspace.uploads / INCOMING / name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        for parts, content in placed:
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                raise InputError(f"Two of the files would be called {'/'.join(parts)} here: upload one of them, or rename it.")
            with target.open("xb") as file:
                shutil.copyfileobj(content, file)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ForgeError(f"The upload could not be kept: {error.strerror}.") from None
    except InputError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return name


def incoming(workspace: Workspace, name: str) -> Path:
    """Where an upload waits, or, where none does, where the settled one of that name lies. Raises InputError for no such upload."""
    safe = safe_name(name)
    for folder in (workspace.uploads / INCOMING / safe, workspace.uploads / safe):
        if folder.is_dir():
            return folder
    raise InputError(f"There is no upload {name!r} in this workspace: upload the files again.")


def settle(workspace: Workspace, name: str) -> Path:
    """Puts a waiting upload in the place of the earlier one of its name; where it lies then."""
    folder = workspace.uploads / safe_name(name)
    waiting = workspace.uploads / INCOMING / folder.name
    if waiting.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        waiting.rename(folder)
    return folder


def safe_name(name: str) -> str:
    """A file's name without anything that a path or a shell would take for something else; never empty, never hidden."""
    cleaned = _UNSAFE.sub("_", name).strip(" .")[-LONGEST_NAME:].strip(" .")
    return f"_{cleaned}" if not cleaned or cleaned.partition(".")[0].lower() in _RESERVED else cleaned


def _parts(name: str) -> list[str]:
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in {"/", "..", "."}]
    return [part if part.startswith(".") else safe_name(part) for part in parts]


def _placed(named: list[tuple[list[str], BinaryIO]]) -> tuple[str, list[tuple[list[str], BinaryIO]]]:
    """The upload's name, and each file's place in it. A folder keeps its layout; single files go where the formats want them."""
    tops = {parts[0] for parts, _ in named}
    if all(len(parts) > 1 for parts, _ in named) and len(tops) == 1:
        return tops.pop(), [(parts[1:], content) for parts, content in named]
    first = next((parts[-1] for parts, _ in named if parts[-1].endswith((".csv", ".tsv", ".parquet", ".jsonl"))), named[0][0][-1])
    return Path(first).stem or first, [([*_room(parts[-1]), parts[-1]] if len(parts) == 1 else parts, content) for parts, content in named]


def _room(name: str) -> tuple[str, ...]:
    """The folder that the formats want a single file in."""
    if name.endswith("_index.json"):
        return ("indexes",)
    return ("qrels",) if name in {"train.tsv", "dev.tsv", "test.tsv"} else ()
