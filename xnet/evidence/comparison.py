"""Errors of a formula beside those of two simple models, on the rows that decide the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.losses import SQUARED_ERROR, Huber, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.r_squared import loss_scale, target_variance
from xnet.engine.networks.network import Network

from .exactness import Exactness, exactness, rare_values_sentence
from .group_columns import GroupColumns
from .simple_models import SimpleModel, simple_model
from .weighted_rows import Rows, WeightedRows, mean_one_weights, weighted


@dataclass(frozen=True)
class Comparison:
    """Squared errors of the formula and of two simple models on the deciding rows (held-out rows, else training rows).

    Under another loss than squared errors and Huber's, its deviances stand for squared errors, and `variance` is None.

    Attributes:
        formula, line, mean: (m,) squared errors of the deciding rows, times their weights; the weights are 1 on average
            in the rows where the formula has a value.
        train, line_train: (n,) squared errors of formula and line on the training rows, weighted in the same way.
        held_out: whether the deciding rows are held out.
        exactness: in which sense the formula fits every row.
        scale: the target's variance in the whole table.
        variance: the target's variance in the deciding rows where the formula has a value; None if it does not vary.
        n_parameters, line_parameters: numbers fitted by formula and line.
        line_name: the simple model that `line` is, in a sentence: "a straight line" for one input.
        is_line: whether the formula is linear (or log-linear, as the simple model is) itself.
        is_constant: whether the formula reads no input.
        loss: the errors that are compared, by name.
        fitted_by: how the simple model was fitted, where the formula has the same form and inputs; else "".
        weighted: whether rows have weights; R² is then a weighted one.
        rare: the sentence that too few rows differ from the usual value of the target; "" where enough do.
        power: of a quotient of the numbers that are compared, to be one of costs: 1/2 where they are squared means.
    """

    formula: Array
    line: Array
    mean: Array
    train: Array
    line_train: Array
    held_out: bool
    scale: float
    variance: float | None
    n_parameters: int
    line_parameters: int
    exactness: Exactness = field(default_factory=Exactness)
    line_name: str = "a straight line"
    is_line: bool = False
    is_constant: bool = False
    loss: str = SQUARED_ERROR.name
    fitted_by: str = ""
    weighted: bool = False
    rare: str = ""
    power: float = 1.0

    @property
    def r2_name(self) -> str:
        """"R²", or "weighted R²"."""
        return "weighted R²" if self.weighted else "R²"

    @property
    def line_with_fit(self) -> str:
        """The name of the simple model, with its fit where that is the only difference."""
        return f"{self.line_name} {self.fitted_by}".strip()


def compare(network: Network, train: Rows, holdout: Rows | None, n_parameters: int,
            loss: Loss = SQUARED_ERROR, groups: GroupColumns | None = None) -> Comparison:
    """Compare a network with the mean and with a linear formula of all inputs fitted to the training rows.

    Args:
        network: the formula.
        train, holdout: the rows, with their weights where they have some.
        n_parameters: how many constants of the network the rows determine (`FrontEntry.n_parameters`).
        loss: what an error costs, also in the fit of the linear formula. Under Huber's scale squared errors are
            compared.
        groups: in a table with groups the input that numbers them; the linear formula has a constant for every group.
    """
    train, holdout = weighted(train), None if holdout is None else weighted(holdout)
    deciding = holdout or train
    if not isinstance(loss, SquaredError | Huber):
        return _compare_deviances(network, train, deciding, n_parameters, loss, groups, held_out=holdout is not None)
    line, is_line, by = _line(network, train, holdout, loss, groups)
    mean = float(np.average(train.y, weights=train.weight))
    own, own_train = network.evaluate(deciding.X), network.evaluate(train.X)
    there = np.isfinite(own)
    weight, scale = mean_one_weights(deciding, there), _scale(train, holdout)
    in_training = mean_one_weights(train, np.isfinite(own_train))
    return Comparison(
        formula=weight * (own - deciding.y) ** 2, line=weight * (line.values(deciding.X) - deciding.y) ** 2,
        mean=weight * (mean - deciding.y) ** 2,
        train=in_training * (own_train - train.y) ** 2, line_train=in_training * (line.values(train.X) - train.y) ** 2,
        held_out=holdout is not None, scale=scale,
        exactness=exactness(network, train, holdout, scale, n_parameters),
        variance=target_variance(deciding.y[there], None if deciding.weight is None else deciding.weight[there]),
        n_parameters=n_parameters, line_parameters=line.n_parameters, line_name=line.name,
        is_line=is_line, is_constant=not network.variables, fitted_by=by, weighted=train.weight is not None,
        rare=rare_values_sentence(n_parameters, _target(train, holdout)))


def _compare_deviances(network: Network, train: WeightedRows, deciding: WeightedRows, n_parameters: int, loss: Loss,
                       groups: GroupColumns | None, *, held_out: bool) -> Comparison:
    """The comparison by the deviances of a loss; its constant and its simple model take the place of mean and line."""
    line, is_line, by = _line(network, train, deciding if held_out else None, loss, groups)
    constant = loss.best_constant(train.y, train.weight)

    def costs(f: Array, rows: WeightedRows) -> Array:
        with np.errstate(all="ignore"):
            values = loss.values(f, rows.y, rows.weight)
        return np.where(np.isfinite(f), values, np.nan)

    own, holdout = costs(network.evaluate(deciding.X), deciding), deciding if held_out else None
    return Comparison(
        formula=own, line=costs(line.values(deciding.X), deciding),
        mean=costs(np.full_like(deciding.y, constant), deciding),
        train=costs(network.evaluate(train.X), train), line_train=costs(line.values(train.X), train), held_out=held_out,
        variance=None, loss=loss.name,
        scale=float(np.nanmean(costs(np.full_like(train.y, constant), train))), n_parameters=n_parameters,
        line_parameters=line.n_parameters, line_name=line.name,
        exactness=exactness(network, train, holdout, _scale(train, holdout), n_parameters),
        is_line=is_line, is_constant=not network.variables, fitted_by=by,
        rare=rare_values_sentence(n_parameters, _target(train, holdout)),
        power=0.5 if isinstance(loss, Quantile) else 1.0)


def _line(network: Network, train: WeightedRows, held_out: WeightedRows | None, loss: Loss,
          groups: GroupColumns | None) -> tuple[SimpleModel, bool, str]:
    """The simple model, whether the formula is of its kind, and how the model was fitted if it has the same inputs."""
    line = simple_model(train, held_out or train, loss, groups)
    if not line.is_kind_of(network, train.X if held_out is None else np.concatenate([train.X, held_out.X])):
        return line, False, ""
    by = "fitted by least squares" if isinstance(loss, SquaredError) else "fitted by the same loss"
    return line, True, by if groups is None and len(network.variables) == train.X.shape[1] else ""


def _target(train: WeightedRows, holdout: WeightedRows | None) -> Array:
    """The target in all rows."""
    return train.y if holdout is None else np.concatenate([train.y, holdout.y])


def _scale(train: WeightedRows, holdout: WeightedRows | None) -> float:
    """The variance in the whole table."""
    parts = [train] if holdout is None else [train, holdout]
    weights = [rows.weight for rows in parts if rows.weight is not None]
    return loss_scale(np.concatenate([rows.y for rows in parts]), np.concatenate(weights) if weights else None)
