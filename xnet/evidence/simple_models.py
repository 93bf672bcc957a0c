"""The simple models that a verdict compares a formula with: a linear formula of all inputs, or a log-linear one."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.counts import all_of
from xnet.engine.fitting.error_losses import KnownError, Logarithmic, Poisson, Relative
from xnet.engine.fitting.losses import SQUARED_ERROR, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.networks.network import Network

from .group_columns import GroupColumns
from .weighted_rows import WeightedRows

#: A formula is linear if no linear function of the inputs misses its values by more than this share of their spread.
_LINEAR = 1e-9
#: Of a large table about this many rows, spread over it, tell whether a formula is linear.
_ROWS = 5000
#: Steps of iteratively reweighted least squares; Poisson's regression takes about six.
_STEPS = 50
_HALVINGS = 12
#: With more rows, or more cells of inputs, a line of least absolute errors is not computed (so many take a second).
_MOST_ROWS, _MOST_CELLS = 3000, 100_000


@dataclass(frozen=True)
class SimpleModel:
    """A model that is fitted to the training rows.

    Attributes:
        name: in a sentence: "a straight line" for one input, else "a linear formula of all 3 inputs".
        values: the values (k,) of the model for inputs X (k, d).
        n_parameters: how many numbers are fitted.
        is_log_linear: whether the logarithm of the model is linear in the inputs, rather than the model itself.
        groups: where the model has a constant of its own in every group, the input that numbers them.
    """

    name: str
    values: Callable[[Array], Array]
    n_parameters: int
    is_log_linear: bool = False
    groups: GroupColumns | None = None

    def is_kind_of(self, network: Network, X: Array) -> bool:
        """Whether a formula is linear (log-linear) itself, so that this model says nothing new about it.

        Args:
            network: the formula; a constant is no such formula.
            X: (n, d) the inputs in all rows.
        """
        return bool(network.variables) and is_linear(network, X, self.groups, logarithm=self.is_log_linear)


def line_name(d: int) -> str:
    """The name of the linear formula of all d inputs that vary.

    >>> line_name(1), line_name(9)
    ('a straight line', 'a linear formula of all 9 inputs')
    """
    return "a straight line" if d == 1 else f"a linear formula of {all_of(d, 'input')}"


def n_varying(X: Array, groups: GroupColumns | None = None) -> int:
    """How many inputs vary in rows X (n, d), without the one that numbers the groups; at least 1.

    An input that no formula may use is 0 in all rows, and a constant input is no part of a linear formula.
    """
    varies = np.ptp(X, axis=0) > 0
    return max(1, int(varies.sum() if groups is None else np.delete(varies, groups.column).sum()))


def simple_model(train: WeightedRows, deciding: WeightedRows, loss: Loss = SQUARED_ERROR,
                 groups: GroupColumns | None = None) -> SimpleModel:
    """The simple model that suits a loss, fitted to the training rows.

    It is the linear formula of all inputs. Poisson's deviance and errors of logarithms are infinite where a formula is
    not positive, so there a log-linear formula competes with a linear one that is positive in all rows; the better one
    on the training rows is taken.

    Args:
        train, deciding: training rows, and the rows that decide.
        loss: what an error costs.
        groups: in a table with groups the input that numbers them; the models then have a constant for every group.
    """
    if groups is None:
        return _simple_model(train, deciding, loss, n_varying(train.X))
    d = n_varying(train.X, groups)
    train, deciding = (rows._replace(X=groups.separate(rows.X)) for rows in (train, deciding))
    found = _simple_model(train, deciding, loss, d)
    return replace(found, name=f"{found.name} {groups.words}", groups=groups,
                   values=lambda X: found.values(groups.separate(X)))


def _simple_model(train: WeightedRows, deciding: WeightedRows, loss: Loss, d: int) -> SimpleModel:
    """The simple model of all columns; `d` is how many of them its name counts."""
    n_parameters = int((np.ptp(train.X, axis=0) > 0).sum()) + 1
    shifted = isinstance(loss, Quantile) and _is_large(train)
    name = line_name(d) + (" of least squares, shifted to the quantile," if shifted else "")
    line = SimpleModel(name, line_of(train, loss), n_parameters)
    if not isinstance(loss, Poisson | Logarithmic):
        return line
    name = "a log-linear formula" + (f" of {all_of(d, 'input')}" if d > 1 else "")
    rate = SimpleModel(name, _log_linear(train, loss), n_parameters, is_log_linear=True)
    positive = all((line.values(rows.X) > 0).all() for rows in (train, deciding))
    if not positive:
        return rate
    return min(rate, line, key=lambda model: loss.mean(model.values(train.X), train.y, train.weight))


def line_of(train: WeightedRows, loss: Loss = SQUARED_ERROR) -> Line:
    """The linear formula of least loss on the training rows.

    Squared, relative and known errors need one step of weighted least squares. A quantile loss is a linear program
    (Koenker & Bassett 1978); where that is too large, the line of least squares is shifted to the quantile of its
    errors. Under the other losses least squares are reweighted until no step lowers the loss.
    """
    weights = train.weight if loss == SQUARED_ERROR else loss.root_weights(train.y, train.weight)
    line = _least_squares(train.X, train.y, weights)
    if isinstance(loss, SquaredError | Relative | KnownError):
        return line
    if isinstance(loss, Quantile):
        exact = None if _is_large(train) else _quantile_line(train, line, loss.share)
        return exact or line.raised(loss.best_constant(train.y - line(train.X), train.weight))
    return _reweighted(train, loss, line)


def _reweighted(train: WeightedRows, loss: Loss, line: Line) -> Line:
    """Iteratively reweighted least squares from a line; a step that does not lower the loss is halved."""
    y, weight = train.y, train.weight
    constant = replace(line, weights=np.zeros_like(line.weights), middle=loss.best_constant(y, weight))
    cost, line = min(((loss.mean(start(train.X), y, weight), start) for start in (line, constant)),
                     key=lambda found: found[0] if np.isfinite(found[0]) else np.inf)
    for _ in range(_STEPS):
        f, before = line(train.X), cost
        for target, h in _targets(loss, f, y, weight):
            if not (np.isfinite(target).all() and np.isfinite(h).all() and h.any()):
                continue
            new = _least_squares(train.X, target, h)
            for share in (0.5**k for k in range(_HALVINGS)):
                tried = line.towards(new, share)
                found = loss.mean(tried(train.X), y, weight)
                if found < cost:
                    cost, line = found, tried
                    break
        if not cost < before * (1.0 - 1e-10):
            break
    return line


def _targets(loss: Loss, f: Array, y: Array, weight: Array | None) -> list[tuple[Array, Array]]:
    """Working targets (n,) with their weights: safe ones far from the optimum, then those of a Gauss-Newton step."""
    g, h = loss.working_response(f, y, weight)
    root, r = loss.residuals(f, y, weight)
    with np.errstate(all="ignore"):
        newton = np.where(np.equal(root, 0.0), y, f + r / root)
    return [(f - g / h, h), (newton, np.broadcast_to(root, y.shape) ** 2)]


def _is_large(rows: WeightedRows) -> bool:
    """Whether a linear program of the rows would take more than about a second."""
    return len(rows.y) > _MOST_ROWS or rows.X.size > _MOST_CELLS


def _quantile_line(train: WeightedRows, start: Line, share: float) -> Line | None:
    """The linear formula of least pinball loss, by linear programming; None if the solver gives none."""
    from sklearn.linear_model import QuantileRegressor

    columns, spread = start.design(train.X)[:, 1:], float(np.std(train.y)) or 1.0
    model = QuantileRegressor(quantile=share, alpha=0.0, solver="highs")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a solver that found no optimum
        try:
            model.fit(columns, (train.y - start.middle) / spread, sample_weight=train.weight)
        except ValueError:
            return None
    weights = spread * np.concatenate([[model.intercept_], model.coef_])
    return replace(start, weights=weights) if np.isfinite(weights).all() else None


@dataclass(frozen=True)
class Line:
    """A linear formula: a function of inputs X (k, d).

    Attributes:
        design: the columns (k, 1 + d) for inputs (k, d), the constant first.
        weights: (1 + d,) the weight of every column.
        middle: is added; it keeps the digits of a large mean.
    """

    design: Callable[[Array], Array]
    weights: Array
    middle: float

    def __call__(self, X: Array) -> Array:
        """The values (k,) for inputs (k, d)."""
        values: Array = self.design(X) @ self.weights + self.middle
        return values

    def raised(self, by: float) -> Line:
        """The line with another constant."""
        return replace(self, middle=self.middle + by)

    def towards(self, other: Line, share: float) -> Line:
        """The line that is a share of the way to another line of the same design."""
        return replace(self, weights=self.weights + share * (other.weights - self.weights),
                             middle=self.middle + share * (other.middle - self.middle))


def _design(X: Array) -> Callable[[Array], Array]:
    """The columns of a linear formula, the constant first: inputs less their means, over their spreads in X."""
    centre, spread = X.mean(axis=0), np.where(np.ptp(X, axis=0) > 0, X.std(axis=0), 1.0)
    return lambda Z: np.column_stack([np.ones(len(Z)), (Z - centre) / spread])


def _least_squares(X: Array, y: Array, weight: Array | None) -> Line:
    design = _design(X)
    root = 1.0 if weight is None else np.sqrt(weight)
    middle = float(np.average(y, weights=weight))  # a large mean would cost the fit its digits
    weights = np.linalg.lstsq(design(X) * np.reshape(root, (-1, 1)), (y - middle) * root, rcond=1e-10)[0]
    return Line(design, weights, middle)


def _log_linear(train: WeightedRows, loss: Loss) -> Callable[[Array], Array]:
    """The exponential of a linear formula: least squares of log y, or Poisson's regression (McCullagh & Nelder)."""
    weight = np.ones(len(train.y)) if train.weight is None else train.weight
    if not isinstance(loss, Poisson):
        line = _least_squares(train.X, np.log(train.y), weight)
        return lambda X: np.exp(np.minimum(line(X), 700.0))
    line = _least_squares(train.X, np.log(train.y + 0.5), weight * (train.y + 0.5))
    best, lowest = line, np.inf
    for _ in range(_STEPS):
        log_rate = np.clip(line(train.X), -30.0, 30.0)
        rate = np.exp(log_rate)
        cost = loss.mean(rate, train.y, train.weight)
        if not cost < lowest * (1.0 - 1e-10):
            break
        best, lowest = line, cost
        line = _least_squares(train.X, log_rate + (train.y - rate) / rate, weight * rate)
    return lambda X: np.exp(np.clip(best(X), -30.0, 30.0))


def is_linear(network: Network, X: Array, groups: GroupColumns | None = None, *, logarithm: bool = False) -> bool:
    """Whether values (or their logarithms) are linear in the inputs, with a constant of its own in every group.

    Args:
        network: the formula.
        X: (n, d) the rows that decide; where they are few, points of their box do.
        groups: the input that numbers the groups.
        logarithm: whether the logarithms of the values are meant.
    """
    n, d = X.shape if groups is None else groups.separate(X).shape
    if n < 2 * (d + 2):
        X = np.random.default_rng(0).uniform(X.min(axis=0), X.max(axis=0), (4 * (d + 2), X.shape[1]))
        if groups is not None:
            X[:, groups.column] = np.arange(len(X)) % groups.count
    X = X[::1 + n // max(_ROWS, 4 * d)]
    with np.errstate(all="ignore"):
        values = network.evaluate(X)
        values = np.log(values) if logarithm else values
    if not np.isfinite(values).all():
        return False
    columns = X if groups is None else groups.separate(X)
    errors = np.abs(_least_squares(columns, values, None)(columns) - values)
    return bool(errors.max() <= _LINEAR * max(float(np.ptp(values)), 1e-6 * float(np.abs(values).max())))
