"""Matching for groups: every candidate with a scale and a bias of its own in every group.

With the target's weighted mean of every group taken out, the gain of a candidate c is the sum over the groups of

    (sum w y' c)^2 / (sum w c^2 - (sum w c)^2 / sum w),

so the products of `matching` are taken over slices of the rows instead of all of them. This finds what is inside a form
from many groups of a few rows, none of which could be searched alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array

from .library import CandidateLibrary

#: A candidate that varies less than this share of its size in a group gains nothing there.
_VARIES = 1e-5
#: Candidates of one product.
_BLOCK = 1024


class GroupMatch(NamedTuple):
    """One candidate that matches a target well.

    Attributes:
        target: position of the target.
        candidate: position of the candidate in the library.
        share: the share of the target's variance within groups that is left.
    """

    target: int
    candidate: int
    share: float


def best_group_matches(library: CandidateLibrary, targets: Array, weights: Array, starts: Sequence[int],
                       top: int = 8, simplicity: float = 0.03) -> list[GroupMatch]:
    """The `top` candidates of every target, by the share that is left with a small penalty on complexity.

    Args:
        library: the candidates, on m match rows sorted by group.
        targets, weights: (K, m) targets and their weights.
        starts: where every group starts among the match rows.
        top, simplicity: as in `matching.best_matches`.
    """
    if not len(library.index):
        return []
    slices = [slice(a, b) for a, b in zip(starts, [*starts[1:], targets.shape[1]], strict=True)]
    y, total = _centred(targets, weights, slices)
    weighted, w = (weights * y).astype(np.float32), weights.astype(np.float32)
    cost = library.complexity[library.index]
    left = np.empty((len(targets), len(cost)), dtype=np.float32)
    for first in range(0, len(cost), _BLOCK):
        values = np.ascontiguousarray(library.standardised[first:first + _BLOCK].T)
        gain = np.zeros((len(targets), values.shape[1]))
        for at in slices:
            gain += _gain(weighted[:, at], w[:, at], values[at])
        left[:, first:first + _BLOCK] = 1.0 - np.minimum(gain / total[:, None], 1.0)
    score = (left + 1e-6) * (1.0 + simplicity * cost)
    found = []
    for k in np.flatnonzero(np.isfinite(total)):
        order = np.argsort(score[k], kind="stable")[:top]
        found += [GroupMatch(int(k), int(library.index[c]), float(left[k, c])) for c in order]
    return found


def _centred(targets: Array, weights: Array, slices: Sequence[slice]) -> tuple[Array, Array]:
    """The targets without the weighted mean of every group, and their sums of squares (K,); infinite for none."""
    y = targets.copy()
    for at in slices:
        sums = np.maximum(weights[:, at].sum(axis=1, keepdims=True), 1e-300)
        y[:, at] -= (weights[:, at] * y[:, at]).sum(axis=1, keepdims=True) / sums
    total = (weights * y * y).sum(axis=1)
    return y, np.where(np.isfinite(total) & (total > 0), total, np.inf)


def _gain(weighted: Array, w: Array, values: Array) -> Array:
    """What candidates (m_g, B) explain of targets (K, m_g) in one group."""
    size = w @ (values * values)
    sums = w @ values
    varies = size - sums * sums / np.maximum(w.sum(axis=1, keepdims=True), 1e-30)
    return np.where(varies > _VARIES * size, (weighted @ values) ** 2 / np.maximum(varies, 1e-30), 0.0)
