"""Response surfaces: polynomials of degree two in the factors of a designed experiment.

Experiments of few runs are designed for these models (Box & Wilson, On the experimental attainment of optimum
conditions, Journal of the Royal Statistical Society B 13, 1951). They have all factors, and with them all squares and
products or those that matter: terms are removed one by one, a factor never (the model stays hierarchical).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xnet.arrays import Array

from .least_squares import fitted_coefficients, independent_columns

#: Factors beyond which a surface has too many terms, and the fewest rows for each constant of a surface.
MOST_INPUTS_OF_SURFACES, _ROWS_A_CONSTANT = 5, 1.4
#: In a designed experiment of at most so many runs every factor has few levels, and factors are hardly correlated.
_MOST_RUNS, _MOST_LEVELS, _MOST_CORRELATION = 150, 5, 0.3


def is_designed(X: Array) -> bool:
    """Whether n rows of d inputs that vary, X (n, d), look like the runs of a designed experiment."""
    n, d = X.shape
    levels = [len(np.unique(column)) for column in X.T]
    if d == 1 or n > _MOST_RUNS or max(levels) > _MOST_LEVELS:
        return False  # the levels of one input, such as doses, are often on a curve of another kind
    return float(np.abs(np.corrcoef(X.T) - np.eye(d)).max()) <= _MOST_CORRELATION


def surfaces(columns: Array, d: int, y: Array, weight: Array | None) -> Iterator[tuple[list[int], Array]]:
    """Response surfaces with all factors, those of more terms first.

    Args:
        columns: (n, d + d (d + 1) / 2) the factors, then their squares and products: 11, 12, ..., 22, 23, ...
        d: number of factors.
        y: (n,) the response.
        weight: (n,) weights of the rows, or None.

    Yields:
        Positions of the columns of a surface, and the constant and their coefficients.
    """
    n, root = len(y), np.ones(len(y)) if weight is None else np.sqrt(weight)
    pairs = [(i, j) for i in range(d) for j in range(i, d)]
    squares, products = ([d + k for k, (i, j) in enumerate(pairs) if (i == j) is same] for same in (True, False))
    starts = [[*range(columns.shape[1])], [*range(d), *squares], [*range(d), *products]]
    kept = [[terms[k] for k in independent_columns(columns[:, terms], root)] for terms in starts]
    few = [terms for terms in kept if n >= _ROWS_A_CONSTANT * (1 + len(terms)) and len(terms) > d]
    done: set[tuple[int, ...]] = set()
    for terms in few[:1] if kept[0] in few else few:  # the others are on the way from the whole surface
        chosen = terms
        while len(chosen) > d and tuple(chosen) not in done:
            done.add(tuple(chosen))
            coefficients = fitted_coefficients(columns[:, chosen], y, root)
            if np.isfinite(coefficients).all():
                yield chosen, coefficients
            chosen = _without_weakest(columns, chosen, d, y, root)


def _without_weakest(columns: Array, chosen: list[int], d: int, y: Array, root: Array) -> list[int]:
    """The columns without the square or product whose removal raises the squared error least."""
    shorter = [[j for j in chosen if j != term] for term in chosen if term >= d]
    return min(shorter, key=lambda terms: _squared_error(columns[:, terms], y, root))


def _squared_error(X: Array, y: Array, root: Array) -> float:
    coefficients = fitted_coefficients(X, y, root)
    return float(np.square(root * (y - coefficients[0] - X @ coefficients[1:])).sum())
