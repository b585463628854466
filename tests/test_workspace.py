from pathlib import Path

import pytest

from core.errors import InputError
from core.workspace import Workspace


def test_a_new_folder_becomes_a_workspace(tmp_path: Path):
    workspace = Workspace.create(tmp_path / "new" / "w")
    assert workspace.runs.is_dir() and workspace.vectors.is_dir()
    assert Workspace.create(tmp_path / "new" / "w") == workspace


def test_a_file_or_a_folder_with_other_things_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("Years of work.")
    for root, says in ((tmp_path / "thesis.txt", "is a file"), (tmp_path, "holds other files")):
        with pytest.raises(InputError, match=says):
            Workspace.create(root)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_workspace_that_is_not_there_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(InputError, match="python -m workbench ingest SOURCE"):
        Workspace.existing(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
