"""Plain models by linear algebra: linear, log-linear and power-law formulas, products of powers and exponentials, and
polynomials of degree two.

Of a class they are logistic regressions. A designed experiment has a response surface too (`response_surfaces`).

A table without a short law is best described by one of these, so they compete with every network that a search finds.
Each kind gives a path of forward stepwise least squares (one more term at a time, the one that lowers the squared error
most), and the linear kinds the model of all inputs too. There is no search, so a table costs milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import Enum

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import Expr, ExprKind, add, call, mul, var
from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.fitting.logistic_regression import logistic_regression
from xnet.engine.fitting.losses import Logistic
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

from .least_squares import fitted_coefficients, forward_selection, independent_columns
from .response_surfaces import MOST_INPUTS_OF_SURFACES, is_designed, surfaces
from .two_levels import has_two_levels

#: The most terms of a stepwise model.
MOST_TERMS = 12
#: The fewest rows for each term of a linear model, and of another model, whose terms are chosen from more.
ROWS_A_TERM, ROWS_A_CURVED_TERM = 3, 6
#: The model of all inputs needs this many rows for each of them.
ROWS_AN_INPUT = 2
#: Inputs beyond which polynomials of degree two are omitted: the number of their terms grows with the square.
MOST_INPUTS_OF_POLYNOMIALS = 12
#: The largest exponent of an exponential, below overflow.
_LARGEST_EXPONENT = 600.0


class PlainKind(Enum):
    """The kinds of plain models; the value completes the sentence "the best ... formula"."""

    LINEAR = "linear"
    LOG_LINEAR = "log-linear"
    #: A log-linear model of counts: Poisson's regression with the canonical link (McCullagh & Nelder 1989).
    RATE = "log-linear rate"
    POWER_LAW = "power-law"
    POWER_EXPONENTIAL = "power-exponential"
    QUADRATIC = "quadratic"
    SURFACE = "second-degree"


#: The kinds that are linear in the inputs, or the logarithm of whose rate is.
LINEAR_KINDS = (PlainKind.LINEAR, PlainKind.RATE)


def plain_models(rows: Rows, activations: Sequence[str]) -> list[tuple[PlainKind, Network]]:
    """The plain models of a table whose activations the library contains.

    Args:
        rows: d inputs, n rows; inputs that do not vary are left out, and so are those outside `selected_inputs`.
        activations: the activation library.

    Returns:
        Networks with constants that least squares gave (of log y, for log-linear models and power laws). Under the
        logistic loss only linear models of the log-odds: logistic regressions.
    """
    n_inputs = len(rows.columns)
    models = []
    expressions = _logistic_regressions if isinstance(rows.loss_function, Logistic) else _expressions
    for kind, expression in expressions(rows):
        network = to_network(expression, n_inputs, tuple(activations))
        if network is not None:
            models.append((kind, network))
    return models


def linear_model(inputs: Sequence[int], rows: Rows, activations: Sequence[str]) -> Network | None:
    """The linear model of given inputs with all its constants, by least squares; None if the library lacks a neuron."""
    X = np.stack([rows.columns[j] for j in inputs], axis=1)
    coefficients = _log_odds(X, rows) if isinstance(rows.loss_function, Logistic) else fitted_coefficients(
        X, rows.y, np.ones(len(rows.y)) if rows.weight is None else np.sqrt(rows.weight))
    if not np.isfinite(coefficients).all():
        return None
    return to_network(_sum([var(j) for j in inputs], coefficients), len(rows.columns), tuple(activations))


def _expressions(rows: Rows) -> Iterator[tuple[PlainKind, Expr]]:
    inputs = rows.inputs()
    if not inputs:
        return
    exprs, X = [e for e, _ in inputs], np.stack([c for _, c in inputs], axis=1)
    y, weight = rows.y, rows.weight
    for model in _linear(exprs, X, y, weight, full=True, rows_a_term=ROWS_A_TERM):
        yield PlainKind.LINEAR, model
    if len(exprs) <= MOST_INPUTS_OF_POLYNOMIALS:
        few = ROWS_A_TERM if len(exprs) == 1 else ROWS_A_CURVED_TERM  # of one input there is no choice of terms
        for model in _linear(*_second_degree(exprs, X), y, weight, rows_a_term=few):
            yield PlainKind.QUADRATIC, model
    for model in _surfaces(exprs, X, y, weight):
        yield PlainKind.SURFACE, model
    if isinstance(rows.loss_function, Poisson):
        rates = y + 0.5  # a count of zero has no logarithm
        by_rate = rates if weight is None else rates * weight
        for model in _linear(exprs, X, np.log(rates), by_rate, full=True):
            yield PlainKind.RATE, call("exp", model)
        yield from _power_laws(exprs, X, np.log(rates), by_rate)
    elif (y > 0).all():
        for model in _linear(exprs, X, np.log(y), weight, full=True):
            yield PlainKind.LOG_LINEAR, call("exp", model)
        yield from _power_laws(exprs, X, np.log(y), weight)


def _power_laws(exprs: Sequence[Expr], X: Array, logs: Array, weight: Array | None) -> Iterator[tuple[PlainKind, Expr]]:
    """Products of powers of positive inputs, and of a factor for each input of two values, such as yes and no.

    Then products of powers and exponentials, such as Ricker's a*x*exp(-b*x), or a price by area and distance, also of
    one over a positive input, such as Arrhenius's a*exp(-b/x).

    Args:
        logs: (n,) the logarithms of the target.
    """
    powers = [i for i, column in enumerate(X.T) if (column > 0).all()]
    if not powers:
        return
    choices = [(expr, X[:, i]) for i, expr in enumerate(exprs) if i not in powers and has_two_levels(X[:, i])]
    rates = [*zip(exprs, X.T, strict=True),
             *((mul([(exprs[i], -1.0)]), 1.0 / X[:, i]) for i in powers if not has_two_levels(X[:, i]))]
    for kind, further in (PlainKind.POWER_LAW, choices), (PlainKind.POWER_EXPONENTIAL, rates):
        columns = np.stack([*np.log(X[:, powers]).T, *(values for _, values in further)], axis=1)
        for chosen, coefficients in _paths(columns, logs, weight):
            terms = list(zip(chosen, coefficients[1:].tolist(), strict=True))
            factors = [(exprs[powers[j]], c) for j, c in terms if j < len(powers)]
            inside = [(c, *further[j - len(powers)]) for j, c in terms if j >= len(powers)]
            if _is_of_kind(kind, bool(factors), inside):
                exponential = [(call("exp", add([(c, expr) for c, expr, _ in inside])), 1.0)] if inside else []
                yield kind, mul([*factors, *exponential], math.exp(min(float(coefficients[0]), _LARGEST_EXPONENT)))


def _is_of_kind(kind: PlainKind, has_powers: bool, inside: Sequence[tuple[float, Expr, Array]]) -> bool:
    """Whether a product of powers and an exponential is of a kind, and no log-linear model or another kind.

    Args:
        inside: coefficients, expressions and columns (n,) of the terms of the exponent.
    """
    if inside and np.abs(sum(c * values for c, _, values in inside)).max() > _LARGEST_EXPONENT:
        return False
    is_mixed = any(not has_two_levels(values) for *_, values in inside)
    has_inverse = any(expr.kind is ExprKind.PROD for _, expr, _ in inside)
    return (has_powers or has_inverse) and is_mixed is (kind is PlainKind.POWER_EXPONENTIAL)


def _logistic_regressions(rows: Rows) -> Iterator[tuple[PlainKind, Expr]]:
    inputs = rows.inputs()
    if inputs:
        X = np.stack([c for _, c in inputs], axis=1)
        for chosen, _ in _paths(X, rows.y, rows.weight, full=True, rows_a_term=ROWS_A_TERM):
            coefficients = _log_odds(X[:, chosen], rows)
            if np.isfinite(coefficients).all():
                yield PlainKind.LINEAR, _sum([inputs[j][0] for j in chosen], coefficients)


def _linear(exprs: Sequence[Expr], X: Array, y: Array, weight: Array | None, full: bool = False,
            rows_a_term: int = ROWS_A_CURVED_TERM) -> Iterator[Expr]:
    for chosen, coefficients in _paths(X, y, weight, full, rows_a_term):
        yield _sum([exprs[j] for j in chosen], coefficients)


def _sum(exprs: Sequence[Expr], coefficients: Array) -> Expr:
    """A constant and k expressions with factors, of 1 + k coefficients."""
    return add([(float(c), e) for e, c in zip(exprs, coefficients[1:], strict=True)], float(coefficients[0]))


def _second_degree(exprs: Sequence[Expr], X: Array) -> tuple[list[Expr], Array]:
    """The inputs, their squares and their products, as expressions and columns."""
    terms, columns = list(exprs), [X]
    for i in range(len(exprs)):
        for j in range(i, len(exprs)):
            terms.append(mul([(exprs[i], 2.0)]) if i == j else mul([(exprs[i], 1.0), (exprs[j], 1.0)]))
            columns.append((X[:, i] * X[:, j])[:, None])
    return terms, np.concatenate(columns, axis=1)


def _surfaces(exprs: Sequence[Expr], X: Array, y: Array, weight: Array | None) -> Iterator[Expr]:
    if len(exprs) <= MOST_INPUTS_OF_SURFACES and is_designed(X):
        terms, columns = _second_degree(exprs, X)
        for chosen, coefficients in surfaces(columns, len(exprs), y, weight):
            yield _sum([terms[j] for j in chosen], coefficients)


def _paths(X: Array, y: Array, weight: Array | None, full: bool = False,
           rows_a_term: int = ROWS_A_CURVED_TERM) -> Iterator[tuple[list[int], Array]]:
    """Chosen columns and their coefficients, the constant first, along the stepwise path."""
    n, d = X.shape
    root = np.ones(n) if weight is None else np.sqrt(weight)
    paths = forward_selection(X, y, root, max(1, min(MOST_TERMS, n // rows_a_term)))
    if full and d <= n / ROWS_AN_INPUT and len(paths) < d:
        every = independent_columns(X, root)
        paths += [every] if len(every) > len(paths) else []
    for chosen in paths:
        coefficients = fitted_coefficients(X[:, chosen], y, root)
        if np.isfinite(coefficients).all():
            yield chosen, coefficients


def _log_odds(X: Array, rows: Rows) -> Array:
    """The constant and the coefficients (1 + k,) of a logistic regression on X (n, k); NaN where there is none."""
    assert isinstance(rows.loss_function, Logistic)
    found = logistic_regression(X, rows.y, rows.weight, rows.loss_function.smoothing)
    return np.full(X.shape[1] + 1, np.nan) if found is None else found.coefficients


