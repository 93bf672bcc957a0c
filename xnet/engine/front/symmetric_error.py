"""Errors over the size of both target and value: they show whether few rows decide a fit of relative errors.

Relative errors divide by the target. Where the noise is larger than the target, the smallest targets have nearly all of
the weight, formulas are fitted to a handful of rows, and the gain of a formula over a constant says as little as so
few rows do. Errors over |target| + |value| are at most 1 and weigh rows by no size that is noise. A formula of a law
lowers them as well, up to a factor: relative errors draw it towards small targets.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

#: How many factors are tried: quantiles of |target / value|.
_FACTORS = 41


def symmetric_error(f: Array, y: Array, weight: Array | None, n_constants: int) -> float:
    """The least mean of ((c f - y) / (|c f| + |y|))^2 over factors c > 0, corrected for fitted constants.

    Args:
        f, y: (n,) values of a formula and the target.
        weight: (n,) weights of the rows, or None.
        n_constants: how many constants were fitted; each counts as in Akaike's final prediction error.
    """
    n = len(y)
    there = (f != 0) & (y != 0)
    ratios = np.abs(y[there] / f[there])
    factors = np.append(1.0, np.quantile(ratios, np.linspace(0.0, 1.0, _FACTORS)) if len(ratios) else [])
    size = np.abs(f) * factors[:, None] + np.abs(y)
    errors = np.divide(f * factors[:, None] - y, size, out=np.zeros_like(size), where=size > 0)
    least = float(np.average(errors**2, axis=1, weights=weight).min())
    return least * (n + n_constants) / max(n - n_constants, 1)
