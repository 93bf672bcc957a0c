"""The documents name files, modules, functions and decisions that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in (
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "sample_data/README.md")),
    *(ROOT / "docs").rglob("*.md")))
SOURCES = sorted(path.relative_to(ROOT).as_posix() for folder in ("xnet", "tests", "benchmarks", "docs")
                 for path in (ROOT / folder).rglob("*.py"))

#: A span of code, outside of blocks.
SPAN = re.compile(r"`([^`\n]+)`")
#: A path in the repository. What stands for any name is written in capitals: `xnet/tables/NAME.py`.
PATH = re.compile(r"(?:xnet|tests|docs|benchmarks|pages|sample_data)/[\w./-]*|[\w-]+\.(?:py|toml|md|txt|yml)")
#: A path below xnet/ without its ending, as decisions name modules.
SHORT_PATH = re.compile(r"(?:ui|cli|archive|exports|learn|prediction|runs|config|estimators|evidence|drawings|wording|"
                        r"engine|tables)/[\w/]+")
MODULE = re.compile(r"xnet(?:\.\w+)+")
#: "`step` and `advance` in `xnet/engine/search/search.py`".
NAMES_IN = re.compile(r"((?:`[\w.]+`(?:, | and |, and | or )?)+) (?:in|of) `([\w./]+\.py)`")


def prose(document: str) -> str:
    """The text of a document without its blocks of code."""
    return re.sub(r"^```.*?^```", "", (ROOT / document).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def spans(document: str) -> list[str]:
    return SPAN.findall(prose(document))


@cache
def definitions(path: Path) -> frozenset[str]:
    """Names that a module defines or imports, and `Class.member` for methods and attributes."""
    def targets(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (alias.asname or alias.name for alias in node.names)

    found: set[str] = set()
    if not path.exists():
        return frozenset()
    for node in ast.parse(path.read_text("utf-8")).body:
        found |= set(targets(node))
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for member in node.body for name in targets(member)}
            found |= {f"{node.name}.{name.attr}" for name in ast.walk(node) if isinstance(name, ast.Attribute)
                      and isinstance(name.ctx, ast.Store) and ast.unparse(name.value) == "self"}
    return frozenset(found)


def module_exists(dotted: str) -> bool:
    """Whether a dotted name is a package, a module, or a name that one of them defines."""
    folder, *parts = dotted.split(".")
    path = ROOT / folder
    for i, part in enumerate(parts):
        if (path / part).is_dir():
            path = path / part
        elif (path / f"{part}.py").exists():
            rest = ".".join(parts[i + 1 :])
            return not rest or rest in definitions(path / f"{part}.py")
        else:
            return ".".join(parts[i:]) in definitions(path / "__init__.py")
    return True


def tables(document: str) -> Iterator[list[dict[str, str]]]:
    """The tables of a document, a dictionary (heading -> cell) for each row."""
    for block in re.findall(r"(?:^\|.*\|\n)+", prose(document), re.MULTILINE):
        heading, _, *rows = ([cell.strip() for cell in line.strip("|").split(" | ")]
                             for line in block.replace("| |", "|  |").splitlines())
        yield [dict(zip([name.strip("| ") for name in heading], [c.strip("| ") for c in row], strict=True))
               for row in rows]


def names_and_files(document: str) -> Iterator[tuple[str, str]]:
    """(name, path of the file that the document says it is defined in)."""
    cells = [(row.get("name", row.get("names", "")), row.get("defined in", row.get("file", "")))
             for rows in tables(document) for row in rows]
    for names, paths in [*NAMES_IN.findall(prose(document)), *cells]:
        for path in SPAN.findall(paths) or [paths]:
            yield from ((name, path) for name in SPAN.findall(names))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_and_modules_exist(document: str) -> None:
    for span in spans(document):
        if span.isupper() or re.search(r"(^|/)[A-Z]{2,}", span):
            continue  # stands for any name
        if PATH.fullmatch(span) and ("/" in span or span in {path.name for path in ROOT.iterdir()}):
            assert (ROOT / span).exists(), f"{document} names {span}"
        if SHORT_PATH.fullmatch(span):
            assert (ROOT / "xnet" / span).exists() or (ROOT / "xnet" / f"{span}.py").exists(), f"{document}: {span}"
        if MODULE.fullmatch(span):
            assert module_exists(span), f"{document} names {span}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_names_are_defined_in_the_file_beside_them(document: str) -> None:
    missing = [(name, path) for name, path in names_and_files(document)
               if path.endswith(".py") and name not in definitions(ROOT / path)]

    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_lead_to_files(document: str) -> None:
    for link in re.findall(r"\]\((?!\w+:)([^)#\s]+)", prose(document)):
        assert (ROOT / document).parent.joinpath(link).exists(), f"{document} links to {link}"


def test_decisions_are_numbered_as_in_the_record() -> None:
    recorded = set(re.findall(r"^### (D-\d{3})", (ROOT / "docs" / "decisions.md").read_text("utf-8"), re.MULTILINE))
    unknown = {path: found for path in [*DOCUMENTS, *SOURCES]
               if (found := set(re.findall(r"\bD-\d{3}\b", (ROOT / path).read_text("utf-8"))) - recorded)}

    assert not unknown


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = re.findall(r"^### (D-\d{3})", (ROOT / "docs" / "decisions.md").read_text("utf-8"), re.MULTILINE)

    assert sorted(numbers) == sorted(set(numbers))


def test_the_checks_find_what_is_wrong() -> None:
    assert module_exists("xnet.engine.search")
    assert module_exists("xnet.engine.Problem")
    assert not module_exists("xnet.engine.nothing")
    assert not module_exists("xnet.errors.Nothing")
    assert "Problem.from_arrays" in definitions(ROOT / "xnet/engine/problem/problem.py")
