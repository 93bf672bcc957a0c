"""Fits along a curved valley of the loss: factors are solved for anew at every step of the other constants.

In A*exp(-E/T) a change of E by one per cent asks for another power of ten of A. A step of Levenberg and Marquardt that
moves both along a line leaves the valley at once, so its steps become tiny far from the optimum. Here A is solved for
at every step of E: variable projection (Golub and Pereyra 1973), with the Jacobian of Kaufman (1975).
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.network import Network

from .damped_steps import Step, damped_step, descended
from .levenberg_marquardt import FitResult
from .rows import Rows

#: Steps at most.
_STEPS = 100


def along_valley(fitted: FitResult, rows: Rows, bounds: tuple[Array, Array]) -> FitResult:
    """The fit continued with the constants solved for that the formula is linear in, wherever that lowers the loss.

    Args:
        fitted: where another fit ended.
        rows: the rows to fit to.
        bounds: the lowest and the highest values (p,) of the constants.
    """
    theta = np.array(fitted.network.constants)
    f, J = jacobian(fitted.network, rows.columns, theta)
    if not np.isfinite(f).all() or not np.isfinite(J).all():
        return fitted
    linear = linear_constants(fitted.network, rows, theta, f, J)
    moved = [j for j in range(len(theta)) if j not in linear and bounds[0][j] < bounds[1][j]]
    theta, loss, _ = descended(theta, fitted.loss, _STEPS if linear and moved else 0,
                               lambda *at: _step(fitted.network, rows, linear, bounds, *at))
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


def with_linear_ones_solved(theta: Array, linear: list[int], A: Array, r: Array) -> Array:
    """The constants (p,) with those at some positions moved to the least squares of the residuals.

    Args:
        A, r: (n, p) weighted Jacobian and (n,) weighted residuals.
    """
    A = A[:, linear]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    size[size == 0] = 1.0
    if not np.isfinite(A).all() or not np.isfinite(r).all() or not np.isfinite(size).all():
        return theta
    solved = theta.copy()
    solved[linear] += np.linalg.lstsq(A / size, r, rcond=1e-12)[0] / size
    return solved if np.isfinite(solved).all() else theta


def _step(network: Network, rows: Rows, linear: list[int], bounds: tuple[Array, Array], theta: Array, loss: float,
          damping: float) -> Step | None:
    def trial_of(change: Array) -> Array:
        trial = np.clip(theta + change, *bounds)
        return np.asarray(np.clip(with_linear_ones_solved(trial, linear, *_weighted(network, rows, trial)), *bounds))

    return damped_step(*_weighted(network, rows, theta), loss, damping, trial_of, lambda t: rows.loss(network, t))


def _weighted(network: Network, rows: Rows, theta: Array) -> tuple[Array, Array]:
    """The Jacobian (n, p) times the roots of the curvature of the loss, and the residuals (n,)."""
    f, J = jacobian(network, rows.columns, theta)
    root, r = rows.loss_function.residuals(f, rows.y, rows.weight)
    return J * np.reshape(root, (-1, 1)), r
