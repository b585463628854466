"""The picture in docs/architecture.md, kept: imports run one way, heavy libraries load late, every room has its name in the picture."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHELL = {"streamlit", "plotly"}
HEAVY = {"torch", "sentence_transformers", "transformers", "accelerate", "datasets", "openvino", "nncf"}
OWNERS = {
    "duckdb": ("core/store",),
    **dict.fromkeys(HEAVY, ("core/encoders", "core/training")),
    "umap": (),
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
PAGE_LINES, MODULE_LINES, FUNCTION_LINES = 120, 300, 60


class Import(NamedTuple):
    """A module named in an import, where, and whether the import runs only when a function does."""

    module: str
    file: Path
    line: int
    inside: bool

    @property
    def top(self) -> str:
        return self.module.split(".")[0]

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def imports(*folders: str) -> list[Import]:
    return [found for file in files(*folders) for found in _walk(ast.parse(file.read_text(encoding="utf-8")), file, False)]


def _walk(node: ast.AST, file: Path, inside: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, file, child.lineno, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (
                Import(f"{child.module}.{alias.name}" if child.module else ".", file, child.lineno, inside) for alias in child.names
            )
        elif not _only_for_types(child):
            yield from _walk(child, file, inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def test_the_walk_sees_what_it_should() -> None:
    code = "import a.b\nfrom c import d\nif TYPE_CHECKING:\n    import e\ndef f():\n    import g\n"
    found = [(one.module, one.inside) for one in _walk(ast.parse(code), ROOT / "x.py", False)]
    assert found == [("a.b", False), ("c.d", False), ("g", True)]


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("core", {"workbench", "pages", "benchmarks", "tests", *SHELL}),
        ("workbench", {"pages", "benchmarks", "tests"}),
        ("pages", {"pages", "tests"}),
    ],
)
def test_imports_run_one_way(folder: str, forbidden: set[str]) -> None:
    assert [one.place for one in imports(folder) if one.top in forbidden] == []


def test_each_heavy_library_has_its_rooms() -> None:
    strangers = [
        one.place
        for one in imports("core", "workbench", "pages")
        if one.top in OWNERS and not one.file.relative_to(ROOT).as_posix().startswith(OWNERS[one.top])
    ]
    assert strangers == []


def test_no_sql_outside_the_store() -> None:
    statement = re.compile(r"\s*(SELECT\s.+\sFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\s", re.DOTALL)
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in files("core", "workbench", "pages")
        if "core/store" not in file.as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value)
    ]
    assert found == []


def test_a_page_never_waits_for_torch() -> None:
    """Importing all of the shell, and with it everything that it imports of core, loads none of the heavy libraries, and neither
    pandas nor Arrow's functions, which only tables need."""
    shell = [_name(file) for file in files("workbench") if file.stem not in {"streamlit_app", "__main__"}]
    of_pages = sorted({one.module.rpartition(".")[0] for one in imports("pages") if one.top in {"core", "workbench"}})
    heavy = sorted(HEAVY | {"umap", "pandas", "pyarrow.compute", "scipy.sparse", "scipy.special", "scipy.optimize", "scipy.stats"})
    script = (
        f"import importlib, sys; [importlib.import_module(n) for n in {shell + of_pages}]; print(*[n for n in {heavy} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_only_the_entry_touches_the_path() -> None:
    touching = [
        file.relative_to(ROOT).as_posix() for file in files("core", "workbench", "pages") if "sys.path" in file.read_text(encoding="utf-8")
    ]
    assert touching == ["workbench/streamlit_app.py"]


def test_modules_of_the_workbench_load_once() -> None:
    """workbench/ itself is on the path of the app: a bare import would load a module twice, and a module could hide another's name."""
    own = {file.stem for file in files("workbench")} - {"__init__", "__main__"}
    assert own & (set(sys.stdlib_module_names) | set(packages_distributions())) == set()
    assert [one.place for one in imports("workbench", "pages") if one.top in own] == []


def test_every_page_is_in_the_navigation() -> None:
    named = set(re.findall(r"\.\./pages/(\w+)\.py", (ROOT / "workbench/navigation.py").read_text(encoding="utf-8")))
    assert named == {file.stem for file in files("pages")}


def test_names_say_something() -> None:
    assert [file for file in files("core", "workbench", "pages") if file.stem in VAGUE or file.parent.name in VAGUE] == []


def test_nothing_grows_too_long() -> None:
    too_long = [
        f"{file.relative_to(ROOT)}: {n} lines"
        for file in files("core", "workbench", "pages", "benchmarks", "tests")
        if (n := len(file.read_text(encoding="utf-8").splitlines())) > (PAGE_LINES if file.parent == ROOT / "pages" else MODULE_LINES)
    ]
    functions = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}: {n} lines"
        for file in files("core", "workbench", "pages")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (n := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert too_long + functions == []


def test_the_picture_names_every_room() -> None:
    picture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = [path for path in (ROOT / "core").iterdir() if not path.name.startswith("__")]
    assert [room.name for room in rooms if (f"{room.name}/" if room.is_dir() else room.name) not in picture] == []
