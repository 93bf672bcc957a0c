"""The result of a permutation check in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def permutation_text(check: Mapping[str, Any]) -> str:
    """The number of shuffled tables with as good a formula, and the p-value.

    Args:
        check: the keys of `PermutationCheck.to_json`.

    >>> permutation_text({"n_shuffled": 19, "n_as_good": 0, "p_value": 0.05, "explained": 0.9, "steps": 8})
    'Permutation check: none of 19 tables with a shuffled target gave as good a formula in 8 steps (p = 0.05).'
    >>> permutation_text({"n_shuffled": 19, "n_as_good": 19, "p_value": 1.0, "explained": 0.0, "steps": 8})[:70]
    'Permutation check: in 8 steps, the search finds no formula in the tabl'
    """
    p = f"p = {check['p_value']:.2g}"
    if check["explained"] <= 0.0:
        return (f"Permutation check: in {check['steps']} steps, the search finds no formula in the table that predicts "
                f"better than a constant, so shuffled rows are as good ({p}).")
    count = check["n_as_good"] or "none"
    return (f"Permutation check: {count} of {check['n_shuffled']} tables with a shuffled target gave as good a formula "
            f"in {check['steps']} steps ({p}).")
