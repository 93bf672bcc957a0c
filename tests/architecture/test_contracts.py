"""Every import contract of pyproject.toml is broken once, to show that import-linter reports it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]

#: Contract -> a module and an import that breaks this contract and no other.
WRONG_IMPORTS = {
    "Layers of xnet": ("xnet/tables/__init__.py", "xnet.wording"),
    "Layers of xnet.engine": ("xnet/engine/formulas/__init__.py", "xnet.engine.fitting"),
    "Only xnet.ui imports Streamlit": ("xnet/wording/__init__.py", "streamlit"),
    "The engine computes on arrays only": ("xnet/engine/problem/__init__.py", "pandas"),
    "Packages of pages do not import one another": ("xnet/ui/data/__init__.py", "xnet.ui.library"),
    "The search is imported through xnet.engine": ("xnet/runs/__init__.py", "xnet.engine.search"),
    "No import cycles": ("xnet/engine/networks/network.py", "xnet.engine.networks.poles"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package's Python files and of the contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path in (ROOT / "xnet").rglob("*.py"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return tmp_path


def broken(tree: Path) -> list[str]:
    """Names of the contracts that import-linter reports as broken in a tree."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    names = re.findall(r"^(.+) BROKEN$", done.stdout, re.MULTILINE)
    kept = re.findall(r"^(.+) KEPT$", done.stdout, re.MULTILINE)

    assert len(names) + len(kept) == len(CONTRACTS), done.stdout + done.stderr
    assert done.returncode == bool(names)
    return names


def add_import(tree: Path, file: str, module: str) -> None:
    """Append an import to a file of the tree, which may be a new one."""
    (tree / file).parent.mkdir(exist_ok=True)
    with (tree / file).open("a", encoding="utf-8") as source:
        source.write(f"\nimport {module}\n")


def test_every_contract_has_a_wrong_import() -> None:
    assert list(WRONG_IMPORTS) == [contract["name"] for contract in CONTRACTS]


def test_the_tree_keeps_every_contract(tree: Path) -> None:
    assert broken(tree) == []


@pytest.mark.slow
@pytest.mark.parametrize("contract", WRONG_IMPORTS)
def test_a_wrong_import_breaks_its_contract_only(contract: str, tree: Path) -> None:
    add_import(tree, *WRONG_IMPORTS[contract])

    assert broken(tree) == [contract]


def test_a_package_without_a_layer_breaks_the_layers(tree: Path) -> None:
    add_import(tree, "xnet/newcomer/__init__.py", "xnet.errors")
    add_import(tree, "xnet/engine/newcomer/__init__.py", "xnet.errors")

    assert broken(tree) == ["Layers of xnet", "Layers of xnet.engine"]
