"""Every benchmark command that a document names can be parsed."""

from __future__ import annotations

import importlib
import re
import shlex

import pytest

from benchmarks.folders import ROOT

DOCUMENTS = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/benchmarks.md"))
#: Both `python -m benchmarks.speed --quick` and, in tables, `benchmarks.speed --quick` in backquotes.
COMMANDS = sorted(set(re.findall(r"(?:python -m |`)(benchmarks\.\w+(?: [^`\n&]*)?)", DOCUMENTS)))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_documented_command_is_understood(command: str) -> None:
    package, *arguments = shlex.split(command)
    parser = importlib.import_module(f"{package}.command").build_parser()

    assert parser.prog == f"python -m {package}"
    if package == "benchmarks.laws" and not arguments:  # a sentence that names the command without its required option
        arguments = ["--csv", "laws.csv"]
    assert parser.parse_args(arguments)


@pytest.mark.parametrize("name", ["formulas", "tables", "parameters", "speed", "first", "app", "laws", "pictures",
                                  "trust", "fuzz", "kills", "kinks", "known_errors", "cluster",
                                  "load", "templates"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        importlib.import_module(f"benchmarks.{name}.command").main(["--help"])

    assert f"python -m benchmarks.{name}" in capsys.readouterr().out
