"""The letters of a given formula fitted: its numbers stay, and letters stay within their bounds.

The fit starts from many random magnitudes over six decades and random signs, equal for equal seeds, or from a given
start. Letters that the formula is linear in need no start, because least squares gives them. Bounds are kept by
projection: a letter at a bound whose gradient points outward leaves the step (Bertsekas 1982, "Projected Newton methods
for optimization problems with simple constraints").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network, Neuron

from .curved_valleys import along_valley, linear_constants, with_linear_ones_solved
from .damped_steps import Step, damped_step, descended
from .jumps import has_jumps
from .levenberg_marquardt import FitResult, fit_parameters
from .rows import Rows
from .thresholds import with_placed_thresholds

_STARTS, _DECADES, _FINALISTS = 96, 3.0, 8
#: Starts at places and widths of the inputs, how many decades a width is below the range, and the starts kept.
_PLACES, _WIDTHS, _NEAREST = 400, 2.5, 12


def fit_letters(symbolic: Network, letters: Sequence[Letter], held: Sequence[float], rows: Sequence[Rows],
                seed: int) -> Network | None:
    """A formula with its letters fitted: the constants of the result are the letters, the held ones, its own numbers.

    Args:
        symbolic: the formula; its last inputs are the k letters and, behind them, the m held letters.
        letters: k letters to fit.
        held: m values of held letters.
        rows: the rows for the starts, then larger tables for the last fit; without the inputs of the letters.
        seed: of the random starts.

    Returns:
        None if the formula has no finite value whatever its letters are.
    """
    k, d = len(letters), symbolic.n_inputs - len(letters) - len(held)
    numbers = (*held, *symbolic.constants)
    neurons = tuple(_as_constant(neuron, d, k + len(held)) for neuron in symbolic.neurons)
    if not k:
        return Network(neurons, numbers, d)
    # While the letters are fitted, the numbers are inputs, which nothing moves.
    movable = Network(tuple(Neuron("variable", (), d + neuron.index - k) if neuron.activation == "constant"
                            and neuron.index >= k else neuron for neuron in neurons), (1.0,) * k, d + len(numbers))
    with np.errstate(all="ignore"):  # starts without a finite result are left out
        settled = _settled(movable, letters, [with_columns(table, numbers) for table in rows], seed)
    return None if settled is None else Network(neurons, (*settled.network.constants, *numbers), d)


def _settled(network: Network, letters: Sequence[Letter], tables: Sequence[Rows], seed: int) -> FitResult | None:
    """The letters fitted to the first table, whole ones made whole, then to the other tables."""
    best = _fitted(network, tables[0], letters, seed)
    if best is None:
        return None
    best, bounds = _whole(best, letters, tables[0])
    for table in tables[1:]:
        best = along_valley(fit_within(best.network, table, bounds, 100), table, bounds)
    return best


def with_columns(rows: Rows, numbers: Sequence[float]) -> Rows:
    """The rows with further inputs, each the same number in every row."""
    more = np.repeat(np.array(numbers, dtype=float)[:, None], len(rows.y), axis=1)
    return replace(rows, columns=np.concatenate([rows.columns, more.reshape(len(numbers), len(rows.y))]))


def _as_constant(neuron: Neuron, d: int, letters: int) -> Neuron:
    if neuron.activation == "constant":
        return Neuron("constant", (), letters + neuron.index)
    return Neuron("constant", (), neuron.index - d) if neuron.activation == "variable" and neuron.index >= d else neuron


def _fitted(network: Network, rows: Rows, letters: Sequence[Letter], seed: int) -> FitResult | None:
    """The letters fitted from many starts; None if the formula has no finite value whatever they are."""
    bounds = bounds_of(letters)
    begun = []
    for start in (*_starts(letters, seed), *_starts_in_the_data(network, rows, letters, seed)):
        solved = np.clip(_solved(network, rows, start), *bounds)
        if np.isfinite(rows.loss(network, solved)):
            begun.append(fit_within(network.with_constants(solved), rows, bounds, 8))
    begun.sort(key=lambda result: result.loss)
    ended = [along_valley(fit_within(r.network, rows, bounds, 200), rows, bounds) for r in begun[:_FINALISTS]]
    lowest = min((r.loss for r in ended), default=0.0)
    best = [r for r in ended if r.loss <= lowest * (1.0 + 1e-6) + 1e-20]  # a*sin(c) is -a*sin(-c)
    found = min(best, key=lambda r: (sum(c < 0 for c in r.network.constants), sum(map(abs, r.network.constants))),
                default=None)
    if found is None or not has_jumps(found.network):
        return found
    placed = with_placed_thresholds(found.network, rows, bounds)  # no step of a fit moves the place of a jump
    return fit_within(placed, rows, bounds, 200)


def _starts(letters: Sequence[Letter], seed: int) -> Array:
    """Start values (starts, k): those that are given, and random ones within the bounds."""
    k, rng = len(letters), np.random.default_rng(seed)
    n = _STARTS if all(letter.is_free for letter in letters) else _STARTS // 4  # bounds leave less to look through
    starts = rng.choice([1.0, -1.0], (n, k)) * 10.0 ** rng.uniform(-_DECADES, _DECADES, (n, k))
    starts[: n // 2] = np.abs(starts[: n // 2])
    for j, letter in enumerate(letters):
        starts[:, j] = letter.inside(starts[:, j], rng)
    return starts


def _starts_in_the_data(network: Network, rows: Rows, letters: Sequence[Letter], seed: int) -> list[Array]:
    """Start values at the places and widths that the inputs have, where the formula comes nearest to the rows.

    A peak such as exp(-(x - m)**2/(2*s**2)) has no slope by m and s unless m is near the peak and s near its width.
    """
    inputs = [column for column in rows.columns if np.ptp(column) > 0]
    if len(letters) < 2 or not inputs:
        return []
    rng = np.random.default_rng((seed, len(letters)))
    shape = (_PLACES, len(letters))
    column = rng.integers(len(inputs), size=shape)
    lowest, width = (np.array([f(x) for x in inputs])[column] for f in (np.min, np.ptp))
    places = lowest + width * rng.uniform(0.0, 1.0, shape)
    starts = np.where(rng.random(shape) < 0.5, places, width * 10.0 ** rng.uniform(-_WIDTHS, 0.0, shape))
    for j, letter in enumerate(letters):
        starts[:, j] = letter.inside(starts[:, j], rng)
    bounds = bounds_of(letters)
    solved = [np.clip(_solved(network, rows, start), *bounds) for start in starts]
    losses = np.array([rows.loss(network, start) for start in solved])
    best = np.argsort(losses, kind="stable")[:_NEAREST]
    return [solved[i] for i in best if np.isfinite(losses[i])]


def bounds_of(letters: Sequence[Letter]) -> tuple[Array, Array]:
    """The lowest and the highest values (k,) of letters."""
    return np.array([letter.low for letter in letters]), np.array([letter.high for letter in letters])


def _whole(best: FitResult, letters: Sequence[Letter], rows: Rows) -> tuple[FitResult, tuple[Array, Array]]:
    """Whole letters one after another at the whole number beside them that fits better, the others fitted again."""
    low, high = bounds_of(letters)
    for j in (j for j, letter in enumerate(letters) if letter.whole):
        tried = []
        for value in {float(np.floor(best.network.constants[j])), float(np.ceil(best.network.constants[j]))}:
            if letters[j].low <= value <= letters[j].high:
                theta, ends = np.array(best.network.constants), (low.copy(), high.copy())
                theta[j] = ends[0][j] = ends[1][j] = value
                tried.append((fit_within(best.network.with_constants(theta), rows, ends, 100), ends))
        if tried:
            best, (low, high) = min(tried, key=lambda item: (item[0].loss, item[1][0][j]))
    return best, (low, high)


def fit_within(network: Network, rows: Rows, bounds: tuple[Array, Array], steps: int) -> FitResult:
    """Levenberg-Marquardt, within the bounds of the constants (k,) where there are any."""
    if np.isinf(bounds).all():
        return fit_parameters(network, rows, steps)
    theta = np.array(network.constants)
    loss = rows.loss(network, theta)
    theta, loss, _ = descended(theta, loss, steps if np.isfinite(loss) else 0,
                               lambda *at: _projected_step(network, rows, bounds, *at))
    return FitResult(network.with_constants(theta), loss, steps)


def _projected_step(network: Network, rows: Rows, bounds: tuple[Array, Array], theta: Array, loss: float,
                    damping: float) -> Step | None:
    """`damped_step` within the bounds."""
    f, J = jacobian(network, rows.columns, theta)
    root, r = rows.loss_function.residuals(f, rows.y, rows.weight)
    A = J * np.reshape(root, (-1, 1))
    uphill = -A.T @ r
    free = [j for j in range(len(theta)) if bounds[0][j] < bounds[1][j]
            and not (theta[j] <= bounds[0][j] and uphill[j] > 0) and not (theta[j] >= bounds[1][j] and uphill[j] < 0)]
    if not free:
        return None

    def trial_of(change: Array) -> Array:
        trial = theta.copy()
        trial[free] += change
        return np.asarray(np.clip(trial, *bounds))

    return damped_step(A[:, free], r, loss, damping, trial_of, lambda t: rows.loss(network, t))


def _solved(network: Network, rows: Rows, start: Array) -> Array:
    """The start with the letters that the formula is linear in solved by least squares."""
    f, J = jacobian(network, rows.columns, start)
    if not np.isfinite(f).all() or not np.isfinite(J).all():
        return start
    linear = linear_constants(network, rows, start, f, J)
    if not linear:
        return start
    root = np.sqrt(np.ones_like(rows.y) if rows.weight is None else rows.weight)
    target = (rows.y - f) * root if rows.loss_function.name != "logistic" else np.zeros_like(f)
    return with_linear_ones_solved(start, linear, J * root[:, None], target)
