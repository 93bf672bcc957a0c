"""New rows that a pole of the formula, or a place without a value, separates from the rows of the search."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.domain import is_defined_inside

from .predictor import Predictor


def beyond_a_pole(predictor: Predictor, given: Mapping[str, Array], rows: Array) -> Array:
    """Which rows (n,) may lie beyond a pole, seen from the rows of the search.

    Interval arithmetic over the box between a row and the nearest point of the ranges of the search finds every pole
    and every end of a domain there. Where an input occurs twice in the formula, it may suspect one where there is none.

    Args:
        predictor: the formula, with the ranges of its inputs.
        given: (n,) values of every input that the formula uses, by name.
        rows: (n,) whether a row is examined: it has a value, and lies outside the ranges.
    """
    found = np.zeros(len(rows), dtype=bool)
    at = np.flatnonzero(rows)
    ranges = [predictor.range_of(name) for name in predictor.used]
    if not len(at) or None in ranges:
        return found
    low, high = np.array(ranges).T
    X = np.column_stack([given[name][at] for name in predictor.used])
    nearest = np.clip(X, low, high)
    start, end = np.minimum(X, nearest), np.maximum(X, nearest)

    def is_clear(low: Array, high: Array) -> bool:
        box = [(0.0, 0.0)] * len(predictor.names)
        for name, ends in zip(predictor.used, zip(low.tolist(), high.tolist(), strict=True), strict=True):
            box[predictor.names.index(name)] = ends
        return is_defined_inside(predictor.network, box)

    if not is_clear(start.min(axis=0), end.max(axis=0)):  # one box of all rows clears most formulas at once
        found[at] = [not is_clear(a, b) for a, b in zip(start, end, strict=True)]
    return found
