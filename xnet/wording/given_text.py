"""The initial formula of a search in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .constant_text import fitted_text
from .score_text import r2_text

_DIGITS = 6


def given_text(given: Mapping[str, Any]) -> str:
    """The formula as it was given, the values of its letters, and its accuracy.

    Args:
        given: a `GivenRecord`.
    """
    known = {parameter["name"]: parameter for parameter in given.get("parameters", ())}
    values = ", ".join(_value_text(letter, value, known.get(letter)) for letter, value in given["constants"].items())
    scores = f"{'weighted ' if given.get('weighted') else ''}R² {r2_text(given['r2_train'], _DIGITS)} on training rows"
    if given["r2_holdout"] is not None:
        scores += f", {r2_text(given['r2_holdout'], _DIGITS)} on held-out rows"
    broken = "" if given["constraints_met"] else "; it does not satisfy the constraints"
    return f"The given formula {given['given']}{' with ' + values if values else ''}: {scores}{broken}."


def _value_text(letter: str, value: float, parameter: Mapping[str, Any] | None) -> str:
    """A letter with its value, and its standard error or why it has none."""
    if parameter is None:
        return f"{letter} = {value:.{_DIGITS}g}"
    error, kind = parameter["standard_error"], parameter["kind"]
    if error:
        return f"{letter} = {fitted_text({**parameter, 'fitted': value, 'error': error})}"
    return f"{letter} = {value:.15g}" + ("" if kind == "fitted" else f" ({kind})")
