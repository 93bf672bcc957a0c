"""The first guess: every hole a polynomial of its arguments, all fitted together through the known form.

It need not be good. It breaks the circle that one hole is unknown while the other one is.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.partial_form import PartialForm
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.parts import Parts

from .form_fitting import FormFit, arguments_of, fit_form, with_constants_of

#: Degree of the polynomial of 1, 2, 3 and 4 arguments; with more it is 1.
_DEGREES = {1: 6, 2: 4, 3: 4, 4: 3}
#: Random starts, rows of their short fits, steps of these fits, and starts that are fitted to the end.
_STARTS, _ROWS, _FEW_STEPS, _FINALISTS = 40, 300, 4, 4
#: Letters start between these powers of 10.
_DECADES = 1.5


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


def _coefficients(form: PartialForm, parts: Parts) -> list[int]:
    """Positions of the letters and of the coefficients: the scaling of the arguments is held."""
    free, at = list(range(len(parts.letters))), len(parts.letters)
    for hole in parts.holes:
        held = 2 * hole.n_inputs if len(hole.constants) > 1 else 0
        free += range(at + held, at + len(hole.constants))
        at += len(hole.constants)
    return free
