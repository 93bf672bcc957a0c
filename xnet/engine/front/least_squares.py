"""Least squares of chosen columns, which plain models use."""

from __future__ import annotations

import math

import numpy as np

from xnet.arrays import Array

#: A column is a combination of the selected columns if its residual variance is less than this share of its variance.
_INDEPENDENT = 1e-10


def fitted_coefficients(X: Array, y: Array, root: Array) -> Array:
    """The constant and the coefficients (1 + k,) of k columns by least squares; `root` of the weights."""
    A = np.column_stack([np.ones(len(y)), X]) * root[:, None]
    size = np.abs(A).max(axis=0)
    size[size == 0] = 1.0
    return np.linalg.lstsq(A / size, y * root, rcond=1e-12)[0] / size


def independent_columns(X: Array, root: Array) -> list[int]:
    """The columns without those that are combinations of a constant and the columns before them.

    Seven columns for the days of the week add up to 1, so a constant and six of them say everything.
    """
    R = (X - (root * root) @ X / (root @ root)) * root[:, None]
    start = np.einsum("ij,ij->j", R, R)
    kept = []
    for j in range(X.shape[1]):
        left = float(R[:, j] @ R[:, j])
        if left > _INDEPENDENT * start[j]:
            kept.append(j)
            q = R[:, j] / math.sqrt(left)
            R = R - np.outer(q, q @ R)
    return kept


def forward_selection(X: Array, y: Array, root: Array, most: int) -> list[list[int]]:
    """Columns by forward selection: the first, the first two, ... (modified Gram-Schmidt)."""
    total = root @ root
    R = (X - (root * root) @ X / total) * root[:, None]
    r = (y - (root * root) @ y / total) * root
    start = np.einsum("ij,ij->j", R, R)
    chosen: list[int] = []
    found = []
    for _ in range(min(most, X.shape[1])):
        left = np.einsum("ij,ij->j", R, R)
        free = left > _INDEPENDENT * start
        free[chosen] = False
        if not free.any():
            break
        gain = np.where(free, (R.T @ r) ** 2 / np.where(free, left, 1.0), -1.0)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(best)
        q = R[:, best] / math.sqrt(left[best])
        r = r - q * (q @ r)
        R = R - np.outer(q, q @ R)
        found.append(list(chosen))
    return found
