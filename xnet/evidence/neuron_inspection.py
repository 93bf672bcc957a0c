"""What can be said of every neuron: its formula, its output row by row, and how near that comes to its target.

The target is the second-order one of `engine/targets.py`: what the neuron should have put out, given that everything
else stays as it is. The output neuron's is the column to explain itself; a neuron inside a sine has what would make
the whole come right. Numbers are of all rows that the search fits on; what is drawn is a few dozen of them, the same
ones every time, so that points move instead of jumping about.
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


#: Points of a neuron's plot, and the largest network whose neurons are looked at.
POINTS, MOST_NEURONS = 48, 48


class NeuronInspector:
    """Looks at the neurons of one problem's networks.

    Args:
        problem: whose rows are put through the networks.
        names: the inputs' names.
    """

    def __init__(self, problem: Problem, names: Sequence[str]) -> None:
        self.names = tuple(names)
        # Of a class probabilities are looked at, which should be 0 or 1; the log-odds in them get the same targets.
        self.rows = as_regression(problem).search
        order = np.argsort(self.rows.y, kind="stable")
        # Evenly over the target's range, so that rare large values are seen.
        self.shown = order[np.linspace(0, len(order) - 1, min(POINTS, len(order))).round().astype(int)]
        self.columns = [[short(v) for v in column[self.shown]] for column in self.rows.columns]
        self.ranks = _ranks(self.rows.columns[:, self.shown])

    def targets(self, network: Network) -> list[Target]:
        """The target of every neuron, on all rows that the search fits on."""
        with np.errstate(all="ignore"):
            return neuron_targets(network, self.rows.columns, self.rows.y, self.rows.weight, self.rows.loss_function)

    def inspect(self, network: Network) -> dict[str, Any] | None:
        """What a viewer shows of every neuron; None for a network too large to look at one by one.

        Returns:
            `columns`: the values of the inputs that plots are drawn against, by their positions; `neurons`: for each
            its `formula`, its target `fit` (1 is perfect; None for a number, and where it cannot move anything), `x`
            (the input its output follows most; None for none), and its outputs `o` and targets `t` on the rows that
            are drawn.
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
            fitted = bool(read)  # a number for all rows can be no better than their mean, which is no fit
            neurons.append({"formula": text, "fit": target_fit(target) if fitted else None, "x": x,
                            "o": [short(v) for v in target.output[self.shown]],
                            "t": [short(v) if m else None
                                  for v, m in zip(target.values[self.shown], moved, strict=True)]})
        return {"columns": {str(x): self.columns[x] for x in sorted(drawn)}, "neurons": neurons}

    def _followed(self, o: Array, read: Sequence[int]) -> int | None:
        """Which of the inputs that a neuron reads its output follows most, by ranks."""
        if len(read) < 2:
            return read[0] if read else None
        mine = _ranks(o[None, self.shown])[0]
        return read[int(np.argmax([abs(float(mine @ self.ranks[j])) for j in read]))]


def target_fit(target: Target) -> float | None:
    """How near an output comes to its target: weighted R², 1 for all the way; None where nothing depends on it."""
    total = target.weight.sum()
    if not total > 0:
        return None
    with np.errstate(all="ignore"):
        mean = (target.weight * target.values).sum() / total
        spread = (target.weight * (target.values - mean) ** 2).sum()
        missed = (target.weight * np.where(target.weight > 0, target.values - target.output, 0.0) ** 2).sum()
        square = (target.weight * target.values**2).sum()
        fit = r_squared(missed, spread) if spread > 1e-24 * square else 1.0 - float(missed > 0)
    return short(fit, 6)


def short(value: float, digits: int = 4) -> float | None:
    """A number with a few digits, for a picture; None for what is none."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def _ranks(values: Array) -> Array:
    """Ranks of (k, n), less their mean and of length 1; zeros where a row is constant."""
    ranks = np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1, kind="stable").astype(float)
    ranks[np.ptp(values, axis=1) == 0] = 0.0
    ranks -= ranks.mean(axis=1, keepdims=True)
    size = np.sqrt((ranks * ranks).sum(axis=1, keepdims=True))
    return ranks / np.where(size > 0, size, 1.0)
