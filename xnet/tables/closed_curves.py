"""Columns of points on a curve or a surface that gives two values for one input: circles, ellipses, spheres.

A formula y = f(x) cannot give both. The report says so, with the equation of second degree on which the rows lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd

from xnet.arrays import Array

#: Rows lie on such a curve if the smallest singular value of their monomials is this part of the second smallest.
_ON_CURVE = 0.03
#: So many columns, and so many rows for each coefficient.
_FEWEST, _MOST, _ROWS_EACH = 2, 3, 3
#: Each of the two values has at least this part of the rows.
_BRANCH = 0.15
#: Columns of smaller or, inversely, larger values are not looked at.
_TINY = 1e-100
#: Coefficients below this part of the largest are left out of the equation.
_SMALL = 0.02


def closed_curve_sentence(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """The sentence on a table whose two or three columns satisfy an equation of second degree; "" for any other.

    Args:
        frame: the table.
        columns: its columns of numbers that may be inputs or targets; the last is the one that has two values.

    >>> t = np.linspace(0.0, 6.0, 40)
    >>> closed_curve_sentence(pd.DataFrame({"x": 2 * np.cos(t), "y": np.sin(t)}), ["x", "y"]).partition(",")[0]
    'The rows lie on 0.25*x**2 + y**2 = 1'
    """
    if not _FEWEST <= len(columns) <= _MOST:
        return ""
    table = frame[list(columns)].dropna().to_numpy(dtype=np.float64)
    powers = [*combinations_with_replacement(range(table.shape[1]), 2), *((k,) for k in range(table.shape[1])), ()]
    if len(table) < _ROWS_EACH * len(powers) or not np.isfinite(table).all():
        return ""
    table = table[::max(len(table) // 2000, 1)]
    size = np.abs(table).max(axis=0)
    if size.min() < _TINY or size.max() > 1 / _TINY:
        return ""
    if (np.ptp(table, axis=0) == 0).any() or (
            np.abs(np.corrcoef(table.T)[np.triu_indices(len(size), 1)]) > 0.999).any():
        return ""
    scaled = table / size
    monomials = np.column_stack([np.prod(scaled[:, list(power)], axis=1) for power in powers])
    _, lengths, directions = np.linalg.svd(monomials / np.sqrt(len(table)), full_matrices=False)
    if lengths[-1] > _ON_CURVE * lengths[-2]:
        return ""
    weights = directions[-1]
    last = table.shape[1] - 1
    square = weights[powers.index((last, last))]
    slope = sum(w * (power.count(last) * np.prod(np.delete(scaled[:, list(power)], power.index(last), axis=1), axis=1))
                for w, power in zip(weights, powers, strict=True) if last in power)
    above = float(np.mean(np.asarray(slope) * square > 0))
    most = _SMALL * np.abs(weights).max()
    others = any(abs(w) > most for w, power in zip(weights, powers, strict=True) if set(power) - {last})
    if abs(square) < most or not others or not _BRANCH < above < 1 - _BRANCH:
        return ""
    name = columns[-1]
    return (f"The rows lie on {_equation(weights, powers, size, columns)}, which gives two values of {name!r} for the "
            f"same values of the other{'s' * (last > 1)}. A formula for {name!r} gives one of them: exclude the rows "
            f"of the other branch, or take the square of {name!r} as the target.")


def _equation(weights: Array, powers: Sequence[tuple[int, ...]], size: Array, columns: Sequence[str]) -> str:
    """The equation with 1 on the right side, or 0 where it has no constant."""
    kept = np.where(np.abs(weights) < _SMALL * np.abs(weights).max(), 0.0, weights)
    real = np.array([w / np.prod(size[list(power)]) for w, power in zip(kept, powers, strict=True)])
    constant = real[-1]
    real = real / (-constant if constant else np.abs(real[np.flatnonzero(real)[0]]))
    text = ""
    for value, power in zip(real[:-1], powers[:-1], strict=True):
        if not value:
            continue
        names = [columns[k] for k in power]
        shown = f"{names[0]}**2" if len(names) == 2 and names[0] == names[1] else "*".join(names)
        factor = "" if abs(abs(value) - 1) < 5e-3 else f"{abs(value):.3g}*"
        text += f"{' - ' if value < 0 else ' + '}{factor}{shown}"
    text = text.removeprefix(" + ")
    return f"{'-' + text.removeprefix(' - ') if text.startswith(' - ') else text} = {1 if constant else 0}"
