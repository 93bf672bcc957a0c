"""Damped Gauss-Newton steps whose trial points the caller moves: into bounds, or along a valley of the loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xnet.arrays import Array

#: Constants, their loss, and the damping of the next step.
Step = tuple[Array, float, float]
#: A loss below which nothing is left to gain, and the share of the loss that a step has to gain.
_NOTHING, _GAIN = 1e-31, 1e-9


def descended(theta: Array, loss: float, steps: int, step: Callable[[Array, float, float], Step | None]) -> Step:
    """The constants (p,) after at most so many steps, their loss and the damping.

    Args:
        theta, loss: where the steps begin.
        step: from constants, loss and damping to the next ones; None where no step lowers the loss.
    """
    damping = 1e-3
    for _ in range(steps):
        found = step(theta, loss, damping)
        if found is None:
            break
        gain, (theta, loss, damping) = loss - found[1], found
        if loss < _NOTHING or gain <= _GAIN * loss:
            break
    return theta, loss, damping


def damped_step(A: Array, r: Array, loss: float, damping: float, trial_of: Callable[[Array], Array],
                loss_of: Callable[[Array], float]) -> Step | None:
    """Constants of a lower loss, that loss, and the next damping; None if no step lowers the loss.

    Args:
        A, r: (n, k) weighted Jacobian and (n,) weighted residuals.
        trial_of: from changes (k,) to constants.
        loss_of: the loss of constants.
    """
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return None
    size[size == 0] = 1.0
    A = A / size
    normal, right = A.T @ A, A.T @ r  # the damping makes it regular: its diagonal is 1
    for _ in range(10):
        trial = trial_of(np.linalg.solve(normal + damping * np.eye(len(size)), right) / size)
        new = loss_of(trial)
        if new < loss:
            return trial, new, max(damping * 0.1, 1e-14)
        damping *= 10.0
    return None
