"""The first guess: every hole a polynomial of its arguments, all fitted together through the known form.

It need not be good. It breaks the circle that one hole is unknown while the other one is.

Where a constant can move from a hole to the letters or to later holes, as in f(x) + a, its value is free. It is chosen
so that the hole is 0 where its arguments are 0, as many laws are: a product such as x exp(-x) is found at once without
a constant beside it, and late with one.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.partial_form import PartialForm
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.parts import Parts

from .form_fitting import FormFit, arguments_of, fit_form, hole_rows, with_constants_of

#: Degree of the polynomial of 1, 2, 3 and 4 arguments; with more it is 1.
_DEGREES = {1: 6, 2: 4, 3: 4, 4: 3}
#: Random starts, rows of their short fits, steps of these fits, and starts that are fitted to the end.
_STARTS, _ROWS, _FEW_STEPS, _FINALISTS = 40, 300, 4, 4
#: Letters start between these powers of 10.
_DECADES = 1.5
#: The value of a hole at the origin is extrapolated over this many standard deviations of an argument at most.
_FARTHEST = 6.0


def first_guess(form: PartialForm, rows: Rows, seed: int, *, constant: bool = False) -> FormFit | None:
    """The best polynomials, or the best constants, in the place of the holes.

    Returns:
        None where the form has no finite value at any start.
    """
    rng = np.random.default_rng([seed, 7])
    few, begun = with_constants_of(rows, _ROWS), []
    for start in range(_STARTS):
        parts = _start(form, rows, rng, start, constant)
        if parts is not None:
            free = _coefficients(form, parts)
            begun.append(fit_form(form, parts, few, _FEW_STEPS, free))
    begun = sorted((fit for fit in begun if np.isfinite(fit.loss)), key=lambda fit: fit.loss)
    ended = [fit_form(form, fit.parts, rows, 40, _coefficients(form, fit.parts)) for fit in begun[:_FINALISTS]]
    return min((fit for fit in ended if np.isfinite(fit.loss)), key=lambda fit: fit.loss, default=None)


def through_origin(form: PartialForm, fit: FormFit, rows: Rows) -> FormFit:
    """The fit of a first guess whose holes are 0 at the origin of their arguments, where the loss stays what it is."""
    for k, hole in enumerate(fit.parts.holes):
        value = _value_at_origin(hole_rows(form, k, fit.parts, rows))
        if value is None:
            continue
        constants = list(hole.constants)
        constants[_held(hole)] -= value
        moved = fit.parts.with_hole(k, hole.with_constants(constants))
        trial = fit_form(form, moved, rows, 40, _coefficients(form, moved, k + 1))
        fit = trial if trial.loss <= fit.loss * (1.0 + 1e-3) + 1e-20 else fit
    return fit


def _value_at_origin(table: Rows | None) -> float | None:
    """The target at the origin by the polynomial with the shortest description; None where it is too far away."""
    if table is None:
        return None
    mean, spread = table.columns.mean(axis=1, keepdims=True), table.columns.std(axis=1, keepdims=True)
    if not (spread > 0).all() or (np.abs(mean) > _FARTHEST * spread).any():
        return None
    scaled, n = np.hstack([table.columns - mean, -mean]) / spread, len(table.y)
    root = np.ones(n) if table.weight is None else np.sqrt(table.weight)
    found = []
    for degree in range(1, _degree(len(mean), n, 1) + 1):
        terms = np.stack([np.prod(scaled[list(m)], axis=0) for m in _monomials(len(mean), degree)], axis=1)
        coefficients = np.linalg.lstsq(terms[:-1] * root[:, None], table.y * root, rcond=None)[0]
        left = float(np.mean((root * (terms[:-1] @ coefficients - table.y)) ** 2)) / table.scale
        found.append((n * float(np.log(max(left, 1e-22))) + terms.shape[1] * float(np.log(n)),
                      float(terms[-1] @ coefficients)))
    return min(found)[1]


def _start(form: PartialForm, rows: Rows, rng: np.random.Generator, number: int, constant: bool) -> Parts | None:
    """Random letters and polynomials; the first start is 1 everywhere, or inside the bounds."""
    sizes = 10.0 ** rng.uniform(-_DECADES, _DECADES, len(form.letters))
    letters = sizes * rng.choice([1.0, 1.0, -1.0], len(form.letters)) if number else np.ones(len(form.letters))
    letters = np.array([letter.inside(np.array([value, value]), rng)[number % 2] for letter, value in
                        zip(form.known, letters.tolist(), strict=True)])
    arguments = arguments_of(form, letters.tolist(), rows.columns)
    holes = []
    for k in range(len(form.holes)):
        u = np.concatenate([a for call, a in zip(form.calls, arguments, strict=True) if call.hole == k], axis=1)
        if not np.isfinite(u).all():
            return None
        degree = 0 if constant else _degree(len(u), len(rows.y), len(form.holes))
        monomials = _monomials(len(u), degree)
        coefficients = np.zeros(len(monomials))
        coefficients[0] = 1.0
        if number:
            decay = 10.0 ** -np.array([len(m) for m in monomials], dtype=float) * (0.0 if number % 2 else 3.0)
            decay[0] = 1.0
            coefficients = rng.normal(size=len(monomials)) * decay * 10.0 ** rng.uniform(-1.0, 1.0)
        holes.append(_polynomial(u, monomials, coefficients))
    return Parts(tuple(holes), tuple(letters.tolist()))


def _degree(n_arguments: int, n_rows: int, n_holes: int) -> int:
    """The highest degree with few enough coefficients for the rows."""
    degree = _DEGREES.get(n_arguments, 1)
    while degree > 1 and 4 * n_holes * len(_monomials(n_arguments, degree)) > n_rows:
        degree -= 1
    return degree


def _monomials(n_arguments: int, degree: int) -> list[tuple[int, ...]]:
    """Monomials up to a degree, each as the arguments that it multiplies; the first is the empty product 1."""
    return [m for k in range(degree + 1) for m in combinations_with_replacement(range(n_arguments), k)]


def _polynomial(u: Array, monomials: list[tuple[int, ...]], coefficients: Array) -> Network:
    """The polynomial of the arguments, each shifted by its mean and divided by its spread.

    Its constants are the shift and the divisor of every argument, then the coefficients.
    """
    if len(monomials) == 1:
        return Network((Neuron("constant", (), 0),), (float(coefficients[0]),), len(u))
    neurons: list[Neuron] = []

    def append(name: str, *children: int, index: int = 0) -> int:
        neurons.append(Neuron(name, children, index))
        return len(neurons) - 1

    place: dict[tuple[int, ...], int] = {}
    for i in range(len(u)):
        shifted = append("sub", append("variable", index=i), append("constant", index=2 * i))
        place[(i,)] = append("div", shifted, append("constant", index=2 * i + 1))
    total = append("constant", index=2 * len(u))
    for j, m in enumerate(monomials[1:], 1):
        if m not in place:
            place[m] = append("mul", place[m[:-1]], place[m[-1:]])
        total = append("add", total, append("mul", append("constant", index=2 * len(u) + j), place[m]))
    scaling = [x for row in u for x in (float(row.mean()), float(row.std()) or 1.0)]
    return Network(tuple(neurons), (*scaling, *coefficients.tolist()), len(u))


def _held(hole: Network) -> int:
    """The number of constants of a polynomial that scale its arguments, which are held; its own constant is next."""
    return 2 * hole.n_inputs if len(hole.constants) > 1 else 0


def _coefficients(form: PartialForm, parts: Parts, first: int = 0) -> list[int]:
    """Positions of the letters and of the coefficients of the holes from number `first` on."""
    free, at = list(range(len(parts.letters))), len(parts.letters)
    for k, hole in enumerate(parts.holes):
        free += range(at + _held(hole), at + len(hole.constants)) if k >= first else ()
        at += len(hole.constants)
    return free
