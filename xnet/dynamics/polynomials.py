"""Sparse polynomials as right-hand sides, selected by their integrals.

Searches of derivatives rank formulas by derivatives, which noise spoils most. Sums of monomials are linear in their
constants, so their integrals can be selected directly. All sets of few terms are compared (best subset selection,
Furnival and Wilson 1974): monomials of a trajectory are correlated, so that adding terms one by one misses the law. For
larger sets, terms are added one by one (orthogonal matching pursuit), and dropped one by one from all (as in the weak
form of sparse regression, Messenger and Bortz 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, combinations_with_replacement
from math import comb

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network, to_expression
from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.parser import read_formula

from .integral_matching import NEURON_PRICE, IntegralRows

#: The most terms of a candidate, and the degree of monomials of few and of many columns.
_MOST_TERMS, _FEW_COLUMNS, _DEGREE_FEW, _DEGREE_MANY = 5, 3, 3, 2
#: The largest sets that are all compared, the most sets of one size, and the sets of one size that are kept.
_MOST_COMPARED, _MOST_SETS, _KEPT = 4, 30_000, 5


def polynomial_networks(integrals: IntegralRows, state: int, library: tuple[str, ...],
                        forbidden: Sequence[int] = ()) -> list[Network]:
    """Sparse polynomials for the derivative of a state.

    Args:
        integrals: the rows and the smoothed states.
        library: the activations that a network may use.
        forbidden: positions of columns that may not occur.
    """
    columns = [i for i in range(len(integrals.columns)) if i not in forbidden]
    degree = _DEGREE_FEW if len(columns) <= _FEW_COLUMNS else _DEGREE_MANY
    monomials = [term for d in range(degree + 1) for term in combinations_with_replacement(columns, d)]
    values = np.stack([np.prod(integrals.columns[list(term)], axis=0) for term in monomials])
    if integrals.observed.logarithmic[state]:
        values = values / integrals.columns[state]
    basis = integrals.whitenings[state](integrals.integrals(values.T))
    size = np.sqrt(np.einsum("ij,ij->j", basis, basis))
    kept = [j for j in range(len(monomials)) if np.isfinite(size[j]) and size[j] > 0]
    basis, target = basis[:, kept] / size[kept], integrals.target(state)
    prices = np.array([NEURON_PRICE * (len(monomials[j]) + 1) for j in kept])
    found = []
    for chosen in dict.fromkeys(tuple(sorted(own)) for own in (*_compared(basis, target, prices),
                                                               *_added(basis, target), *_dropped(basis, target))):
        constants = np.linalg.lstsq(basis[:, chosen], target, rcond=None)[0] / size[kept][list(chosen)]
        network = _network([monomials[kept[j]] for j in chosen], constants, len(integrals.columns), library)
        if network is not None:
            found.append(network)
    return sorted(found, key=lambda network: network.complexity)


def _compared(basis: Array, target: Array, prices: Array) -> list[list[int]]:
    """The best sets of every small size: by n ln(squared error) and the prices (m,) of their terms."""
    gram, right, total = basis.T @ basis, basis.T @ target, float(target @ target)
    sets = []
    for size in range(1, min(_MOST_COMPARED, basis.shape[1]) + 1):
        if comb(basis.shape[1], size) > _MOST_SETS:
            break
        chosen = np.array(list(combinations(range(basis.shape[1]), size)))
        parts = gram[chosen[:, :, None], chosen[:, None, :]] + 1e-12 * np.eye(size)
        explained = np.sum(right[chosen] * np.linalg.solve(parts, right[chosen][:, :, None])[:, :, 0], axis=1)
        left = np.maximum(total - explained, 1e-12 * total)
        score = len(target) * np.log(left) + prices[chosen].sum(axis=1)
        sets += chosen[np.argsort(score, kind="stable")[:_KEPT]].tolist()
    return sets


def _added(basis: Array, target: Array) -> list[list[int]]:
    """Sets of terms, each with one more than the last: the one that explains most of what is left."""
    chosen: list[int] = []
    sets, rest = [], target
    for _ in range(min(_MOST_TERMS, basis.shape[1])):
        gain = np.abs(basis.T @ rest)
        gain[chosen] = -1.0
        chosen = [*chosen, int(np.argmax(gain))]
        rest = target - basis[:, chosen] @ np.linalg.lstsq(basis[:, chosen], target, rcond=None)[0]
        sets.append(chosen)
    return sets


def _dropped(basis: Array, target: Array) -> list[list[int]]:
    """Sets of terms, from all terms down to one: the term goes that explains least."""
    chosen, sets = list(range(basis.shape[1])), []
    while chosen:
        if len(chosen) <= _MOST_TERMS:
            sets.append(chosen)
        part = basis[:, chosen]
        gram = part.T @ part + 1e-12 * np.eye(len(chosen))
        constants = np.linalg.solve(gram, part.T @ target)
        price = constants**2 / np.diag(np.linalg.inv(gram))  # the rise of the squared error without the term
        chosen = [j for k, j in enumerate(chosen) if k != int(np.argmin(price))]
    return sets


def _network(terms: Sequence[tuple[int, ...]], constants: Array, n_inputs: int,
             library: tuple[str, ...]) -> Network | None:
    names = tuple(f"x{i}" for i in range(n_inputs))
    text = " + ".join("*".join([f"({float(c)!r})", *(names[i] for i in term)])
                      for term, c in zip(terms, constants, strict=True))
    if not np.isfinite(constants).all():
        return None
    return to_network(to_expression(read_formula(text, names)), n_inputs, library)
