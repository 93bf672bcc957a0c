"""Whether a target depends on the factors of a two-level experiment: a permutation test of the larger effects.

An experiment of 16 runs has ten effects and products of four factors. Most of them are nothing, as a rule (sparsity of
effects: Box & Meyer, An analysis for unreplicated fractional factorials, Technometrics 28, 1986), so a model of all of
them leaves few degrees of freedom, and shows less than the larger ones do. The choice of these is repeated in every
order of the target, so the test keeps its level (`permutation_tests`).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from xnet.arrays import Array

from .permutation_tests import ROUNDING, least_p_value

#: Columns are orthogonal, or aliases, up to this correlation.
_ORTHOGONAL = 1e-9
#: The fewest rows for each constant of a model of all effects and products.
_ROWS_A_CONSTANT = 1.4


def is_two_level(inputs: list[Array]) -> bool:
    """Whether inputs (n,) are two factors or more of two levels each."""
    return len(inputs) > 1 and all(len(np.unique(column)) == 2 for column in inputs)


def factorial_p_value(inputs: list[Array], y: Array, most_orders: int) -> float:
    """The p-value of the larger half of the effects and products of factors on a target y (n,).

    Args:
        inputs: the factors (n,) of two levels, and orthogonal.
        most_orders: see `least_p_value`.

    Returns:
        1 where factors or products are not orthogonal, or where there are too many for the rows.
    """
    effects = _effects(inputs)
    if effects is None or _ROWS_A_CONSTANT * (1 + effects.shape[1]) > len(y):
        return 1.0
    deviations, half = y - y.mean(), (effects.shape[1] + 1) // 2

    def explained(targets: Array) -> Array:
        return np.asarray(np.sort(np.square(targets @ effects), axis=1)[:, -half:].sum(axis=1))

    true = float(explained(deviations[None])[0]) * (1.0 - ROUNDING)
    return least_p_value(lambda orders: np.array([float((explained(deviations[orders]) >= true).sum())]), len(y),
                         most_orders)


def _effects(inputs: list[Array]) -> Array | None:
    """The different effects and products as columns (n, k) of length 1; None where they are not orthogonal."""
    coded = [np.where(column == column.max(), 1.0, -1.0) for column in inputs]
    columns = np.column_stack([*coded, *(a * b for a, b in combinations(coded, 2))])
    columns = columns - columns.mean(axis=0)
    size = np.sqrt(np.square(columns).sum(axis=0))
    columns = columns[:, size > 0] / size[size > 0]
    alike = np.abs(np.triu(columns.T @ columns, 1))
    if ((alike > _ORTHOGONAL) & (alike < 1.0 - _ORTHOGONAL)).any():
        return None
    return np.asarray(columns[:, alike.max(axis=0) < 0.5])
