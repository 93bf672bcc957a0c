"""The initial formula of a search in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .score_text import r2_text

_DIGITS = 6


def given_text(given: Mapping[str, Any]) -> str:
    """The formula as it was given, the values of its letters, and its accuracy.

    Args:
        given: a `GivenRecord`.
    """
    values = ", ".join(f"{letter} = {value:.{_DIGITS}g}" for letter, value in given["constants"].items())
    scores = f"R² {r2_text(given['r2_train'], _DIGITS)} on training rows"
    if given["r2_holdout"] is not None:
        scores += f", {r2_text(given['r2_holdout'], _DIGITS)} on held-out rows"
    broken = "" if given["constraints_met"] else "; it does not satisfy the constraints"
    return f"The given formula {given['given']}{' with ' + values if values else ''}: {scores}{broken}."
