"""Euler's number in a formula that a person typed: e is no letter that is fitted, unlike a, b, c and d beside it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .parser import FREE_CONSTANT, parsed


def eulers_number_sentence(text: str, names: Sequence[str]) -> str:
    """The sentence that e is Euler's number, where a formula has it beside letters.

    Args:
        text: a formula or a template that can be read.
        names: names of the columns.

    Returns:
        "" without e, where e is a column or always the base of a power, which nobody fits, and without other letters.
    """
    tree, places, quoted = parsed(text, names)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    bases = {id(node.left) for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)}
    letters = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
               and node.id not in places and node.id not in quoted and FREE_CONSTANT.fullmatch(node.id)]
    if not any(node.id != "e" for node in letters) or not any(
            node.id == "e" and id(node) not in bases for node in letters):
        return ""
    return (f"In {text!r}, e is Euler's number 2.71828 and is not fitted. Write another letter, such as e1, for a "
            "number to fit.")
