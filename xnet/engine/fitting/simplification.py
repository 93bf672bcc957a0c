"""Simplification by evidence: a constant is replaced by a simpler number that explains the rows as well.

Simpler numbers are 0 and 1 (the network shrinks), whole numbers, simple fractions, and multiples of pi and a few other
numbers. "As well" is measured by the loss. On n rows, the fit of a useless parameter to noise lowers the loss by a
share of about 1/n, so a rise below that is no evidence for the longer number (`rows.allowed_loss`); on rows without
noise the rise must stay below rounding. All other constants are rounded to the digits that the rows can distinguish.
The printed constants of a network are therefore its constants.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.rewriting import rewritings, shortest
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

from .levenberg_marquardt import FitResult, fit_parameters, refit, standard_errors
from .losses import EXACT_LOSS
from .rows import Rows, allowed_loss, loss_per_parameter


def simplify_constants(network: Network, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The network with the simplest constants that the rows allow, rewritten as short as possible and rounded.

    Args:
        network: its constants are the starting values of the fit.
        rows: the rows to fit to.
        library: names of the activations that the result may use.
    """
    best = _canonical(_snapped_to_last_digit(fit_parameters(network, rows, 60), rows), rows, library)
    limit = allowed_loss(rows, best.loss)
    best = _with_simple_constants(best, limit, rows, library)
    shortened = _shortened(best, rows, library)
    if shortened is not best:  # a rewritten network has other constants, which may be simplified in turn
        best = _with_simple_constants(shortened, max(limit, shortened.loss), rows, library)
    return _rounded(best, rows)


