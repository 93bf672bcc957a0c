"""Sums of few terms as right-hand sides.

A term is a monomial, a function of one column such as sin(x), or a product of two such factors. A right-hand side that
is a sum of such terms is linear in its constants, so many sums can be compared where their effects on the rows add up:
by integrals (as in the weak form of sparse regression, Messenger and Bortz 2021), or by the sensitivities of a
simulated system (`sensitivities`). All pairs of terms are compared, then the best sums are extended term by term (beam
search).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network, to_expression
from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import rarity

from .integral_matching import NEURON_PRICE, RARITY_PRICE, IntegralRows

#: Functions of one column that terms are made of: the activations, the formula, the function.
_FUNCTIONS: tuple[tuple[tuple[str, ...], str, Callable[[Array], Array]], ...] = (
    (("reciprocal",), "1/{0}", np.reciprocal), (("sqrt",), "sqrt({0})", np.sqrt), (("exp",), "exp({0})", np.exp),
    (("exp",), "exp(-{0})", lambda x: np.exp(-x)), (("log",), "log({0})", np.log), (("sin",), "sin({0})", np.sin),
    (("cos",), "cos({0})", np.cos), (("tanh",), "tanh({0})", np.tanh),
    (("sin", "cos"), "sin({0})/cos({0})", np.tan), (("sin", "cos"), "cos({0})/sin({0})", lambda x: 1.0 / np.tan(x)))
#: The most terms of a sum, the sums of one size that are extended, and those that are kept.
_MOST_TERMS, _EXTENDED, _KEPT = 4, 40, 8
#: The sums that are selected by integrals.
_BY_INTEGRALS = 30
#: The most terms of which all pairs are compared.
_MOST_PAIRED = 600
#: A constant may be 1 or -1 within so many standard errors, and at most so far.
_UNIT_ERRORS, _UNIT_RANGE = 3.0, 0.2
#: Monomials of degree 3 are made of at most so many columns.
_FEW_COLUMNS = 3


@dataclass(frozen=True)
class Term:
    """A term of a sum.

    Attributes:
        text: its formula, with columns x0, x1, ...
        values: (m,) its values.
        price: of its neurons without a constant factor, in nats.
    """

    text: str
    values: Array
    price: float

    def times(self, other: Term) -> Term:
        """The product of two terms."""
        return Term(f"{self.text}*{other.text}", self.values * other.values, self.price + other.price + NEURON_PRICE)


def terms_of(values: Array, library: tuple[str, ...], forbidden: Sequence[int] = (), most: int = 1200) -> list[Term]:
    """The terms that have a value everywhere, the simple ones first.

    Args:
        values: (d + k, m) values of the columns.
        library: the activations that a network may use.
        forbidden: positions of columns that may not occur.
        most: the most terms.
    """
    columns = [i for i in range(len(values)) if i not in forbidden]
    with np.errstate(all="ignore"):
        return [term for term in _terms(values, columns, library) if np.isfinite(term.values).all()][:most]


def _terms(values: Array, columns: Sequence[int], library: tuple[str, ...]) -> Iterator[Term]:
    variables = [Term(f"x{i}", values[i], NEURON_PRICE) for i in columns]
    functions = [Term(formula.format(f"x{i}"), function(values[i]), _price(activations))
                 for activations, formula, function in _FUNCTIONS if set(activations) <= set(library) for i in columns]
    squares = [a.times(b) for a, b in combinations_with_replacement(variables, 2)]
    yield Term("1", np.ones(values.shape[1]), 0.0)
    yield from (*variables, *squares)
    if len(columns) <= _FEW_COLUMNS:
        for a, b, c in combinations_with_replacement(variables, 3):
            yield a.times(b).times(c)
    yield from functions
    yield from (f.times(x) for f in functions for x in variables if f.text != f"1/{x.text}")
    yield from (f.times(g) for f, g in combinations_with_replacement(functions, 2))


def _price(activations: Sequence[str]) -> float:
    """The price of the neurons of a function of one column."""
    return 2.0 * NEURON_PRICE * len(activations) + RARITY_PRICE * sum(map(rarity, activations))


def sums_by_integrals(integrals: IntegralRows, state: int, library: tuple[str, ...],
                      forbidden: Sequence[int] = ()) -> list[Network]:
    """Sums of terms for the derivative of a state, selected by their integrals.

    Args:
        integrals: the rows and the smoothed states.
        state: the state.
        library, forbidden: as in `terms_of`.
    """
    terms = terms_of(integrals.columns, library, forbidden)
    values = np.stack([term.values for term in terms], axis=1)
    with np.errstate(all="ignore"):
        if integrals.observed.logarithmic[state]:
            values = values / integrals.columns[state][:, None]
        basis = integrals.whitenings[state](integrals.integrals(values))
    return best_sums(terms, basis, integrals.target(state), integrals, library, _BY_INTEGRALS)


def best_sums(terms: Sequence[Term], basis: Array, target: Array, integrals: IntegralRows,
              library: tuple[str, ...], most: int) -> list[Network]:
    """Sums whose effects on the rows add up to a target, at a low price, the best first.

    Args:
        terms: m terms.
        basis: (N, m) the effects of the terms.
        target: (N,) the target.
        integrals: the rows.
        library: the activations that a network may use.
        most: the largest number of sums.
    """
    with np.errstate(all="ignore"):
        size = np.sqrt(np.einsum("ij,ij->j", basis, basis))
    used = np.flatnonzero(np.isfinite(size) & (size > 0))
    basis = basis[:, used]
    prices = np.array([terms[j].price for j in used.tolist()]) + 2.0 * NEURON_PRICE + np.log(integrals.n)
    found = [(score - gain, chosen, constants) for score, chosen in _sums(basis / size[used], target, prices)
             for gain, constants in _constants(basis[:, chosen], target, float(prices.min()))]
    networks: list[Network] = []
    for _, chosen, constants in sorted(found, key=lambda own: own[0]):
        network = _network([terms[int(j)].text for j in used[chosen]], constants, len(integrals.columns), library)
        networks += [] if network is None else [network]
        if len(networks) == most:
            break
    return networks


def _constants(basis: Array, target: Array, price: float) -> Iterator[tuple[float, Array]]:
    """The constants of a sum, and those with 1 or -1 for the ones that may be it; each with what it gains in nats.

    Args:
        price: of a constant that is neither.
    """
    free, *_ = np.linalg.lstsq(basis, target, rcond=None)
    rest = target - basis @ free
    yield 0.0, free
    variances = np.diag(np.linalg.pinv(basis.T @ basis, hermitian=True)) * (rest @ rest) / len(target)
    errors = np.sqrt(np.maximum(variances, 0.0))
    ones = np.abs(np.abs(free) - 1.0) < np.minimum(_UNIT_ERRORS * errors, _UNIT_RANGE)
    if ones.any():
        constants = np.where(ones, np.sign(free), 0.0)
        left = target - basis @ constants
        if not ones.all():
            constants[~ones], *_ = np.linalg.lstsq(basis[:, ~ones], left, rcond=None)
            left = target - basis @ constants
        loss = len(target) * np.log(max(left @ left, 1e-300) / max(rest @ rest, 1e-300))
        yield price * int(ones.sum()) - float(loss), constants


def _sums(basis: Array, target: Array, prices: Array) -> Iterator[tuple[float, list[int]]]:
    """The best sums of every size with their scores: n ln(squared error) and the prices (m,) of their terms."""
    gram, right, total, m = basis.T @ basis, basis.T @ target, float(target @ target), basis.shape[1]
    best: list[tuple[int, ...]] = [()]
    for size in range(1, min(_MOST_TERMS, m) + 1):
        sets = np.array(best, dtype=int).reshape(len(best), size - 1)
        left = np.maximum(total - _explained(gram, right, sets), 1e-12 * total)
        score = (len(target) * np.log(left) + prices[sets].sum(axis=1)[:, None] + prices).ravel()
        width = m if size == 1 and m <= _MOST_PAIRED else _EXTENDED
        found: dict[tuple[int, ...], float] = {}
        for place in np.argsort(score, kind="stable")[:width * size].tolist():  # a set comes up to size times
            own = tuple(sorted((*best[place // m], place % m)))
            if score[place] < np.inf and len(found) < width:
                found.setdefault(own, float(score[place]))
        best = list(found)
        if not best:
            break
        yield from ((found[own], list(own)) for own in best[:_KEPT])


def _explained(gram: Array, right: Array, sets: Array) -> Array:
    """What sets of terms (b, k), each with a further term, explain of the squared target: (b, m).

    Minus infinity where the further term is in the set, or depends on it.
    """
    rows, target = gram[sets], right[sets]  # (b, k, m), (b, k)
    inner = gram[sets[:, :, None], sets[:, None, :]] + 1e-10 * np.eye(sets.shape[1])
    solved = np.linalg.solve(inner, np.concatenate([rows, target[:, :, None]], axis=2))
    outside = np.diag(gram) - np.sum(rows * solved[:, :, :-1], axis=1)  # the part of a term that the set leaves
    rest = right - np.sum(rows * solved[:, :, -1:], axis=1)
    gain = np.where(outside > 1e-8, rest**2 / np.maximum(outside, 1e-8), -np.inf)
    np.put_along_axis(gain, sets, -np.inf, axis=1)
    return np.asarray(np.sum(target * solved[:, :, -1], axis=1)[:, None] + gain)


def _network(texts: Sequence[str], constants: Array, n_inputs: int, library: tuple[str, ...]) -> Network | None:
    if not np.isfinite(constants).all():
        return None
    text = " + ".join(f"({float(c)!r})*{own}" for own, c in zip(texts, constants, strict=True))
    return to_network(to_expression(read_formula(text, tuple(f"x{i}" for i in range(n_inputs)))), n_inputs, library)
