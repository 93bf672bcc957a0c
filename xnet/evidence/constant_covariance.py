"""The covariance of the constants of a formula: for errors of equal size, and without this assumption.

Under squared errors, a formula whose errors grow with the size of its values has constants that the largest values
decide, and the formula of equal errors then understates how far these may be off. The same holds for rows with weights
that say how much a row counts, as those of a survey, and not how exactly it was measured. So where Koenker's test
(1981) shows such a growth, and where rows have weights, the variances are White's (1980), from the squared error of
every row. They are right in all these cases. Counts are treated so where Pearson's residuals grow, as those of a
negative binomial distribution do. Under relative and logarithmic errors, and under Huber's scale the same holds for
rows with weights. Their form is HC4 (Cribari-Neto 2004), which divides each squared error
by a power of 1 less the row's leverage. HC4 makes the variances of leverages above 0.8 hundreds of times too large, so
there they grow as in HC4m (Cribari-Neto & da Silva 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.all_rows import normal_equations
from xnet.engine.fitting.determined_constants import covariance_by_rows
from xnet.engine.fitting.error_losses import Logarithmic, Poisson, Relative
from xnet.engine.fitting.losses import Huber, Logistic, SquaredError
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.forward_pass import forward
from xnet.engine.networks.network import Network

from .error_variance import robust_variance

#: Errors grow where the correlation of their squares with the sizes of the values, times the root of the number of
#: rows, exceeds this, as in 2 % of tables with equal errors.
_GROWTH = 2.0
#: With fewer rows, the squared error of a row says too little.
_FEWEST_ROWS = 10
#: The largest power of 1 - leverage, and the leverage beyond which it grows more slowly.
_LARGEST_POWER, _LARGE_LEVERAGE = 4.0, 0.8
#: The leverage beyond which a row determines a constant alone, so that its error says nothing.
_LARGEST_LEVERAGE = 0.99

#: Losses beside squared errors whose constants have White's variances where rows have weights.
_ALSO = (Relative, Logarithmic, Poisson, Huber, Logistic)

#: Some rows: the values (m,), the weighted Jacobian (m, k) and the weighted residuals (m,).
_Block = tuple[Array, Array, Array]


def covariance_of_equal_errors(network: Network, rows: Rows, theta: Array, free: Sequence[int]) -> Array:
    """The covariance (k, k) of constants for errors of variance 1; infinite where the loss has no finite curvature.

    Args:
        network: the formula.
        rows: the rows.
        theta: (p,) the constants at the optimum.
        free: positions of the k constants that were fitted.
    """
    if (by_rows := covariance_by_rows(network, rows, theta, free)) is not None:
        return by_rows
    matrix = normal_equations(network, rows, theta).matrix[np.ix_(free, free)]
    size = np.sqrt(np.diag(matrix))
    if not np.isfinite(matrix).all() or not size.all():
        return np.full(matrix.shape, np.inf)
    inverse = np.linalg.pinv(matrix / np.outer(size, size), rcond=1e-15, hermitian=True)
    return inverse / np.outer(size, size)


def white_variances(network: Network, rows: Rows, theta: Array, free: Sequence[int], equal: Array) -> Array | None:
    """White's variances (k,) of constants, where rows have weights or errors grow with the values; else None.

    Args:
        network, rows, theta, free: as for `covariance_of_equal_errors`.
        equal: (k, k) its result.
    """
    weighted = has_weights(rows.weight)
    if not isinstance(rows.loss_function, SquaredError | Poisson) and not (
            weighted and isinstance(rows.loss_function, _ALSO)):
        return None

    def blocks() -> Iterator[_Block]:
        for block in rows.blocks():
            f, J = jacobian(network, block.columns, theta)
            root, pull = block.loss_function.residuals(f, block.y, block.weight)
            yield f, J[:, free] * np.reshape(root, (-1, 1)), pull

    found = _variances(blocks, rows.n, equal, weighted=weighted)
    return found if found is None or not isinstance(rows.loss_function, Huber) else found * cut_off(
        forward(network, rows.columns, theta)[-1], rows, len(free))


def cut_off(outputs: Array, rows: Rows, n_parameters: int) -> float:
    """What White's variances under Huber's scale are multiplied by: the squared errors of inliers are cut off.

    Args:
        outputs: (n,) of the fitted formula.
        rows: the rows.
        n_parameters: the number of constants that were fitted.
    """
    pull = rows.loss_function.residuals(outputs, rows.y, rows.weight)[1]
    variance, square = robust_variance(outputs, rows, n_parameters), float(pull @ pull)
    return 1.0 if variance is None or square == 0 else variance * (np.count_nonzero(pull) - n_parameters) / square


def white_variances_of_line(values: Array, A: Array, pull: Array, equal: Array, *, weighted: bool) -> Array | None:
    """The same for a linear formula.

    Args:
        values: (n,) its values.
        A: (n, k) its columns, each row times the root of its weight.
        pull: (n,) its errors, with these factors.
        equal: (k, k) the inverse of A'A.
        weighted: whether rows have weights.
    """
    return _variances(lambda: [(values, A, pull)], len(pull), equal, weighted=weighted)


def has_weights(weight: Array | None) -> bool:
    """Whether weights (n,) of rows differ; None for no weights."""
    return weight is not None and bool(np.ptp(weight) > 0)


def _variances(blocks: Callable[[], Iterable[_Block]], n: int, equal: Array, *, weighted: bool) -> Array | None:
    if not len(equal) or n < max(_FEWEST_ROWS, len(equal) + 2) or not np.isfinite(equal).all():
        return None
    parts = [(np.abs(f), np.einsum("ij,jk,ik->i", A, equal, A), pull**2) for f, A, pull in blocks()]
    sizes, leverage, squares = (np.concatenate(part) for part in zip(*parts, strict=True))
    if not leverage.max() < _LARGEST_LEVERAGE or not (weighted or _grow(squares / (1.0 - leverage), sizes)):
        return None
    squares = squares / leverage_shares(leverage)
    found, at = np.zeros(len(equal)), 0
    for _, A, pull in blocks():
        found += squares[at:at + len(pull)] @ (A @ equal) ** 2
        at += len(pull)
    return found


def leverage_shares(leverage: Array) -> Array:
    """What the squared errors (n,) of rows with these leverages are divided by."""
    ratio = leverage / leverage.mean()
    slow = np.minimum(1.0, ratio) + np.minimum(1.5, ratio)
    left = np.maximum(1.0 - leverage, 1.0 - _LARGE_LEVERAGE)
    return np.asarray((1.0 - leverage)**slow * left**(np.minimum(_LARGEST_POWER, ratio) - slow))


def _grow(squares: Array, sizes: Array) -> bool:
    """Whether squared errors (n,) grow with the sizes (n,) of the values, by Koenker's test."""
    if np.ptp(squares) == 0 or np.ptp(sizes) <= 1e-9 * float(sizes.max()):
        return False
    return float(np.corrcoef(squares, sizes)[0, 1]) * np.sqrt(len(sizes)) > _GROWTH
