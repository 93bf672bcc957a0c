"""Integral matching: constants of a right-hand side fitted so that its integral follows the rows of a state.

With x(t_j) = c + integral of f(smoothed states) up to t_j, the noise of the rows enters directly, not the much larger
error of a derivative (Dattner and Klaassen 2015). The offset c of every trajectory drops out, and errors of the
smoothed states may add up (`whitening`). Where noise is proportional to a positive state, its logarithm is matched:
log x(t_j) = c + integral of f/x.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.networks.activations import rarity
from xnet.engine.networks.backpropagation import jacobian

from .observations import Observations
from .whitening import Whitening, likeliest_whitening

#: The least error of an integral over an interpolated state, as a share of the state's standard deviation.
_SPLINE_ERROR = 1e-6
#: What a neuron costs in the score, in nats.
NEURON_PRICE = 3.0
#: What a rank of rarity of an activation costs, in nats.
RARITY_PRICE = 4.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(3)


@dataclass(frozen=True)
class IntegralFit:
    """A right-hand side fitted by integral matching.

    Attributes:
        network: with the fitted constants.
        mse: the mean squared error of the integrals.
        score: lower is better; n ln(mse) and the price of the structure.
        sparse: whether it is one of the sparse polynomials.
    """

    network: Network
    mse: float
    score: float
    sparse: bool = False


def structure_cost(networks: tuple[Network, ...], n: int) -> float:
    """The price of right-hand sides in a score: ln n for a constant, 3 for a neuron, 4 for a rank of rarity."""
    return sum(network.n_parameters * np.log(n) + NEURON_PRICE * network.complexity
               + RARITY_PRICE * sum(rarity(neuron.activation) for neuron in network.neurons if neuron.children)
               for network in networks)


class IntegralRows:
    """The nodes of the integrals and the rows of all states; made once for all right-hand sides."""

    def __init__(self, observed: Observations) -> None:
        self.observed = observed
        columns, weights, counts = [], [], []
        for item, curves in zip(observed.items, observed.curves, strict=True):
            half = 0.5 * np.diff(item.t)
            at = (item.t[:-1] + half)[:, None] + half[:, None] * _NODES
            at = at.ravel()
            columns.append(np.column_stack([*(state.curve(at) for state in curves), item.input_at(at)]))
            weights.append((half[:, None] * _WEIGHTS).ravel())
            counts.append(len(item.t))
        self.columns = np.ascontiguousarray(np.concatenate(columns).T)
        self._weights, self._counts = np.concatenate(weights), counts

    @cached_property
    def n(self) -> int:
        """The number of rows."""
        return sum(self._counts)

    def integrals(self, f: Array) -> Array:
        """The integrals of f (3 nodes a step, ...) from the beginning of each trajectory to its rows: (n, ...)."""
        parts = (f * self._weights.reshape(-1, *[1] * (f.ndim - 1))).reshape(-1, 3, *f.shape[1:]).sum(axis=1)
        out, ends = np.zeros((self.n, *f.shape[1:])), np.cumsum(self._counts)
        for i, (end, count) in enumerate(zip(ends.tolist(), self._counts, strict=True)):
            np.cumsum(parts[end - count - i:end - 1 - i], axis=0, out=out[end - count + 1:end])
        return out

    @cached_property
    def whitenings(self) -> tuple[Whitening, ...]:
        """For every state the whitening of its rows and integrals."""
        return tuple(map(self._whitening, range(len(self.observed.data.states))))

    def _whitening(self, state: int) -> Whitening:
        items, noise = self.observed.items, self.observed.noise[:, state]
        usual = float(np.median(np.concatenate([np.diff(item.t) for item in items])))
        if self.observed.logarithmic[state]:
            noise = noise / np.abs(self.observed.columns[state])
        noise = noise / np.sqrt(np.mean(noise**2))
        ends = np.cumsum(self._counts)[:-1]
        values = np.stack([np.prod(self.columns[list(term)], axis=0) for degree in range(3)
                           for term in combinations_with_replacement(range(len(self.columns)), degree)]).T
        if self.observed.logarithmic[state]:
            values = values / self.columns[state][:, None]
        return likeliest_whitening([np.diff(item.t) / usual for item in items], np.split(noise, ends),
                                   self._rows(state), self.integrals(values))

    def _rows(self, state: int) -> Array:
        """The rows (n,) of a state, or of its logarithm."""
        rows = self.observed.data.stacked[:, state]
        return np.log(rows) if self.observed.logarithmic[state] else rows

    def target(self, state: int) -> Array:
        """The whitened rows of a state, or of its logarithm."""
        return self._targets[state]

    @cached_property
    def _targets(self) -> list[Array]:
        return [whitening(self._rows(state)) for state, whitening in enumerate(self.whitenings)]

    def floor(self, state: int) -> float:
        """The mean squared error below which fits of a state count as equal."""
        return self._floors[state]

    @cached_property
    def _floors(self) -> list[float]:
        splines = [max(own.error for own in curves) for curves in zip(*self.observed.curves, strict=True)]
        own = [float(np.sqrt(np.mean(target**2))) for target in self._targets]
        return [float(max(_SPLINE_ERROR, spline / scale) * size) ** 2
                for spline, scale, size in zip(splines, self.observed.scale, own, strict=True)]

    def score(self, mse: float, networks: tuple[Network, ...], state: int) -> float:
        """The score of right-hand sides with an error."""
        return self.n * float(np.log(max(mse, self.floor(state)))) + structure_cost(networks, self.n)

    def fit(self, network: Network, state: int, max_steps: int = 12) -> IntegralFit | None:
        """Fit the constants of a right-hand side by Levenberg and Marquardt's method.

        Returns:
            The fit; None where the network has no value on the smoothed states.
        """
        target = self.target(state)
        theta, damping = np.array(network.constants), 1e-3
        with np.errstate(all="ignore"):
            r, J = self._residuals(network, theta, target, state)
            cost = float(r @ r)
            for _ in range(max_steps if len(theta) else 0):
                step = self._step(network, theta, (r, J, cost), damping, target, state)
                if step is None:
                    break
                gain = cost - step[3]
                theta, r, J, cost, damping = step
                if gain < 1e-8 * cost:
                    break
        if not np.isfinite(cost):
            return None
        fitted, mse = network.with_constants(theta), cost / self.n
        return IntegralFit(fitted, mse, self.score(mse, (fitted,), state))

    def _residuals(self, network: Network, theta: Array, target: Array, state: int) -> tuple[Array, Array]:
        f, J = jacobian(network, self.columns, theta)
        both = np.column_stack([f, J])
        if self.observed.logarithmic[state]:
            both /= self.columns[state][:, None]
        both = self.whitenings[state](self.integrals(both))
        return target - both[:, 0], both[:, 1:]

    def _step(self, network: Network, theta: Array, at: tuple[Array, Array, float], damping: float, target: Array,
              state: int) -> tuple[Array, Array, Array, float, float] | None:
        r, J, cost = at
        size = np.sqrt(np.einsum("ij,ij->j", J, J))
        if not np.isfinite(size).all():
            return None
        size[size == 0] = 1.0
        A = J / size
        normal, right = A.T @ A, A.T @ r
        for _ in range(6):
            trial = theta + np.linalg.solve(normal + damping * np.eye(len(theta)), right) / size
            r, J = self._residuals(network, trial, target, state)
            new = float(r @ r)
            if new < cost:
                return trial, r, J, new, max(0.1 * damping, 1e-12)
            damping *= 10.0
        return None
