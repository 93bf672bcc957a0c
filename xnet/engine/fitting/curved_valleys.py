"""Fits along a curved valley of the loss: factors are solved for anew at every step of the other constants.

In A*exp(-E/T) a change of E by one per cent asks for another power of ten of A. A step of Levenberg and Marquardt that
moves both along a line leaves the valley at once, and the fit stands still far from its end. Solved for at every step,
A follows: variable projection (Golub and Pereyra 1973), with the Jacobian of Kaufman (1975).
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.network import Network

from .levenberg_marquardt import FitResult
from .rows import Rows

#: Steps at most, and the share of the loss that a step has to gain.
_STEPS, _GAIN = 100, 1e-9


def along_valley(fitted: FitResult, rows: Rows, bounds: tuple[Array, Array]) -> FitResult:
    """The fit continued with the constants solved for that the formula is linear in, wherever that lowers the loss.

    Args:
        fitted: where another fit ended.
        rows: the rows to fit to.
        bounds: the lowest and the highest values (p,) of the constants.
    """
    theta, loss, damping = np.array(fitted.network.constants), fitted.loss, 1e-3
    f, J = jacobian(fitted.network, rows.columns, theta)
    if not np.isfinite(f).all() or not np.isfinite(J).all():
        return fitted
    linear = linear_constants(fitted.network, rows, theta, f, J)
    moved = [j for j in range(len(theta)) if j not in linear and bounds[0][j] < bounds[1][j]]
    for _ in range(_STEPS if linear and moved else 0):
        step = _step(fitted.network, rows, theta, loss, linear, bounds, damping)
        if step is None:
            break
        gain, (theta, loss, damping) = loss - step[1], step
        if loss < 1e-31 or gain <= _GAIN * loss:
            break
    return FitResult(fitted.network.with_constants(theta), loss, fitted.n_steps) if loss < fitted.loss else fitted


def linear_constants(network: Network, rows: Rows, theta: Array, f: Array, J: Array) -> list[int]:
    """Positions of constants that the formula is linear in together.

    Args:
        theta: (p,) the constants.
        f, J: its values (n,) and its Jacobian (n, p) there.
    """
    linear: list[int] = []
    for i in range(len(theta)):
        chosen = [*linear, i]
        moved = theta.copy()
        moved[chosen] += 1.0
        there = forward(network, rows.columns, moved)[-1]
        if np.allclose(there, f + J[:, chosen].sum(axis=1), rtol=1e-9, atol=1e-9 * (1.0 + float(np.abs(f).max()))):
            linear.append(i)
    return linear


def _step(network: Network, rows: Rows, theta: Array, loss: float, linear: list[int], bounds: tuple[Array, Array],
          damping: float) -> tuple[Array, float, float] | None:
    """Constants of a lower loss, that loss, and the next damping; None if no step lowers the loss."""
    A, r = _weighted(network, rows, theta)
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return None
    size[size == 0] = 1.0
    A = A / size
    normal, right = A.T @ A, A.T @ r  # the damping makes it regular: its diagonal is 1
    for _ in range(10):
        trial = np.clip(theta + np.linalg.solve(normal + damping * np.eye(len(theta)), right) / size, *bounds)
        trial = np.clip(_solved(network, rows, trial, linear), *bounds)
        new = rows.loss(network, trial)
        if new < loss:
            return trial, new, max(damping * 0.1, 1e-14)
        damping *= 10.0
    return None


def _weighted(network: Network, rows: Rows, theta: Array) -> tuple[Array, Array]:
    """The Jacobian (n, p) times the roots of the curvature of the loss, and the residuals (n,)."""
    f, J = jacobian(network, rows.columns, theta)
    root, r = rows.loss_function.residuals(f, rows.y, rows.weight)
    return J * np.reshape(root, (-1, 1)), r


def _solved(network: Network, rows: Rows, theta: Array, linear: list[int]) -> Array:
    """The constants with the linear ones at the least of the loss, as far as it is a sum of squares."""
    A, r = _weighted(network, rows, theta)
    A = A[:, linear]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    size[size == 0] = 1.0
    if not np.isfinite(A).all() or not np.isfinite(r).all() or not np.isfinite(size).all():
        return theta
    solved = theta.copy()
    solved[linear] += np.linalg.lstsq(A / size, r, rcond=1e-12)[0] / size
    return solved if np.isfinite(solved).all() else theta
