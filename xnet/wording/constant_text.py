"""Constants as text: the printed number, and beside it the fitted one with its standard error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

#: Method of `xnet.evidence.constants.ConstantEstimate` -> its name on pages.
METHODS = {"quadratic": "curvature of the loss", "profile": "profile likelihood", "held": "held"}


def constants_caption(as_class: bool) -> str:
    """A caption for a table of fitted numbers."""
    errors = "the rows are independent" if as_class else "the errors are independent and of equal size"
    smoothed = (" In this fit every label counts as wrong with the probability 0.1 / number of rows, so that the "
                "numbers stay finite where a formula separates the classes without an error.") if as_class else ""
    return ("A number is printed as a simple one where the rows make that more probable than a generic number. Fitted "
            "numbers, their standard errors and intervals are those of a fit to all rows, training and held-out. They "
            f"are valid if the formula is right and {errors}. A held number is not determined by the rows: it stays as "
            f"printed, and the other numbers are fitted.{smoothed}")


def fitted_text(estimate: Mapping[str, Any]) -> str:
    """The fitted number with its standard error, in as many digits as the error justifies.

    Args:
        estimate: the keys of `xnet.evidence.constants.ConstantEstimate`.

    >>> fitted_text({"method": "quadratic", "fitted": 0.476213, "error": 0.00231, "low": 0.4717, "high": 0.4808})
    '0.4762 ± 0.0023'
    >>> fitted_text({"method": "quadratic", "fitted": 2.0, "error": 1e-17, "low": 2.0, "high": 2.0})
    'no visible error'
    >>> fitted_text({"method": "held", "fitted": 1.0, "error": None, "low": None, "high": None})
    'not determined by the rows'
    """
    if estimate["error"] is None:
        return "not determined by the rows"
    if estimate["low"] == estimate["high"]:
        return "no visible error"
    fitted, error = float(estimate["fitted"]), float(estimate["error"])
    decimals = 1 - math.floor(math.log10(error))
    if max(abs(fitted), error) >= 1e6 or max(abs(fitted), error) < 1e-4:
        digits = max(0, math.floor(math.log10(max(abs(fitted), error))) + decimals)
        return f"{fitted:.{digits}e} ± {error:.1e}"
    return f"{fitted:.{max(decimals, 0)}f} ± {error:.{max(decimals, 0)}f}"


def interval_text(estimate: Mapping[str, Any]) -> str:
    """The interval of a constant.

    >>> interval_text({"low": 0.47166, "high": 0.48077, "error": 0.0023}), interval_text({"low": None, "error": None})
    ('0.4717 to 0.4808', '–')
    >>> interval_text({"low": 0.5, "high": float("inf"), "error": 0.1})
    'above 0.5'
    """
    low, high = estimate["low"], estimate.get("high")
    if estimate["error"] is None or (low is not None and low == high):
        return "–"
    low, high = (None if end is None or not math.isfinite(end) else f"{end:.4g}" for end in (low, high))
    if low is None or high is None:
        return "without ends" if low is high else f"above {low}" if high is None else f"below {high}"
    return f"{low} to {high}"


def constant_line(estimate: Mapping[str, Any]) -> str:
    """The printed number with the fitted one beside it.

    >>> constant_line({"value": 0.5, "fitted": 0.4762, "error": 0.0023, "low": 0.4, "high": 0.5})
    '0.5; fitted 0.4762 ± 0.0023'
    """
    known = estimate["error"] is not None and estimate["low"] != estimate["high"]
    from xnet.engine.formulas.text import constant_text  # `--help` must not wait for the numerical libraries

    return f"{constant_text(float(estimate['value']))[0]}; {'fitted ' if known else ''}{fitted_text(estimate)}"
