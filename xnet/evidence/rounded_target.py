"""Targets that are rounded more coarsely than their noise, such as a thermometer read to half a degree.

The errors of a right formula are then those of rounding. Neighbouring rows, and rows with the same inputs, have like
errors without any dependence between them.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

#: Errors are those of rounding if their root mean square is at most this share of a step; without noise it is 0.289.
_SHARE = 0.36
#: Values that differ by less than this share of the largest are equal up to rounding of the computer.
_SAME = 1e-9


def coarse_step(y: Array, errors: Array) -> float | None:
    """The step to which a target (n,) is rounded, if that explains the errors (n,) of a formula; else None.

    >>> x = np.linspace(0.0, 1.0, 50)
    >>> coarse_step(np.round(x, 1), np.round(x, 1) - x) is not None, coarse_step(x, np.round(x, 1) - x)
    (True, None)
    """
    gaps = np.diff(np.unique(y))
    gaps = gaps[gaps > _SAME * float(np.abs(y).max(initial=0.0))]
    if not len(gaps):
        return None
    step = float(gaps.min())
    return step if float(np.sqrt(np.mean(errors**2))) <= _SHARE * step else None
