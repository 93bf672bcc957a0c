"""Every neuron of a network: its formula, its outputs, and how close they are to its targets.

The targets are the second-order targets of `engine/moves/targets.py`: the outputs of a neuron that would make the
network exact if nothing else changed. For the output neuron this is the target column itself. Scores use all rows that
the search fits on. Plots use the same few dozen rows each time, so that their points move continuously.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.arrays import Array
from xnet.engine import Target, neuron_targets
from xnet.engine.fitting.r_squared import r_squared
from xnet.engine.formulas.text import neuron_texts
from xnet.engine.networks.network import Network

from .class_probability import as_regression

if TYPE_CHECKING:
    from xnet.engine import Problem


#: Points of a neuron's plot, and the largest network (in neurons) that is inspected.
POINTS, MOST_NEURONS = 48, 48


class NeuronInspector:
    """Inspects the neurons of networks on the rows of one problem.

    Args:
        problem: provides the rows.
        names: names of the inputs.
    """

    def __init__(self, problem: Problem, names: Sequence[str]) -> None:
        self.names = tuple(names)
        # For a class the probabilities are inspected, with targets 0 and 1; the log-odds inside have the same targets.
        self.rows = as_regression(problem).search
        order = np.argsort(self.rows.y, kind="stable")
        # Evenly over the ranks of the target, so that rare large values are included.
        self.shown = order[np.linspace(0, len(order) - 1, min(POINTS, len(order))).round().astype(int)]
        self.columns = [[short(v) for v in column[self.shown]] for column in self.rows.columns]
        self.ranks = _ranks(self.rows.columns[:, self.shown])

    def targets(self, network: Network) -> list[Target]:
        """The targets of every neuron on all rows that the search fits on."""
        with np.errstate(all="ignore"):
            return neuron_targets(network, self.rows.columns, self.rows.y, self.rows.weight, self.rows.loss_function)

    def inspect(self, network: Network) -> dict[str, Any] | None:
        """Data for the display of every neuron; None for a network of more than `MOST_NEURONS` neurons.

        Returns:
            `columns`: values of the inputs that plots use as their x axis, by position of the input. `neurons`: for
            each neuron its `formula`, its target `fit` (1 is perfect; None for constants, and if the neuron has no
            influence), `x` (the input with the highest rank correlation; None if it depends on none), and its outputs
            `o` and targets `t` on the plotted rows.
        """
        if len(network.neurons) > MOST_NEURONS:
            return None
        texts, targets = neuron_texts(network, self.names), self.targets(network)
        neurons: list[dict[str, Any]] = []
        drawn: set[int] = set()
        for i, (text, target) in enumerate(zip(texts, targets, strict=True)):
            read = sorted({network.neurons[j].index for j in network.subtree(i)
                           if network.neurons[j].activation == "variable"})
            x = self._followed(target.output, read)
            drawn.update(() if x is None else (x,))
            moved = target.weight[self.shown] > 0
            fitted = bool(read)  # a constant can at best be the mean, which is not a fit
            neurons.append({"formula": text, "fit": target_fit(target) if fitted else None, "x": x,
                            "o": [short(v) for v in target.output[self.shown]],
                            "t": [short(v) if m else None
                                  for v, m in zip(target.values[self.shown], moved, strict=True)]})
        return {"columns": {str(x): self.columns[x] for x in sorted(drawn)}, "neurons": neurons}

    def _followed(self, o: Array, read: Sequence[int]) -> int | None:
        """The input, of those that the neuron depends on, with the highest rank correlation with its output o (n,)."""
        if len(read) < 2:
            return read[0] if read else None
        mine = _ranks(o[None, self.shown])[0]
        return read[int(np.argmax([abs(float(mine @ self.ranks[j])) for j in read]))]


def target_fit(target: Target) -> float | None:
    """Weighted R² of a neuron's outputs against its targets; None if the neuron has no influence."""
    there = target.weight > 0
    if not there.any():
        return None
    with np.errstate(all="ignore"):
        fit = r_squared(target.output[there], target.values[there], target.weight[there])
        if fit is None:  # all targets alike: either all are met or not
            fit = float(np.array_equal(target.output[there], target.values[there]))
    return short(fit, 6)


def short(value: float, digits: int = 4) -> float | None:
    """A number rounded to a few significant digits; None if it is not finite."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def _ranks(values: Array) -> Array:
    """Ranks along the rows of (k, n), centred and of length 1; zeros for constant rows."""
    ranks = np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1, kind="stable").astype(float)
    ranks[np.ptp(values, axis=1) == 0] = 0.0
    ranks -= ranks.mean(axis=1, keepdims=True)
    size = np.sqrt((ranks * ranks).sum(axis=1, keepdims=True))
    return ranks / np.where(size > 0, size, 1.0)
