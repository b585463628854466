"""What a workspace takes, by kind, and that only what nothing needs is freed."""

from __future__ import annotations

from pathlib import Path

from core.disk import free, size, use
from core.encoders.cache import OWNER
from core.runs.folder import create_run
from core.workspace import Workspace


def space(workspace: Workspace, name: str, owner: str) -> Path:
    folder = workspace.vectors / name
    folder.mkdir()
    (folder / OWNER).write_text(owner)
    (folder / "a.npy").write_bytes(b"v" * 1000)
    return folder


def test_only_what_nothing_needs_is_freed(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    done = create_run(workspace.runs, {"stages": [], "corpus": "read"}, {})
    done.log.append("finished")
    stopped = create_run(workspace.runs, {"stages": [], "corpus": "read"}, {})
    stopped.log.append("cancelled")
    for run in (done, stopped):
        run.checkpoints.mkdir()
        (run.checkpoints / "weights").write_bytes(b"w" * 100)
    (workspace.corpora / "read.chunks.jsonl").write_bytes(b"c" * 10)
    (workspace.corpora / "unread.chunks.jsonl").write_bytes(b"c" * 20)
    base, tuned = space(workspace, "1", "all-MiniLM-L6-v2"), space(workspace, "2", f"tuned in {done.run_id}")
    orphan = space(workspace, "3", "tuned in 20200101-000000-abcd")

    by_kind = {one.kind: (one.n_bytes, one.n_free) for one in use(workspace)}
    assert by_kind["checkpoints"] == (200, 100) and by_kind["frozen corpora"] == (30, 20)
    assert by_kind["vectors"][1] == size(orphan)
    assert sum(n_bytes for n_bytes, _ in by_kind.values()) == size(workspace.root)

    assert free(workspace) == 100 + 20 + by_kind["vectors"][1]
    assert base.is_dir() and tuned.is_dir() and not orphan.exists()
    assert stopped.checkpoints.is_dir() and not done.checkpoints.exists()
    assert [path.name for path in workspace.corpora.iterdir()] == ["read.chunks.jsonl"]
    assert free(workspace) == 0


def test_nothing_is_freed_while_a_run_is_under_way(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    create_run(workspace.runs, {"stages": [], "corpus": "x"}, {})
    (workspace.corpora / "unread.chunks.jsonl").write_bytes(b"c" * 20)
    assert free(workspace) == 0 and (workspace.corpora / "unread.chunks.jsonl").exists()
