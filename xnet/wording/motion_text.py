"""Results of a search for laws of motion as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .constant_text import fitted_text, interval_text
from .number_text import measured
from .score_text import r2_text

#: The share of a state's variance that errors of the steps of a simulation may be.
_STEP_ERROR = 1e-10
#: What the intervals of constants are, and what they assume.
INTERVALS = ("Fitted numbers, their standard errors and intervals come from one fit of all constants to all rows, also "
             "of simple numbers and of factors of 1, which are not printed. Intervals are by Student's t. They are "
             "valid if these equations are the law and the errors of each state are independent and as large as its "
             "noise.")


def constant_cells(record: Mapping[str, Any]) -> tuple[str, str, str]:
    """A constant of a system: the printed number, the fitted one with its standard error, and the 95 % interval.

    Args:
        record: as `xnet.dynamics.constant_records` makes it.

    >>> constant_cells({"state": "x", "value": 0.5, "fitted": 0.5131, "error": 0.01, "low": 0.4925, "high": 0.5337})
    ('0.5', '0.513 ± 0.010', '0.492 to 0.534')
    >>> constant_cells({"state": "x", "value": 1.0, "fitted": 1.0, "factor_of": "y**2"})
    ('1 (the factor of y**2, not printed)', 'not determined by the rows', '–')
    >>> constant_cells({"state": "x", "value": 0.25})
    ('0.25', '–', '–')
    """
    from xnet.engine.formulas.text import constant_text  # `--help` must not wait for the numerical libraries

    number = constant_text(float(record["value"]))[0]
    if "factor_of" in record:
        number += f" (the factor of {record['factor_of']}, not printed)"
    if "fitted" not in record:
        return number, "–", "–"
    known = {"error": None, "low": None, "high": None, **record}
    return number, fitted_text(known), interval_text(known)


def constant_sentence(record: Mapping[str, Any]) -> str:
    """The same as a line of text.

    >>> constant_sentence({"state": "x", "value": 0.5, "fitted": 0.5131, "error": 0.01, "low": 0.4925, "high": 0.5337})
    'x: 0.5; fitted 0.513 ± 0.010 (0.492 to 0.534)'
    >>> constant_sentence({"state": "x", "value": 0.25})
    'x: 0.25'
    """
    number, fitted, interval = constant_cells(record)
    text = f"{record['state']}: {number}"
    if fitted != "–":
        text += f"; {'fitted ' if interval != '–' else ''}{fitted}"
    return text if interval == "–" else f"{text} ({interval})"


def held_inputs(names: Sequence[str], values: Sequence[float]) -> str:
    """At which driving inputs fixed points were computed, as the end of a sentence; empty without any.

    >>> held_inputs(["heater", "u"], [6.0213, 0.0])
    ', with heater = 6.021 and u = 0 held'
    >>> held_inputs([], [])
    ''
    """
    if not names:
        return ""
    parts = [f"{name} = {measured(value)}" for name, value in zip(names, values, strict=True)]
    text = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f", with {text} held"


def simulated_r2(value: float, digits: int = 6) -> str:
    """R² of a simulation: 1 where what is left is an error of its steps.

    >>> simulated_r2(0.97), simulated_r2(1 - 3e-9), simulated_r2(1 - 1e-13)
    ('0.970000', '0.9999999970', '1')
    """
    return "1" if 1.0 - value < _STEP_ERROR else r2_text(value, digits)
