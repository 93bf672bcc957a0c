"""The initial formula of a search in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .constant_text import fitted_text
from .score_text import r2_text

_DIGITS = 6


def given_text(given: Mapping[str, Any]) -> str:
    """The formula as it was given, the values of its letters in training and in all rows, and its accuracy.

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
    """A letter with its value; beside it the fit to all rows with its standard error, or why it is not fitted."""
    if parameter is None:
        return f"{letter} = {value:.{_DIGITS}g}"
    fitted, kind = float(parameter.get("fitted", value)), parameter["kind"]  # older runs have no such key
    if parameter["standard_error"] is None:
        moved = "" if fitted == value else f" (all rows: {fitted:.{_DIGITS}g})"
        digits = _DIGITS if kind == "not determined" else 15  # a fixed constant has the digits that were given
        return f"{letter} = {value:.{digits}g}{moved}" + ("" if kind == "fitted" else f" ({kind})")
    found = {**parameter, "fitted": fitted, "error": parameter["standard_error"]}
    if parameter["low"] == parameter["high"]:
        return f"{letter} = {value:.{_DIGITS}g} ({fitted_text(found)})"
    of_all_rows, of_training = fitted_text(found), fitted_text({**found, "fitted": value})
    printed = of_training.partition(" ")[0]
    return f"{letter} = " + (of_all_rows if of_all_rows == of_training else f"{printed} (all rows: {of_all_rows})")
