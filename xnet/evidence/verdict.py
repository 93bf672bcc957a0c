"""The verdict on a formula: whether it is better than the mean and than a straight line, and how far to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.losses import SQUARED_ERROR, Huber, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.r_squared import loss_scale, target_variance
from xnet.engine.networks.network import Network
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import distinct, explained, percent, r2

from .evidence import BETTER
from .scores import ROUNDING
from .weighted_rows import Rows, WeightedRows, mean_one_weights, weighted

#: With fewer training rows than this, or fewer than this for each fitted number, a good fit proves little.
FEW_ROWS, ROWS_A_NUMBER = 20, 5
#: With more training rows for each fitted number than this, noise alone hardly makes held-out rows much worse.
ROWS_TO_TRUST_A_NUMBER = 20
#: A formula is much worse on the held-out rows if their mean squared error is more than this many times that of the
#: training rows, and greater by more than this share of the target's variance.
WORSE, WORSE_SHARE = 4.0, 0.05
WORSE_ON_HELD_OUT = "It is much worse on held-out rows than on training rows: "


@dataclass(frozen=True)
class Verdict:
    """The judgement of a formula.

    Attributes:
        level: "exact", "strong", "plausible", "line" (not clearly better than a straight line) or "mean" (not clearly
            better than the mean); for a class "strong",
            "plausible", "logistic" (not clearly better than logistic regression) or "share" (not clearly better than
            the class's share).
        sentence: the reason.
        cautions: sentences on the limits of the evidence; may be empty.
    """

    level: str
    sentence: str
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Squared errors of the formula and of two simple models on the deciding rows (held-out rows, else training rows).

    Under another loss than squared errors and Huber's, its deviances stand for squared errors, and `variance` is None.

    Attributes:
        formula, line, mean: (m,) squared errors of the deciding rows, times their weights; the weights are 1 on average
            in the rows where the formula has a value.
        train: (n,) squared errors of the formula on the training rows, weighted in the same way.
        held_out: whether the deciding rows are held out.
        exact: whether no error in any row is larger than rounding.
        scale: the target's variance in the whole table.
        variance: the target's variance in the deciding rows where the formula has a value; None if it does not vary.
        n_parameters, line_parameters: numbers fitted by formula and line.
        loss: the errors that are compared, by name.
    """

    formula: Array
    line: Array
    mean: Array
    train: Array
    held_out: bool
    exact: bool
    scale: float
    variance: float | None
    n_parameters: int
    line_parameters: int
    loss: str = SQUARED_ERROR.name


def compare(network: Network, train: Rows, holdout: Rows | None, n_parameters: int,
            loss: Loss = SQUARED_ERROR) -> Comparison:
    """Compare a network with the mean and with a straight line fitted to the training rows.

    Args:
        network: the formula.
        train, holdout: the rows, with their weights where they have some.
        n_parameters: how many constants of the network the rows determine (`FrontEntry.n_parameters`).
        loss: what an error costs. Under Huber's loss squared errors are compared.
    """
    train, holdout = weighted(train), None if holdout is None else weighted(holdout)
    deciding = holdout or train
    if not isinstance(loss, SquaredError | Huber):
        return _compare_deviances(network, train, deciding, n_parameters, loss, held_out=holdout is not None)
    line, mean = _line_of(train), float(np.average(train.y, weights=train.weight))
    own, own_train = network.evaluate(deciding.X), network.evaluate(train.X)
    there = np.isfinite(own)
    weight, scale = mean_one_weights(deciding, there), _scale(train, holdout)
    worst = max(float(np.nanmax((values - rows.y) ** 2, initial=0.0)) for values, rows in
                ((own, deciding), (own_train, train)))
    return Comparison(
        formula=weight * (own - deciding.y) ** 2, line=weight * (line(deciding.X) - deciding.y) ** 2,
        mean=weight * (mean - deciding.y) ** 2,
        train=mean_one_weights(train, np.isfinite(own_train)) * (own_train - train.y) ** 2,
        held_out=holdout is not None, scale=scale,
        exact=bool(np.isfinite(own_train).all()) and worst <= ROUNDING**2 * scale,
        variance=target_variance(deciding.y[there], None if deciding.weight is None else deciding.weight[there]),
        n_parameters=n_parameters, line_parameters=train.X.shape[1] + 1)


def _compare_deviances(network: Network, train: WeightedRows, deciding: WeightedRows, n_parameters: int, loss: Loss, *,
                       held_out: bool) -> Comparison:
    """The comparison by the deviances of a loss; its constant and its line take the place of mean and straight line."""
    line = _line_of(train._replace(weight=loss.root_weights(train.y, train.weight)))
    constant = loss.best_constant(train.y, train.weight)
    shift = loss.best_constant(train.y - line(train.X), train.weight) if isinstance(loss, Quantile) else 0.0

    def costs(f: Array, rows: WeightedRows) -> Array:
        with np.errstate(all="ignore"):
            values = loss.values(f, rows.y, rows.weight)
        return np.where(np.isfinite(f), values, np.nan)

    own = costs(network.evaluate(deciding.X), deciding)
    return Comparison(
        formula=own, line=costs(line(deciding.X) + shift, deciding), mean=costs(np.full_like(deciding.y, constant),
                                                                               deciding),
        train=costs(network.evaluate(train.X), train), held_out=held_out, exact=False, variance=None, loss=loss.name,
        scale=float(np.nanmean(costs(np.full_like(train.y, constant), train))), n_parameters=n_parameters,
        line_parameters=train.X.shape[1] + 1)


def _line_of(train: WeightedRows) -> Callable[[Array], Array]:
    """The straight line of least (weighted) squared errors on the training rows, as a function of X (k, d)."""
    X = train.X
    centre, spread = X.mean(axis=0), np.where(np.ptp(X, axis=0) > 0, X.std(axis=0), 1.0)

    def design(X: Array) -> Array:
        return np.column_stack([np.ones(len(X)), (X - centre) / spread])

    root = 1.0 if train.weight is None else np.sqrt(train.weight)
    middle = float(np.average(train.y, weights=train.weight))  # a large mean would cost the fit its digits
    weights = np.linalg.lstsq(design(X) * np.reshape(root, (-1, 1)), (train.y - middle) * root, rcond=1e-10)[0]
    return lambda X: design(X) @ weights + middle


def _scale(train: WeightedRows, holdout: WeightedRows | None) -> float:
    """The variance in the whole table."""
    parts = [train] if holdout is None else [train, holdout]
    weights = [rows.weight for rows in parts if rows.weight is not None]
    return loss_scale(np.concatenate([rows.y for rows in parts]), np.concatenate(weights) if weights else None)


def verdict(found: Comparison) -> Verdict:
    """The verdict; without held-out rows the Bayesian information criterion replaces the check on them."""
    missing = int((~np.isfinite(found.formula)).sum())
    if missing == len(found.formula):
        return Verdict("mean", "The formula has no value for any of the rows it is checked on.")
    cautions = _cautions(found, missing)
    if missing == 0 and found.exact and len(found.train) > found.n_parameters + 1:
        rows = "held-out row" if found.held_out else "row"
        return Verdict("exact", f"It fits every {rows} to nine digits: no error exceeds 1e-9 of the target's spread.",
                       cautions)
    where = HELD_OUT if found.held_out else TRAINING
    if not _better(found, found.mean, 1):
        return Verdict("mean", _not_better_than_the_mean(found, where), cautions)
    if not _better(found, found.line, found.line_parameters):
        return Verdict("line", _not_better_than_a_line(found, where), cautions)
    if found.loss != SQUARED_ERROR.name:
        return _by_deviances(found, cautions, where)
    if found.variance is None:
        return Verdict("plausible", f"Its errors on the {where} are smaller than those of a straight line. The target "
                                    "does not vary in these rows, so there is no R².", cautions)
    own, line = (1.0 - float(np.nanmean(errors)) / found.variance for errors in (found.formula, found.line))
    own_text, line_text = distinct([own, line], explained)
    beside = f" ({line_text})" if line > 0 else ""
    if own >= 0.9 and not cautions and found.held_out:
        return Verdict("strong", f"It explains {own_text} of the variation in the held-out rows, clearly more than a "
                                 f"straight line{beside}.")
    return Verdict("plausible", f"It explains {own_text} of the variation in the {where}, more than a straight "
                                f"line{beside}.", cautions)


def _by_deviances(found: Comparison, cautions: tuple[str, ...], where: str) -> Verdict:
    """The verdict on a formula that is better than a line by the deviances of a loss."""
    line, own = float(np.nanmean(found.line)), float(np.nanmean(found.formula))
    share = "" if not np.isfinite(line) else f" ({percent(own / line)} of it)"
    strong = own <= 0.1 * float(np.nanmean(found.mean)) and not cautions and found.held_out
    sentence = f"By the loss that was chosen, its cost on the {where} is clearly below that of a straight line{share}."
    return Verdict("strong" if strong else "plausible", sentence, cautions)


def _not_better_than_the_mean(found: Comparison, where: str) -> str:
    own, mean = float(np.nanmean(found.formula)), float(np.nanmean(found.mean))
    how = "no better than the average" if mean <= own else "not clearly better than the average"
    score = "" if found.variance is None else f" (R² {r2(1.0 - own / found.variance)})"
    return f"On the {where} it is {how}{score}."


def _not_better_than_a_line(found: Comparison, where: str) -> str:
    line, own = float(np.nanmean(found.line)), float(np.nanmean(found.formula))
    texts = ["", ""] if found.variance is None else distinct([1.0 - e / found.variance for e in (line, own)], r2)
    how = "is as good or better" if line <= own else "is not clearly worse"
    if not found.held_out and line > own:
        how += " for its number of fitted numbers"
    scores = f" (R² {texts[0]}, this formula {texts[1]})" if texts[0] else ""
    return f"A straight line through the data {how} on the {where}{scores}."


def _better(found: Comparison, baseline: Array, parameters: int) -> bool:
    """Whether the formula is better than a simpler model by more than chance."""
    there = np.isfinite(found.formula)
    own, other = found.formula[there], baseline[there]
    if not found.held_out:
        n = len(own)
        tiny = ROUNDING**2 * found.scale

        def criterion(error: Array, k: int) -> float:
            return n * float(np.log(max(error.mean(), tiny))) + k * float(np.log(n))

        return criterion(own, found.n_parameters) < criterion(other, parameters) - 2.0
    return clearly_less(own, other)


def clearly_less(own: Array, other: Array) -> bool:
    """Whether a model's losses (n,) are less than those of another model, by more than a few extreme rows can cause."""
    if own.mean() >= BETTER * other.mean():
        return False
    # A few extreme rows can dominate a mean, so a small advantage must exceed its own standard error.
    gain = other - own
    error = gain.std() / np.sqrt(max(len(gain), 1))
    return bool(own.mean() < 0.5 * other.mean() or gain.mean() > error)


def _cautions(found: Comparison, missing: int) -> tuple[str, ...]:
    said = []
    n = len(found.train)
    if missing:
        said.append(f"It has no value for {missing} of the {len(found.formula)} rows it is checked on.")
    if n < FEW_ROWS or n < ROWS_A_NUMBER * found.n_parameters:
        numbers = counted(found.n_parameters, "fitted number")
        said.append(f"There are only {n} training rows for {numbers}." if found.n_parameters else
                    f"There are only {n} training rows.")
    if not found.held_out:
        said.append("No rows were held out, so the formula was not checked on unseen rows.")
    inner, outer = float(np.nanmean(found.train)), float(np.nanmean(found.formula))
    if found.held_out and outer > WORSE * inner and outer - inner > WORSE_SHARE * found.scale:
        said.append(WORSE_ON_HELD_OUT + (
            "it fits some of the noise." if n < ROWS_TO_TRUST_A_NUMBER * found.n_parameters else
            "a few held-out rows with large errors decide this, or it fits some of the noise."))
    return tuple(said)
