"""Jacobians of many linked pieces as sparse matrices.

A first state acts on its own piece and on the gap before it alone. A dense matrix of all pieces takes memory with the
square of their number, and a step of a fit takes time with its cube: 10,000 pieces filled 20 GB.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array, eye_array
from scipy.sparse.linalg import splu

from xnet.arrays import Array

#: The smallest eigenvalue that a projection adds to normal equations of columns of length 1.
_RIDGE = 1e-12


def rows_of_pieces(J: Array, p: int, piece: Array, count: int) -> Any:
    """The sparse Jacobian (N, p + d count) of values that depend on p constants and the d first states of one piece.

    Args:
        J: (N, p + d) derivatives by the constants and these first states.
        piece: (N,) the piece of each value.
        count: the number of pieces.
    """
    n, q = J.shape
    columns = np.hstack([np.broadcast_to(np.arange(p), (n, p)), p + np.arange(q - p) * count + piece[:, None]])
    return csr_array((J.ravel(), columns.ravel(), np.arange(n + 1) * q), shape=(n, p + (q - p) * count))


def rows_of_gaps(slopes: Array, unit: Array, before: Array, after: Array, p: int, count: int) -> Any:
    """The sparse Jacobian (d g, p + d count) of the model values of g gaps, those of the first state first.

    Args:
        slopes: (d, p + d, g) derivatives of the last states of the pieces before, in units of the gaps.
        unit: (d, g) what the first states of the pieces after are multiplied by.
        before, after: (g,) the pieces on both sides.
        count: the number of pieces.
    """
    d, q, g = slopes.shape
    ends = rows_of_pieces(slopes.transpose(0, 2, 1).reshape(d * g, q), p, np.tile(before, d), count)
    begins = p + np.repeat(np.arange(d), g) * count + np.tile(after, d)
    return ends - csr_array((unit.ravel(), (np.arange(d * g), begins)), shape=ends.shape)


def unit_columns(J: Any) -> tuple[Any, Array]:
    """The columns of a sparse matrix over their lengths, and these lengths (q,); 1 where a column is 0."""
    size = np.sqrt(np.asarray(J.multiply(J).sum(axis=0)).ravel())
    size[size == 0] = 1.0
    return J @ diags_array(1.0 / size), size


def solved(normal: Any, damping: float, right: Array) -> Array:
    """The solution of sparse normal equations (q, q) with damping added to their diagonal.

    Raises:
        LinAlgError: there is none.
    """
    try:
        found = splu((normal + damping * eye_array(normal.shape[0])).tocsc(), permc_spec="MMD_AT_PLUS_A",
                     options={"SymmetricMode": True}, diag_pivot_thresh=0.0)
    except RuntimeError as error:
        raise np.linalg.LinAlgError(str(error)) from error
    return np.asarray(found.solve(right))


def without_columns(values: Array, J: Any) -> Array:
    """The parts of values (N, m) outside the columns of a sparse matrix (N, q)."""
    A, _ = unit_columns(J)
    return np.asarray(values - A @ solved(A.T @ A, _RIDGE, A.T @ values))
