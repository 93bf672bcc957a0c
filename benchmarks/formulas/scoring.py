"""What the benchmarks mean by exact, compact, recovered and "the true structure"; one place for all of them.

Fresh points are 1,000 new ones from the formula's ranges, without noise, the same for every system.
"""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy import largest_error
from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

from .known_formulas import Formula

#: Largest error on fresh points, in standard deviations of the target, at which a formula counts as exact.
EXACT = 1e-5
#: R2 against the noise-free target on fresh points above which a formula fitted to noisy rows counts as recovered.
RECOVERED = 1.0 - 3e-5
FRESH, FRESH_SEED = 1000, 10_001
#: Starts of a refit: the constants as found, then moved at random.
_STARTS = 6


def fresh(formula: Formula) -> tuple[Array, Array]:
    """X (1000, d) and the noise-free y (1000,) that every system is scored on."""
    return formula.sample(FRESH, FRESH_SEED)


def largest_compact(truth: Network) -> int:
    """The most neurons and constants of a network that still counts as compact."""
    return 2 * truth.complexity + 4


def same_shape(found: Network, truth: Network) -> bool:
    """Whether the canonical forms agree in everything but their numbers. Strict: an algebraic twist breaks it."""
    return shape(to_expression(found)) == shape(to_expression(truth))


def true_structure(found: Network, formula: Formula, rows: int = 200, seed: int = 1) -> bool:
    """Whether the structure is the true one: compact, and exact once its constants are refitted without noise.

    It does not matter how the formula is written, only what it can say. The bound on size keeps out structures that
    hold the true one among a dozen terms.
    """
    if found.complexity > largest_compact(formula.truth):
        return False
    return largest_error(refitted(found, formula, rows, seed).evaluate(fresh(formula)[0]), fresh(formula)[1]) < EXACT


def refitted(network: Network, formula: Formula, rows: int = 200, seed: int = 1) -> Network:
    """The structure with the constants that fit noise-free rows best, from the found ones and a few other starts."""
    X, y = formula.sample(rows, seed)
    data = Rows(np.ascontiguousarray(X.T), y, float(np.var(y)))
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):  # a start may lie outside a neuron's domain
        best = fit_parameters(network, data, 200)
        for _ in range(_STARTS - 1):
            if best.loss < 1e-24 or not network.constants:
                break
            moved = np.array(network.constants) * (1.0 + 0.3 * rng.standard_normal(network.n_parameters))
            best = min(best, fit_parameters(network.with_constants(moved), data, 200), key=lambda fit: fit.loss)
    return best.network
