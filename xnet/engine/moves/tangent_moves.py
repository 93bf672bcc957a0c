"""Growth in the tangent space: what a network gains by one more constant or term, all its constants refitted with it.

To first order the constants of a network, inner ones too, move its output within the span of the Jacobian's columns.
With these as joint regressors (and not only the terms of one sum) a match tells what a change is worth after the fit
that follows, wherever in the network it is made:

    a constant       o -> (1 + a) o,  o + a,  o^(1 + a)    columns  J o,  J,  J o log o   (the score test, Rao 1948)
    a further term   o -> o + a c                          columns  J c                   for every candidate c

where o is a neuron's output and J its sensitivity. Measured tables are explained by sums whose terms bend and interact
in ways that no library holds; here every bend is a constant that has to earn its place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import node_expressions, with_replaced
from xnet.engine.algebra.expressions import Expr, add, evaluate, mul
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import Match, best_matches
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward, jacobian, sensitivities
from xnet.engine.networks.network import Network

from .proposal import Proposal

#: Proposals of each kind in a turn: constants, terms of inner neurons, terms of the root.
_CONSTANTS, _INNER, _ROOT = 6, 8, 4
#: Terms of one inner neuron among these at most: the best ones of a neuron are often alike.
_EACH = 3
#: A column of which the other regressors explain all but this share says nothing of its own.
_OWN = 1e-8
#: A first step changes no neuron's scale or exponent by more than this; the fit goes on from there.
_FIRST_STEP = 0.5


@dataclass(frozen=True)
class Frame:
    """A network with what its tangent space is made of, on rows (n,).

    Attributes:
        values, sensitivities: output o and J = df/do of every neuron.
        residual, weight: what is left of the target, and the weights of the loss.
        J: (p, n) the output's derivatives by the constants.
    """

    network: Network
    expressions: list[Expr]
    values: list[Array]
    sensitivities: list[Array]
    residual: Array
    weight: Array
    J: Array

    def neurons(self) -> list[int]:
        """The neurons below the root that a change reaches the output through, other than numbers and constants."""
        return [i for i, (neuron, S) in enumerate(zip(self.network.neurons[:-1], self.sensitivities, strict=False))
                if neuron.activation not in ("constant", "number") and np.isfinite(S).all() and S.any()]


def make_frame(network: Network, rows: Rows) -> Frame | None:
    """The frame of a network; None where an output or a derivative is not finite."""
    values = forward(network, rows.columns)
    f, J = jacobian(network, rows.columns, np.array(network.constants), values)
    if not (np.isfinite(f).all() and np.isfinite(J).all()):
        return None
    g, h = rows.loss_function.working_response(f, rows.y, rows.weight)
    weight = np.maximum(h, 0.0)
    residual = np.where(weight > 0, -g / np.where(weight > 0, weight, 1.0), 0.0)
    return Frame(network, node_expressions(network), values, sensitivities(network, values), residual, weight, J.T)


def tangent_proposals(network: Network, rows: Rows, library: CandidateLibrary,
                      small: CandidateLibrary) -> list[Proposal]:
    """The changes of one turn that promise most.

    Args:
        library, small: candidates on these rows, for the root and for the neurons below it.
    """
    frame = make_frame(network, rows)
    if frame is None:
        return []
    inner = [i for i in frame.neurons() if np.ptp(frame.sensitivities[i]) > 1e-9 * np.abs(frame.sensitivities[i]).max()]
    return [*_constants(frame, _CONSTANTS), *_terms(frame, inner, rows, small, _INNER),
            *_terms(frame, [len(frame.values) - 1], rows, library, _ROOT)]


def _constants(frame: Frame, most: int) -> Iterator[Proposal]:
    """A scale, a bias or an exponent where there is none yet."""
    root = np.sqrt(frame.weight)
    Q = _span(frame.J * root)
    r = frame.residual * root
    r = r - Q.T @ (Q @ r)
    found: list[tuple[float, int, str, float]] = []
    for i in frame.neurons():
        o, S = frame.values[i], frame.sensitivities[i]
        columns = {"a scale": S * o, "a bias": S}
        if (o > 0).all():
            columns["an exponent"] = S * o * np.log(o)
        for kind, column in columns.items():
            c = column * root
            size = float(c @ c)
            c = c - Q.T @ (Q @ c)
            own = float(c @ c)
            if own > _OWN * size:  # False where it is not finite
                found.append((float(c @ r) ** 2 / own, i, kind, float(c @ r) / own))
    for _, i, kind, step in sorted(found, key=lambda f: (-f[0], f[1], f[2]))[:most]:
        yield Proposal(with_replaced(frame.network, frame.expressions, i, _changed(frame.expressions[i], kind, step)),
                       f"{frame.network.neurons[i].activation} with {kind}")


def _changed(expr: Expr, kind: str, step: float) -> Expr:
    if kind == "a bias":
        return add([(1.0, expr)], step)
    factor = 1.0 + float(np.clip(step, -_FIRST_STEP, _FIRST_STEP))
    return add([(factor, expr)]) if kind == "a scale" else mul([(expr, factor)])


def _span(columns: Array) -> Array:
    """An orthonormal basis (r, n) of the span of columns (k, n)."""
    size = np.sqrt(np.einsum("ij,ij->i", columns, columns))
    _, s, directions = np.linalg.svd(columns / np.where(size > 0, size, 1.0)[:, None], full_matrices=False)
    return directions[s > 1e-9 * s.max(initial=0.0)]


def _terms(frame: Frame, neurons: Sequence[int], rows: Rows, library: CandidateLibrary,
           most: int) -> Iterator[Proposal]:
    """A further term beside what neurons give, the best of all together."""
    matches = [Match(frame.residual, frame.weight, (frame.sensitivities[i], *frame.J), frame.sensitivities[i])
               for i in neurons]
    memo: dict[Expr, Array] = {}
    best = best_matches(library, matches, _EACH if len(matches) > 1 else most)
    for found in sorted(best, key=lambda f: (f.predicted, f.match))[:most]:
        i, candidate = neurons[found.match], library.expression(found.candidate)
        S = frame.sensitivities[i]
        column = S * evaluate(candidate, rows.columns, memo)
        if not np.isfinite(column).all():
            continue
        coefficients = weighted_least_squares([column, S, *frame.J], frame.residual, frame.weight)
        if coefficients is not None and coefficients[0]:
            longer = add([(1.0, frame.expressions[i]), (float(coefficients[0]), candidate)])
            yield Proposal(with_replaced(frame.network, frame.expressions, i, longer),
                           f"{frame.network.neurons[i].activation} plus a term, all constants with it")


def worth(before: tuple[float, Network], after: tuple[float, Network], price: float) -> float:
    """What a change gains: nats of the loss (before and after) a parameter, a neuron counted as `price` of one."""
    added = after[1].n_parameters - before[1].n_parameters + price * (after[1].complexity - before[1].complexity)
    return math.log((before[0] + 1e-16) / (after[0] + 1e-16)) / max(added, price)
