"""What stands in the unknown parts of a template, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The keys of a `FormulaRecord` that hold the parts.
PART_KEYS = ("holes", "letters")


def parts_lines(formula: Mapping[str, Any]) -> list[str]:
    """One line for every unknown part and for every letter: "f(v) = v**2/2", "a = 2.5"; none without a template.

    Args:
        formula: a `FormulaRecord`.
    """
    holes, letters = (formula.get(key) or {} for key in PART_KEYS)
    return [f"{name} = {text}" for name, text in holes.items()] + [f"{a} = {v:.10g}" for a, v in letters.items()]
