"""Constants of a system replaced by simple numbers, and rounded, as far as the trajectories allow.

The curvature of the trajectories' loss predicts what a replacement costs, the other constants refitted. All that are
likely enough are made at once; then the system is fitted again and the cost is checked on the simulated trajectories.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.rewriting import shortest
from xnet.engine.fitting.simple_numbers import AGREEMENT, is_simple, log_odds, simple_numbers_near
from xnet.engine.formulas.arrangement import arranged
from xnet.errors import DataError

from .candidates import Candidate
from .combinations import different
from .joint_selection import JointSelection
from .system import System
from .trajectory_fit import TrajectoryFit

#: The rise of chi-square that simpler numbers may cost together, beside what the prediction says.
_MOST_RISE = 2.0
#: A constant moves at most this many standard errors, and all together cost at most so much chi-square: fixed points
#: shift with them.
_MOST_ERRORS, _MOST_COST = 1.0, 0.5
#: The most systems of a joint front whose constants become simple numbers.
_MOST_SYSTEMS = 3
#: Digits of the standard error to which constants are rounded: more where constants depend on each other.
_DIGITS = (3, 5, 7)
#: Residuals below the noise count as the noise: on exact rows they are errors of the steps.
_LEAST_MSE = 1.0


def all_tidied(candidates: Sequence[Candidate], selection: JointSelection, library: tuple[str, ...]) -> list[Candidate]:
    """The best systems with simpler constants, in the order of their scores, and then the others as they are.

    Integers and simple fractions have no price, so the order may change. In systems that cannot become the best by it
    constants are only rounded, and formulas are written in the usual order.

    Args:
        candidates: the best first.
        library: as for `tidied`.
    """
    price = float(np.log(selection.integrals.n))
    best = [tidied(candidates[0], selection, library)]
    rest = []
    for candidate in candidates[1:]:
        lowest = candidate.score - price * len(candidate.system.constants)
        if len(best) < _MOST_SYSTEMS and lowest < min(one.score for one in best):
            best.append(tidied(candidate, selection, library))
        else:
            rest.append(_rounded(candidate, selection, library))
    return different([*sorted(best, key=Candidate.order), *rest], lambda one: one.system.networks_key)


def tidied(candidate: Candidate, selection: JointSelection, library: tuple[str, ...]) -> Candidate:
    """The system with simpler constants; the given one where the trajectories do not allow any.

    Args:
        candidate: of others than those fitted over whole trajectories, constants are only rounded.
        library: names of the activations that the result may use.
    """
    if not candidate.whole:
        return _rounded(candidate, selection, library)
    best = candidate
    for _ in range(3):  # a shorter formula has other constants, which may become simple in turn
        simpler = _simplified(best, selection, library)
        if simpler is None:
            break
        changed = simpler.system.networks_key != best.system.networks_key
        best = simpler
        if not changed:
            break
    return _rounded(best, selection, library)


def _simplified(candidate: Candidate, selection: JointSelection, library: tuple[str, ...]) -> Candidate | None:
    fit = candidate.fit
    theta, held, predicted = _with_simple_numbers(fit, selection.integrals.n)
    if not held:
        return None
    model = selection.whole.holding(tuple(held))
    refitted = model.fit(fit.system.with_constants(theta), fit.first, max_steps=6)
    if refitted is None or _rise(refitted, fit) > 1.5 * predicted + _MOST_RISE:
        return None
    system = refitted.system
    networks = tuple(shortest(network, library) for network in system.networks)
    final = selection.whole.evaluated(replace(system, networks=networks), refitted.first)
    if final is None or _rise(final, refitted) > 1.0:
        final = refitted
    return replace(candidate, fit=final, score=selection.score(final, True), r2=selection.r2(final))


def _with_simple_numbers(fit: TrajectoryFit, n: int) -> tuple[Array, list[int], float]:
    """The constants (p,) after all likely replacements, the positions of the replaced ones, and the predicted cost."""
    theta, covariance = fit.system.constants.copy(), fit.covariance.copy() * _dispersion(fit)
    held: list[int] = []
    p, cost, dropped = len(theta), 0.0, 0.0
    degrees = float(max(len(fit.residuals) - covariance.shape[0], 1))
    while True:
        options = [(odds, i, value) for i in range(p) if i not in held and covariance[i, i] > 0
                   for odds, value in _replacements(float(theta[i]), float(np.sqrt(covariance[i, i])), degrees, n)
                   if value == 0.0 or cost + (value - theta[i]) ** 2 / covariance[i, i] < _MOST_COST]
        if not options:
            return theta, held, cost + dropped
        _, i, value = max(options)
        move = value - theta[i]
        if value:
            cost += float(move**2 / covariance[i, i])
        else:
            dropped += float(move**2 / covariance[i, i])
        gain = covariance[:, i] / covariance[i, i]
        theta = theta + gain[:p] * move
        covariance = covariance - np.outer(gain, covariance[i])
        theta[i] = value
        theta[held] = [float(theta[j]) for j in held]
        covariance[i, :] = covariance[:, i] = 0.0
        held.append(i)


def _replacements(c: float, error: float, degrees: float, n: int) -> list[tuple[float, float]]:
    """(log odds, value) of the simple numbers that are likelier than a generic constant."""
    found = []
    if (c / error) ** 2 < np.log(n):
        found.append((0.5 * (np.log(n) - (c / error) ** 2), 0.0))
    for near in simple_numbers_near(c) if c else ():  # 0 is simple, and stands above
        if abs(near.value - c) > _MOST_ERRORS * error and abs(near.value - c) > AGREEMENT * abs(c):
            continue
        odds = log_odds(abs(near.value - c), error, near.spacing, degrees)
        if odds <= 0.0 and abs(near.value - c) <= AGREEMENT * abs(c) and abs(near.value - c) < 3.0 * error:
            odds = 1e-3 / near.rank
        if odds > 0.0:
            found.append((odds, near.value))
    return found


def _dispersion(fit: TrajectoryFit) -> float:
    """What the covariance is multiplied by: residuals smaller than the steps' error count as that error."""
    return float(max(1.0, _LEAST_MSE / max(np.nanmin(fit.mse), np.finfo(float).tiny)))


