"""The noise of the groups of a table, by the likeliest of a few rules."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from xnet.arrays import Array

from .group_fitting import GroupRows

#: Groups of fewer rows do not estimate a noise level of their own.
ROWS_FOR_NOISE = 20


class NoiseRule(StrEnum):
    """What the noise of the groups is taken to be: known, the same, a share of their variances, or each its own."""

    KNOWN = "known"
    SAME = "same"
    RELATIVE = "relative"
    OWN = "own"


def noise_levels(losses: Array, rows: GroupRows) -> Array:
    """The noise (G,), as mean losses of the groups, by the rule of `noise_rule`.

    A group whose target does not vary says nothing about its noise, which is that of a group of the least noise, or its
    loss where this is larger.

    Args:
        losses: (G,) mean losses of the groups, not normalised.
    """
    rule, scale = noise_rule(losses, rows), rows.rows.scale
    if rule is NoiseRule.KNOWN:
        return np.full(rows.n_groups, float(rows.rows.loss_function.dispersion or 1.0))
    levels = losses if rule is NoiseRule.OWN else _common_levels(losses, rows)[rule]
    levels = np.maximum(levels, 1e-22 * np.minimum(_spread(rows), scale))
    flat = ~rows.varies
    if flat.any():
        least = levels[rows.varies].min() if rows.varies.any() else 1e-22 * scale
        levels = np.where(flat, np.maximum(losses, least), levels)
    return levels


def noise_rule(losses: Array, rows: GroupRows) -> NoiseRule:
    """The likeliest rule of the groups' noise.

    It is the same in all groups, or the same share of every group's variance; where every group has `ROWS_FOR_NOISE`
    rows, each has a level of its own. Under a loss of known dispersion nothing is estimated.

    Args:
        losses: (G,) mean losses of the groups, not normalised.
    """
    if rows.rows.loss_function.dispersion is not None:
        return NoiseRule.KNOWN
    if rows.sizes.min() >= ROWS_FOR_NOISE:
        return NoiseRule.OWN
    found, sizes = _common_levels(losses, rows), _counted(rows)
    return min(found, key=lambda rule: float(np.log(np.maximum(found[rule], 1e-300)) @ sizes))


def _common_levels(losses: Array, rows: GroupRows) -> dict[NoiseRule, Array]:
    """The levels (G,) of the rules that all groups have in common."""
    sizes, spread = _counted(rows), _spread(rows)
    return {NoiseRule.SAME: np.full(rows.n_groups, float(losses @ sizes / sizes.sum())),
            NoiseRule.RELATIVE: spread * float((losses / spread) @ sizes / sizes.sum())}


def _counted(rows: GroupRows) -> Array:
    """The rows (G,) of the groups whose target varies; those of all groups where it varies in none."""
    found: Array = rows.sizes * rows.varies if rows.varies.any() else rows.sizes
    return found


def _spread(rows: GroupRows) -> Array:
    """The variance (G,) of the target in every group; that of the whole table where it does not vary."""
    return np.where(rows.varies, rows.spread, rows.rows.scale)
