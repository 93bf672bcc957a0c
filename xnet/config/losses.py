"""What an error costs: the losses that a run can choose, with their titles and one sentence each."""

from __future__ import annotations

from xnet.tables.weights import Weight

#: The loss of a table with a column of standard errors.
KNOWN_ERROR = "known_error"
#: The share of the rows below a quantile, until another is chosen.
USUAL_SHARE = 0.9
#: Loss -> its title and when to choose it; "quantile" stands for every "quantile:SHARE".
LOSS_TEXTS = {
    "squared_error": ("Squared error", "For ordinary noise, whose size is the same in all rows."),
    "huber": ("Squared error, outliers limited", (
        "Huber's robust scale: rows beyond two robust standard deviations have no part in the fit of the numbers.")),
    "absolute": ("Absolute error", "The formula runs through the median: half of the rows lie above it."),
    "quantile": ("Quantile", "A stated share of the rows lies below the formula, for example for an upper limit."),
    "relative": ("Relative error", (
        "An error of 1 % costs the same everywhere, for targets over several decades. Formulas come out low where "
        "errors exceed 10 %: choose the logarithmic error there if the target is positive.")),
    "log": ("Logarithmic error", "A factor of 2 costs the same everywhere, up or down; the target is positive."),
    "poisson": ("Counts (Poisson)", "The target counts events, so its noise grows with its square root.")}


def loss_title(loss: str) -> str:
    """The title of a loss, for a summary.

    >>> loss_title("huber"), loss_title("quantile:0.9"), loss_title("known_error")
    ('Squared error, outliers limited', 'Quantile 0.9', 'Known standard errors')
    """
    if loss == KNOWN_ERROR:
        return "Known standard errors"
    kind, _, share = loss.partition(":")
    return f"{LOSS_TEXTS[kind][0]} {share}".strip() if kind in LOSS_TEXTS else loss


def loss_with_weights(loss: str, weight: Weight) -> str:
    """The loss of a new run: squared errors with a column of standard errors are those of known standard errors."""
    return KNOWN_ERROR if loss == "squared_error" and weight.column is not None and weight.kind == "error" else loss


def parts_of_loss(loss: object) -> tuple[str, float]:
    """A loss as Setup shows it: a key of `LOSS_TEXTS`, and the share of a quantile.

    The losses of a class and of known standard errors follow from the roles of the columns: they are squared errors
    here, as is everything that is no loss.

    >>> parts_of_loss("quantile:0.75"), parts_of_loss("known_error")
    (('quantile', 0.75), ('squared_error', 0.9))
    """
    kind, _, share = str(loss).partition(":")
    if kind not in LOSS_TEXTS:
        return "squared_error", USUAL_SHARE
    try:
        return kind, float(share or USUAL_SHARE)
    except ValueError:
        return kind, USUAL_SHARE


def loss_of(kind: object, share: object) -> str:
    """The loss of a choice in Setup.

    >>> loss_of("quantile", 0.75), loss_of("log", 0.9), loss_of(None, None)
    ('quantile:0.75', 'log', 'squared_error')
    """
    if kind == "quantile":
        known = isinstance(share, int | float) and 0.0 < share < 1.0
        return f"quantile:{share if known else USUAL_SHARE:g}"
    return str(kind) if kind in LOSS_TEXTS else "squared_error"
