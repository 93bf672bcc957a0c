"""What stands in the unknown parts of a template, as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

#: The keys of a `FormulaRecord` that hold the parts.
PART_KEYS = ("template", "holes", "letters")


def parts_lines(formula: Mapping[str, Any]) -> list[str]:
    """The template, then a line for every unknown part and letter: "f(v) = v**2/2", "a = 2.5"; none without a template.

    A letter of groups is written "a = a[planet], a value for every group". One that all groups share may stand beside
    another constant of the same letter.

    The template shows what an unknown part is a function of, where that is not a column: u is Re*r**a in "f(Re*r**a)".

    Args:
        formula: a `FormulaRecord`.

    >>> parts_lines({"template": "a*f(v)", "holes": {"f(v)": "v**2"}, "letters": {"a": -8 / 3}})
    ['in the form a*f(v)', 'f(v) = v**2', 'a = -8/3']
    >>> parts_lines({"holes": {"f(v)": "a[tree]*v"}, "letters": {"a": 5.0}})
    ['f(v) = a[tree]*v', 'a = 5 in all groups; a[tree] is another constant']
    """
    holes, letters = (formula.get(key) or {} for key in ("holes", "letters"))
    template = [f"in the form {formula['template']}"] if formula.get("template") else []
    from xnet.engine.formulas.text import constant_text  # `--help` must not wait for the numerical libraries

    return [*template, *(f"{name} = {text}" for name, text in holes.items()),
            *(f"{letter} = {value}, a value for every group" if isinstance(value, str) else
              f"{letter} = {constant_text(float(value))[0]}{_namesake(letter, holes.values())}"
              for letter, value in letters.items())]


def _namesake(letter: str, texts: Iterable[str]) -> str:
    """What tells a letter that all groups share from a constant of groups in unknown parts that is called like it."""
    found = next((match for text in texts if (match := re.search(rf"(?<!\w){letter}\[[^\]]+\]", text))), None)
    return "" if found is None else f" in all groups; {found[0]} is another constant"
