"""Simplification by odds: a constant becomes a simple number where that number is more probable than a generic one.

Simple numbers are whole numbers, simple fractions, decimals of one or two digits and, where six digits agree, multiples
of pi and a few other numbers (`simple_numbers`). A constant becomes 0, and its term is dropped, where Schwarz's
criterion (1978) prefers the network without it: a term has no class of numbers around it. Where a number shortens the
network, as 1 does as a factor and 2 as an exponent, each neuron saved raises its odds. The most probable number comes
first, and the other constants are refitted. In all, the loss may rise as far as the fit of as many useless parameters
would lower it in 95 % of the tables, and for a shorter network by Schwarz's criterion; on rows without noise the rise
must stay below rounding. All other constants are rounded to the digits that the rows can distinguish. The printed
constants of a network are therefore its constants.

A formula that only summarises a table has no numbers that could be right, and a term that Schwarz's criterion drops can
still make it better. There a constant becomes simple, or 0, only where that raises the adjusted R²: where it is within
one standard error of the simpler number (Haitovsky, A note on the maximization of R², The American Statistician 23,
1969).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.engine.algebra.rewriting import rewritings, shortest
from xnet.engine.networks.known_values import KnownValue
from xnet.engine.networks.network import Network
from xnet.engine.networks.rates import indices_of_rates

from .constant_digits import rounded, rounding_loss_of_32_bits
from .determined_constants import n_determined
from .levenberg_marquardt import FitResult, fit_parameters, refit, tolerances
from .losses import EXACT_LOSS
from .rows import Rows, allowed_loss, loss_per_parameter
from .simple_numbers import (
    AGREEMENT,
    EXACT_RANK,
    SimpleNumber,
    log_odds,
    simple_constants,
    simple_numbers_near,
    simple_rates_near,
)
from .slow_waves import with_slow_waves

Known = tuple[KnownValue, ...]

#: Quantile of the standard normal distribution for the level of the joint rise of the loss, 95 %.
_LEVEL = 1.645

#: Nats by which each neuron that a simple number saves, beside its constant, raises the odds of the number.
_NEURON_NATS = 1.5


#: The relative change of a constant by a few roundings to 32 bits, and to 64.
_ROUNDING_OF_32_BITS, _ROUNDING = 2e-7, 1e-13
#: How many times the loss that rounding to 32 bits leaves still is rounding: numbers on the way are rounded, too.
_TIMES = 30.0


@dataclass
class _Allowance:
    """The rise of the loss that simpler numbers may cost in all.

    Attributes:
        loss: the normalised loss of the free fit.
        unit: a rise of one unit of chi-square.
        most: the highest loss in any case (`rows.allowed_loss`).
        floor: a loss up to this is due to rounding.
        degrees: degrees of freedom of the noise.
        a_term: the rise in units that a constant may cost that shortens the network: ln n by Schwarz's criterion.
        adjusted: whether a constant may only become simple where that raises the adjusted R²; `a_term` is 1 then.
        n_simple, n_saved: how many constants became simple, and how many of others shortened the network.
    """

    loss: float
    unit: float
    most: float
    floor: float
    degrees: float
    a_term: float
    adjusted: bool = False
    n_simple: int = 0
    n_saved: int = 0

    @classmethod
    def of(cls, fitted: FitResult, rows: Rows, adjusted: bool) -> _Allowance:
        """The allowance at a free fit."""
        n = len(rows.y)
        degrees = max(n - n_determined(fitted.network, rows), 1)
        unit = loss_per_parameter(rows, fitted.loss) * (n / degrees if rows.loss_function.dispersion is None else 1.0)
        floor = min(EXACT_LOSS, max(fitted.loss * 100.0, 1e-25))
        if rows.has_32_bits and fitted.loss <= _TIMES * rounding_loss_of_32_bits(rows):
            floor = 2.0 * fitted.loss
        a_term = 1.0 if adjusted else float(np.log(n))
        return cls(fitted.loss, unit, allowed_loss(rows, fitted.loss), floor, degrees, a_term, adjusted)

    def limit(self, shortens: bool) -> float:
        """The highest loss after one more constant has become simple, and has shortened the network or not."""
        n_simple = self.n_simple + (not shortens)
        rise = self.unit * ((n_simple if self.adjusted else _chi_square_point(n_simple))
                            + (self.n_saved + shortens) * self.a_term)
        return max(min(self.loss + rise, self.most), self.floor)

    def count(self, shortens: bool) -> None:
        """Count a constant that has become simple."""
        self.n_simple, self.n_saved = self.n_simple + (not shortens), self.n_saved + shortens


def _chi_square_point(k: int) -> float:
    """The 95 % point of chi-square with k degrees of freedom (Wilson and Hilferty 1931)."""
    return k * (1.0 - 2.0 / (9.0 * k) + _LEVEL * (2.0 / (9.0 * k)) ** 0.5) ** 3 if k else 0.0


def simplify_constants(network: Network, rows: Rows, library: tuple[str, ...], known: Known = (),
                       adjusted: bool = False) -> FitResult:
    """The network with the simplest constants that the rows allow, rewritten as short as possible and rounded.

    A network that has lost a constant is simplified again, as one of its own: a formula then has the same numbers,
    whichever longer formula it comes from.

    Args:
        network: its constants are the starting values of the fit.
        rows: the rows to fit to.
        library: names of the activations that the result may use.
        known: known constants, which count as simple numbers.
        adjusted: whether constants become simple only where that raises the adjusted R²: for a summary of a table.
    """
    network = with_slow_waves(network, rows, known)
    best = _canonical(_snapped_to_last_digit(fit_parameters(network, rows, 60), rows, known), rows, library)
    allowance, n_fitted = _Allowance.of(best, rows, adjusted), best.network.n_parameters
    best = _with_simple_constants(best, allowance, rows, library, known)
    shortened = _shortened(best, rows, library)
    if shortened is not best:  # a rewritten network has other constants, which may be simplified in turn
        best = _with_simple_constants(shortened, allowance, rows, library, known)
    if best.network.n_parameters < n_fitted:
        return simplify_constants(best.network, rows, library, known, adjusted)
    return rounded(best, rows, known)


def round_constants(network: Network, rows: Rows, known: Known = (), library: tuple[str, ...] = ()) -> FitResult:
    """The network with its constants fitted to the rows and rounded; none becomes simple, and no term is dropped.

    Args:
        library: names of the activations that the canonical form of the network may use; empty keeps the network.
    """
    fitted = fit_parameters(network, rows, 60)
    return rounded(_canonical(fitted, rows, library) if library else fitted, rows, known)


def _with_simple_constants(best: FitResult, allowance: _Allowance, rows: Rows, library: tuple[str, ...],
                           known: Known) -> FitResult:
    """Constants replaced one by one by simpler numbers, the others refitted, while the allowance lasts."""
    tried: set[tuple[int, int, float]] = set()
    # A network of one constant is not made shorter by another number; it is only rounded.
    for _ in range(2 * len(best.network.constants) if len(best.network.neurons) > 1 else 0):
        simpler = _simpler(best, allowance, rows, library, known, tried)
        if simpler is None:
            break
        best = simpler
    return best


def _shortened(best: FitResult, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The shortest rewriting that gives the same values on the rows, or `best` if none is shorter.

    Of equally short ones that with fewer constants counts as shorter.
    """
    positive = frozenset(i for i, column in enumerate(rows.columns) if (column > 0).all())
    limit = max(best.loss * (1.0 + 1e-9), min(EXACT_LOSS, max(best.loss * 100.0, 1e-25)))
    for network in sorted(rewritings(best.network, library, positive), key=lambda n: (n.complexity, n.n_parameters)):
        if (network.complexity, network.n_parameters) >= (best.network.complexity, best.network.n_parameters):
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


