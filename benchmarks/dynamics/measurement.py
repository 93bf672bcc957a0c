"""One fit of one system, and its scores."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from xnet import XNetDynamics
from xnet.arrays import Array
from xnet.dynamics.system import System, simulate
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.errors import XNetError

from .systems import KnownSystem

#: A structure is right where its loss, refitted to the true derivative, is below this.
_RIGHT_LOSS = 1e-9
#: A right structure has at most this many neurons and constants more than the truth.
_MORE_NEURONS = 4


@dataclass(frozen=True)
class Row:
    """The scores of one fit.

    Attributes:
        reconstructed, generalised: R² (over all states) of the simulated system against the noise-free trajectory, from
            the true first state and from the second published one; minus infinity where the simulation ends early.
        right: whether the structure of every right-hand side is right; None where it was not computed.
        seconds: of the processor.
        found: the equations, or the error.
    """

    number: int
    n_states: int
    noise: float
    method: str
    reconstructed: float
    generalised: float
    right: bool | None
    seconds: float
    found: str


def measure(known: KnownSystem, noise: float, seconds: float, seed: int) -> Row:
    """Fit one system with X-Net; the budget counts seconds of the processor."""
    begun = time.process_time()
    model = XNetDynamics(seconds, random_state=seed, timer=time.process_time)
    try:
        model.fit(known.t, known.noisy(noise, seed))
    except XNetError as error:
        return Row(known.number, known.X.shape[1], noise, "xnet", -np.inf, -np.inf, False,
                   time.process_time() - begun, str(error))
    used = time.process_time() - begun
    system = model.system_
    bound = 1e3 * float(np.abs(known.X).max())
    scores = [r2_of(X, simulate(system, X[0], known.t, None, bound).X) for X in (known.X, known.X_second)]
    return Row(known.number, known.X.shape[1], noise, "xnet", *scores, is_right(system, known), used,
               "; ".join(model.formulas_.values()))


def r2_of(X: Array, simulated: Array) -> float:
    """R² over all states together; minus infinity where a value is missing."""
    if not np.isfinite(simulated).all():
        return -np.inf
    return float(1.0 - np.sum((X - simulated) ** 2) / np.sum((X - X.mean(axis=0)) ** 2))


def is_right(system: System, known: KnownSystem) -> bool:
    """Whether every right-hand side, refitted to the true derivative, is exact and hardly longer than the truth."""
    for network, truth in zip(system.networks, known.truth.networks, strict=True):
        y = truth.evaluate(known.X)
        rows = Rows(np.ascontiguousarray(known.X.T), y, max(float(y.var()), 1e-300))
        if network.complexity > truth.complexity + _MORE_NEURONS or \
                fit_parameters(network, rows, 60).loss > _RIGHT_LOSS:
            return False
    return True
