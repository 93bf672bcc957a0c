"""The digits of constants: as few as the rows distinguish.

A target that was computed with 32 bits was computed with constants of 32 bits. These have seven digits; that rows
seem to distinguish more is due to the rounding of the constants.
"""

from __future__ import annotations

import numpy as np

from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.known_values import KnownValue

from .levenberg_marquardt import FitResult
from .rows import Rows, loss_per_parameter
from .simple_numbers import simple_constants

#: The rise of the loss that the rounding of a formula without inputs may cost: its R² on the training rows stays 0.
_ROOM_OF_A_CONSTANT = 1e-9
#: Digits of a number of 32 bits.
_DIGITS_OF_32_BITS = 7


def rounding_loss_of_32_bits(rows: Rows) -> float:
    """The normalised loss that is left where only the target was rounded to 32 bits."""
    return float(np.mean(np.square(rows.y * np.finfo(np.float32).eps))) / 12.0 / rows.scale


def rounded(best: FitResult, rows: Rows, known: tuple[KnownValue, ...], free: int | None = None) -> FitResult:
    """The constants, or the first `free`, in the fewest digits that rows distinguish; a lone one that is noise is 0."""
    network = best.network
    if len(network.neurons) == len(network.constants) == 1:
        zero = network.with_constants([0.0])
        loss = rows.loss(zero)
        best = FitResult(zero, loss, best.n_steps) if loss <= best.loss * (1.0 + 1e-12) else best
        network = best.network
    theta, simple = np.array(network.constants), simple_constants(network, known)
    if not len(theta):
        return best
    f, J = jacobian(network, rows.columns, theta)
    weights = rows.loss_function.curvature(f, rows.y, rows.weight)
    size = np.where(theta == 0.0, 1.0, np.abs(theta))
    J *= size  # by relative changes: the derivative by a factor such as 1e-200 has no square
    curvature = np.einsum("ij,i,ij->j", J, weights, J) / len(rows.y) / rows.scale
    room = max(0.5 * loss_per_parameter(rows, best.loss), 1e-21) / len(theta)
    if not network.variables:
        room = min(room, _ROOM_OF_A_CONSTANT)
    limit = best.loss + 4 * room * len(theta)
    last = _DIGITS_OF_32_BITS if rows.has_32_bits else None
    for i, c in enumerate(theta[:free]):
        if i in simple or not np.isfinite(curvature[i]):
            continue
        for digits in range(2, 16):
            value = float(f"{c:.{digits}g}")
            trial = theta.copy()
            trial[i] = value
            # The place of a step has no curvature; it must not pass a row.
            most = 2 * best.loss if digits == last else limit if curvature[i] else rows.loss(network, theta)
            fits = digits == last or ((value - c) / size[i]) ** 2 * curvature[i] <= room
            if fits and rows.loss(network, trial) <= most:
                theta = trial
                break
    found = network.with_constants(theta)
    return FitResult(found, rows.loss(found), best.n_steps)
