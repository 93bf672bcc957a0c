"""The peer: PySINDy (sparse regression on polynomials), tuned by its simulated trajectory."""

from __future__ import annotations

import time
import warnings

import numpy as np

from xnet.arrays import Array
from xnet.dynamics.smoothing import smooth

from .measurement import Row, r2_of
from .systems import KnownSystem

_DEGREES, _THRESHOLDS = (2, 3), (0.005, 0.02, 0.05, 0.1, 0.3)


def fit_pysindy(known: KnownSystem, noise: float, seed: int) -> Row:
    """The best of ten settings by the R² of the simulation on the noisy rows, on X-Net's smoothed states.

    Raises:
        ImportError: PySINDy is not installed.
    """
    import pysindy

    begun, t = time.process_time(), known.t
    rows = known.noisy(noise, seed)
    curves = [smooth(t, x) for x in rows.T]
    X = np.column_stack([curve.curve(t) for curve in curves])
    slopes = np.column_stack([curve.slope(t) for curve in curves])
    best, best_r2 = None, -np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for degree in _DEGREES:
            for threshold in _THRESHOLDS:
                model = pysindy.SINDy(optimizer=pysindy.STLSQ(threshold=threshold),
                                      feature_library=pysindy.PolynomialLibrary(degree=degree))
                model.fit(X, t=t, x_dot=slopes)
                r2 = r2_of(rows, _simulated(model, X[0], t))
                if best is None or r2 > best_r2:
                    best, best_r2 = model, r2
        used = time.process_time() - begun
        scores = [r2_of(Z, _simulated(best, Z[0], t)) for Z in (known.X, known.X_second)]
    return Row(known.number, rows.shape[1], noise, "pysindy", *scores, None, used, "; ".join(best.equations()))


def _simulated(model: object, first: Array, t: Array) -> Array:
    try:
        return np.asarray(model.simulate(first, t, integrator_kws={"method": "LSODA", "rtol": 1e-6}))  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - a peer's model may diverge in any way; it then has no trajectory
        return np.full((len(t), len(first)), np.nan)
