"""The peer: PySINDy (sparse regression on polynomials), tuned by its simulated trajectory."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.dynamics.smoothing import smooth
from xnet.dynamics.system import System, simulate
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text

from .measurement import Row, is_right, r2_of
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
    best: System | None = None
    best_r2 = -np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for degree in _DEGREES:
            for threshold in _THRESHOLDS:
                model = pysindy.SINDy(optimizer=pysindy.STLSQ(threshold=threshold),
                                      feature_library=pysindy.PolynomialLibrary(degree=degree))
                model.fit(X, t=t, x_dot=slopes)
                system = _system(model, known.truth.states)
                r2 = r2_of(rows, _simulated(system, X[0], t, rows))
                if best is None or r2 > best_r2:
                    best, best_r2 = system, r2
    assert best is not None  # there are settings
    used = time.process_time() - begun
    scores = [r2_of(Z, _simulated(best, Z[0], t, rows)) for Z in (known.X, known.X_second)]
    return Row(known.number, rows.shape[1], noise, "pysindy", *scores, is_right(best, known), used,
               "; ".join(to_text(network, best.names) for network in best.networks))


def _system(model: Any, names: tuple[str, ...]) -> System:
    """The polynomials of a fitted model as a system, so that both methods are simulated and judged alike."""
    networks = []
    for row in model.coefficients():
        terms = ["*".join([f"({float(c)!r})", *(name for name, power in zip(names, powers, strict=True)
                                                for _ in range(power))])
                 for c, powers in zip(row, model.feature_library.powers_, strict=True) if c]
        networks.append(read_formula(" + ".join(terms) or "0.0", names))
    return System(names, (), tuple(networks))


def _simulated(system: System, first: Array, t: Array, rows: Array) -> Array:
    return simulate(system, first, t, None, 1e3 * float(np.abs(rows).max())).X
