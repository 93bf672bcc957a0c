"""Smooth curves through a state's rows: the state between the rows, and its derivative.

A curve is a spline of degree 5 whose squared third derivative is penalised (Wahba, Spline Models for Observational
Data, 1990). The restricted likelihood chooses the penalty. Rows without noise are
interpolated instead: the interpolating spline is taken where it predicts every second row from the others better.
Noise that is proportional to the state gives its rows less weight, or the logarithm of the state is smoothed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from scipy.interpolate import BSpline, make_interp_spline
from scipy.linalg import cholesky, eigh, solve_triangular

from xnet.arrays import Array

#: Degree of the splines, and the derivative whose square is penalised.
_DEGREE, _PENALISED = 5, 3
#: The most knots of a penalised spline.
_MOST_KNOTS = 250
#: Times of at most so many rows are kept with the modes of their splines.
_SHORT = 400
#: The interpolating spline is taken where it predicts rows this much better than the penalised one.
_BETTER = 0.7
#: With steps half as long, the error of an interpolating spline is smaller by this factor.
_HALVED = 16.0
#: Noise counts as proportional where that raises the log-likelihood by this much.
_PROPORTIONAL_GAIN = 4.0
#: The smallest share of the typical size of a state that its noise is proportional to.
_FLOOR_SHARE = 0.02
#: The noise of a trajectory is drawn towards that of all as by so many rows.
_PRIOR_ROWS = 20

#: A curve: times to values.
Curve = Callable[[Array], Array]


@dataclass(frozen=True)
class SmoothState:
    """One state of one trajectory as a curve.

    Attributes:
        curve: the state at a time (array to array).
        slope: its derivative at a time.
        slope_error: (n,) standard errors of the derivative at the rows; zeros for an interpolated state.
        noise: (n,) standard deviations of the noise at the rows; zeros for an interpolated state.
        error: the error of the curve between the rows; 0 for a smoothed state, where noise is larger.
        logarithmic: whether the logarithm of the state was smoothed: noise is proportional then.
        curvature: the second derivative at a time; None where nothing needs it.
    """

    curve: Curve
    slope: Curve
    slope_error: Array
    noise: Array
    error: float = 0.0
    logarithmic: bool = False
    curvature: Curve | None = None

    @property
    def prediction_error(self) -> float:
        """The root mean square error with which an interpolating curve of every second row predicts the others."""
        return _HALVED * self.error


def smooth(t: Array, x: Array) -> SmoothState:
    """The curve of a state.

    Args:
        t: (n,) times, ascending.
        x: (n,) values.
    """
    return _interpolated(t, x) or _smoothed(t, x)


def _smoothed(t: Array, x: Array) -> SmoothState:
    """The best of penalised splines under constant noise, under proportional noise, and of the logarithm."""
    ones = np.ones_like(x)
    fit = _penalised(t, x, ones)
    found = [(fit.score(ones), _state(fit, ones))]
    size = noise_size(fit.spline(t))
    proportional = _penalised(t, x, 1.0 / size)
    size = noise_size(proportional.spline(t))
    found.append((proportional.score(size) - _PROPORTIONAL_GAIN, _state(proportional, size)))
    if (x > 0).all():
        logarithm = _penalised(t, np.log(x), ones)
        found.append((logarithm.score(x) - _PROPORTIONAL_GAIN, exponential(t, _state(logarithm, ones))))
    return max(found, key=lambda item: item[0])[1]


def _state(fit: _Fit, size: Array) -> SmoothState:
    """A penalised spline as a curve; the noise at a row is that of the fit times its size."""
    return SmoothState(fit.spline, fit.spline.derivative(), fit.slope_error, fit.noise * size,
                       curvature=fit.spline.derivative(2))


def exponential(t: Array, state: SmoothState) -> SmoothState:
    """The exponential of a smooth curve."""
    curve, slope, curvature = state.curve, state.slope, state.curvature
    x = np.exp(curve(t))
    # Functions with names: those of a fitted system are pickled with it.
    return SmoothState(partial(_exponential_at, curve), partial(_slope_at, curve, slope), state.slope_error * x,
                       state.noise * x, state.error, logarithmic=True,
                       curvature=curvature and partial(_curvature_at, curve, slope, curvature))


def _exponential_at(curve: Curve, at: Array) -> Array:
    return np.exp(curve(at))


def _slope_at(curve: Curve, slope: Curve, at: Array) -> Array:
    return np.exp(curve(at)) * slope(at)


def _curvature_at(curve: Curve, slope: Curve, curvature: Curve, at: Array) -> Array:
    return np.exp(curve(at)) * (curvature(at) + slope(at) ** 2)


def noise_size(x: Array) -> Array:
    """The size (n,) of proportional noise at values x: |x|, but not below a share of the typical |x|."""
    return np.maximum(np.abs(x), _FLOOR_SHARE * np.sqrt(np.mean(x**2)) + 1e-300)


def pooled_noise(states: Sequence[SmoothState], smoothed: Sequence[Array]) -> Array:
    """Standard deviations (n_rows,) of the noise of one state in all its trajectories (D-235).

    Short trajectories say little of their own noise, and those with few rows for each wave are interpolated, as if
    they had none: these would have nearly all weight. So the variance of each is drawn towards the mean of all, as if
    the mean had `_PRIOR_ROWS` rows of its own (Smyth 2004); that of an interpolated one is the mean. Noise is
    proportional where it is in most rows.

    Args:
        states: of each trajectory.
        smoothed: (n,) values at its rows.
    """
    if len(states) == 1:
        return states[0].noise
    proportional = sum(np.sign(np.ptp(state.noise)) * len(state.noise) for state in states)
    even = sum(np.sign(state.noise.max()) * len(state.noise) for state in states) - proportional
    sizes = [noise_size(x) if proportional > even else np.ones_like(x) for x in smoothed]
    own = np.array([np.mean((state.noise / size) ** 2) for state, size in zip(states, sizes, strict=True)])
    counts = np.array([len(x) for x in smoothed]) * (own > 0)
    mean = counts @ own / max(counts.sum(), 1)
    drawn = (_PRIOR_ROWS * mean + counts * own) / (_PRIOR_ROWS + counts)
    return np.concatenate([np.sqrt(variance) * size for variance, size in zip(drawn, sizes, strict=True)])


def _interpolated(t: Array, x: Array) -> SmoothState | None:
    """The interpolating spline of the rows or of their logarithm; None where penalised ones predict rows better.

    Splines of the even rows are compared with the odd rows. With steps half as long the error of an interpolating
    spline is 2^6 times smaller; 2^4 is on the safe side, because the first and last steps are worse.
    """
    even, odd = slice(0, None, 2), slice(1, len(t) - 1 + len(t) % 2, 2)
    if len(t[even]) < _DEGREE + 1:
        return None
    plain = make_interp_spline(t[even], x[even], k=_DEGREE)(t[odd]) - x[odd]
    positive = bool((x > 0).all())
    logarithm = np.exp(make_interp_spline(t[even], np.log(x[even]), k=_DEGREE)(t[odd])) - x[odd] if positive else plain
    smoothed = _smoothed(t[even], x[even])
    weight = 1.0 / np.interp(t[odd], t[even], np.maximum(smoothed.noise, 1e-300))
    weight /= weight.mean()
    errors = [np.sum((weight * error) ** 2) for error in (plain, logarithm, smoothed.curve(t[odd]) - x[odd])]
    if min(errors[:2]) > _BETTER**2 * errors[2] and np.abs(plain).max() > 1e-5 * np.ptp(x):
        return None
    logarithmic = bool(errors[1] < errors[0])
    spline = make_interp_spline(t, np.log(x) if logarithmic else x, k=_DEGREE)
    zeros = np.zeros_like(t)
    error = float(np.sqrt(np.mean((logarithm if logarithmic else plain) ** 2))) / _HALVED
    state = SmoothState(spline, spline.derivative(), zeros, zeros, error, curvature=spline.derivative(2))
    return exponential(t, state) if logarithmic else state


@dataclass(frozen=True)
class _Fit:
    """A penalised spline.

    Attributes:
        noise: the standard deviation of the noise of a row of weight 1.
        slope_error: (n,) standard errors of the derivative at the rows.
        degrees: the degrees of freedom that the spline uses.
    """

    spline: BSpline
    noise: float
    slope_error: Array
    degrees: float

    def score(self, size: Array) -> float:
        """The log-likelihood with noise of a size (n,) at the rows, less the degrees of freedom, up to a constant."""
        return float(-len(size) * np.log(self.noise + 1e-300) - np.sum(np.log(size)) - self.degrees)


def _penalised(t: Array, x: Array, root_weight: Array) -> _Fit:
    """The penalised spline with the penalty by generalised cross-validation.

    Args:
        root_weight: (n,) roots of the rows' weights.
    """
    if len(t) <= _SHORT and (root_weight == 1.0).all():
        knots, B, gamma, basis = _modes_of_times(tuple(t.tolist()))
    else:
        knots, B, gamma, basis = _modes(t, root_weight)
    y = x * root_weight
    a = basis.T @ (B.T @ y)
    shrink = 1.0 / (1.0 + _best_penalty(gamma, a, float(y @ y), len(t)) * gamma)
    spline = BSpline(knots, basis @ (shrink * a), _DEGREE)
    fitted = spline(t)
    left = max(len(t) - float(shrink.sum()), 1.0)
    noise = float(np.sqrt(np.sum(((x - fitted) * root_weight) ** 2) / left))
    D = BSpline(knots, basis * np.sqrt(shrink), _DEGREE).derivative()(t)
    return _Fit(spline, noise, noise * np.sqrt(np.sum(D**2, axis=1)), float(shrink.sum()))


@lru_cache(maxsize=4)
def _modes_of_times(times: tuple[float, ...]) -> tuple[Array, Array, Array, Array]:
    """`_modes` of equal weights, kept: many short trajectories often have the same times."""
    return _modes(np.array(times), np.ones(len(times)))


def _modes(t: Array, root_weight: Array) -> tuple[Array, Array, Array, Array]:
    """The modes of a penalised spline: its knots, the B-splines (n, m) at the rows, penalties and coefficients.

    Returns:
        Knots, weighted B-splines, the penalties (m,) of the modes, and their coefficients (m, m).
    """
    knots = _knots(t)
    width = len(knots) - _DEGREE - 1
    B = BSpline.design_matrix(t, knots, _DEGREE).toarray() * root_weight[:, None]
    P = _penalty(knots, width)
    P *= np.trace(B.T @ B) / np.trace(P)
    A = B.T @ B
    A[np.diag_indices(width)] += 1e-11 * np.trace(A) / width
    L = cholesky(A + 1e-13 * P, lower=True)
    M = solve_triangular(L, solve_triangular(L, P, lower=True).T, lower=True)
    gamma, V = eigh(0.5 * (M + M.T))
    gamma = np.maximum(gamma, 0.0)
    gamma[:_PENALISED] = 0.0
    return knots, B, gamma, solve_triangular(L, V, lower=True, trans="T")


def _best_penalty(gamma: Array, a: Array, total: float, n: int) -> float:
    """The penalty of the highest restricted likelihood (Wahba 1985; Patterson and Thompson 1971).

    Args:
        gamma, a: (m,) the penalties of the modes of the spline, and the projections of the rows on them.
        total: the weighted sum of the squares of the rows.
        n: the number of rows.
    """
    penalised = gamma > 0
    grid = np.logspace(-np.log10(gamma.max()) - 2, -np.log10(gamma[penalised].min()) + 2, 160)
    product = grid[:, None] * gamma
    rss = np.maximum(total - (1.0 / (1.0 + product)) @ a**2, 1e-15 * total)
    share = product[:, penalised] / (1.0 + product[:, penalised])
    score = (n - _PENALISED) * np.log(rss) - np.log(share).sum(axis=1)
    return float(grid[np.argmin(score)])


def _knots(t: Array) -> Array:
    """Knots at every second row: the small eigenvalues of the penalty would be lost to rounding with one a row."""
    count = int(np.clip((len(t) + 1) // 2, 4, _MOST_KNOTS))
    inner = np.interp(np.linspace(0, len(t) - 1, count), np.arange(len(t)), t)
    return np.concatenate([[t[0]] * _DEGREE, inner, [t[-1]] * _DEGREE])


def _penalty(knots: Array, width: int) -> Array:
    """The matrix (width, width) of integrals of products of third derivatives, by Gauss' formula with 3 points."""
    cells = np.unique(knots)
    nodes, weights = np.polynomial.legendre.leggauss(3)
    half = 0.5 * np.diff(cells)
    at = (0.5 * (cells[1:] + cells[:-1])[:, None] + half[:, None] * nodes).ravel()
    D = BSpline(knots, np.eye(width), _DEGREE).derivative(_PENALISED)(at)
    return (D * (half[:, None] * weights).ravel()[:, None]).T @ D


