"""Files, commands and dependencies agree: whatever the README names exists, and all dependencies are pinned."""

from __future__ import annotations

import ast
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from xnet.cli import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def requirements(name: str) -> dict[str, str]:
    """Package -> version of a requirements file; each line must be an exact version or an include."""
    pins = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "-r")):
            package, version = line.split("==")
            pins[package] = version
    return pins


def test_every_dependency_of_the_library_is_pinned_for_the_application() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["units"]]
    named = {re.split(r"[<>=!~]", dependency)[0] for dependency in wanted}

    assert named == set(requirements("requirements.txt"))
    assert requirements("requirements-dev.txt")


@pytest.mark.slow
def test_the_declared_dependencies_are_the_packages_that_xnet_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    declared = {re.split(r"[<>=!~]", dependency)[0].lower().replace("_", "-") for dependency in wanted}
    imported = {name for path in (ROOT / "xnet").rglob("*.py") for name in imported_packages(path)} - {"xnet"}

    homes = packages_distributions()  # without the extra `cluster`, whose package has the name of its module
    assert {homes.get(name, [name])[0].lower().replace("_", "-") for name in imported} == declared


def imported_packages(path: Path) -> Iterator[str]:
    """First parts of the names that a file imports, without the standard library."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [
            node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        yield from {name.split(".")[0] for name in names} - sys.stdlib_module_names


@pytest.mark.parametrize("line", sorted(set(re.findall(r"^make .*?(?=\s+#|$)|`make \w+`", README, re.MULTILINE))))
def test_make_knows_the_targets_of_the_readme(line: str) -> None:
    target = line.strip("`").split()[1]

    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", re.findall(r"^python -m xnet (.*?)(?=\s+#|$)", README, re.MULTILINE))
def test_the_commands_of_the_readme_are_valid(line: str) -> None:
    assert main._parser().parse_args(shlex.split(line)).command


@pytest.mark.parametrize("path", re.findall(r"^(\S+[./]\S*)  +\S", README.partition("## Develop")[2], re.MULTILINE))
def test_the_map_of_the_readme_is_the_repository(path: str) -> None:
    assert (ROOT / path).exists()


def test_a_container_holds_what_a_wheel_holds_and_no_secrets() -> None:
    copied = re.findall(r"^COPY (.*) \S+$", (ROOT / "Containerfile").read_text("utf-8"), re.MULTILINE)
    files = {file for line in copied for file in line.split()}
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert all((ROOT / file).exists() for file in files)
    assert files == {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert lines.index("*") < lines.index("!app.py"), "everything else stays outside, such as .streamlit/secrets.toml"
    assert {*wheel["packages"], *wheel["force-include"]} <= files


def test_every_option_is_in_the_readme_or_in_help() -> None:
    actions = main._parser()._subparsers._group_actions[0].choices["discover"]._actions  # type: ignore[union-attr,index]

    assert all(action.help for action in actions)
