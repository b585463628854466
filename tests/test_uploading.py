"""What comes through the browser becomes a folder that can be imported, under names that lead nowhere else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from core.errors import InputError
from core.uploading import INCOMING, incoming, receive, safe_name, settle
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def files(**contents: str) -> list[tuple[str, io.BytesIO]]:
    return [(name, io.BytesIO(content.encode())) for name, content in contents.items()]


def everything(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_single_files_go_where_the_formats_want_them(workspace: Workspace) -> None:
    name = receive(workspace, files(**{"saga.jsonl": "1", "character_index.json": "2", "test_questions.json": "3", "test.tsv": "4"}))
    assert name == "saga"
    expected = {"saga.jsonl": "1", "indexes/character_index.json": "2", "test_questions.json": "3", "qrels/test.tsv": "4"}
    assert everything(incoming(workspace, name)) == expected


def test_a_folder_keeps_its_layout_and_hidden_files_stay_away(workspace: Workspace) -> None:
    name = receive(workspace, files(**{"lore/chunks/a.jsonl": "1", "lore/.git/config": "2", "lore/.env": "3"}))
    assert (name, everything(incoming(workspace, name))) == ("lore", {"chunks/a.jsonl": "1"})


@pytest.mark.parametrize("name", ["../../../evil.csv", "/etc/evil.csv", "..\\..\\evil.csv", "a/../../evil.csv", "evil\0.csv", "e\nvil.csv"])
def test_no_name_leads_out_of_the_workspace(workspace: Workspace, name: str, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    receive(workspace, files(**{name: "x"}))
    made = set(tmp_path.rglob("*")) - before
    assert made and all(path.is_relative_to(workspace.uploads) for path in made)


def test_names_are_made_safe() -> None:
    assert [safe_name(name) for name in ("a b.csv", "CON.csv", "...", "ü-1.md", "x" * 200 + ".csv")] == [
        "a b.csv", "_CON.csv", "_", "ü-1.md", "x" * 76 + ".csv",
    ]  # fmt: skip


def test_an_upload_waits_beside_the_earlier_one_until_it_is_settled(workspace: Workspace) -> None:
    settle(workspace, receive(workspace, files(**{"news.csv": "old"})))
    name = receive(workspace, files(**{"news.csv": "new"}))
    assert everything(workspace.uploads / name) == {"news.csv": "old"}
    assert everything(incoming(workspace, name)) == {"news.csv": "new"}
    assert everything(settle(workspace, name)) == {"news.csv": "new"} == everything(incoming(workspace, name))


def test_wrong_uploads_are_one_sentence(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="hidden files"):
        receive(workspace, files(**{".env": "secret"}))
    with pytest.raises(InputError, match="Two of the files"):
        receive(workspace, [*files(**{"a?.csv": "1"}), *files(**{"a*.csv": "2"})])
    with pytest.raises(InputError, match="There is no upload"):
        incoming(workspace, "../../etc")


def test_an_upload_that_is_refused_leaves_nothing_behind(workspace: Workspace) -> None:
    with pytest.raises(InputError, match=r"Two of the files .* Who_\.md"):
        receive(workspace, files(**{"Who?.md": "1", "Who!.md": "2"}))
    assert list((workspace.uploads / INCOMING).iterdir()) == []
