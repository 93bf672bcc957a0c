"""The parameter phase: Levenberg-Marquardt over the few constants, and simplification by evidence.

The constants are neurons, so their sensitivities are the columns of the Jacobian. After the fit every constant is
asked whether a simpler value explains the rows as well: 0 or 1 (the network shrinks), a whole number, a simple
fraction, a multiple of pi. "As well" is measured: on n rows, pure noise lowers the loss by a share of about 1/n for
each parameter, so a rise below that is no evidence for the longer number; on noise-free rows the rise has to stay
below rounding. What is left is rounded to the digits that the rows can tell apart. The constants of a network are
therefore the ones printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .expressions import Expr, var
from .forward import forward, jacobian
from .losses import EXACT_LOSS, SQUARED_ERROR, Loss
from .network import Network
from .rewriting import rewritings, shortest

Array = np.ndarray

#: Rows that a network is evaluated on at once: the outputs of its neurons then stay in a core's cache.
BLOCK_ROWS = 16_384


@dataclass(frozen=True)
class Rows:
    """Data to fit on.

    Attributes:
        columns, y, weight: (d, n) inputs, (n,) target, and (n,) weights of the rows or None.
        scale: what losses are divided by: the loss of the best constant (the variance, for squared error).
        kind: the loss of a row by the network's output.
        chosen: the inputs that moves may bring in, in a table of many (None for all); networks know all columns.
    """

    columns: Array
    y: Array
    scale: float
    weight: Array | None = None
    kind: Loss = SQUARED_ERROR
    chosen: tuple[int, ...] | None = None

    @property
    def exact(self) -> float:
        """The normalised loss below which nothing is left to explain.

        That is rounding; under a loss with a known noise level, the deviance that Akaike's criterion asks for one
        parameter: no further one can pay for itself.
        """
        return EXACT_LOSS if self.kind.dispersion is None else 2.0 * self.unit(0.0)

    def unit(self, loss: float) -> float:
        """The part of a loss that fitting one useless parameter takes away."""
        if self.kind.dispersion is None:
            return loss / len(self.y)
        return self.kind.dispersion / (len(self.y) * self.scale)

    def allowed(self, loss: float) -> float:
        """How far a loss may rise for simpler constants (`allowed_loss`)."""
        if self.kind.dispersion is None:
            return allowed_loss(loss, len(self.y))
        return loss + 2.0 * float(np.log(len(self.y))) * self.unit(loss)

    def loss(self, network: Network, constants: Array | None = None) -> float:
        """Normalised loss (mean squared error over the variance); infinite where a row is not finite."""
        total = sum(len(b.y) * b.loss_of(forward(network, b.columns, constants)[-1]) for b in self.blocks())
        return total / len(self.y)

    def blocks(self) -> Iterator[Rows]:
        """The rows in runs of at most `BLOCK_ROWS` (views): what a network needs does not grow with the table."""
        if len(self.y) <= BLOCK_ROWS:
            yield self
            return
        for start in range(0, len(self.y), BLOCK_ROWS):
            part = slice(start, start + BLOCK_ROWS)
            yield replace(self, columns=self.columns[:, part], y=self.y[part],
                          weight=None if self.weight is None else self.weight[part])

    def loss_of(self, f: Array) -> float:
        """Normalised loss of outputs f (n,)."""
        value = self.kind.mean(f, self.y, self.weight) / self.scale
        return value if np.isfinite(value) else np.inf

    def inputs(self) -> list[tuple[Expr, Array]]:
        """The (chosen) inputs that vary, with their columns."""
        used = range(len(self.columns)) if self.chosen is None else self.chosen
        return [(var(i), self.columns[i]) for i in used if np.ptp(self.columns[i]) > 0]

    def with_inputs(self, inputs: Iterable[int]) -> Rows:
        """The same rows with further inputs chosen."""
        return self if self.chosen is None else replace(self, chosen=tuple(sorted({*self.chosen, *inputs})))

    def sample(self, index: Array) -> Rows:
        """Some of the rows."""
        return replace(self, columns=np.ascontiguousarray(self.columns[:, index]), y=self.y[index],
                       weight=None if self.weight is None else self.weight[index])


@dataclass(frozen=True)
class FitResult:
    """The fitted network, its loss on the rows, and how many steps were taken."""

    network: Network
    loss: float
    n_steps: int


def fit_parameters(network: Network, rows: Rows, max_steps: int = 30) -> FitResult:
    """Fit the constants by Levenberg-Marquardt (Marquardt's scaling; a step is kept only if the loss falls)."""
    theta, damping, steps = np.array(network.constants), 1e-3, 0
    loss, values = _loss_and_values(network, rows, theta)
    if not network.constants or not np.isfinite(loss):
        return FitResult(network, loss, 0)
    while steps < max_steps:
        steps += 1
        step = _step(network, rows, theta, values, loss, damping)
        if step is None:
            break
        gain = loss - step.loss
        theta, values, loss, damping = step.theta, step.values, step.loss, step.damping
        if loss < 1e-31 or gain <= 1e-9 * loss:
            break
    return FitResult(network.with_constants(theta), loss, steps)


@dataclass(frozen=True)
class _Step:
    """Where a step led, and the damping after it."""

    theta: Array
    values: list[Array] | None
    loss: float
    damping: float


def _loss_and_values(network: Network, rows: Rows, theta: Array,
                     known: list[Array] | None = None) -> tuple[float, list[Array] | None]:
    """The loss, and the outputs of all neurons: the Jacobian needs them again (None in a table too long to keep them).

    Args:
        known: as in `forward`.
    """
    n = len(rows.y)
    if n > BLOCK_ROWS:
        return rows.loss(network, theta), None
    values = forward(network, rows.columns, theta, known)
    return n * rows.loss_of(values[-1]) / n, values


def _step(network: Network, rows: Rows, theta: Array, values: list[Array] | None, loss: float,
          damping: float) -> _Step | None:
    """The next step that lowers the loss; None if there is none."""
    f, J = jacobian(network, rows.columns, theta, values)
    root, r = rows.kind.residuals(f, rows.y, rows.weight)
    A = J * np.reshape(root, (-1, 1))
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return None
    size[size == 0] = 1.0
    A = A / size
    normal, right, unit = A.T @ A, A.T @ r, np.eye(len(theta))
    for _ in range(8):
        try:
            trial = theta + np.linalg.solve(normal + damping * unit, right) / size
        except np.linalg.LinAlgError:
            trial = theta
        new, outputs = _loss_and_values(network, rows, trial, values)
        if new < loss:
            return _Step(trial, outputs, new, max(damping * 0.1, 1e-14))
        damping *= 10.0
    return None


def standard_errors(network: Network, rows: Rows, loss: float) -> Array:
    """Standard error of every constant (p,), from the curvature of the loss at its minimum."""
    theta = np.array(network.constants)
    degrees = max(len(rows.y) - len(theta), 1)
    dispersion = loss * rows.scale * len(rows.y) / degrees if rows.kind.dispersion is None else rows.kind.dispersion
    return reaches(network, theta, list(range(len(theta))), rows) * np.sqrt(dispersion)


def reaches(network: Network, theta: Array, free: list[int], rows: Rows) -> Array:
    """How far each free constant (k,) moves while the summed loss rises by 1, the others following (quadratic).

    Infinite for a constant without influence, and for all of them where a sensitivity is not finite.
    """
    f, J = jacobian(network, rows.columns, theta)
    A = J[:, free] * np.reshape(rows.kind.residuals(f, rows.y, rows.weight)[0], (-1, 1))
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return np.full(len(free), np.inf)
    unit = A / np.where(size > 0, size, 1.0)
    covariance = np.linalg.pinv(unit.T @ unit, hermitian=True)
    return np.where(size > 0, np.sqrt(np.maximum(np.diag(covariance), 0.0)) / np.where(size > 0, size, 1.0), np.inf)


def tidy(network: Network, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The same network with the simplest constants that the rows allow, shrunk and rounded."""
    best = _canonical(_snapped_to_last_digit(fit_parameters(network, rows, 60), rows), rows, library)
    limit = rows.allowed(best.loss)
    best = _with_simple_constants(best, limit, rows, library)
    shortened = _shortened(best, rows, library)
    if shortened is not best:  # written in another way, it has other constants
        best = _with_simple_constants(shortened, max(limit, shortened.loss), rows, library)
    return _rounded(best, rows)


def _with_simple_constants(best: FitResult, limit: float, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The constants taken one by one to simpler values, the others refitted, as long as the loss stays in the limit."""
    tried: set[tuple[int, int, float]] = set()
    # A lone constant is the mean: it is rounded, but no other number would be shorter.
    for _ in range(2 * len(best.network.constants) if len(best.network.neurons) > 1 else 0):
        simpler = _simpler(best, limit, rows, library, tried)
        if simpler is None:
            break
        best = simpler
    return best


def _shortened(best: FitResult, rows: Rows, library: tuple[str, ...]) -> FitResult:
    """The shortest way found to write the network that gives the same values on the rows."""
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
    """The same network written afresh: fitting may have turned a - 1.1 into a - (-1.1)."""
    network = shortest(best.network, library)
    loss = rows.loss(network)
    return FitResult(network, loss, best.n_steps) if loss <= best.loss * (1 + 1e-9) + 1e-30 else best


def _snapped_to_last_digit(best: FitResult, rows: Rows) -> FitResult:
    """Constants that are simple numbers but for rounding become those numbers."""
    theta = [next((v for _, v in sorted(_near(c)) if abs(v - c) <= 1e-13 * abs(c)), c) for c in best.network.constants]
    network = best.network.with_constants(theta)
    loss = rows.loss(network)
    return FitResult(network, loss, best.n_steps) if loss <= max(2 * best.loss, 1e-26) else best


def allowed_loss(loss: float, n: int) -> float:
    """How far the loss may rise for simpler constants: as far as Schwarz's criterion pays for two of them."""
    return max(loss * n ** (2.0 / n), min(EXACT_LOSS, max(loss * 100.0, 1e-25)))


def _simpler(best: FitResult, limit: float, rows: Rows, library: tuple[str, ...],
             tried: set[tuple[int, int, float]]) -> FitResult | None:
    network = best.network
    if not network.constants:
        return None
    errors = standard_errors(network, rows, best.loss)
    for i, nice in _nice_values(network.constants, errors):
        mark = (hash(network.neurons), i, nice)
        if mark in tried:
            continue
        tried.add(mark)
        fitted = _with_one_fixed(network, i, nice, rows)
        if fitted is None or fitted.loss > limit:
            continue
        shrunk = shortest(fitted.network, library)
        if rows.loss(shrunk) <= limit and shrunk.complexity <= network.complexity:
            return FitResult(shrunk, rows.loss(shrunk), 0)
    return None


def _with_one_fixed(network: Network, i: int, value: float, rows: Rows) -> FitResult | None:
    """Set constant i and refit the others (linearised, then checked)."""
    theta = np.array(network.constants)
    theta[i] = value
    free = [j for j, c in enumerate(theta) if j != i and not is_nice(c)]
    theta, loss = refit(network, theta, free, rows)
    return FitResult(network.with_constants(theta), loss, 0) if np.isfinite(loss) else None


def refit(network: Network, theta: Array, free: list[int], rows: Rows) -> tuple[Array, float]:
    """Fit some of the constants (positions `free`) from where they are; returns all of them (p,) and the loss.

    A few steps of Gauss-Newton, each kept only if the loss falls.
    """
    loss = rows.loss(network, theta)
    for _ in range(4 if free and np.isfinite(loss) else 0):
        f, J = jacobian(network, rows.columns, theta)
        root, r = rows.kind.residuals(f, rows.y, rows.weight)
        A = J[:, free] * np.reshape(root, (-1, 1))
        size = np.sqrt(np.einsum("ij,ij->j", A, A))
        if not np.isfinite(A).all() or not size.all():
            break
        trial = theta.copy()
        trial[free] += np.linalg.lstsq(A / size, r, rcond=1e-13)[0] / size
        new = rows.loss(network, trial)
        if not new < loss * (1 - 1e-6):
            break
        theta, loss = trial, new
    return theta, loss


def _nice_values(constants: tuple[float, ...], errors: Array) -> list[tuple[int, float]]:
    """(constant, simpler value) pairs worth trying, the simplest first.

    Whole numbers, halves, thirds and quarters are tried within the constant's error; other simple numbers only
    where the constant agrees to six digits: there are too many of them for less to be evidence.
    """
    found = []
    for i, (c, error) in enumerate(zip(constants, errors, strict=True)):
        digits = 1e-6 * abs(c)
        reach = max(min(3.0 * error, 0.3 * abs(c)), digits) if np.isfinite(error) else digits
        near = _near(c)
        own = min((rank for rank, nice in near if nice == c), default=9)
        if abs(c) <= max(3.0 * error, 1e-12):
            found.append((0, i, 0.0))
        found += [(rank, i, nice) for rank, nice in near
                  if rank < own and abs(nice - c) <= (reach if rank <= 3 else digits)]
    return [(i, nice) for _, i, nice in sorted(found)]


_DENOMINATORS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0, 10.0, 12.0, 15.0, 16.0)
_IRRATIONAL = (np.pi, 1.0 / np.pi, np.pi**2, 1.0 / np.pi**2, 1.0 / np.sqrt(2 * np.pi), np.sqrt(2.0), np.sqrt(np.pi),
               np.e)


@lru_cache(maxsize=512)  # a network's constants are looked at again and again while it is tidied
def _near(c: float) -> list[tuple[int, float]]:
    """Simple numbers near c with a rank (lower is simpler)."""
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


def is_nice(c: float) -> bool:
    """Whether a constant is a simple number already."""
    return any(value == c for _, value in _near(c))


def _rounded(best: FitResult, rows: Rows) -> FitResult:
    """Round every constant to the digits that the rows can tell apart."""
    network = best.network
    theta = np.array(network.constants)
    if not len(theta):
        return best
    f, J = jacobian(network, rows.columns, theta)
    curvature = np.einsum("ij,i,ij->j", J, rows.kind.curvature(f, rows.y, rows.weight), J) / len(rows.y) / rows.scale
    room = max(0.5 * rows.unit(best.loss), 1e-21) / len(theta)
    limit = best.loss + 4 * room * len(theta)
    for i, c in enumerate(theta):
        if is_nice(c) or not np.isfinite(curvature[i]):
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
