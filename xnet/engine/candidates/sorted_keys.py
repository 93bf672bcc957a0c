"""Look-ups among sorted hashes of candidates."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array


def contains(ordered: Array, keys: Array) -> Array:
    """Whether each key (k,) is among the ordered ones."""
    if not len(ordered):
        return np.zeros(len(keys), dtype=bool)
    order = np.argsort(keys)  # sorted look-ups walk through memory once: several times faster than in random order
    queries = keys[order]
    at = np.minimum(np.searchsorted(ordered, queries), len(ordered) - 1)
    inside = np.empty(len(keys), dtype=bool)
    inside[order] = ordered[at] == queries
    return inside
