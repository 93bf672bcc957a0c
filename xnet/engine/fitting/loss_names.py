"""The losses by name, as the estimators, the command line and a run's configuration choose them."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError

from .error_losses import KnownError, Logarithmic, Poisson, Relative
from .losses import SMOOTHING, SQUARED_ERROR, Huber, Logistic, Loss
from .quantile_loss import Quantile

#: Names of the losses to choose from; "quantile:0.9" for any share of the rows below the formula.
LOSSES = ("squared_error", "huber", "absolute", "quantile:0.9", "relative", "log", "poisson")
#: The name of the loss of a class against the rest, which only classifiers choose.
LOGISTIC = "logistic"
_QUANTILE = "quantile:"


def check_loss_name(name: object) -> None:
    """Refuse a name that is no loss.

    Raises:
        DataError: there is no loss of that name; the message lists the names.
    """
    if isinstance(name, str) and (name in LOSSES or (name.startswith(_QUANTILE) and _share(name) is not None)):
        return
    if isinstance(name, str) and name.startswith("quantile"):
        raise DataError(f"The loss {name!r} is no quantile; write the share of the rows below the formula, between 0 "
                        "and 1, as in 'quantile:0.9'.")
    raise DataError(f"There is no loss {name!r}; choose one of {', '.join(map(repr, LOSSES))}.")


def _share(name: str) -> float | None:
    """The share in "quantile:SHARE"; None if it is no number in (0, 1)."""
    try:
        share = float(name.removeprefix(_QUANTILE))
    except ValueError:
        return None
    return share if 0.0 < share < 1.0 else None


def make_loss(name: str, y: Array) -> Loss:
    """The loss of a name, for the target y (n,).

    Raises:
        DataError: there is no loss of that name, or the target does not suit it.
    """
    if name == LOGISTIC:
        if not np.isin(y, (0.0, 1.0)).all():
            raise DataError("The logistic loss needs a target of zeros and ones; give each class a number first, or "
                            "use XNetClassifier.")
        return Logistic(SMOOTHING / len(y))
    check_loss_name(name)
    if name == "squared_error":
        return SQUARED_ERROR
    if name == "huber":
        return Huber()
    if name == "absolute":
        return Quantile()
    if name.startswith(_QUANTILE):
        return Quantile(float(name.removeprefix(_QUANTILE)))
    if name == "relative":
        return Relative.of(y)
    lowest = float(y.min())
    if name == "log":
        if lowest <= 0:
            raise DataError(f"The loss 'log' needs a positive target, but its least value is {lowest:g}; choose "
                            "'relative' or 'squared_error', or leave these rows out.")
        return Logarithmic()
    if lowest < 0:
        raise DataError(f"The loss 'poisson' needs counts, but the target's least value is {lowest:g}; choose "
                        "'squared_error', or leave these rows out.")
    return Poisson()


def known_errors(error: Array, n: int) -> tuple[KnownError, Array]:
    """The loss of known standard errors (n,), and the weights (n,) of the rows, 1 on average.

    Raises:
        DataError: an error is missing, not finite or not above zero.
    """
    try:
        error = np.broadcast_to(np.asarray(error, dtype=np.float64), (n,))
    except (TypeError, ValueError):
        raise DataError(f"sample_error holds something else than {n} numbers; expected one standard error, or one for "
                        "each row.") from None
    wrong = np.flatnonzero(~(np.isfinite(error) & (error > 0)))
    if len(wrong):
        raise DataError(f"sample_error is {error[wrong[0]]:g} in row {wrong[0]} (counted from 0); a standard error is "
                        "a finite number above zero, so drop such rows or write their errors.")
    weight = error**-2.0
    if not np.isfinite(weight).all() or not (weight > 0).all():
        raise DataError("sample_error has values whose squares are too small or too large for a computer's numbers; "
                        "change the unit of the target.")
    return KnownError(float(weight.mean())), weight / weight.mean()
