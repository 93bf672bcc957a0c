"""The report's sentences on columns whose values deserve a look: limits, large offsets, other units, shares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from xnet.arrays import Array

#: A value at an end of a column is a limit if at least this share of the rows, and so many, have it,
#: although at most this share of the other rows repeat a value.
_AT_LIMIT, _FEWEST_AT_LIMIT, _REPEATS = 0.05, 5, 0.2
#: The range of a column with an offset is below this share of its size.
_OFFSET = 1e-3
#: A column called like this holds directions in degrees if its values lie between 0 and 360 and reach this far.
_DIRECTION = re.compile(r"(?:dir|direction|azimuth|bearing|heading|aspect|yaw|richtung)(?![a-z])", re.IGNORECASE)
_TURN, _MOST_OF_A_TURN = 360.0, 300.0
#: Columns are the same in other units if their correlation differs from 1 or -1 by less than this.
_SAME = 1e-7
#: Columns are shares if at least so many, of at most so many between 0 and the sum, have the same sum in all rows. It
#: may differ by this part of it, because shares are rounded. The ridge is this part of their variance.
_FEWEST_SHARES, _MOST_SHARES, _OF_SUM, _RIDGE = 3, 60, 0.02, 1e-9
#: Larger tables are compared on this many rows; more columns are not compared, and no more are named.
_ROWS, _COLUMNS, _NAMED = 10_000, 300, 6


def note_values(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str],
                codes: Mapping[str, Sequence[float]] = MappingProxyType({})) -> None:
    """Report limits, offsets, columns that are another one in other units, and columns with a constant sum.

    Args:
        frame: the table.
        numeric: its columns of numbers.
        notes: sentences are added here.
        codes: for missing values, by column; they are no limits.
    """
    with np.errstate(all="ignore"):  # of differences of huge values
        columns = {c: frame[c].to_numpy(dtype=np.float64) for c in numeric}
        limits = [said for c, values in columns.items() if (
            said := _limit(c, values[np.isfinite(values) & ~np.isin(values, codes.get(c, ()))]))]
        notes += limits[:_NAMED]
        offsets = [c for c, values in columns.items() if _has_offset(values[np.isfinite(values)])]
        if offsets:
            notes.append(f"Values that differ by less than {100 * _OFFSET:g} % of their size: {_quoted(offsets)}. "
                         "Subtract a round number from them before a search.")
        directions = [c for c, values in columns.items() if _DIRECTION.search(c) and _is_a_turn(
            values[np.isfinite(values)])]
        if directions:
            notes.append(f"Directions from 0 to 360 degrees: {_quoted(directions)}. 359 and 1 lie beside each other, "
                         "but differ by 358 as numbers. Columns of their sine and cosine have no such jump.")
        same = _same_but_units(columns)
        notes += [f"{c!r} is a linear function of {of!r}, like the same quantity in another unit."
                  for c, of in same[:_NAMED]]
        notes += [f"{_quoted(names)} add up to {total:g} in every row, so each of them follows from the others. In a "
                  "formula the constant of such a share is its effect relative to the shares that the formula leaves "
                  "out." for names, total in _shares(columns)]


def _is_a_turn(values: Array) -> bool:
    """Whether values (n,) fill most of a turn in degrees."""
    return bool(len(values)) and values.min() >= 0.0 and values.max() <= _TURN and np.ptp(values) >= _MOST_OF_A_TURN


def _limit(name: str, values: Array) -> str:
    """The sentence that many rows have the largest or the smallest value of a column; "" where they do not.

    >>> _limit("signal", np.append(np.sqrt(np.arange(40.0)), [7.0] * 8))
    "'signal': 8 of 48 values are 7, the largest. If this is a limit of the instrument, exclude these rows."
    """
    for end, word in ((np.max, "largest"), (np.min, "smallest")):
        if len(values) < 20:
            return ""
        limit = end(values)
        others = values[values != limit]
        count = len(values) - len(others)
        if count >= max(_FEWEST_AT_LIMIT, _AT_LIMIT * len(values)) and len(others) >= 10 and (
                len(np.unique(others)) >= (1.0 - _REPEATS) * len(others)):
            advice = ("If 0 means that nothing happened, search the other rows alone, and in a second search whether "
                      "the value is 0." if limit == 0 else
                      "If this is a limit of the instrument, exclude these rows.")
            return f"{name!r}: {count:,} of {len(values):,} values are {limit:.6g}, the {word}. {advice}"
    return ""


def _has_offset(values: Array) -> bool:
    """Whether values (n,) differ by little against their size, but do differ."""
    if not len(values):
        return False
    spread = float(np.ptp(values))
    return 0 < spread < _OFFSET * float(np.abs(values).max())


def _same_but_units(columns: dict[str, Array]) -> list[tuple[str, str]]:
    """Pairs of a column and an earlier one that it is a linear function of; columns without gaps that differ."""
    full = {c: v for c, v in columns.items() if np.isfinite(v).all() and len(v) > 3 and np.ptp(v) > 0}
    if not 1 < len(full) <= _COLUMNS:
        return []
    names, step = list(full), max(len(next(iter(full.values()))) // _ROWS, 1)
    table = np.array([v[::step] for v in full.values()])
    table = table - table.mean(axis=1, keepdims=True)
    length = np.linalg.norm(table, axis=1, keepdims=True)
    table /= np.where(length > 0, length, 1.0)
    alike = np.abs(table @ table.T)
    found = []
    for j in range(1, len(names)):
        for i in np.flatnonzero(alike[j, :j] > 1.0 - _SAME)[:1]:
            if not (full[names[i]] == full[names[j]]).all():
                found.append((names[j], names[i]))
    return found


def _shares(columns: dict[str, Array]) -> list[tuple[list[str], float]]:
    """Groups of columns that add up to 1 or to 100 in every row, with this sum; columns without gaps.

    >>> a, b = np.array([0.1, 0.2, 0.7, 0.3]), np.array([0.2, 0.5, 0.1, 0.1])
    >>> _shares({"a": a, "b": b, "c": 1.0 - a - b})
    [(['a', 'b', 'c'], 1.0)]
    """
    found = []
    for total in (1.0, 100.0):
        names = [c for c, v in columns.items() if len(v) > 3 and np.isfinite(v).all() and np.ptp(v) > 0
                 and v.min() >= 0.0 and v.max() <= total * (1.0 + _OF_SUM)]
        while _FEWEST_SHARES <= len(names) <= _MOST_SHARES and (group := _of_sum(columns, names, total)):
            found.append((group, total))
            names = [c for c in names if c not in group]
    return found


def _of_sum(columns: dict[str, Array], names: list[str], total: float) -> list[str]:
    """The first columns of a sum: one, and those with coefficients near -1 in its regression on the others; or []."""
    table = np.array([columns[c] for c in names])
    products = np.cov(table[:, ::max(table.shape[1] // _ROWS, 1)])
    inverse = np.linalg.pinv(products + _RIDGE * np.trace(products) * np.eye(len(names)), hermitian=True)
    for row, own in zip(inverse, np.diag(inverse), strict=True):
        group = np.flatnonzero(row > 0.5 * own)
        if len(group) >= _FEWEST_SHARES and (np.abs(table[group].sum(axis=0) - total) <= _OF_SUM * total).all():
            return [names[i] for i in group]
    return []


def _quoted(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(map(repr, names[:_NAMED])) + (f" and {more} more" if more > 0 else "")
