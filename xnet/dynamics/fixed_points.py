"""Fixed points of a system and their stability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import root

from xnet.arrays import Array

from .system import System

#: Starting points of the solver, and the widening of the box in which fixed points are looked for.
_STARTS, _WIDENING = 60, 0.25
#: More undecided points than this lie on a line or a surface, where every state rests; only two of them are returned.
_MOST_UNDECIDED = 4
_ON_A_LINE, _ON_A_SURFACE = "on a line of fixed points", "on a surface of fixed points"
#: Eigenvalues smaller than this share of the largest count as zero.
_ZERO = 1e-6


@dataclass(frozen=True)
class FixedPoint:
    """A state that does not move.

    Attributes:
        x: (d,) the state.
        eigenvalues: (d,) complex eigenvalues of the Jacobian there.
        kind: "stable node", "stable focus", "saddle", "unstable node", "unstable focus", "centre", "undecided" where
            an eigenvalue is zero, "on a line of fixed points", or "on a surface of fixed points" where two or more
            states can be chosen.
    """

    x: Array
    eigenvalues: Array
    kind: str

    @property
    def is_stable(self) -> bool:
        """Whether the states nearby come back."""
        return self.kind.startswith("stable")


def fixed_points(system: System, low: Array, high: Array, u: Array | None = None, seed: int = 0) -> list[FixedPoint]:
    """The fixed points in and around a box, found from many starting points.

    Args:
        low, high: (d,) ends of the box, such as the range of the rows.
        u: (k,) driving inputs, held; zeros by default.
        seed: of the starting points.
    """
    rng = np.random.default_rng(seed)
    signs = np.where(low >= 0, 1.0, np.where(high <= 0, -1.0, 0.0))
    held = np.zeros(len(system.inputs)) if u is None else u
    margin = _WIDENING * (high - low)
    low, high = low - margin, high + margin
    found: list[Array] = []

    def slope(x: Array) -> Array:
        value = system.slopes(np.concatenate([x, held])[:, None])[:, 0]
        return np.where(np.isfinite(value), value, 1e6)

    speed = _typical_speed(system, low, high, held, rng)
    with np.errstate(all="ignore"):
        for start in [0.5 * (low + high), np.clip(np.zeros_like(low), low, high),
                      *rng.uniform(low, high, (_STARTS, len(low)))]:
            solution = root(slope, start, jac=lambda x: system.jacobian_at(x, held), method="hybr")
            x = solution.x
            inside = bool((x >= low).all() and (x <= high).all())
            if inside and (np.abs(slope(x)) < 1e-8 * speed).all() and all(
                    np.abs((x - other) / (high - low)).max() > 1e-5 for other in found):
                found.append(np.where(np.abs(x) < 1e-12 * (high - low), 0.0, x))
    points = [_fixed_point(system, x, held) for x in sorted(found, key=lambda x: np.round(x, 9).tolist())]
    return _ends_of_lines(points, [_free_directions(system, point.x, held) for point in points], signs)


def _free_directions(system: System, x: Array, held: Array) -> int:
    """In how many directions the states can change at a fixed point and still rest, to first order."""
    J = system.jacobian_at(x, held)
    values = np.linalg.svd(J, compute_uv=False) if np.isfinite(J).all() else np.ones(len(x))
    return int(np.sum(values <= _ZERO * max(values.max(), 1e-300)))


def _ends_of_lines(points: list[FixedPoint], free: Sequence[int], signs: Array) -> list[FixedPoint]:
    """The points, of many undecided ones the first and the last alone.

    Where a state rests whatever another one is, as without any sick in an epidemic, every start ends in another point.

    Args:
        points: fixed points, ascending.
        free: of each point the directions in which the states can change and still rest.
        signs: (d,) 1 or -1 for a state whose rows all have this sign, which the two points keep if they can; 0 for
            others.
    """
    undecided = [k for k, point in enumerate(points) if point.kind == "undecided"]
    if len(undecided) <= _MOST_UNDECIDED:
        return points
    kind = _ON_A_LINE if np.median([free[k] for k in undecided]) < 2 else _ON_A_SURFACE
    kept = [k for k in undecided if (points[k].x * signs >= 0).all()] or undecided
    ends = [replace(points[k], kind=kind) for k in dict.fromkeys((kept[0], kept[-1]))]
    return [*(point for point in points if point.kind != "undecided"), *ends]


def _typical_speed(system: System, low: Array, high: Array, held: Array, rng: np.random.Generator) -> Array:
    points = rng.uniform(low, high, (100, len(low))).T
    columns = np.concatenate([points, np.repeat(held[:, None], 100, axis=1)])
    with np.errstate(all="ignore"):
        speed = np.abs(system.slopes(columns))
    speed = np.where(np.isfinite(speed), speed, np.nan)
    return np.array([np.nanmedian(row) if np.isfinite(row).any() else 1.0 for row in speed]) + 1e-300


def _fixed_point(system: System, x: Array, held: Array) -> FixedPoint:
    J = system.jacobian_at(x, held)
    values = np.linalg.eigvals(J) if np.isfinite(J).all() else np.full(len(x), np.nan + 0j)
    return FixedPoint(x + 0.0, values, _kind(values))


def _kind(values: Array) -> str:
    size = np.abs(values).max()
    if not np.isfinite(size) or size == 0:
        return "undecided"
    real, turning = values.real, bool((np.abs(values.imag) > _ZERO * size).any())
    if (np.abs(real) <= _ZERO * size).any():
        return "centre" if turning and (np.abs(real) <= _ZERO * size).all() else "undecided"
    if (real < 0).all():
        return "stable focus" if turning else "stable node"
    if (real > 0).all():
        return "unstable focus" if turning else "unstable node"
    return "saddle"
