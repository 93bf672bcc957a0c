"""Rules of the folders that import-linter does not check."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Folders of tests/ that test something other than the package of the same name in xnet/.
TESTS_OF_OTHER_THINGS = {"architecture", "benchmarks", "docs", "e2e"}
#: A page of Streamlit calls its package in xnet/ui and does nothing else.
LONGEST_PAGE = 10


def source_folders(folder: Path) -> set[str]:
    """Relative paths of all folders below a folder that hold Python files."""
    return {path.parent.relative_to(folder).as_posix() for path in folder.rglob("*.py")} - {"."}


def test_xnet_holds_packages_and_the_ground_modules_only() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    ground = {name for layer in contracts[0]["layers"][-2:] for name in layer.split(" | ")}

    assert {path.stem for path in (ROOT / "xnet").glob("*.py")} == ground | {"__init__", "__main__"}
    assert {path.name for path in (ROOT / "xnet").iterdir() if path.is_file() and path.suffix != ".py"} == {"py.typed"}


@pytest.mark.parametrize("root", ["xnet", "benchmarks"])
def test_every_folder_with_python_files_is_a_package(root: str) -> None:
    missing = {name for name in source_folders(ROOT / root) if not (ROOT / root / name / "__init__.py").exists()}

    assert missing == set()


def test_every_folder_of_tests_is_named_after_a_package() -> None:
    for tests, sources, others in (("tests", "xnet", TESTS_OF_OTHER_THINGS), ("tests/benchmarks", "benchmarks", set())):
        tested = {name for name in source_folders(ROOT / tests) if name.split("/")[0] not in others}

        assert tested - source_folders(ROOT / sources) == set()


def test_every_package_of_the_benchmarks_is_a_command() -> None:
    packages = source_folders(ROOT / "benchmarks")

    assert {name for name in packages if (ROOT / "benchmarks" / name / "__main__.py").exists()} == packages


@pytest.mark.parametrize("path", [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))], ids=lambda path: path.stem)
def test_a_page_only_calls_the_interface(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()

    assert len(lines) <= LONGEST_PAGE
    assert any(line.startswith("from xnet.ui") for line in lines)
