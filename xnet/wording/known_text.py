"""Known constants of a formula in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def known_text(formula: Mapping[str, Any]) -> str:
    """The values of the names in a formula, e.g. "with g = 9.81"; "" for a formula without known constants.

    Args:
        formula: a `FormulaRecord`.

    >>> known_text({"network": {"known": {"g": 9.81, "k_B": 1.380649e-23}}}), known_text({"network": {}})
    ('with g = 9.81, k_B = 1.380649e-23', '')
    """
    known = formula["network"].get("known") or {}
    return "with " + ", ".join(f"{name} = {value:.15g}" for name, value in known.items()) if known else ""
