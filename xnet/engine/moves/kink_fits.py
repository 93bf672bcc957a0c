"""Fits of corners and jumps by a scan of all places: max(0, x - c), |x - c|, segments, steps, and remainders.

For a target y beside regressors B, the rows are sorted by an input x. The gain of a further column max(0, x - c) needs
its products with the residual, with itself and with an orthonormal basis of B. For every place c between two rows these
are sums over the rows right of c, so all places together cost O(n k) (n rows, k regressors). The best place is then
moved: between two neighbouring rows a max(0, x - c) is linear in a and a c, so its least squares gives c exactly
(as in Muggeo, Statistics in Medicine 22, 2003). A step that crosses rows is kept only if the squared error falls.

Many corners imitate any smooth curve, and the best of n places is found by chance too. So a corner has to shorten the
description: n ln(squared error before / after) exceeds 3 ln n + 6, for a coefficient, a place, and the choice of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, add, call, call_of, num
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows

from .targets import Target, root_target

#: Functions that these fits write.
KINKS = frozenset(["hinge", "max", "step", "floor", "mod"])
#: Corners of a formula at most, inputs that are scanned, rows between two corners, and turns of moving them.
_CORNERS, _INPUTS, _APART, _TURNS = 3, 12, 5, 12
#: Remainders are tried by these numbers: whole ones that people count in, and their tenths.
_PERIODS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 20.0, 24.0, 30.0, 50.0, 60.0, 90.0, 100.0, 180.0, 360.0,
            365.0, 1000.0, 0.1, 0.2, 0.25, 0.5)
#: The share of the target's squares that counts as rounding.
_ROUNDING = 1e-26

Term = tuple[Expr, Array]
#: The slope of a corner's column by x left and right of its place.
_SLOPES = {"hinge": (0.0, 1.0), "reversed": (-1.0, 0.0), "abs": (-1.0, 1.0)}


@dataclass(frozen=True)
class _Corner:
    """A corner or a jump of an input: its kind, a key of `_SLOPES` or "step", and its place."""

    kind: str
    expr: Expr
    column: Array
    place: float

    @property
    def values(self) -> Array:
        """The column (n,)."""
        if self.kind == "step":
            return (self.column >= self.place).astype(np.float64)
        return self.slopes * (self.column - self.place)

    @property
    def slopes(self) -> Array:
        """The slope of the column by the input, on each row (n,)."""
        left, right = _SLOPES[self.kind]
        return np.where(self.column > self.place, right, left)

    @property
    def term(self) -> Expr:
        """The column as an expression."""
        sign = -1.0 if self.kind == "reversed" else 1.0
        name = "hinge" if self.kind == "reversed" else self.kind
        return call(name, add([(sign, self.expr)], -sign * self.place))


@dataclass(frozen=True)
class _Fit:
    """Terms beside which corners stand, fitted to a target."""

    target: Target
    base: tuple[Term, ...]
    corners: tuple[_Corner, ...] = ()

    @property
    def columns(self) -> list[Array]:
        """All columns, those of the corners last."""
        return [v for _, v in self.base] + [c.values for c in self.corners]

    def error(self) -> float:
        """The weighted squared error, never less than rounding."""
        y, w, columns = self.target.values, self.target.weight, self.columns
        b = weighted_least_squares(columns, y, w) if columns else np.zeros(0)
        if b is None:
            return np.inf
        r = y - sum((c * v for c, v in zip(b, columns, strict=True)), np.zeros_like(y))
        return max(float(w @ (r * r)), _ROUNDING * float(w @ (y * y)), 1e-300)

    def expression(self) -> Expr | None:
        """The sum of all terms with fitted coefficients; None if there are none."""
        columns = self.columns
        if not columns:
            return None
        b = weighted_least_squares(columns, self.target.values, self.target.weight)
        terms = [e for e, _ in self.base] + [c.term for c in self.corners]
        return None if b is None else add([(float(c), e) for c, e in zip(b, terms, strict=True)])


def kink_fits(rows: Rows, activations: Sequence[str], terms: Sequence[Expr] = ()) -> Iterator[tuple[Expr, str]]:
    """Sums with one to three corners, jumps or a remainder, where these shorten the description.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.
        terms: expressions that stand beside the corners; by default all inputs.

    Returns:
        Pairs of an expression and what it is, in words.
    """
    target, inputs = root_target(rows), rows.inputs()[:_INPUTS]
    memo: dict[Expr, Array] = {}
    beside = [(e, evaluate(e, rows.columns, memo)) for e in terms] if terms else rows.inputs()
    base = ((ONE, np.ones_like(rows.y)), *((e, v) for e, v in beside if np.isfinite(v).all()))
    kinds = [kind for kind, names in (("hinge", {"hinge", "max"}), ("step", {"step"})) if names & set(activations)]
    fit = _Fit(target, base)
    while kinds and len(fit.corners) < _CORNERS:
        further = [_polished(replace(fit, corners=(*fit.corners, c))) for c in _best_places(fit, inputs, kinds)]
        better = min(further, key=_Fit.error, default=None)
        if better is None or not _pays(fit, better):
            break
        fit = better
        yield from _written(fit, "abs" in activations)
    yield from _remainders(_Fit(target, base), inputs, activations)


def _pays(before: _Fit, after: _Fit, corner: bool = True) -> bool:
    """Whether the description of the target becomes shorter: by a corner, or by a plain term."""
    n = int(np.count_nonzero(before.target.weight))
    price = 3.0 * np.log(n) + 6.0 if corner else np.log(n) + 2.0
    return bool(n * np.log(before.error() / after.error()) > price)


def _written(fit: _Fit, with_size: bool) -> Iterator[tuple[Expr, str]]:
    """A fit as expressions: without terms that do not pay, and a single corner also as |x - c| and turned round."""
    forms = [fit]
    if len(fit.corners) == 1 and fit.corners[0].kind == "hinge":
        corner = fit.corners[0]
        without = replace(fit, base=tuple(t for t in fit.base if t[0] != corner.expr))
        kinds = ["hinge", "reversed", "abs"] if with_size else ["hinge", "reversed"]
        forms += [_polished(replace(without, corners=(replace(corner, kind=kind),))) for kind in kinds]
    words = "a step at a threshold" if fit.corners[-1].kind == "step" else "straight lines that meet at a kink"
    for form in forms:
        for shorter in (form, _polished(_without_idle_terms(form))):
            expr = shorter.expression()
            if expr is not None:
                yield expr, words


def _without_idle_terms(fit: _Fit) -> _Fit:
    """The fit without the terms of the base that do not pay."""
    while fit.base:
        shorter = [replace(fit, base=fit.base[:k] + fit.base[k + 1:]) for k in range(len(fit.base))]
        least = min(shorter, key=_Fit.error)
        if _pays(least, fit, corner=False):
            break
        fit = least
    return fit


def _best_places(fit: _Fit, inputs: Sequence[Term], kinds: Sequence[str]) -> list[_Corner]:
    """The place of the largest gain for each kind of corner, over all inputs."""
    root = np.sqrt(fit.target.weight)
    Q = np.linalg.qr(np.stack(fit.columns, axis=1) * root[:, None])[0]
    y = root * fit.target.values
    r = y - Q @ (Q.T @ y)
    found: dict[str, tuple[float, _Corner]] = {}
    for expr, column in inputs:
        taken = [c.place for c in fit.corners if c.expr == expr]
        for kind, (places, gains) in _gains(column, r, Q, root, kinds).items():
            if taken:
                gains = np.where(_near(column, places, taken), 0.0, gains)
            k = int(np.argmax(gains)) if len(gains) else -1
            if k >= 0 and gains[k] > found.get(kind, (0.0,))[0]:
                found[kind] = float(gains[k]), _Corner(kind, expr, column, float(places[k]))
    return [corner for _, corner in found.values()]


def _near(column: Array, places: Array, taken: Sequence[float]) -> Array:
    """Which places lie less than `_APART` rows from one that is taken."""
    order = np.sort(column)
    rank = np.searchsorted(order, places)
    return np.min([np.abs(rank - np.searchsorted(order, t)) for t in taken], axis=0) < _APART


def _gains(column: Array, r: Array, Q: Array, root: Array,
           kinds: Sequence[str]) -> dict[str, tuple[Array, Array]]:
    """Places between the rows and, for each kind, what a corner there takes from the squares of the residual r (n,).

    Args:
        column: (n,) the input.
        r: (n,) the residual, times the roots of the weights.
        Q: (n, k) an orthonormal basis of the regressors, in the same way.
        root: (n,) the roots of the weights.
        kinds: "hinge" and "step".
    """
    order = np.argsort(column, kind="stable")
    x, r, Q, root = column[order], r[order], Q[order], root[order]
    middle = float(x[len(x) // 2])
    x = x - middle
    after: Callable[[Array], Array] = lambda a: np.cumsum(a[::-1], axis=0)[::-1][1:]  # noqa: E731 - sums right of a place
    c = (x[1:] + x[:-1]) / 2.0
    inner = (x[1:] > x[:-1]) & (np.arange(len(c)) >= 2) & (np.arange(len(c)) < len(c) - 2)
    m, mr, mQ = after(root * root), after(root * r), after(root[:, None] * Q)
    found = {}
    for kind in kinds:
        if kind == "step":
            hr, hh, Qh = mr, m, mQ
        else:
            first = after(root * root * x)
            hr, hh = after(root * x * r) - c * mr, after(root * root * x * x) - 2.0 * c * first + c * c * m
            Qh = after((root * x)[:, None] * Q) - c[:, None] * mQ
        left = hh - (Qh * Qh).sum(axis=1)
        gains = np.where(inner & (left > 1e-9 * np.abs(hh)), hr * hr / np.where(left > 0.0, left, 1.0), 0.0)
        found[kind] = c + middle, gains
    return found


def _polished(fit: _Fit) -> _Fit:
    """The fit with its corners moved to where the squared error is least; steps stay."""
    movable = [k for k, c in enumerate(fit.corners) if c.kind != "step"]
    least = fit.error()
    for _ in range(_TURNS if movable else 0):
        further = [(c.slopes * c.column, c.slopes) for c in (fit.corners[k] for k in movable)]
        fixed = [v for _, v in fit.base] + [c.values for c in fit.corners if c.kind == "step"]
        b = weighted_least_squares([*fixed, *(v for pair in further for v in pair)], fit.target.values,
                                   fit.target.weight)
        if b is None:
            break
        goals = {}
        for k, a, ac in zip(movable, b[len(fixed)::2], b[len(fixed) + 1::2], strict=True):
            goals[k] = -ac / a if a else fit.corners[k].place
        moved = _moved(fit, goals, least)
        if moved is None:
            break
        fit, least = moved
    return fit


def _moved(fit: _Fit, goals: dict[int, float], least: float) -> tuple[_Fit, float] | None:
    """The corners moved towards their goals as far as the squared error falls, and that error; None if it does not."""
    for share in (1.0, 0.5, 0.2, 0.05):
        corners = list(fit.corners)
        for k, goal in goals.items():
            corner = corners[k]
            place = corner.place + share * (goal - corner.place)
            ends = np.partition(corner.column, (2, len(corner.column) - 3))[[2, -3]]
            corners[k] = replace(corner, place=float(np.clip(place, *ends)))
        trial = replace(fit, corners=tuple(corners))
        error = trial.error()
        if error < least * (1.0 - 1e-9):
            return trial, error
    return None


def _remainders(fit: _Fit, inputs: Sequence[Term], activations: Sequence[str]) -> Iterator[tuple[Expr, str]]:
    """Sums with mod(x, p) or floor(x / p) for the number p of `_PERIODS` that leaves the least error."""
    tried: list[tuple[float, _Fit]] = []
    n = len(fit.target.values)
    for expr, column in inputs:
        for p in _PERIODS:
            if not 2.0 <= np.ptp(column) / p <= n / _APART:
                continue
            for name, term, values in (("mod", call_of("mod", [expr, num(p)]), np.mod(column, p)),
                                       ("floor", call("floor", add([(1.0 / p, expr)])), np.floor(column / p))):
                if name in activations and np.ptp(values) > 0.0:
                    trial = replace(fit, base=(*fit.base, (term, values)))
                    tried.append((trial.error(), trial))
    for _, trial in sorted(tried, key=lambda item: item[0])[:2]:
        found = _without_idle_terms(trial).expression() if _pays(fit, trial) else None
        if found is not None:
            yield found, "the remainder of a division, or its whole part"
