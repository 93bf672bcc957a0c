"""No pattern takes long on a hostile cell, so that no cell can hold the interpreter for long."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from types import ModuleType

import pytest

import xnet
from xnet.evidence.unit_text import LONGEST as LONGEST_UNIT
from xnet.tables.limits import MAX_CELL

#: Modules whose patterns see text of strangers.
PACKAGES = ("tables", "evidence", "engine.formulas", "wording", "prediction", "config", "runs", "archive", "exports")
PIECES = ("9", "9,", "9.", "9 ", "1e", "a", "a ", " ", "-", "(", "[", "9(", "a(", "°9'", "é", "Jan ", "1-", "/", "m/s ",
          "10^", "±", '"', "\\", "_9", "9_", "a_", ".", ",", "%", "é9", "×10", "x9", "A$", "$", "<", "&", "#", "|", "{")
#: Longer texts never reach the patterns of these modules; all other cells have at most `MAX_CELL` characters.
LONGEST = {"tables.written_numbers": 80, "evidence.unit_text": LONGEST_UNIT}
#: The first pattern of plain numbers, whose time was quadratic, took 0.02 s for a cell and 7 s for a long text.
ENOUGH_S = 0.02


def patterns() -> dict[str, re.Pattern[str]]:
    found = {}
    for package in PACKAGES:
        parent = importlib.import_module(f"xnet.{package}")
        for info in pkgutil.iter_modules(parent.__path__, f"xnet.{package}."):
            found |= _patterns_of(importlib.import_module(info.name))
    return found


def _patterns_of(module: ModuleType) -> dict[str, re.Pattern[str]]:
    found = {}
    for name, value in vars(module).items():
        for k, one in enumerate(value if isinstance(value, (tuple, list)) else [value]):
            one = one[0] if isinstance(one, tuple) and one else one
            if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                found[f"{module.__name__.removeprefix(xnet.__name__ + '.')}.{name}[{k}]"] = one
    return found


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """The shortest time of three: other processes of the machine only make it longer."""
    times = []
    for _ in range(3):
        began = time.process_time()
        for match in (pattern.fullmatch, pattern.match):
            match(text)
        times.append(time.process_time() - began)
        if times[-1] < ENOUGH_S:
            break
    return min(times)


@pytest.mark.parametrize("name", sorted(patterns()))
def test_a_pattern_matches_the_longest_cell_in_a_moment(name: str) -> None:
    pattern, length = patterns()[name], LONGEST.get(name.rpartition(".")[0], MAX_CELL)
    slow = {}
    for piece in PIECES:
        for end in ("", "!", "x"):
            text = (piece * length)[:length - len(end)] + end
            took = seconds(pattern, text)
            if took > ENOUGH_S:
                slow[piece + end] = took
    assert not slow
