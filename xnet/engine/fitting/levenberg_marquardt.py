"""The parameter phase: Levenberg-Marquardt over the few constants, and simplification by evidence.

The constants are neurons, so their sensitivities are the columns of the Jacobian. After the fit every constant is
asked whether a simpler value explains the rows as well: 0 or 1 (the network shrinks), a whole number, a simple
fraction, a multiple of pi. "As well" is measured: on n rows, pure noise lowers the loss by a share of about 1/n for
each parameter, so a rise below that is no evidence for the longer number; on noise-free rows the rise has to stay
below rounding. What is left is rounded to the digits that the rows can tell apart. The constants of a network are
therefore the ones printed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.network import Network

from .rows import Rows


@dataclass(frozen=True)
class FitResult:
    """The fitted network, its loss on the rows, and how many steps were taken."""

    network: Network
    loss: float
    n_steps: int


def fit_parameters(network: Network, rows: Rows, max_steps: int = 30) -> FitResult:
    """Fit the constants by Levenberg-Marquardt (Marquardt's scaling; a step is kept only if the loss falls)."""
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
    """Where a step led, and the damping after it."""

    theta: Array
    values: list[Array] | None
    loss: float
    damping: float


def _loss_and_values(network: Network, rows: Rows, theta: Array,
                     known: list[Array] | None = None) -> tuple[float, list[Array] | None]:
    """The loss, and the outputs of all neurons: the Jacobian needs them again (None in a table too long to keep them).

    Args:
        known: as in `forward`.
    """
    n = len(rows.y)
    if not rows.in_one_block:
        return rows.loss(network, theta), None
    values = forward(network, rows.columns, theta, known)
    return n * rows.loss_of(values[-1]) / n, values


def _step(network: Network, rows: Rows, theta: Array, values: list[Array] | None, loss: float,
          damping: float) -> _Step | None:
    """The next step that lowers the loss; None if there is none."""
    f, J = jacobian(network, rows.columns, theta, values)
    root, r = rows.kind.residuals(f, rows.y, rows.weight)
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
    """Standard error of every constant (p,), from the curvature of the loss at its minimum."""
    theta = np.array(network.constants)
    degrees = max(len(rows.y) - len(theta), 1)
    dispersion = loss * rows.scale * len(rows.y) / degrees if rows.kind.dispersion is None else rows.kind.dispersion
    return reaches(network, theta, list(range(len(theta))), rows) * np.sqrt(dispersion)


def reaches(network: Network, theta: Array, free: list[int], rows: Rows) -> Array:
    """How far each free constant (k,) moves while the summed loss rises by 1, the others following (quadratic).

    Infinite for a constant without influence, and for all of them where a sensitivity is not finite.
    """
    f, J = jacobian(network, rows.columns, theta)
    A = J[:, free] * np.reshape(rows.kind.residuals(f, rows.y, rows.weight)[0], (-1, 1))
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return np.full(len(free), np.inf)
    unit = A / np.where(size > 0, size, 1.0)
    covariance = np.linalg.pinv(unit.T @ unit, hermitian=True)
    return np.where(size > 0, np.sqrt(np.maximum(np.diag(covariance), 0.0)) / np.where(size > 0, size, 1.0), np.inf)


def refit(network: Network, theta: Array, free: list[int], rows: Rows) -> tuple[Array, float]:
    """Fit some of the constants (positions `free`) from where they are; returns all of them (p,) and the loss.

    A few steps of Gauss-Newton, each kept only if the loss falls.
    """
    loss = rows.loss(network, theta)
    for _ in range(4 if free and np.isfinite(loss) else 0):
        f, J = jacobian(network, rows.columns, theta)
        root, r = rows.kind.residuals(f, rows.y, rows.weight)
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
