"""The constants of a form and of its parts, fitted together, and the targets of single holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.curved_valleys import along_valley
from xnet.engine.fitting.letters import bounds_of, fit_within, with_columns
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.composition import composed, movable
from xnet.engine.formulas.partial_form import PartialForm
from xnet.engine.networks.backpropagation import sensitivities
from xnet.engine.networks.forward_pass import forward
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.parts import Parts

#: Rows whose weight is below this share of the weight of a row near the top are left out: they hardly know the hole.
_LEAST_WEIGHT, _TOP = 1e-4, 0.9


class FormFit(NamedTuple):
    """Fitted parts, and their normalised loss in the form."""

    parts: Parts
    loss: float


def fit_form(form: PartialForm, parts: Parts, rows: Rows, steps: int, free: Sequence[int] | None = None, *,
             valley: bool = False) -> FormFit:
    """Letters, within their bounds, and constants of the holes fitted together, the numbers of the form held.

    Args:
        free: positions of the constants to fit, in the order letters, first hole, second hole; None for all.
        valley: whether the fit goes on along a curved valley of the loss, as that of f and E in f(T)*exp(-E/T).
    """
    whole = composed(form, parts)
    free = range(parts.n_constants) if free is None else free
    network, held = movable(whole, free)
    known = [form.known[i] if i < len(form.letters) else Letter() for i in free]
    table, bounds = with_columns(rows, held), bounds_of(known)
    fitted = fit_within(network, table, bounds, steps)
    fitted = along_valley(fitted, table, bounds) if valley else fitted
    values = list(whole.constants[:parts.n_constants])
    for i, value in zip(free, fitted.network.constants, strict=True):
        values[i] = value
    return FormFit(parts.with_constants(tuple(values)), fitted.loss)


def positions(parts: Parts, holes: Sequence[int]) -> list[int]:
    """Positions of the letters and of the constants of some holes among all constants."""
    found, at = list(range(len(parts.letters))), len(parts.letters)
    for k, hole in enumerate(parts.holes):
        found += range(at, at + len(hole.constants)) if k in holes else ()
        at += len(hole.constants)
    return found


def arguments_of(form: PartialForm, letters: Sequence[float], columns: Array) -> list[Array]:
    """For every call the values (arguments, n) of its arguments.

    Args:
        columns: (d, n) the columns.
    """
    known = np.concatenate([columns, _repeated(letters, columns.shape[1])])
    return [np.stack([forward(a, known)[-1] for a in call.arguments]) for call in form.calls]


def _repeated(values: Sequence[float], n: int) -> Array:
    return np.repeat(np.array(values, dtype=float)[:, None], n, axis=1).reshape(len(values), n)


def hole_rows(form: PartialForm, k: int, parts: Parts, rows: Rows) -> Rows | None:
    """The rows on which hole k is searched: its arguments, its target and the weights of the rows.

    Target and weight are the second-order ones (`moves.targets`) of the hole: with J the derivative of the form by the
    hole, g and h those of the loss, t = o - g / (h J) with the weight h J². Where a hole is called several times in a
    row, the shortest correction is shared among the calls, t_c = o_c - g J_c / (h sum J²), and their rows are stacked.

    Returns:
        None where fewer than 3 rows know the hole.
    """
    arguments = arguments_of(form, parts.letters, rows.columns)
    outputs = [forward(parts.holes[call.hole], u)[-1] for call, u in zip(form.calls, arguments, strict=True)]
    first = form.n_inputs + len(form.letters)
    values = forward(form.network, np.concatenate(
        [rows.columns, _repeated(parts.letters, len(rows.y)), np.stack(outputs)]))
    J = np.zeros((len(form.calls), len(rows.y)))
    for neuron, own in zip(form.network.neurons, sensitivities(form.network, values), strict=True):
        if neuron.activation == "variable" and neuron.index >= first:
            J[neuron.index - first] += own
    mine = [c for c, call in enumerate(form.calls) if call.hole == k]
    g, h = rows.loss_function.working_response(values[-1], rows.y, rows.weight)
    slope = np.sum(J[mine] ** 2, axis=0)
    parts_of_target = [(arguments[c], outputs[c] - g * J[c] / (h * slope), h * J[c] ** 2) for c in mine]
    u, t, w = (np.concatenate(items, axis=-1) for items in zip(*parts_of_target, strict=True))
    usable = np.isfinite(u).all(axis=0) & np.isfinite(t) & np.isfinite(w) & (w > 0)
    if not usable.any():
        return None
    usable &= w >= _LEAST_WEIGHT * np.quantile(w[usable], _TOP)
    if usable.sum() < 3:
        return None
    u, t, w = np.ascontiguousarray(u[:, usable]), t[usable], w[usable] / w[usable].mean()
    scale = float(w @ (t - w @ t / w.sum()) ** 2 / w.sum())
    return Rows(u, t, scale if scale > 0 else 1.0, w)


def with_constants_of(rows: Rows, n: int) -> Rows:
    """At most n rows, spread evenly."""
    if len(rows.y) <= n:
        return rows
    return replace(rows.sample(np.unique(np.linspace(0, len(rows.y) - 1, n).round().astype(int))))
