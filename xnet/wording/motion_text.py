"""Results of a search for laws of motion as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .constant_text import fitted_text, interval_text

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