def _snapped_to_last_digit(best: FitResult, rows: Rows, known: Known) -> FitResult:
    """Constants that differ from a simple number by rounding only become that number."""
    rounding = _ROUNDING_OF_32_BITS if rows.has_32_bits else _ROUNDING
    theta = [next((near.value for near in sorted(simple_numbers_near(c, known))
                   if abs(near.value - c) <= rounding * abs(c)), c) for c in best.network.constants]
    network = best.network.with_constants(theta)
    loss = rows.loss(network)
    return FitResult(network, loss, best.n_steps) if loss <= max(2 * best.loss, 1e-26) else best


def _simpler(best: FitResult, allowance: _Allowance, rows: Rows, library: tuple[str, ...], known: Known,
             tried: set[tuple[int, int, float]]) -> FitResult | None:
    """The network with the most probable simpler number that the allowance permits; None when there is none.

    Args:
        tried: marks of the replacements tried before; new ones are added.
    """
    network = best.network
    if not network.constants:
        return None
    for odds, i, simple in _simpler_values(best, allowance, rows, known):
        mark = (hash(network.neurons), i, simple)
        if mark in tried:
            continue
        tried.add(mark)
        fitted = _with_one_fixed(network, i, simple, rows, known)
        if fitted is None or fitted.loss > max(allowance.limit(True), best.loss * (1.0 + 1e-9)):
            continue
        shrunk = shortest(fitted.network, library)
        loss, saved = rows.loss(shrunk), network.complexity - shrunk.complexity
        limit = max(allowance.limit(saved > 1), best.loss * (1.0 + 1e-9))
        if loss <= limit and saved >= 0 and odds + _NEURON_NATS * max(saved - 1, 0) > 0.0:
            allowance.count(saved > 1)
            return FitResult(shrunk, loss, 0)
    return None


