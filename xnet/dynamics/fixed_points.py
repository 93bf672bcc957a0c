"""Fixed points of a system and their stability."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import root

from xnet.arrays import Array

from .system import System

#: Starting points of the solver, and the widening of the box in which fixed points are looked for.
_STARTS, _WIDENING = 60, 0.25
#: More undecided points than this lie on a line, where every state rests; only its two ends are returned.
_MOST_UNDECIDED = 4
_ON_A_LINE = "on a line of fixed points"
#: Eigenvalues smaller than this share of the largest count as zero.
_ZERO = 1e-6


@dataclass(frozen=True)
class FixedPoint:
    """A state that does not move.

    Attributes:
        x: (d,) the state.
        eigenvalues: (d,) complex eigenvalues of the Jacobian there.
        kind: "stable node", "stable focus", "saddle", "unstable node", "unstable focus", "centre", "undecided" where
            an eigenvalue is zero, or "on a line of fixed points".
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
    return _ends_of_lines([_fixed_point(system, x, held) for x in sorted(found, key=lambda x: np.round(x, 9).tolist())])


def _ends_of_lines(points: list[FixedPoint]) -> list[FixedPoint]:
    """The points, of many undecided ones the first and the last alone.

    Where a state rests whatever another one is, as without any sick in an epidemic, every start ends in another point.
    """
    undecided = [point for point in points if point.kind == "undecided"]
    if len(undecided) <= _MOST_UNDECIDED:
        return points
    ends = [replace(point, kind=_ON_A_LINE) for point in (undecided[0], undecided[-1])]
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
