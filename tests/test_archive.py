"""A workspace as a zip and back, and everything that a hostile zip may try."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.archive import FORMAT, archive, restore
from core.errors import InputError
from core.runs.folder import create_run
from core.shelf import Shelf
from core.store import Store
from core.workspace import Workspace
from tests.harbour import CORPUS, prepare

OPEN = """
import sys
from pathlib import Path
from core.store import Store
from core.workspace import Workspace
Store.open(Workspace(Path(sys.argv[1])))
"""
SECRET = "sk-never-in-an-archive"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = prepare(tmp_path / "harbour")
    (made.vectors / "space").mkdir()
    (made.vectors / "space" / "a.npy").write_bytes(b"\x00" * 5000)
    (made.root / ".env").write_text(f"MODEL_API_KEY={SECRET}")
    (made.root / "link").symlink_to("/etc/hostname")
    run = create_run(made.runs, {"stages": ["train"], "settings": {}}, {})
    run.log.append("failed", error="stopped")
    run.checkpoints.mkdir()
    (run.checkpoints / "weights").write_bytes(b"w" * 100)
    return made


def test_there_and_back(workspace: Workspace, tmp_path: Path) -> None:
    with Store.open(workspace) as store:
        archive(store, tmp_path / "a.zip")
        fingerprint, revision = store.corpus_fingerprint(), store.revision()
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        names = file.namelist()
        assert not [name for name in names if ".env" in name or "lock" in name or "checkpoints" in name or name == "link"]
        assert not [name for name in names if SECRET.encode() in file.read(name)]
    back = restore(tmp_path / "a.zip", tmp_path / "back")
    with Store.open(back) as store:
        assert (store.corpus_fingerprint(), store.revision(), store.corpus()) == (fingerprint, revision, CORPUS)
    assert (back.vectors / "space" / "a.npy").read_bytes() == b"\x00" * 5000
    assert len(list(back.runs.glob("*/config.json"))) == 2


def test_checkpoints_by_choice(workspace: Workspace, tmp_path: Path) -> None:
    with Store.open(workspace) as store:
        archive(store, tmp_path / "a.zip", checkpoints=True)
    assert [name for name in zipfile.ZipFile(tmp_path / "a.zip").namelist() if name.endswith("checkpoints/weights")]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("who: a.jsonl",), r"'uploads/who: a\.jsonl' .* an archive cannot hold"),
        (("../manifest.json",), r"'manifest\.json' .* an archive cannot hold"),
        (("who\udc80.jsonl",), r"who.* an archive cannot hold"),
        (("Saga.md", "saga.md"), r"'uploads/Saga\.md' and 'uploads/saga\.md' .* differ in capitals only"),
    ],
)
def test_what_restore_would_refuse_is_not_archived(workspace: Workspace, tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    workspace.uploads.mkdir(exist_ok=True)
    for name in names:
        (workspace.uploads / name).write_bytes(b"x")
    before = set(tmp_path.iterdir())
    with Store.open(workspace) as store, pytest.raises(InputError, match=says):
        archive(store, tmp_path / "a.zip")
    assert set(tmp_path.iterdir()) == before


def test_a_copy_is_a_workspace_of_its_own_and_the_lock_holds(workspace: Workspace, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", workspace.root)
    with Store.open(workspace) as store:
        copy = shelf.duplicate(store, "second")
        other = subprocess.run([sys.executable, "-c", OPEN, str(workspace.root)], capture_output=True, text=True)
        assert "WorkspaceHeld" in other.stderr  # copying the file gave no lock away
        with Store.open(copy) as second:
            second.import_corpus(CORPUS.__class__(CORPUS.chunks[:3]), {}, "elsewhere")
            assert (len(second.chunks()), len(store.chunks())) == (3, 30)
    assert list(shelf.places()) == ["harbour", "second"]
    assert not (copy.root / ".env").exists()


@pytest.mark.parametrize("name", ["", "../out", "a/b", ".hidden", "second", "con"])
def test_names_that_make_no_workspace(workspace: Workspace, tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path / "shelf", workspace.root)
    shelf.create("second")
    with pytest.raises(InputError):
        shelf.create(name)
    with pytest.raises(InputError, match="There is no workspace"):
        shelf.place("../harbour")


def zipped(path: Path, contents: dict[str, bytes], how: int = zipfile.ZIP_STORED, **manifest: object) -> Path:
    said = {"format": FORMAT, "version": 1, "name": "x", "files": {name: len(content) for name, content in contents.items()}, **manifest}
    with zipfile.ZipFile(path, "w", how) as file:
        for name, content in contents.items():
            file.writestr(name, content)
        file.writestr("manifest.json", json.dumps(said))
    return path


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "a/../../evil", "..\\evil", "C:evil", ".hidden", "a/.env", "a//b", "workbench.DUCKDB"]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    source = zipped(tmp_path / "a.zip", {"workbench.duckdb": b"", name: b"x"})
    before = set(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="no archive of a workspace"):
        restore(source, tmp_path / "w")
    assert set(tmp_path.rglob("*")) == before


def test_what_is_no_archive_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("a.txt", "x")
    for source, says in [
        (tmp_path / "no.zip", "no zip file"),
        (tmp_path / "none.zip", "There is no file"),
        (tmp_path / "other.zip", "lacks the manifest"),
        (zipped(tmp_path / "f.zip", {"workbench.duckdb": b""}, format="x"), "lacks the manifest"),
        (zipped(tmp_path / "v.zip", {"workbench.duckdb": b""}, version=2), "newer"),
        (zipped(tmp_path / "d.zip", {"runs/a": b""}), "workbench.duckdb is missing"),
        (zipped(tmp_path / "s.zip", {"workbench.duckdb": b"abc"}, files={"workbench.duckdb": 2}), "has no place"),
        (zipped(tmp_path / "m.zip", {"workbench.duckdb": b"abc"}, files={"workbench.duckdb": 3, "more": 1}), "not those"),
    ]:
        with pytest.raises(InputError, match=says):
            restore(source, tmp_path / "w")
        assert not (tmp_path / "w").exists()


def test_a_link_in_a_zip_and_a_flipped_byte_are_refused(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"workbench.duckdb": b"abcdefgh" * 100})
    raw = source.read_bytes()
    (tmp_path / "flipped.zip").write_bytes(raw.replace(b"abcdefgh", b"abcdefgX", 1))
    with pytest.raises(InputError, match="damaged"):
        restore(tmp_path / "flipped.zip", tmp_path / "w")
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as file:
        link = zipfile.ZipInfo("workbench.duckdb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("manifest.json", json.dumps({"format": FORMAT, "version": 1, "name": "x", "files": {"workbench.duckdb": 11}}))
    with pytest.raises(InputError, match="has no place"):
        restore(tmp_path / "link.zip", tmp_path / "w")


def test_whichever_packed_byte_is_damaged_it_is_a_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    content = " ".join(f"chunk {n * 7919 % 997} of the ledger" for n in range(60)).encode()
    source = zipped(tmp_path / "a.zip", {"workbench.duckdb": content}, zipfile.ZIP_DEFLATED)
    raw = source.read_bytes()
    with zipfile.ZipFile(source) as file:
        spans = [(start := entry.header_offset + 30 + len(entry.filename), start + entry.compress_size) for entry in file.infolist()]
    before = set(tmp_path.iterdir())
    for at in (at for start, end in spans for at in range(start, end - 2, 3)):  # the last bits only say that nothing follows
        source.write_bytes(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :])
        with pytest.raises(InputError, match=r"damaged|lacks the manifest"):
            restore(source, tmp_path / "w")
        assert set(tmp_path.iterdir()) == before
