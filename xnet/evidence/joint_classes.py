"""All classes together: the fronts of one search for each class joined to scores whose softmax gives probabilities.

The selection, the joint fit and the calibration are those of `xnet.engine.classification.multiclass.choose`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine import FrontEntry, Network, Problem
from xnet.engine.classification.multiclass import Classes, Tested, choose, on_held_out_rows
from xnet.engine.classification.softmax import Labelled, log_probabilities, scores
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.errors import DataError

from .file_order import in_file_order, positions, targets, weights

#: Shuffles of an input for its importance, and rows that are shuffled at most.
_SHUFFLES, _MOST_ROWS = 5, 5000


@dataclass(frozen=True)
class JointClasses:
    """The formulas of the scores of all classes, with the rows that they were fitted to.

    Attributes:
        labels: the K classes.
        inputs: names of the d inputs.
        result: the networks of the scores, and their accuracy and log loss.
        X, codes, weight: (n, d) inputs, (n,) positions of the classes, (n,) weights with mean 1.
        counts: (n,) the weights of the rows in accuracies, where `weight` also holds those of the classes; None for
            `weight`.
        tested: scores on rows that had no part in the formulas; None without enough of them.
    """

    labels: tuple[str, ...]
    inputs: tuple[str, ...]
    result: Classes
    X: Array
    codes: Array
    weight: Array
    counts: Array | None = None
    tested: Tested | None = None

    @property
    def counted(self) -> Array:
        """(n,) the weights of the rows in accuracies."""
        return self.weight if self.counts is None else self.counts

    def probabilities(self, X: Array) -> Array:
        """(n, K) the probabilities of the classes for inputs (n, d)."""
        return np.exp(log_probabilities(scores(self.result.networks, np.ascontiguousarray(X.T))))

    @property
    def formulas(self) -> list[tuple[str, str, str]]:
        """Class, score as text and score as LaTeX, for every class that has a network."""
        names = [f"score of {label}" for label in self.labels[-len(self.result.networks):]]
        return [(label, to_text(network, self.inputs, name), to_latex(network, self.inputs, name))
                for label, name, network in zip(self.labels[-len(names):], names, self.result.networks, strict=True)]

    @property
    def used(self) -> list[int]:
        """Positions of the inputs that some formula reads."""
        return sorted({i for network in self.result.networks for i in network.variables})

    def confusion(self) -> Array:
        """(K, K) numbers of rows: of every class (first axis) by the most probable class of the formulas."""
        found = np.zeros((len(self.labels), len(self.labels)), dtype=np.int64)
        np.add.at(found, (self.codes, self.probabilities(self.X).argmax(axis=1)), 1)
        return found

    def importance(self, seed: int = 0) -> Array:
        """(d, K) the rise of the log loss of a class's rows when an input is shuffled, mean of five shuffles.

        Inputs that no formula reads have 0.
        """
        rng = np.random.default_rng(seed)
        some = np.arange(len(self.X)) if len(self.X) <= _MOST_ROWS else rng.choice(len(self.X), _MOST_ROWS, False)
        X, codes = self.X[some], self.codes[some]
        before, found = self._class_losses(X, codes), np.zeros((X.shape[1], len(self.labels)))
        for j in self.used:
            for _ in range(_SHUFFLES):
                shuffled = X.copy()
                shuffled[:, j] = rng.permutation(X[:, j])
                found[j] += (self._class_losses(shuffled, codes) - before) / _SHUFFLES
        return found

    def _class_losses(self, X: Array, codes: Array) -> Array:
        """(K,) the mean log loss of the rows of every class; 0 for a class without rows."""
        losses = -np.log(np.maximum(self.probabilities(X)[np.arange(len(X)), codes], 1e-300))
        counts = np.bincount(codes, minlength=len(self.labels))
        return np.bincount(codes, losses, minlength=len(self.labels)) / np.maximum(counts, 1)

    def grid(self, first: int, second: int, points: int = 120) -> tuple[Array, Array, Array]:
        """The most probable class over two inputs, the others at their medians.

        Returns:
            (points,) values of the first and of the second input, and (points, points) positions of classes, one row
            for each value of the second input.
        """
        x, y = (np.linspace(*_padded(self.X[:, i]), points) for i in (first, second))
        X = np.tile(np.median(self.X, axis=0), (points * points, 1))
        X[:, first], X[:, second] = np.tile(x, points), np.repeat(y, points)
        return x, y, self.probabilities(X).argmax(axis=1).reshape(points, points)


def _padded(values: Array) -> tuple[float, float]:
    margin = 0.05 * float(np.ptp(values))
    return float(values.min()) - margin, float(values.max()) + margin


def join_classes(labels: Sequence[str], problems: Sequence[Problem],
                 fronts: Sequence[Sequence[FrontEntry]]) -> JointClasses:
    """The classes of one column, from a search for each against the others on the same rows.

    Args:
        labels: K classes.
        problems: of the K searches, whose targets are 1 for the class and 0 for the others.
        fronts: of the K searches: networks of log-odds.

    Raises:
        DataError: the searches had different rows, or a row does not belong to exactly one of the classes.
    """
    tables = [_table(problem) for problem in problems]
    X, _, weight = tables[0]
    if any(other.shape != X.shape or not np.array_equal(other, X) for other, _, _ in tables):
        raise DataError("The searches of the classes had different rows. Start them together once more.")
    ones = np.stack([y for _, y, _ in tables], axis=1)
    if not (ones.sum(axis=1) == 1).all():
        raise DataError("Some rows belong to none or to several of the classes, because a search of the series was "
                        "deleted. Start them together once more.")
    codes = ones.argmax(axis=1)
    first = problems[0]
    two = len(labels) == 2
    rows = Labelled(np.ascontiguousarray(X.T), codes, len(labels), weight / weight.mean())

    def admits(networks: Sequence[Network]) -> bool:
        return all(p.admits(n) for p, n in zip(problems[1:] if two else problems, networks, strict=True))

    with np.errstate(all="ignore"):
        scored = list(fronts)[1:] if two else fronts
        result = choose(scored, rows, first.activations, first.parameters, first.seed, first.max_complexity,
                        admits=admits)
        test = on_held_out_rows(scored, rows, _held_out_by_all(problems), first.activations, first.parameters,
                                first.seed, first.max_complexity, admits=admits)
    return JointClasses(tuple(labels), first.names, result, X, codes, rows.weight, tested=test)


def _held_out_by_all(problems: Sequence[Problem]) -> Array:
    """Whether a row (n,), in the order of `_table`, is held out from every search."""
    index = positions(problems[0])
    return np.all([np.isin(index, problem.holdout_index) for problem in problems], axis=0)


def _table(problem: Problem) -> tuple[Array, Array, Array]:
    """The rows of a problem in the order of the table: inputs (n, d), target (n,) and weights (n,)."""
    X, y, weight = in_file_order(problem, lambda rows: rows.columns.T), targets(problem), weights(problem)
    return X, y, np.ones(len(y)) if weight is None else weight
