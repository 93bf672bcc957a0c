"""Values that stand alone in a column: numbers that stand for missing values, such as -999, and outliers.

Nothing is removed. The report names the values, and `Table.sentinels` offers to read the first kind as missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.ways import WHERE_CONVERSIONS, ways

from .columns import Findings

#: Numbers that programs and people write for a missing value.
_SENTINELS = np.array(sorted({
    *(sign * value for sign in (-1, 1) for value in (
        99.0, 99.9, 99.99, 999.0, 999.9, 999.99, 9999.0, 9999.9, 9999.99, 99999.0, 99999.9, 999999.0, 9999999.0,
        99999999.0, 999999999.0, 8888.0, 88888.0, 777.0, 7777.0, 888.0, 6999.0, 7999.0, 1e10, 1e20, 1e30, 1e34, 1e35,
        1e36, 1e37, 1e38)),
    -9.0, -8.0, -7.0, -9.99, -9e33, 32767.0, -32768.0, 65535.0, 2147483647.0, -2147483648.0, 4294967295.0,
    9.969209968386869e36, 1.7976931348623157e308, -1.7976931348623157e308, 3.4028234663852886e38,
    -3.4028234663852886e38}))
#: Codes above this are the limits of number formats, which programs print with seven digits or more.
_LARGE, _SAME_CODE = 1e15, 1e-5
#: A repeated number above this and so much larger than all others is a code, whatever its digits.
_FAR = 1e9
#: The least size of a code that only its columns tell.
_LEAST_CODE = 90
#: Shorter columns have no outliers; and the most outliers at one end, and columns that are named.
FEWEST_ROWS, MOST_OUTLIERS, MOST_NAMED = 10, 3, 6


def find_sentinels(values: Array) -> tuple[float, ...]:
    """The values of a column that look like codes for missing values: known codes, far from all other values.

    Args:
        values: (n,) numbers.

    >>> find_sentinels(np.array([0.3, 0.6, -999.0, 1.2, 1.5]))
    (-999.0,)
    """
    values = values[np.isfinite(values)]
    suspects = np.intersect1d(values, _SENTINELS)
    large = np.unique(values[np.abs(values) > _LARGE])  # printed with fewer digits, such as 3.4028235E+38
    if len(large):
        alike = (np.abs(large[:, None] / _SENTINELS[np.abs(_SENTINELS) > _LARGE] - 1.0) < _SAME_CODE).any(axis=1)
        others = np.abs(values[np.abs(values) <= _LARGE])
        repeated = np.array([(values == v).sum() > 1 for v in large]) & (len(others) > 0)
        suspects = np.union1d(suspects, large[alike | (repeated & (np.abs(large) > _FAR * others.max(initial=1.0)))])
    rest = values[~np.isin(values, suspects)]
    if not len(suspects) or len(rest) < 3:
        return ()
    low, high = float(rest.min()), float(rest.max())
    found = []
    for suspect in map(float, suspects):
        distance = low - suspect if suspect < low else suspect - high
        count = int((values == suspect).sum())
        negative = suspect < 0 <= low
        small = abs(suspect) <= 99
        if distance > (high - low) * (0.3 if negative and not small else 1.0) and distance > 0.5 * abs(suspect) and (
                count > 1 or not small):
            found.append(suspect)
    return tuple(found)


def _common_code(columns: Mapping[str, Array]) -> float | None:
    """A negative whole number that several columns repeat below all their other values, such as -200; None without one.

    >>> _common_code({"a": np.array([1.0, 2, -200, 3, -200]), "b": np.array([-200, 900.0, 950, -200, 980])})
    -200.0
    """
    lowest = Counter(low for values in columns.values() if len(values) and np.isfinite(
        low := float(np.nanmin(values, initial=np.inf))) and low <= -_LEAST_CODE and low == int(low))
    for value, count in lowest.most_common(3):
        if count > 1:
            found = [values for values in columns.values() if _is_apart(values, value)]
            spreads = [np.ptp(values[np.isfinite(values) & (values != value)]) for values in found]
            if len(found) > 1 and any(abs(value) > 2 * spread for spread in spreads):
                return value
    return None


def _is_apart(values: Array, code: float) -> bool:
    """Whether a column repeats a code and has its other values far above it."""
    others = values[np.isfinite(values) & (values != code)]
    return int((values == code).sum()) > 1 and len(others) > 2 and float(others.min()) - code >= abs(code) / 2


def find_outliers(values: Array, without: Collection[float] = ()) -> list[int]:
    """The rows of values that a wide gap separates from all others, at most `MOST_OUTLIERS` at either end.

    The gap is wider than the range of all other values, and in a positive column also wide on a logarithmic scale, so
    that growth is no outlier.
    """
    rows = np.flatnonzero(np.isfinite(values) & ~np.isin(values, list(without)))
    if len(rows) < FEWEST_ROWS:
        return []
    if len(rows) > 100:  # the values at the ends decide
        ends = np.argpartition(values[rows], [MOST_OUTLIERS, len(rows) - MOST_OUTLIERS - 1])
        rows = rows[np.concatenate([ends[:MOST_OUTLIERS + 1], ends[-MOST_OUTLIERS - 1:]])]
    order = rows[np.argsort(values[rows], kind="stable")]
    ordered = values[order]
    found: list[int] = []
    for k in range(1, MOST_OUTLIERS + 1):
        if _apart(ordered[:-k], ordered[-k]):
            found += [int(r) for r in order[-k:]]
            break
    for k in range(1, MOST_OUTLIERS + 1):
        if _apart(ordered[k:], ordered[k - 1]):
            found += [int(r) for r in order[:k]]
            break
    return sorted(found)


def _apart(rest: Array, value: float) -> bool:
    """Whether a value is further from the sorted rest than their range, on both scales."""
    low, high = float(rest[0]), float(rest[-1])
    with np.errstate(over="ignore"):
        gap = max(low - value, value - high)
        if high <= low or not gap > high - low:
            return False
    if min(low, value) <= 0:
        return True
    logs = np.log([low, high, value])
    return bool(max(logs[0] - logs[2], logs[2] - logs[1]) > 0.5 * (logs[1] - logs[0]))


def note_extremes(frame: pd.DataFrame, numeric: Sequence[str], found: Findings, notes: list[str]) -> None:
    """Report codes for missing values and outliers, and keep both in `found`."""
    named = 0
    columns = {column: frame[column].to_numpy(dtype=np.float64) for column in numeric}
    code = _common_code(columns)
    for column, values in columns.items():
        codes = find_sentinels(values)
        if code is not None and code not in codes and _is_apart(values, code):
            codes = (*codes, code)
        if codes:
            found.sentinels[column] = codes
            rows = np.flatnonzero(np.isin(values, codes))
            cells = "one cell holds" if len(rows) == 1 else f"{len(rows):,} cells hold"
            notes.append(f"{column!r}: {cells} {' or '.join(f'{c:.12g}' for c in codes)} (the first in "
                         f"{found.line(int(rows[0]))}), far from all other values. If it stands for a missing value, "
                         f"have it read as missing {ways(WHERE_CONVERSIONS, f'--convert {column}:gaps')}.")
        outliers = find_outliers(values, codes) if named < MOST_NAMED else []
        if outliers:
            named += 1
            found.outliers[column] = tuple(float(values[r]) for r in outliers)
            rest = np.delete(values, outliers)
            rest = rest[np.isfinite(rest) & ~np.isin(rest, codes)]
            shown = ", ".join(f"{values[r]:.6g} in {found.line(r)}" for r in outliers)
            notes.append(f"{column!r}: {shown} {'is' if len(outliers) == 1 else 'are'} far from the other values "
                         f"({rest.min():.6g} to {rest.max():.6g}). Check {'it' if len(outliers) == 1 else 'them'}; "
                         "nothing was removed.")
