"""What a fit of trajectories reads: rows, their noise, smoothed states, and which states were measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from xnet.arrays import Array

from .segments import LARGEST
from .smoothing import SmoothState, pooled_noise, smooth
from .trajectories import Trajectories, Trajectory

#: Noise below this share of a state's range counts as this much: it is rounding, or an error of the integrator.
NOISE_FLOOR = 1e-6


@dataclass(frozen=True)
class Observations:
    """Rows of several trajectories with their smooth curves.

    Attributes:
        data: the trajectories. A state that was not measured, the velocity of a state of second order, has smoothed
            values.
        curves: for each trajectory the d smooth states.
        measured: (d,) whether a state was measured.
    """

    data: Trajectories
    curves: tuple[tuple[SmoothState, ...], ...]
    measured: Array

    @property
    def items(self) -> tuple[Trajectory, ...]:
        """The trajectories."""
        return self.data.items

    @cached_property
    def smoothed(self) -> list[Array]:
        """The smooth states (n, d) of each trajectory at its rows."""
        return [np.column_stack([state.curve(item.t) for state in states])
                for item, states in zip(self.items, self.curves, strict=True)]

    @cached_property
    def slopes(self) -> list[Array]:
        """The derivatives (n, d) of the smooth states at the rows."""
        return [np.column_stack([state.slope(item.t) for state in states])
                for item, states in zip(self.items, self.curves, strict=True)]

    @cached_property
    def scale(self) -> Array:
        """The standard deviation (d,) of each state over all rows."""
        return np.maximum(self.data.stacked.std(axis=0), 1e-300)

    @cached_property
    def noise(self) -> Array:
        """Standard deviations (n_rows, d) of the noise, never below `NOISE_FLOOR`.

        Those of a measured state in several trajectories are drawn together (`pooled_noise`).
        """
        noise = np.concatenate([np.column_stack([state.noise for state in states]) for states in self.curves])
        for i in np.flatnonzero(self.measured):
            noise[:, i] = pooled_noise([states[i] for states in self.curves], [X[:, i] for X in self.smoothed])
        return np.maximum(noise, NOISE_FLOOR * self.scale)

    @cached_property
    def logarithmic(self) -> Array:
        """Whether (d,) a state was smoothed in its logarithm in every trajectory."""
        return np.array([all(states[i].logarithmic for states in self.curves) for i in range(len(self.measured))])

    @cached_property
    def interpolated(self) -> Array:
        """Whether (d,) the curve of a state goes through its rows in every trajectory."""
        return np.array([all(not states[i].noise.any() for states in self.curves) for i in range(len(self.measured))])

    @cached_property
    def prediction_error(self) -> Array:
        """Errors (d,) with which curves through every second row predict the others, the largest of a trajectory."""
        return np.array([max(states[i].prediction_error for states in self.curves) for i in range(len(self.measured))])

    @cached_property
    def bound(self) -> Array:
        """Sizes (d,) beyond which a simulated state is no longer followed."""
        return LARGEST * self.data.sizes

    @cached_property
    def columns(self) -> Array:
        """Smoothed states and driving inputs (d + k, n_rows) at the rows."""
        return np.concatenate([np.column_stack([X, item.U]) for X, item in
                               zip(self.smoothed, self.items, strict=True)]).T


def observe(data: Trajectories, second_order: Sequence[str] = ()) -> Observations:
    """Smooth all trajectories.

    Args:
        second_order: measured states whose velocities become states of their own.
    """
    curves = [tuple(smooth(item.t, x) for x in item.X.T) for item in data.items]
    measured = np.ones(len(data.states), dtype=bool)
    if not second_order:
        return Observations(data, tuple(curves), measured)
    where = [data.states.index(name) for name in second_order]
    items, wider = [], []
    for item, states in zip(data.items, curves, strict=True):
        velocities = [_velocity(item.t, states[i]) for i in where]
        X = np.column_stack([item.X, *(velocity.curve(item.t) for velocity in velocities)])
        items.append(replace(item, X=X))
        wider.append((*states, *velocities))
    names = (*data.states, *(velocity_name(name) for name in second_order))
    return Observations(Trajectories(names, data.inputs, tuple(items)), tuple(wider),
                        np.concatenate([measured, np.zeros(len(where), dtype=bool)]))


def velocity_name(state: str) -> str:
    """The name of the velocity of a state of second order."""
    return f"{state}_velocity"


def _velocity(t: Array, state: SmoothState) -> SmoothState:
    """The velocity of a smooth state, as a state that was not measured."""
    assert state.curvature is not None  # measured states have one
    return SmoothState(state.slope, state.curvature, state.slope_error, state.slope_error)
