"""Tangent moves: the gain of one more constant or term, with all constants of the network refitted along with it.

To first order, the constants of a network (inner ones too) move its output within the span of the Jacobian's columns.
With these columns as joint regressors, a match predicts the loss after the fit that follows a change, wherever in the
network the change is made:

    a constant       o -> (1 + a) o,  o + a,  o^(1 + a)    columns  J o,  J,  J o log o   (the score test, Rao 1948)
    a further term   o -> o + a c                          columns  J c                   for every candidate c

where o is a neuron's output and J its sensitivity. Measured tables are explained by sums whose terms bend and interact
in ways that no library holds; here every bend is a constant that has to pay for itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import node_expressions, with_replaced
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, add, mul
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import MatchQuery, best_matches
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward, jacobian, sensitivities
from xnet.engine.networks.network import Network

from .proposal import Proposal

#: Most proposals of one call: constants, terms of inner neurons, terms of the root.
_CONSTANTS, _INNER_TERMS, _ROOT_TERMS = 6, 8, 4
#: Most terms of one inner neuron among these: the best terms of a neuron are often alike.
_EACH = 3
#: A column is left out if the other regressors explain all but this share of it.
_OWN_SHARE = 1e-8
#: Largest first step of a scale or an exponent; the fit continues from there.
_FIRST_STEP = 0.5


@dataclass(frozen=True)
class TangentSpace:
    """A network with the arrays that span its tangent space, on rows (n,).

    Attributes:
        network: the network, its constants fitted.
        expressions: the expression of every neuron.
        values, sensitivities: for every neuron its output o (n,) and J = df/do (n,).
        residual: (n,) the part of the target that the network does not explain.
        weight: (n,) the weights of the loss.
        jacobian: (p, n) the derivatives of the network's output by its constants.
    """

    network: Network
    expressions: list[Expr]
    values: list[Array]
    sensitivities: list[Array]
    residual: Array
    weight: Array
    jacobian: Array

    def neurons(self) -> list[int]:
        """The neurons below the root with an influence on the output, numbers and constants left out."""
        return [i for i, (neuron, S) in enumerate(zip(self.network.neurons[:-1], self.sensitivities, strict=False))
                if neuron.activation not in ("constant", "number") and np.isfinite(S).all() and S.any()]


def tangent_space(network: Network, rows: Rows) -> TangentSpace | None:
    """The tangent space of a network with fitted constants; None where an output or a derivative is not finite."""
    values = forward(network, rows.columns)
    f, J = jacobian(network, rows.columns, np.array(network.constants), values)
    if not (np.isfinite(f).all() and np.isfinite(J).all()):
        return None
    g, h = rows.loss_function.working_response(f, rows.y, rows.weight)
    weight = np.maximum(h, 0.0)
    residual = np.where(weight > 0, -g / np.where(weight > 0, weight, 1.0), 0.0)
    return TangentSpace(network, node_expressions(network), values, sensitivities(network, values), residual, weight,
                        J.T)


def tangent_proposals(network: Network, rows: Rows, library: CandidateLibrary,
                      small: CandidateLibrary) -> list[Proposal]:
    """The changes of a network with the largest predicted gains.

    Args:
        network: a network with fitted constants.
        rows: the rows to explain.
        library, small: candidates on these rows, for the root and for the neurons below it.
    """
    space = tangent_space(network, rows)
    if space is None:
        return []
    inner = [i for i in space.neurons() if np.ptp(space.sensitivities[i]) > 1e-9 * np.abs(space.sensitivities[i]).max()]
    return [*_constants(space, _CONSTANTS), *_terms(space, inner, rows, small, _INNER_TERMS),
            *_terms(space, [len(space.values) - 1], rows, library, _ROOT_TERMS)]


def _constants(space: TangentSpace, most: int) -> Iterator[Proposal]:
    """A further scale, bias or exponent at a neuron, ranked by the score test."""
    root = np.sqrt(space.weight)
    Q = _span(space.jacobian * root)
    r = space.residual * root
    r = r - Q.T @ (Q @ r)
    found: list[tuple[float, int, str, float]] = []
    for i in space.neurons():
        o, S = space.values[i], space.sensitivities[i]
        columns = {"a scale": S * o, "a bias": S}
        if (o > 0).all():
            columns["an exponent"] = S * o * np.log(o)
        for kind, column in columns.items():
            c = column * root
            size = float(c @ c)
            c = c - Q.T @ (Q @ c)
            own = float(c @ c)
            if own > _OWN_SHARE * size:  # False where it is not finite
                found.append((float(c @ r) ** 2 / own, i, kind, float(c @ r) / own))
    for _, i, kind, step in sorted(found, key=lambda f: (-f[0], f[1], f[2]))[:most]:
        changed = _with_constant(space.expressions[i], kind, step)
        yield Proposal(with_replaced(space.network, space.expressions, i, changed),
                       f"{space.network.neurons[i].activation} with {kind}")


def _with_constant(expr: Expr, kind: str, step: float) -> Expr:
    """The expression with a further constant of the given kind, moved by the first step."""
    if kind == "a bias":
        return add([(1.0, expr)], step)
    factor = 1.0 + float(np.clip(step, -_FIRST_STEP, _FIRST_STEP))
    return add([(factor, expr)]) if kind == "a scale" else mul([(expr, factor)])


def _span(columns: Array) -> Array:
    """An orthonormal basis (r, n) of the span of columns (k, n)."""
    size = np.sqrt(np.einsum("ij,ij->i", columns, columns))
    _, s, directions = np.linalg.svd(columns / np.where(size > 0, size, 1.0)[:, None], full_matrices=False)
    return directions[s > 1e-9 * s.max(initial=0.0)]


def _terms(space: TangentSpace, neurons: Sequence[int], rows: Rows, library: CandidateLibrary,
           most: int) -> Iterator[Proposal]:
    """A further term at one of the given neurons, the `most` best over all of them."""
    queries = [MatchQuery(space.residual, space.weight, (S, *space.jacobian), S)
               for S in (space.sensitivities[i] for i in neurons)]
    memo: dict[Expr, Array] = {}
    best = best_matches(library, queries, _EACH if len(queries) > 1 else most)
    for found in sorted(best, key=lambda f: (f.predicted_loss, f.query))[:most]:
        i, candidate = neurons[found.query], library.expression(found.candidate)
        S = space.sensitivities[i]
        column = S * evaluate(candidate, rows.columns, memo)
        if not np.isfinite(column).all():
            continue
        coefficients = weighted_least_squares([column, S, *space.jacobian], space.residual, space.weight)
        if coefficients is not None and coefficients[0]:
            longer = add([(1.0, space.expressions[i]), (float(coefficients[0]), candidate)])
            yield Proposal(with_replaced(space.network, space.expressions, i, longer),
                           f"{space.network.neurons[i].activation} plus a term, all constants with it")


def gain_per_parameter(before: tuple[float, Network], after: tuple[float, Network], neuron_price: float) -> float:
    """Gain of a change in nats of the loss, for each parameter that it adds.

    Args:
        before, after: loss and network before and after the change.
        neuron_price: an added neuron counts as this fraction of a parameter.
    """
    added = after[1].n_parameters - before[1].n_parameters + \
        neuron_price * (after[1].complexity - before[1].complexity)
    return math.log((before[0] + 1e-16) / (after[0] + 1e-16)) / max(added, neuron_price)