def _with_simple_constants(best: FitResult, limit: float, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """Constants replaced one by one by simpler numbers, the others refitted, while the loss stays below the limit."""
    tried: set[tuple[int, int, float]] = set()
    # A network of one constant is not made shorter by another number; it is only rounded.
    for _ in range(2 * len(best.network.constants) if len(best.network.neurons) > 1 else 0):
        simpler = _simpler(best, limit, rows, library, tried)
        if simpler is None:
            break
        best = simpler
    return best


def _shortened(best: FitResult, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The shortest rewriting that gives the same values on the rows, or `best` if none is shorter."""
    positive = frozenset(i for i, column in enumerate(rows.columns) if (column > 0).all())
    limit = max(best.loss * (1.0 + 1e-9), min(EXACT_LOSS, max(best.loss * 100.0, 1e-25)))
    for network in sorted(rewritings(best.network, library, positive), key=lambda n: (n.complexity, n.n_parameters)):
        if network.complexity >= best.network.complexity:
            break
        loss = rows.loss(network)
        if loss <= limit:
            return FitResult(network, loss, best.n_steps)
    return best


def _canonical(best: FitResult, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The canonical form of the network if it is no worse: a fit may have turned a - 1.1 into a - (-1.1)."""
    network = shortest(best.network, library)
    loss = rows.loss(network)
    return FitResult(network, loss, best.n_steps) if loss <= best.loss * (1 + 1e-9) + 1e-30 else best


def _snapped_to_last_digit(best: FitResult, rows: Rows) -> FitResult:
    """Constants that differ from a simple number by rounding only become that number."""
    theta = [next((v for _, v in sorted(_simple_numbers_near(c)) if abs(v - c) <= 1e-13 * abs(c)), c)
             for c in best.network.constants]
    network = best.network.with_constants(theta)
    loss = rows.loss(network)
    return FitResult(network, loss, best.n_steps) if loss <= max(2 * best.loss, 1e-26) else best


def _simpler(best: FitResult, limit: float, rows: Rows, library: tuple[str, ...],
             tried: set[tuple[int, int, float]]) -> FitResult | None:
    """The network with the first simpler number that keeps the loss below the limit; None when there is none.

    Args:
        tried: marks of the replacements tried before; new ones are added.
    """
    network = best.network
    if not network.constants:
        return None
    errors = standard_errors(network, rows, best.loss)
    for i, simple in _simpler_values(network.constants, errors):
        mark = (hash(network.neurons), i, simple)
        if mark in tried:
            continue
        tried.add(mark)
        fitted = _with_one_fixed(network, i, simple, rows)
        if fitted is None or fitted.loss > limit:
            continue
        shrunk = shortest(fitted.network, library)
        if rows.loss(shrunk) <= limit and shrunk.complexity <= network.complexity:
            return FitResult(shrunk, rows.loss(shrunk), 0)
    return None


def _with_one_fixed(network: Network, i: int, value: float, rows: Rows) -> FitResult | None:
    """Set constant i to a value and refit those others that are no simple numbers; None when the loss is not finite."""
    theta = np.array(network.constants)
    theta[i] = value
    free = [j for j, c in enumerate(theta) if j != i and not is_simple(c)]
    theta, loss = refit(network, theta, free, rows)
    return FitResult(network.with_constants(theta), loss, 0) if np.isfinite(loss) else None


def _simpler_values(constants: tuple[float, ...], errors: Array) -> list[tuple[int, float]]:
    """Replacements worth trying as (position of the constant, simpler number), the simplest first.

    Whole numbers, halves, thirds and quarters are tried within three standard errors. Other simple numbers are so many
    that one of them is always near: they are tried only where the constant agrees to six digits.

    Args:
        errors: (p,) standard errors of the constants.
    """
    found = []
    for i, (c, error) in enumerate(zip(constants, errors, strict=True)):
        digits = 1e-6 * abs(c)
        tolerance = max(min(3.0 * error, 0.3 * abs(c)), digits) if np.isfinite(error) else digits
        near = _simple_numbers_near(c)
        own = min((rank for rank, simple in near if simple == c), default=9)
        if abs(c) <= max(3.0 * error, 1e-12):
            found.append((0, i, 0.0))
        found += [(rank, i, simple) for rank, simple in near
                  if rank < own and abs(simple - c) <= (tolerance if rank <= 3 else digits)]
    return [(i, simple) for _, i, simple in sorted(found)]


_DENOMINATORS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0, 10.0, 12.0, 15.0, 16.0)
_IRRATIONAL = (np.pi, 1.0 / np.pi, np.pi**2, 1.0 / np.pi**2, 1.0 / np.sqrt(2 * np.pi), np.sqrt(2.0), np.sqrt(np.pi),
               np.e)


@lru_cache(maxsize=512)  # the same constants are looked up many times while a network is simplified
def _simple_numbers_near(c: float) -> list[tuple[int, float]]:
    """Simple numbers near c as (rank, number); a lower rank is simpler."""
    sign, size = (-1.0 if c < 0 else 1.0), abs(c)
    if not 1e-300 < size < 1e300:
        return [(0, 0.0)] if c == 0.0 else []
    found = [(1, 1.0)] if 0.4 < size < 2.5 else []
    if 0.5 <= size < 1e6:
        found.append((2, float(round(size))))
    if size < 100:
        found += [(3 if q <= 4 else 4, round(q * size) / q) for q in _DENOMINATORS if q * size < 100]
    found += [(4, float(f"{size:.{digits}g}")) for digits in (1, 2, 3)]
    for base in _IRRATIONAL:
        ratio = size / base
        if 0.05 < ratio < 20:
            found += [(5, round(ratio * q) / q * base) for q in (1.0, *_DENOMINATORS[:6])]
        if 1e-4 < ratio < 1e4:
            found.append((6, float(f"{ratio:.2g}") * base))
    return [(rank, sign * value) for rank, value in found if value]


def is_simple(c: float) -> bool:
    """Whether a constant is a simple number already, such as 3, 0.25, 2/3 or 2 pi."""
    return any(value == c for _, value in _simple_numbers_near(c))


def _rounded(best: FitResult, rows: Rows) -> FitResult:
    """Every constant rounded to the fewest digits that the rows can distinguish."""
    network = best.network
    theta = np.array(network.constants)
    if not len(theta):
        return best
    f, J = jacobian(network, rows.columns, theta)
    weights = rows.loss_function.curvature(f, rows.y, rows.weight)
    curvature = np.einsum("ij,i,ij->j", J, weights, J) / len(rows.y) / rows.scale
    room = max(0.5 * loss_per_parameter(rows, best.loss), 1e-21) / len(theta)
    limit = best.loss + 4 * room * len(theta)
    for i, c in enumerate(theta):
        if is_simple(c) or not np.isfinite(curvature[i]):
            continue
        for digits in range(2, 16):
            value = float(f"{c:.{digits}g}")
            trial = theta.copy()
            trial[i] = value
            if (value - c) ** 2 * curvature[i] <= room and rows.loss(network, trial) <= limit:
                theta = trial
                break
    rounded = network.with_constants(theta)
    return FitResult(rounded, rows.loss(rounded), best.n_steps)
