"""Files and functions stay short enough to read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 300, 60
SOURCES = [ROOT / "app.py", *(path for folder in ("xnet", "pages", "benchmarks", "tests", "docs")
                              for path in sorted((ROOT / folder).rglob("*.py")))]


def too_long(path: Path) -> Iterator[str]:
    """Describe a file and those of its functions that are too long."""
    text = path.read_text("utf-8")
    if (lines := text.count("\n")) > LONGEST_FILE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None  # only a syntax tree made by hand has none
            if (lines := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION:
                yield f"{node.name}: {lines} lines"


def test_files_and_functions_are_short() -> None:
    offenders = {str(path.relative_to(ROOT)): found for path in SOURCES if (found := list(too_long(path)))}

    assert offenders == {}


@pytest.mark.parametrize(("text", "found"), [
    ("x = 1\n" * LONGEST_FILE, []), ("x = 1\n" * (LONGEST_FILE + 1), [f"{LONGEST_FILE + 1} lines"]),
    ("def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1), []),
    ("class C:\n  async def f():\n" + "    x = 1\n" * LONGEST_FUNCTION, [f"f: {LONGEST_FUNCTION + 1} lines"])])
def test_a_long_file_or_function_is_found(text: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(text, encoding="utf-8")

    assert list(too_long(tmp_path / "module.py")) == found