def _rise(fit: TrajectoryFit, before: TrajectoryFit) -> float:
    """The rise of chi-square, in units of each state's residuals before."""
    counts = np.bincount(before.state, minlength=len(before.mse))
    unit = np.maximum(before.mse, _LEAST_MSE)
    return float(np.nansum(counts * (fit.mse - before.mse) / unit))


def _in_usual_form(candidate: Candidate, library: tuple[str, ...]) -> System:
    """The system with its shortest formulas: 0.5*S*I - 0.2*I, not -0.2*I - (-0.5*I*S)."""
    system = candidate.system
    return replace(system, networks=tuple(arranged(shortest(network, library)) for network in system.networks))


def _rounded(candidate: Candidate, selection: JointSelection, library: tuple[str, ...]) -> Candidate:
    """Shortest formulas, and every constant with a few digits of its standard error, where the fit stays as it is."""
    first, whole = candidate.fit.first, candidate.whole
    try:
        usual = selection.candidate(_in_usual_form(candidate, library), first, whole)
    except DataError:
        return candidate
    for digits in _DIGITS:
        with suppress(DataError):
            rounded = selection.candidate(usual.system.with_constants(_shortened(usual.fit, digits)), first, whole)
            if _rise(rounded.fit, usual.fit) <= 1.0:
                return rounded
    return usual


def _shortened(fit: TrajectoryFit, digits: int) -> Array:
    """The constants (p,), those that are no simple numbers to so many digits of their standard errors."""
    theta = fit.system.constants.tolist()
    errors = np.sqrt(np.maximum(np.diag(fit.covariance) * _dispersion(fit), 0.0))[:len(theta)].tolist()
    return np.array([
        c if is_simple(c) or not 0 < error < np.inf else
        round(c, digits - 1 - int(np.floor(np.log10(error)))) or float(f"{c:.{digits}g}")  # no constant becomes 0
        for c, error in zip(theta, errors, strict=True)])
