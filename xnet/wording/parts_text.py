"""What stands in the unknown parts of a template, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The keys of a `FormulaRecord` that hold the parts.
PART_KEYS = ("template", "holes", "letters")


def parts_lines(formula: Mapping[str, Any]) -> list[str]:
    """The template, then a line for every unknown part and letter: "f(v) = v**2/2", "a = 2.5"; none without a template.

    A letter of groups is written "a = a[planet], a value for every group".

    The template shows what an unknown part is a function of, where that is not a column: u is Re*r**a in "f(Re*r**a)".

    Args:
        formula: a `FormulaRecord`.

    >>> parts_lines({"template": "a*f(v)", "holes": {"f(v)": "v**2"}, "letters": {"a": -8 / 3}})
    ['in the form a*f(v)', 'f(v) = v**2', 'a = -8/3']
    """
    holes, letters = (formula.get(key) or {} for key in ("holes", "letters"))
    template = [f"in the form {formula['template']}"] if formula.get("template") else []
    from xnet.engine.formulas.text import constant_text  # `--help` must not wait for the numerical libraries

    return [*template, *(f"{name} = {text}" for name, text in holes.items()),
            *(f"{letter} = {value}, a value for every group" if isinstance(value, str) else
              f"{letter} = {constant_text(float(value))[0]}"
              for letter, value in letters.items())]
