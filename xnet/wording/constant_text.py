"""Constants as text: the printed number, and beside it the fitted one with its standard error."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from xnet.name_lists import abbreviated_list

#: Method of `xnet.evidence.constants.ConstantEstimate` -> its name on pages.
METHODS = {"quadratic": "standard error (Wald)", "profile": "profile likelihood",
           "sandwich": "standard error of a quantile", "robust": "robust standard error (White)",
           "threshold": "likelihood-ratio test", "held": "held", "fixed": "fixed",
           "bound": "held at a bound", "whole": "held at a whole number"}
#: What the names say to a reader who meets them for the first time.
METHODS_HELP = ("How the interval was computed. With a standard error: the fitted number, plus and minus Student's t "
                "times that error. Profile likelihood and likelihood-ratio test: all numbers with which the formula "
                "does not fit clearly worse. Held: not fitted.")
#: What the fit of the constants of a class assumes about the labels.
SMOOTHED_LABELS = "every label counts as wrong with the probability 0.1 / number of rows"
#: What the rows say about the place of a step.
OF_STEPS = ("The rows determine the place of a step only up to two neighbouring rows: all places between these fit "
            "alike. Its interval holds all places that a likelihood-ratio test (Hansen 2000) does not reject.")
#: Where the standard errors of squared errors are White's, by whether rows have weights.
_WHITE = {
    False: "The errors grow with the values of the formula, more than the loss allows for, so standard errors are "
           "White's (form HC4), from the squared error of every row. They assume independent errors, of any size.",
    True: "Rows have weights, so standard errors are White's (form HC4), from the squared error of every row. They "
          "assume independent errors, and hold whether a weight says how exactly a row was measured or how much it "
          "counts."}
#: Method of a number that is not fitted -> why.
_NOT_FITTED = {"fixed": "fixed", "bound": "at a bound", "whole": "a whole number"}
#: Loss -> what it assumes about the errors of the rows.
_ASSUMPTIONS = {
    "squared_error": "the errors are independent and of equal size",
    "huber": "the errors are independent and, apart from wild rows, of equal size",
    "absolute": "the rows are independent",
    "quantile": "the rows are independent",
    "relative": "the errors are independent and, in every row, about the same small share of the target",
    "log": "the errors of the logarithm of the target are independent and of equal size",
    "poisson": "the counts are independent and their variance is in proportion to their mean, and at least the mean",
    "known_error": "the errors are independent and as large as the stated standard errors",
    "logistic": "the rows are independent"}


#: The same where the noise of groups differs, and what a `NoiseRule` adds.
_SCATTER = "the rows are independent and scatter alike around the formula within each group"
_IN_GROUPS = {
    "squared_error": "the errors are independent and of equal size within each group",
    "huber": "the errors are independent and, apart from wild rows, of equal size within each group",
    "absolute": _SCATTER, "quantile": _SCATTER,
    "relative": "the errors are independent and, in every row of a group, about the same small share of the target",
    "log": "the errors of the logarithm of the target are independent and of equal size within each group"}
_NOISE = {"own": "", "relative": ", in proportion to the spread of the target there"}


def assumption(loss: str, *, weighted: bool = False, noise: str = "") -> str:
    """What standard errors and intervals assume about the rows, as the end of a sentence.

    Args:
        loss: the name of the loss that the constants were fitted with.
        weighted: whether the rows have weights.
        noise: the rule of the noise of groups (`NoiseRule`), "robust" for White's standard errors; "" without groups.

    >>> assumption("known_error")
    'the errors are independent and as large as the stated standard errors'
    >>> assumption("squared_error", noise="own")
    'the errors are independent and of equal size within each group'
    >>> assumption("squared_error", weighted=True)
    'the errors are independent and their variance falls as the weights of the rows rise, in proportion to 1/weight'
    """
    kind = loss.partition(":")[0]
    if noise == "robust":
        return "the errors are independent (they grow with the values, so standard errors are White's, in the form HC4)"
    if noise in _NOISE and kind in _IN_GROUPS:
        inverse = weighted and _IN_GROUPS[kind] != _SCATTER
        return _IN_GROUPS[kind] + _NOISE[noise] + (", and their variance also to 1/weight" if inverse and _NOISE[noise]
                                                   else ", their variance in proportion to 1/weight" if inverse else "")
    if weighted and kind == "squared_error":
        return ("the errors are independent and their variance falls as the weights of the rows rise, in proportion to "
                "1/weight")
    known = _ASSUMPTIONS.get(kind, "the rows are independent")
    counted = weighted and kind not in ("known_error", "absolute", "quantile")
    return known + (", where a row of weight 2 counts as two rows" if counted else "")


def assumed_by(config: Mapping[str, Any], *, of_second_look: bool = False, noise: str = "") -> str:
    """The `assumption` of a run.

    Args:
        config: of the run.
        of_second_look: whether the formula is the suggestion of a second look, which is fitted by Huber's scale.
        noise: the rule of the noise of groups; "" without groups.
    """
    loss = "huber" if of_second_look else str(config.get("loss", "squared_error"))
    return assumption(loss, weighted=bool(config.get("weight")), noise=noise)


def constants_caption(config: Mapping[str, Any], *, of_second_look: bool = False, noise: str = "",
                      methods: Collection[str] = ()) -> str:
    """A caption for a table of fitted numbers.

    Args:
        config, of_second_look, noise: as for `assumed_by`.
        methods: the methods of the estimates in the table.
    """
    loss = "huber" if of_second_look else str(config.get("loss", "squared_error"))
    white = white_sentence(methods, weighted=bool(config.get("weight")))
    assumed = "the errors are independent" if white else assumed_by(config, of_second_look=of_second_look, noise=noise)
    smoothed = (f" In this fit {SMOOTHED_LABELS}, so that the numbers stay finite where a formula separates the "
                "classes without an error.") if loss == "logistic" else ""
    quantile = (" Those of a quantile come from the density of the rows around the formula, by the method of Hendricks "
                "and Koenker (1992). They are approximate where fewer than five rows lie beyond the quantile."
                ) if loss.partition(":")[0] in ("absolute", "quantile") else ""
    steps = "".join(f" {also}" for also in (OF_STEPS if "threshold" in methods else "", white) if also)
    return ("A number is printed as a simple one where the rows make that more probable than a generic number. Fitted "
            "numbers, their standard errors and intervals are those of a fit to all rows, training and held-out. They "
            f"are valid if the formula is right and {assumed}.{quantile} A held number is "
            "not determined by the rows: it stays as printed, and the other numbers are fitted. A fixed number stays "
            f"as you gave it, and a number at a bound or at a whole number stays there.{steps}{smoothed}")


def white_sentence(methods: Collection[str], *, weighted: bool) -> str:
    """The sentence that the standard errors of a regression are White's, and why; "" where they are not.

    Args:
        methods: the methods of the estimates.
        weighted: whether rows have weights.
    """
    return _WHITE[weighted] if "robust" in methods else ""


def fitted_text(estimate: Mapping[str, Any]) -> str:
    """The fitted number with its standard error, in as many digits as the error justifies; or why it is not fitted.

    Args:
        estimate: the keys of `xnet.evidence.constants.ConstantEstimate`.

    >>> fitted_text({"method": "quadratic", "fitted": 0.476213, "error": 0.00231, "low": 0.4717, "high": 0.4808})
    '0.4762 ± 0.0023'
    >>> fitted_text({"method": "quadratic", "fitted": 2.0, "error": 1e-17, "low": 2.0, "high": 2.0})
    'no visible error'
    >>> fitted_text({"method": "held", "fitted": 1.0, "error": None, "low": None, "high": None})
    'not determined by the rows'
    >>> fitted_text({"method": "bound", "value": 0.58, "fitted": 0.6, "error": None, "low": None, "high": None})
    '0.6 (at a bound)'
    >>> fitted_text({"method": "threshold", "error": None, "between": (4.25228625, 4.40377155)})
    'any place from 4.25229 to 4.40377'
    """
    if estimate.get("between") is not None:
        return f"any place {_range_text(*estimate['between'])}"
    if estimate["error"] is None:
        why = _NOT_FITTED.get(estimate.get("method", "held"), "not determined by the rows")
        return f"{float(estimate['fitted']):.6g} ({why})" if _reached_a_bound(estimate) else why
    if estimate["low"] == estimate["high"]:
        return "no visible error"
    fitted, error = float(estimate["fitted"]), float(estimate["error"])
    decimals = _decimals(error)
    if _in_powers(fitted, error):
        digits = max(0, math.floor(math.log10(max(abs(fitted), error))) + decimals)
        return f"{fitted:.{digits}e} ± {error:.1e}"
    return f"{fitted:.{max(decimals, 0)}f} ± {error:.{max(decimals, 0)}f}"


def _decimals(error: float) -> int:
    """Decimals of a number with two digits of its error; negative where these stand before the point."""
    return 1 - math.floor(math.log10(error))


def _in_powers(value: float, error: float) -> bool:
    """Whether a number with its error is written with a power of ten."""
    return max(abs(value), error) >= 1e6 or max(abs(value), error) < 1e-4


def interval_text(estimate: Mapping[str, Any]) -> str:
    """The interval of a constant, its ends in the digits of the fitted number.

    Args:
        estimate: the keys of `xnet.evidence.constants.ConstantEstimate`.

    >>> interval_text({"fitted": 0.4762, "error": 0.0023, "low": 0.47166, "high": 0.48077})
    '0.4717 to 0.4808'
    >>> interval_text({"fitted": 101324.9992, "error": 0.0033, "low": 101324.99266, "high": 101325.00574})
    '101324.9927 to 101325.0057'
    >>> interval_text({"fitted": 0.7, "error": 0.1, "low": 0.5, "high": float("inf")})
    'above 0.50'
    >>> interval_text({"fitted": 1.0, "error": None, "low": None, "high": None})
    '–'
    >>> interval_text({"method": "threshold", "error": None, "low": 4.2, "high": 4.5, "between": (4.3, 4.4)})
    '4.2 to 4.5'
    """
    low, high = estimate["low"], estimate["high"]
    if estimate.get("between") is not None:
        return _range_text(low, high).removeprefix("from ")
    if estimate["error"] is None or (low is not None and low == high):
        return "–"
    fitted, error = float(estimate["fitted"]), float(estimate["error"])
    low, high = (None if end is None or not math.isfinite(end) else _end_text(float(end), fitted, error)
                 for end in (low, high))
    if low is None or high is None:
        return "without ends" if low is high else f"above {low}" if high is None else f"below {high}"
    return f"{low} to {high}"


def _range_text(low: float | None, high: float | None) -> str:
    """Two numbers in as many digits as tell them apart.

    >>> _range_text(2.00000041, 2.00000043), _range_text(2.5, float("inf")), _range_text(None, None)
    ('from 2.00000041 to 2.00000043', 'above 2.5', 'without ends')
    """
    low, high = (None if end is None or not math.isfinite(end) else float(end) for end in (low, high))
    if low is None or high is None:
        return "without ends" if low is high else f"above {low:.6g}" if high is None else f"below {high:.6g}"
    digits = next((d for d in range(6, 17) if 10.0 * max(abs(float(f"{end:.{d}g}") - end) for end in (low, high))
                   < high - low), 17)
    return f"from {low:.{digits}g} to {high:.{digits}g}"


def _end_text(end: float, fitted: float, error: float) -> str:
    """An end in the digits of the fitted number; one that is many errors away in three digits of its distance."""
    decimals = min(_decimals(error), 1 + _decimals(max(abs(end - fitted), error)))
    if end and (_in_powers(fitted, error) or abs(end) >= 1e6):
        return f"{end:.{max(0, math.floor(math.log10(abs(end))) + decimals)}e}"
    return f"{round(end, max(decimals, 0)) + 0.0:.{max(decimals, 0)}f}"  # 0.0 turns -0.0 into 0.0


def printed_text(estimate: Mapping[str, Any]) -> str:
    """The printed number; a known constant with its name.

    >>> printed_text({"value": 4.4294469180700204, "form": "sqrt(2*g)"})
    'sqrt(2*g) = 4.42945'
    """
    from xnet.engine.formulas.text import constant_text  # `--help` must not wait for the numerical libraries

    value, form = float(estimate["value"]), estimate.get("form")
    return f"{form} = {value:.6g}" if form else constant_text(value)[0]


def constant_line(estimate: Mapping[str, Any]) -> str:
    """The printed number with the fitted one beside it.

    >>> constant_line({"value": 0.5, "fitted": 0.4762, "error": 0.0023, "low": 0.4, "high": 0.5})
    '0.5; fitted 0.4762 ± 0.0023'
    >>> constant_line({"value": 3.0, "fitted": 3.0, "error": None, "low": None, "high": None, "method": "fixed"})
    '3; fixed'
    """
    known = estimate["error"] is not None and estimate["low"] != estimate["high"]
    said = "fitted " if known or _reached_a_bound(estimate) else ""
    return f"{printed_text(estimate)}; {said}{fitted_text(estimate)}"


def outside(estimate: Mapping[str, Any]) -> bool:
    """Whether the printed number lies outside the interval beside it.

    >>> outside({"value": 0.5, "fitted": 0.47, "error": 0.01, "low": 0.45, "high": 0.49})
    True
    """
    low, high, value = estimate["low"], estimate["high"], float(estimate["value"])
    if low is None or high is None or low == high:
        return False
    room = 1e-9 * max(abs(value), high - low if math.isfinite(high - low) else 0.0)
    return bool(value < low - room or value > high + room)


def outside_sentence(estimates: Iterable[Mapping[str, Any]], *, held_out: bool, of_all_rows: str = "") -> str:
    """Why printed numbers lie outside their intervals, and the formula with numbers of all rows; "" for none outside.

    Args:
        estimates: the keys of `xnet.evidence.constants.ConstantEstimate`.
        held_out: whether rows were held out from the fit of the printed numbers.
        of_all_rows: the formula with numbers fitted to all rows; "" where there is none.

    >>> outside_sentence([{"value": 0.5, "fitted": 0.47, "error": 0.01, "low": 0.45, "high": 0.49}], held_out=False)
    'The printed 0.5 lies outside its interval, because it is a simple number.'
    """
    found = [printed_text(estimate) for estimate in estimates if outside(estimate)]
    if not found:
        return ""
    printed = " and ".join(found) if len(found) < 3 else abbreviated_list(found, 5)
    one = len(found) == 1
    where = f"The printed {printed} {'lies outside its interval' if one else 'lie outside their intervals'}"
    if not held_out:
        return f"{where}, because {'it is a simple number' if one else 'they are simple numbers'}."
    refitted = f" With numbers fitted to all rows the formula is {of_all_rows}" if of_all_rows else ""
    return (f"{where}: the formula has numbers fitted to the training rows, which its scores belong to. Fitted values "
            f"and intervals are of all rows, training and held-out.{refitted}")


def _reached_a_bound(estimate: Mapping[str, Any]) -> bool:
    """Whether the fit to all rows is at a bound that the printed number is not at."""
    return estimate.get("method") == "bound" and estimate["fitted"] != estimate["value"]
