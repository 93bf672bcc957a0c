"""Whether the values of a network are rounding, such as 1e13*sin(4*pi*x) where x is a multiple of 1/4."""

from __future__ import annotations

import numpy as np

from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

from .rows import Rows

#: Networks without a constant of this size are not looked at: their values have digits enough.
_LARGE = 1e7
#: The most that the last digit of a constant may change the values, as a share of the target's standard deviation.
_MOST = 1e-6


def rests_on_rounding(network: Network, rows: Rows) -> bool:
    """Whether the last digit of a constant changes the values of a network visibly.

    A sum or a product that cancels to so few digits fits rows by the errors of the computer's arithmetic. No other
    program computes the same values, and a printed constant needs all its digits.

    Args:
        network: the formula.
        rows: its target is that of the formula.
    """
    constants = np.array(network.constants)
    if network.own is not None or not len(constants) or np.abs(constants).max() < _LARGE:
        return False
    with np.errstate(all="ignore"):
        values, slopes = jacobian(network, rows.columns, constants)
        errors = np.abs(slopes * constants).max(axis=1) * np.finfo(float).eps
        scale = max(float(np.std(rows.y)), float(np.abs(values).max()) * 1e-9)
        return bool(np.isfinite(errors).all() and np.sqrt(np.mean(errors**2)) > _MOST * scale)