def _with_one_fixed(network: Network, i: int, value: float, rows: Rows, known: Known) -> FitResult | None:
    """Set constant i to a value and refit those others that are no simple numbers; None when the loss is not finite."""
    theta = np.array(network.constants)
    theta[i] = value
    simple = simple_constants(network.with_constants(theta), known)
    free = [j for j in range(len(theta)) if j != i and j not in simple]
    theta, loss = refit(network, theta, free, rows)
    return FitResult(network.with_constants(theta), loss, 0) if np.isfinite(loss) else None


def _simpler_values(best: FitResult, allowance: _Allowance, rows: Rows,
                    known: Known) -> list[tuple[float, int, float]]:
    """Replacements worth trying as (log odds, position of the constant, simpler number), the most probable first."""
    constants = best.network.constants
    simple = simple_constants(best.network, known)
    free = [i for i in range(len(constants)) if i not in simple]
    if not free:
        return []
    errors = tolerances(best.network, np.array(constants), free, rows)
    errors = errors * np.sqrt(allowance.unit * len(rows.y) * rows.scale)
    found: list[tuple[float, int, int, float]] = []
    exponents = indices_of_rates(best.network)
    for i, error in zip(free, errors.tolist(), strict=True):
        c = constants[i]
        if abs(c) <= 1e-12 or not np.isfinite(error):
            found.append((np.inf, 0, i, 0.0))
        elif abs(c) < error * allowance.a_term ** 0.5:
            found.append((0.5 * (allowance.a_term - (c / error) ** 2), 0, i, 0.0))
        numbers = simple_numbers_near(c, known) + (simple_rates_near(c) if i in exponents else ())
        found += [(odds, near.rank, i, near.value) for near in numbers
                  if (odds := _log_odds(c, near, error, allowance.degrees)) > -np.inf]
    return [(odds, i, simple) for odds, _, i, simple in sorted(found, key=lambda item: (-item[0], item[1:]))]


def _log_odds(c: float, near: SimpleNumber, error: float, degrees: float) -> float:
    """The odds of a simple number near a constant; -inf where it is not worth trying.

    A constant that the rows do not determine may become 1. Numbers that agree to `AGREEMENT` are always worth it; roots
    and parts of pi, of which one is always near, only if the rows determine the constant as well as that.
    """
    if not np.isfinite(error):
        return 1.0 if near.rank == 1 else -np.inf
    odds = log_odds(abs(near.value - c), error, near.spacing, degrees)
    exact = near.rank < EXACT_RANK or error <= AGREEMENT * abs(c)
    if odds <= 0.0 and abs(near.value - c) <= AGREEMENT * abs(c) and exact:
        return 1e-3 / near.rank
    return odds if odds > (-2.0 * _NEURON_NATS if near.rank <= 3 else 0.0) else -np.inf
