"""A system of ordinary differential equations, one network a state, and its simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.integrate import LSODA

from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.networks.activations import VALUES, rarity
from xnet.engine.networks.backpropagation import sensitivities
from xnet.engine.networks.forward_pass import forward

from .driven_simulation import driven_states
from .right_hand_side import EndedError, RightHandSide
from .trajectories import Trajectory

#: Tolerances of the integrator, the latter in units of the sizes of the states.
RELATIVE, ABSOLUTE = 1e-9, 1e-11
#: The most evaluations of the right-hand sides in one simulation.
_MOST_CALLS = 40_000


@dataclass(frozen=True)
class System:
    """The system x' = f(x, u).

    Attributes:
        states: names of the d states.
        inputs: names of the k driving inputs.
        networks: d right-hand sides, functions of the states and then the driving inputs.
    """

    states: tuple[str, ...]
    inputs: tuple[str, ...]
    networks: tuple[Network, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that the networks read."""
        return self.states + self.inputs

    @cached_property
    def constants(self) -> Array:
        """The constants (p,) of all networks, one after the other."""
        return np.array([c for network in self.networks for c in network.constants])

    @property
    def networks_key(self) -> tuple[object, ...]:
        """The structures of all networks: equal for systems that differ in their constants only."""
        return tuple(network.structure() for network in self.networks)

    @property
    def complexity(self) -> int:
        """The neurons and constants of all networks."""
        return sum(network.complexity for network in self.networks)

    @property
    def rarity(self) -> int:
        """How far from arithmetic the activations are, summed over all neurons."""
        return sum(rarity(neuron.activation) for network in self.networks for neuron in network.neurons
                   if neuron.children)

    def with_constants(self, constants: Array) -> System:
        """The same structures with other constants (p,)."""
        networks, start = [], 0
        for network in self.networks:
            stop = start + network.n_parameters
            networks.append(network.with_constants(constants[start:stop]))
            start = stop
        return replace(self, networks=tuple(networks))

    def with_network(self, i: int, network: Network) -> System:
        """The system with another right-hand side of state i."""
        return replace(self, networks=(*self.networks[:i], network, *self.networks[i + 1:]))

    def slopes(self, columns: Array, constants: Array | None = None) -> Array:
        """The right-hand sides.

        Args:
            columns: (d + k, ...) states and driving inputs.
            constants: (p, ...) constants, of a shape that broadcasts against a column.

        Returns:
            (d, ...) derivatives; not finite where a network has no value.
        """
        result = np.empty((len(self.networks), *columns.shape[1:]))
        start = 0
        for i, network in enumerate(self.networks):
            own = network.constants if constants is None else constants[start:start + network.n_parameters]
            result[i] = _value(network, columns, own)
            start += network.n_parameters
        return result

    def jacobian_at(self, x: Array, u: Array | None = None) -> Array:
        """The derivatives (d, d) of the right-hand sides by the states at one point x (d,)."""
        columns = np.concatenate([x, np.zeros(len(self.inputs)) if u is None else u])[:, None].astype(float)
        J = np.zeros((len(x), len(x)))
        with np.errstate(all="ignore"):
            for i, network in enumerate(self.networks):
                values = forward(network, columns)
                for neuron, own in zip(network.neurons, sensitivities(network, values), strict=True):
                    if neuron.activation == "variable" and neuron.index < len(x):
                        J[i, neuron.index] += own[0]
        return J


def _value(network: Network, columns: Array, constants: Sequence[float] | Array) -> Array | float:
    """The output of a network whose constants may differ from column to column."""
    values: list[Array | float] = []
    for neuron in network.neurons:
        if neuron.children:
            values.append(VALUES[neuron.activation](*[values[c] for c in neuron.children]))
        elif neuron.activation == "variable":
            values.append(columns[neuron.index])
        elif neuron.activation == "constant":
            values.append(constants[neuron.index])
        else:
            values.append(np.float64(neuron.index))
    return values[-1]


@dataclass(frozen=True)
class Simulation:
    """The result of a simulation.

    Attributes:
        X: (n, d) states at the times asked for; NaN after the end.
        end: the time at which the states left the bound or the integrator gave up; None if the whole time was
            simulated.
    """

    X: Array
    end: float | None


def simulate(system: System, first: Array, t: Array, driver: Trajectory | None = None,
             bound: float = np.inf, sizes: Array | None = None) -> Simulation:
    """Integrate a system with LSODA; under driving inputs that move, from row to row (`driven_states`).

    The states at the times come from the polynomials of the integrator's steps: it would begin anew at each of them.

    Args:
        first: (d,) the states at t[0].
        t: (n,) ascending times.
        driver: the trajectory whose driving inputs act; None for none, or for inputs of 0.
        bound: the simulation ends where a state is larger than this.
        sizes: (d,) typical sizes of the states, which say how small an error has to be; by default all are that of the
            largest first state, at least 1.
    """
    if sizes is None:
        sizes = np.full(len(first), max(1.0, float(np.abs(first).max())))
    if driver is not None and driver.longest_step < np.inf:
        with np.errstate(all="ignore"):
            return Simulation(*driven_states(system.slopes, first, t, driver, bound, sizes))
    u = driver.U[0] if driver is not None and system.inputs else np.zeros(len(system.inputs))
    slope = RightHandSide(system.slopes, bound, float(t[0]), _MOST_CALLS)
    slope.between(float(t[0]), u, np.zeros_like(u))
    X = np.full((len(t), len(first)), np.nan)
    X[0] = first
    reached = 1
    with np.errstate(all="ignore"):
        try:
            solver = LSODA(slope, float(t[0]), X[0], float(t[-1]), rtol=RELATIVE, atol=ABSOLUTE * sizes)
            while reached < len(t):
                solver.step()
                if solver.status == "failed" or not np.isfinite(solver.y).all():
                    return Simulation(X, float(solver.t))
                passed = int(np.searchsorted(t, solver.t, side="right"))
                if passed > reached:
                    X[reached:passed] = solver.dense_output()(t[reached:passed]).T
                    reached = passed
        except (EndedError, ValueError):
            return Simulation(X, slope.latest)
    return Simulation(X, None)
