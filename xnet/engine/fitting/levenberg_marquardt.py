"""The parameter phase: constants fitted by the method of Levenberg (1944) and Marquardt (1963).

The constants are neurons, so their sensitivities are the columns of the Jacobian. Steps minimise the loss through its
Gauss-Newton approximation (`Loss.residuals`), with Marquardt's scaling of the damping.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.network import Network

from .determination import determined, weighted_jacobian
from .rows import Rows


@dataclass(frozen=True)
class FitResult:
    """A fitted network.

    Attributes:
        network: with the fitted constants.
        loss: its normalised loss on the rows.
        n_steps: how many steps the fit took.
    """

    network: Network
    loss: float
    n_steps: int


def fit_parameters(network: Network, rows: Rows, max_steps: int = 30) -> FitResult:
    """Fit all constants, starting from their present values; a step is kept only if the loss falls.

    Args:
        network: its constants are the starting values.
        rows: the rows to fit to.
        max_steps: the largest number of steps.
    """
    theta, damping, steps = np.array(network.constants), 1e-3, 0
    loss, values = _loss_and_values(network, rows, theta)
    if not network.constants or not np.isfinite(loss):
        return FitResult(network, loss, 0)
    while steps < max_steps:
        steps += 1
        step = _step(network, rows, theta, values, loss, damping)
        if step is None:
            break
        gain = loss - step.loss
        theta, values, loss, damping = step.theta, step.values, step.loss, step.damping
        if loss < 1e-31 or gain <= 1e-9 * loss:
            break
    return FitResult(network.with_constants(theta), loss, steps)


@dataclass(frozen=True)
class _Step:
    """The result of a step: constants (p,), outputs of all neurons or None, loss, and the next damping."""

    theta: Array
    values: list[Array] | None
    loss: float
    damping: float


def _loss_and_values(network: Network, rows: Rows, theta: Array,
                     known: list[Array] | None = None) -> tuple[float, list[Array] | None]:
    """The loss, and the outputs of all neurons, which the Jacobian needs again.

    Args:
        known: as in `forward`.

    Returns:
        The loss and one (n,) array per neuron; None instead of the arrays when the rows do not fit one block.
    """
    n = len(rows.y)
    if not rows.in_one_block:
        return rows.loss(network, theta), None
    values = forward(network, rows.columns, theta, known)
    return n * rows.loss_of(values[-1]) / n, values


def _step(network: Network, rows: Rows, theta: Array, values: list[Array] | None, loss: float,
          damping: float) -> _Step | None:
    """The next step that lowers the loss, the damping raised until one does; None when none is found."""
    f, J = jacobian(network, rows.columns, theta, values)
    root, r = rows.loss_function.residuals(f, rows.y, rows.weight)
    A = J * np.reshape(root, (-1, 1))
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return None
    size[size == 0] = 1.0
    A = A / size
    normal, right, unit = A.T @ A, A.T @ r, np.eye(len(theta))
    for _ in range(8):
        try:
            trial = theta + np.linalg.solve(normal + damping * unit, right) / size
        except np.linalg.LinAlgError:
            trial = theta
        new, outputs = _loss_and_values(network, rows, trial, values)
        if new < loss:
            return _Step(trial, outputs, new, max(damping * 0.1, 1e-14))
        damping *= 10.0
    return None


def standard_errors(network: Network, rows: Rows, loss: float) -> Array:
    """Standard error of every constant (p,), from the curvature of the loss at its minimum.

    Args:
        loss: the normalised loss of the network; it estimates the variance of the noise where the loss function has
            no known dispersion.

    Returns:
        (p,) errors; infinite for constants that the rows do not determine (`determination`).
    """
    reach = tolerances(network, np.array(network.constants), list(range(network.n_parameters)), rows)
    return reach * np.sqrt(noise_variance(rows, loss, int(np.isfinite(reach).sum())))


def noise_variance(rows: Rows, loss: float, n_parameters: int) -> float:
    """The loss of a row, not normalised, that the fit of one useless parameter removes.

    Args:
        loss: the normalised loss of the fit.
        n_parameters: the number of constants that the rows determine.
    """
    dispersion = rows.loss_function.dispersion
    n = len(rows.y)
    return loss * rows.scale * n / max(n - n_parameters, 1) if dispersion is None else dispersion


def tolerances(network: Network, theta: Array, free: list[int], rows: Rows) -> Array:
    """How far each free constant can move until the summed loss has risen by 1, the other free constants refitted.

    The loss is approximated by a quadratic function. Constants that the rows do not determine are held.

    Args:
        theta: (p,) all constants.
        free: k positions of the constants that may move.

    Returns:
        (k,) distances; infinite for a constant without influence and for one that is held, and for all when a
        sensitivity is not finite.
    """
    A = weighted_jacobian(network, rows, theta)
    gram, reach = A.T @ A, np.full(len(theta), np.inf)
    if np.isfinite(gram).all():
        kept = determined(gram, theta, free)
        reach[kept] = reach_of(gram, kept)
    return reach[free]


def reach_of(gram: Array, kept: list[int]) -> Array:
    """Roots (k,) of the diagonal of the inverse of a part of a symmetric matrix.

    Args:
        gram: (p, p) the products of the columns of the weighted Jacobian.
        kept: k positions whose columns are linearly independent.
    """
    size = np.sqrt(np.diag(gram)[kept])
    inverse = np.linalg.pinv(gram[np.ix_(kept, kept)] / np.outer(size, size), rcond=1e-15, hermitian=True)
    return np.sqrt(np.maximum(np.diag(inverse), 0.0)) / size


def refit(network: Network, theta: Array, free: list[int], rows: Rows) -> tuple[Array, float]:
    """Fit some of the constants by at most four Gauss-Newton steps, each kept only if the loss falls.

    Args:
        theta: (p,) all constants, at their starting values.
        free: positions of the constants to fit.

    Returns:
        All constants (p,), and the normalised loss.
    """
    loss = rows.loss(network, theta)
    for _ in range(4 if free and np.isfinite(loss) else 0):
        f, J = jacobian(network, rows.columns, theta)
        root, r = rows.loss_function.residuals(f, rows.y, rows.weight)
        A = J[:, free] * np.reshape(root, (-1, 1))
        size = np.sqrt(np.einsum("ij,ij->j", A, A))
        if not np.isfinite(A).all() or not size.all():
            break
        trial = theta.copy()
        trial[free] += np.linalg.lstsq(A / size, r, rcond=1e-13)[0] / size
        new = rows.loss(network, trial)
        if not new < loss * (1 - 1e-6):
            break
        theta, loss = trial, new
    return theta, loss
