"""Weighted least squares of a few columns, with standard errors of the coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array


def weighted_least_squares(columns: Sequence[Array], y: Array, w: Array) -> Array | None:
    """Coefficients (k,) that minimise sum w (y - columns b)^2.

    Args:
        columns: k columns (n,).
        y: (n,) the target.
        w: (n,) weights.

    Returns:
        None when the columns or the coefficients are not finite, or when all columns are zero.
    """
    root = np.sqrt(w)
    A, size = _weighted(columns, root)
    return None if size is None else _solved(A / size, y * root, size)


def least_squares_with_errors(columns: Sequence[Array], y: Array, w: Array) -> tuple[Array, Array] | None:
    """The coefficients (k,) of `weighted_least_squares` and their standard errors (k,); None as there."""
    root = np.sqrt(w)
    A, size = _weighted(columns, root)
    if size is None:
        return None
    unit, target = A / size, y * root
    coefficients = _solved(unit, target, size)
    if coefficients is None:
        return None
    r = target - A @ coefficients
    variance = np.maximum(inverse_diagonal(unit.T @ unit, 1e-12), 0.0)
    return coefficients, np.sqrt(variance * float(r @ r) / max(len(y) - len(size), 1)) / size


def explained_by_blocks(gram: Array, right: Array) -> Array:
    """The squares (K,) that blocks of b columns of length about 1 explain.

    Args:
        gram: (K, b, b) products of the columns of each block.
        right: (K, b) products of the columns with what is to be explained.
    """
    solved = np.linalg.solve(gram + 1e-9 * np.eye(gram.shape[1]), right[:, :, None])[:, :, 0]
    return np.asarray(np.einsum("ij,ij->i", right, solved))


def inverse_diagonal(gram: Array, rcond: float) -> Array:
    """The diagonal (k,) of the pseudo-inverse of a symmetric matrix (k, k).

    Args:
        gram: the matrix.
        rcond: eigenvalues below this share of the largest count as zero.
    """
    size, directions = np.linalg.eigh(gram)
    reach = np.abs(size)
    kept = reach > rcond * reach.max()
    return (directions * directions)[:, kept] @ (1.0 / size[kept])


def _weighted(columns: Sequence[Array], root: Array) -> tuple[Array, Array | None]:
    """The columns times the roots of the weights (n, k), and their lengths (k,) with 1 for 0; None if unusable."""
    A = np.stack(columns, axis=1) * root[:, None]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all() or not size.any():
        return A, None
    size[size == 0] = 1.0
    return A, size


def _solved(unit: Array, target: Array, size: Array) -> Array | None:
    coefficients = np.linalg.lstsq(unit, target, rcond=1e-12)[0] / size
    return coefficients if np.isfinite(coefficients).all() else None
