"""A workspace as one zip file, and back. What comes out of a zip is hostile until it has been looked at."""

from __future__ import annotations

import json
import re
import shutil
import stat
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import ForgeError, InputError
from core.shelf import files_of
from core.store.store import Store
from core.uploading import safe_name
from core.workspace import Workspace

FORMAT, VERSION = "codex-forge-workspace", 1
MANIFEST = "manifest.json"
PACKED = (".npy", ".parquet", ".safetensors", ".zip", ".png")  # packing these again only takes time
BLOCK = 2**20
SPARE = 64 * 2**20  # bytes left free on the disk
MOST_MANIFEST = 64 * 2**20


def archive(store: Store, target: Path, checkpoints: bool = False) -> int:
    """Writes an open workspace to `target`, a zip that appears whole or not at all; how many files it holds.

    Settings live outside of a workspace, so no key can be in it. The manifest, written last, names every file with its size. Raises
    InputError for names that `restore` would refuse, because not every system can hold them.
    """
    if target.exists():
        raise InputError(f"{target} exists already: name a new file.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".snapshot-") as made, zipfile.ZipFile(partial, "w") as file:
            snapshot = Path(made)
            store.snapshot(snapshot)
            entries = [(path.name, path) for path in sorted(snapshot.iterdir())]
            entries += [(path.relative_to(store.root).as_posix(), path) for path in files_of(store.root, checkpoints)]
            _require_portable([name for name, _ in entries])
            sizes = {name: _add(file, name, path) for name, path in entries}
            manifest = {"format": FORMAT, "version": VERSION, "name": store.root.name, "made_at": time.time(), "files": sizes}
            file.writestr(MANIFEST, json.dumps(manifest, indent=1), zipfile.ZIP_DEFLATED)
        partial.rename(target)
    except OSError as error:
        raise ForgeError(f"{target} could not be written: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return len(sizes)


def _require_portable(names: Sequence[str]) -> None:
    if odd := next((name for name in names if name == MANIFEST or not _is_plain(zipfile.ZipInfo(name))), None):
        raise InputError(f"{odd!r} in this workspace has a name that an archive cannot hold: rename the file first.")
    if not _differ(names):
        folded = Counter(name.casefold() for name in names)
        alike = [name for name in names if folded[name.casefold()] > 1][:2]
        raise InputError(f"{' and '.join(map(repr, alike))} in this workspace differ in capitals only: rename one of them first.")


def _add(file: zipfile.ZipFile, name: str, path: Path) -> int:
    """In blocks, so that no file has to fit into memory; the bytes written."""
    entry = zipfile.ZipInfo(name, time.localtime(max(path.stat().st_mtime, 315_532_800))[:6])  # zip knows no time before 1980
    entry.compress_type = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
    n_bytes = 0
    with path.open("rb") as source, file.open(entry, "w", force_zip64=True) as target:
        while block := source.read(BLOCK):
            n_bytes += target.write(block)
    return n_bytes


def archived_name(source: Path) -> str:
    """The name of the workspace in an archive. Raises InputError where the file is no archive of ours."""
    with _opened(source) as file:
        return safe_name(str(_manifest(source, file)["name"]))


def restore(source: Path, root: Path) -> Workspace:
    """The workspace in an archive, unpacked to `root`, which must not exist yet; whole or not at all.

    Raises InputError for what is no archive of ours, and for one that is damaged, holds anything its manifest does not name, or names a
    place outside of the workspace, or would not fit.
    """
    if root.exists():
        raise InputError(f"{root} exists already: name a new workspace.")
    with _opened(source) as file:
        sizes = _checked(source, file)
        try:
            root.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=root.parent, prefix=f".{root.name}.") as made:
                if sum(sizes.values()) + SPARE > shutil.disk_usage(made).free:
                    raise InputError(f"{source.name} needs {sum(sizes.values()) / 2**20:,.0f} MiB, more than is free here.")
                whole = Path(made) / "whole"
                for name, n_bytes in sizes.items():
                    _unpack(source, file, name, n_bytes, whole / name)
                whole.rename(root)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
            raise InputError(f"{source.name} is damaged: {error}.") from None
        except OSError as error:
            raise ForgeError(f"{source.name} could not be unpacked: {error.strerror or error}.") from None
    return Workspace.create(root)


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except FileNotFoundError:
        raise InputError(f"There is no file {source}.") from None
    except (zipfile.BadZipFile, OSError, ValueError):
        raise InputError(f"{source.name} is no zip file, or a damaged one.") from None


def _manifest(source: Path, file: zipfile.ZipFile) -> dict[str, Any]:
    stranger = InputError(f"{source.name} is no archive of a workspace: it lacks the manifest.")
    try:
        if file.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise stranger
        manifest = json.loads(file.read(MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        raise stranger from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        raise stranger
    if manifest.get("version") != VERSION:
        raise InputError(f"{source.name} was written by a newer Codex Forge. Update this one.")
    return manifest


def _checked(source: Path, file: zipfile.ZipFile) -> dict[str, int]:
    """{name: bytes} of everything to unpack, each name known to be a plain place inside the workspace."""
    named: dict[str, Any] = _manifest(source, file)["files"]
    entries = [entry for entry in file.infolist() if entry.filename != MANIFEST]
    wrong = [entry.filename for entry in entries if not _is_plain(entry) or named.get(entry.filename) != entry.file_size]
    if wrong or len(entries) != len(named) or not _differ([entry.filename for entry in entries]):
        what = f"{wrong[0]!r} has no place in it" if wrong else "its files are not those of its manifest"
        raise InputError(f"{source.name} is no archive of a workspace as it was made here: {what}.")
    if "workbench.duckdb" not in named:
        raise InputError(f"{source.name} holds no workspace: workbench.duckdb is missing.")
    return {entry.filename: entry.file_size for entry in entries}


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    kind = stat.S_IFMT(entry.external_attr >> 16)
    odd = re.search(r'[\\:\0-\x1f\ud800-\udfff<>|"?*]', entry.filename) or entry.filename.startswith("/") or entry.filename.endswith("/")
    return not odd and kind in {0, stat.S_IFREG} and all(not part.startswith(".") for part in parts) and "/".join(parts) == entry.filename


def _differ(names: Sequence[str]) -> bool:
    folded = [name.casefold() for name in names]
    return len(set(folded)) == len(folded)


def _unpack(source: Path, file: zipfile.ZipFile, name: str, n_bytes: int, target: Path) -> None:
    """Counts what comes out, so that a zip that lies about its sizes is stopped; the zip's checksum is verified at its end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = n_bytes
    with file.open(name) as packed, target.open("xb") as out:
        while block := packed.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise InputError(f"{source.name} is damaged: {name} is larger than it says.")
            out.write(block)
    if left:
        raise InputError(f"{source.name} is damaged: {name} is shorter than it says.")
