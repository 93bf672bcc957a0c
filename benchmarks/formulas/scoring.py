"""Definitions of exact, compact, recovered and "the true structure".

Formulas are scored on 1,000 fresh points from the formula's ranges, without noise, which are the same for every system.
"""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy import largest_error
from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

from .known_formulas import Formula

#: Largest error on fresh points, in standard deviations of the target, at which a formula counts as exact.
EXACT = 1e-5
#: A formula is exact by relative error if the error of this share of the fresh points is at most this share of |y|.
RELATIVE_SHARE, RELATIVE_ERROR = 0.99, 1e-3
#: R² against the noise-free target on fresh points above which a formula fitted to noisy rows counts as recovered.
RECOVERED = 1.0 - 3e-5
FRESH, FRESH_SEED = 1000, 10_001
#: Starts of a refit: the constants that were found, then five random changes of them.
_STARTS = 6


def fresh(formula: Formula) -> tuple[Array, Array]:
    """X (1000, d) and the noise-free y (1000,) on which every system is scored."""
    return formula.sample(FRESH, FRESH_SEED)


def largest_compact(truth: Network) -> int:
    """The largest number of neurons and constants with which a network counts as compact."""
    return 2 * truth.complexity + 4


def same_shape(found: Network, truth: Network) -> bool:
    """Whether the canonical forms are equal apart from their numbers. A rewritten formula counts as different."""
    return shape(to_expression(found)) == shape(to_expression(truth))


def true_structure(found: Network, formula: Formula, rows: int = 200, seed: int = 1) -> bool:
    """Whether a network has the true structure: it is small, and exact once its constants are refitted without noise.

    The way in which the formula is written does not matter. The bound on the size excludes long sums that contain the
    true structure among other terms.
    """
    if found.complexity > largest_compact(formula.truth):
        return False
    return largest_error(refitted(found, formula, rows, seed).evaluate(fresh(formula)[0]), fresh(formula)[1]) < EXACT


def refitted(network: Network, formula: Formula, rows: int = 200, seed: int = 1) -> Network:
    """The network with the constants that fit noise-free rows best, over several starts."""
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
