"""Classes: the scores of one network per class, their joint fit under softmax loss, cross-fitting and calibration.

The probabilities are the softmax of the scores. With two classes one network is enough: its output is the log-odds of
the second class, and the score of the first class is 0. Where a network has no value, its score is 0.

The constants of all networks are fitted together by damped Newton steps with the curvature of the softmax loss,
h_ck = p_c (1[c = k] - p_k), which for two classes is iteratively reweighted least squares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.network import Network

Networks = tuple[Network, ...]


@dataclass(frozen=True)
class Labelled:
    """Rows with classes: columns (d, n), labels (n,) from 0 to n_classes - 1, and weights (n,) with mean 1.

    `smoothing` is the probability that a label is wrong, independent of the inputs (`losses.Logistic`).
    """

    columns: Array
    labels: Array
    n_classes: int
    weight: Array
    smoothing: float = 0.0

    def sample(self, index: Array) -> Labelled:
        """The rows at the positions `index` (k,)."""
        return Labelled(self.columns[:, index], self.labels[index], self.n_classes, self.weight[index], self.smoothing)

    def soft(self) -> Array:
        """(n, K) the smoothed label: the probability of every class, given the label only."""
        soft = np.full((len(self.labels), self.n_classes), self.smoothing / max(self.n_classes - 1, 1))
        soft[np.arange(len(self.labels)), self.labels] = 1.0 - self.smoothing
        return soft


def scores(networks: Networks, columns: Array) -> Array:
    """(n, K) the scores of all classes; 0 where a network has no value."""
    return scores_of(raw_scores(networks, columns))


def scores_of(outputs: Array) -> Array:
    """(n, K) the scores of all classes from the values of their networks (n, networks); 0 where there is no value."""
    return _full(list(outputs.T))


def raw_scores(networks: Networks, columns: Array) -> Array:
    """(n, networks) the values of the networks, which may be missing."""
    with np.errstate(all="ignore"):
        return np.stack([forward(network, columns)[-1] for network in networks], axis=1)


def _full(outputs: Sequence[Array]) -> Array:
    F = np.stack(outputs, axis=1)
    F = np.where(np.isfinite(F), F, 0.0)
    return np.column_stack([np.zeros(len(F)), F[:, 0]]) if F.shape[1] == 1 else F


def log_probabilities(F: Array) -> Array:
    """(n, K) logarithms of the softmax of scores (n, K)."""
    G = np.ascontiguousarray(F.T)  # a reduction over a short last axis takes several times longer
    G = G - G.max(axis=0)
    return np.ascontiguousarray((G - np.log(np.exp(G).sum(axis=0))).T)


def log_losses(F: Array, rows: Labelled) -> Array:
    """(n,) the weighted log-loss of every row."""
    return -(rows.soft() * log_probabilities(F)).sum(axis=1) * rows.weight


def constants_of(networks: Networks) -> Array:
    """(p,) the constants of all networks, network by network."""
    return np.concatenate([np.array(network.constants, dtype=np.float64) for network in networks])


def fit_networks(networks: Networks, rows: Labelled, max_steps: int = 30,
                 free: Sequence[int] | None = None, tolerance: float = 1e-9) -> Networks:
    """Fit the constants of all networks together; a step is kept only if the loss falls.

    Args:
        networks: the networks.
        rows: the rows to fit.
        max_steps: the largest number of steps.
        free: positions in `constants_of` of the constants that are fitted; None for all.
        tolerance: the fit ends at a step that lowers the loss by a smaller share.
    """
    theta, damping = constants_of(networks), 1e-3
    fitted = np.arange(len(theta)) if free is None else np.array(free, dtype=np.intp)
    if not len(fitted):
        return networks
    with np.errstate(all="ignore"):
        loss = float(log_losses(scores(networks, rows.columns), rows).mean())
        for _ in range(max_steps):
            step, damping, new = _newton(networks, theta, rows, loss, damping, fitted)
            if step is None:
                break
            gain, theta, loss = loss - new, theta + step, new
            if gain <= tolerance * loss:
                break
    return with_constants(networks, theta)


def with_constants(networks: Networks, theta: Array) -> Networks:
    """The networks with constants taken from one array, network by network."""
    ends = np.cumsum([network.n_parameters for network in networks])
    return tuple(network.with_constants(theta[end - network.n_parameters:end])
                 for network, end in zip(networks, ends, strict=True))


def row_gradients(networks: Networks, rows: Labelled) -> Array:
    """(n, p) the gradient of the weighted log loss of every row by all constants."""
    parts = [jacobian(network, rows.columns, np.array(network.constants)) for network in networks]
    P = np.exp(log_probabilities(_full([f for f, _ in parts])))
    G = (P - rows.soft()) * rows.weight[:, None]
    found = [np.where(np.isfinite(f)[:, None] & np.isfinite(D).all(axis=1, keepdims=True), D, 0.0)
             * G[:, P.shape[1] - len(networks) + c, None] for c, (f, D) in enumerate(parts)]
    return np.concatenate(found, axis=1)


def row_leverages(networks: Networks, rows: Labelled, free: Sequence[int], inverse: Array) -> Array:
    """(n,) the leverage of every row, at most 0.99: the trace of its part of the information times the inverse.

    It is the mean over the scores that the rows tell apart, so that with two classes it is that of logistic regression.

    Args:
        networks, rows: the scores and the rows.
        free: positions of the fitted constants.
        inverse: the inverse (k, k) of the information of these.
    """
    parts = [jacobian(network, rows.columns, np.array(network.constants)) for network in networks]
    P = np.exp(log_probabilities(_full([f for f, _ in parts])))
    ends = np.cumsum([0, *(D.shape[1] for _, D in parts)]).tolist()
    found, mean = np.zeros(P.shape[0]), np.zeros((P.shape[0], ends[-1]))
    for c, (f, D) in enumerate(parts):
        one = np.zeros_like(mean)
        there = np.isfinite(f)[:, None] & np.isfinite(D).all(axis=1, keepdims=True)
        one[:, ends[c]:ends[c + 1]] = np.where(there, D, 0.0)
        p = P[:, [P.shape[1] - len(networks) + c]]
        found += p[:, 0] * np.einsum("ij,jk,ik->i", one[:, free], inverse, one[:, free])
        mean += p * one
    found -= np.einsum("ij,jk,ik->i", mean[:, free], inverse, mean[:, free])
    return np.clip(rows.weight * found / (P.shape[1] - 1), 0.0, 0.99)


def information(networks: Networks, rows: Labelled) -> tuple[Array, Array]:
    """The Fisher information (p, p) of all constants under the softmax loss, and minus its gradient (p,)."""
    parts = [jacobian(network, rows.columns, np.array(network.constants)) for network in networks]
    F = _full([f for f, _ in parts])
    J = [np.where(np.isfinite(f)[:, None] & np.isfinite(D).all(axis=1, keepdims=True), D, 0.0) for f, D in parts]
    P = np.exp(log_probabilities(F))
    G = (P - rows.soft()) * rows.weight[:, None]
    first = P.shape[1] - len(networks)  # the class whose score stays 0 has no network
    right = -np.concatenate([D.T @ G[:, first + c] for c, D in enumerate(J)])
    ends = np.cumsum([0, *(D.shape[1] for D in J)]).tolist()
    stacked, root = np.concatenate(J, axis=1), np.sqrt(rows.weight)[:, None]
    mean = stacked * (root * np.repeat(P[:, first:], np.diff(ends), axis=1))
    found = -(mean.T @ mean)
    for c, (begin, end) in enumerate(pairwise(ends)):
        found[begin:end, begin:end] += J[c].T @ ((P[:, first + c] * rows.weight)[:, None] * J[c])
    return found, right


def _newton(networks: Networks, theta: Array, rows: Labelled, loss: float, damping: float,
            free: Array) -> tuple[Array | None, float, float]:
    """The next step that lowers the loss (None if there is none), the new damping, and the new loss."""
    normal, right = information(with_constants(networks, theta), rows)
    normal, right = normal[np.ix_(free, free)], right[free]
    size = np.sqrt(np.maximum(np.diag(normal), 0.0))
    size[~(size > 1e-300)] = 1.0
    normal, right = normal / np.outer(size, size), right / size
    if not np.isfinite(normal).all():
        return None, damping, loss
    for _ in range(10):
        step = np.zeros(len(theta))
        step[free] = np.linalg.solve(normal + max(damping, 1e-12) * np.eye(len(free)), right) / size
        new = float(log_losses(scores(with_constants(networks, theta + step), rows.columns), rows).mean())
        if new < loss:
            return step, max(damping * 0.1, 1e-12), new
        damping *= 10.0
    return None, damping, loss


def folds(labels: Array, k: int, rng: np.random.Generator) -> Array:
    """(n,) a fold from 0 to k - 1 for every row, every class spread evenly."""
    fold = np.empty(len(labels), dtype=np.int64)
    begin = 0
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        fold[members] = (begin + np.arange(len(members))) % k
        begin += len(members)
    return fold


def cross_fitted(networks: Networks, rows: Labelled, fold: Array, tolerance: float = 1e-9) -> Array:
    """(n, K) scores of every row by networks whose constants were fitted to the other folds (see `fit_networks`)."""
    F = np.zeros((len(rows.labels), rows.n_classes))
    for inside, outside in _parts(fold):
        F[outside] = scores(fit_networks(networks, rows.sample(inside), tolerance=tolerance),
                            rows.columns[:, outside])
    return F


def _parts(fold: Array) -> Iterator[tuple[Array, Array]]:
    for k in np.unique(fold):
        yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)


@dataclass(frozen=True)
class Calibration:
    """Calibrated scores: slope * score + bias (K,)."""

    slope: float
    bias: Array

    def __call__(self, F: Array) -> Array:
        """(n, K) calibrated scores."""
        return self.slope * F + self.bias


def calibrate(F: Array, rows: Labelled) -> Calibration:
    """Slope and biases of least log-loss for held-out scores F (n, K); the identity if none lower the log-loss.

    For two classes this is Platt scaling (1999), for more classes temperature scaling with biases. The bias of the
    first class is 0.
    """
    K = rows.n_classes
    theta, damping = np.concatenate([[1.0], np.zeros(K - 1)]), 1e-3
    spread = float(np.abs(F).max()) or 1.0
    soft, weight = rows.soft(), rows.weight

    def calibration(theta: Array) -> Calibration:
        return Calibration(float(theta[0]), np.concatenate([[0.0], theta[1:]]))

    def loss_of(theta: Array) -> float:
        return float(log_losses(calibration(theta)(F), rows).mean())

    loss = loss_of(theta)
    scale = np.concatenate([[spread], np.ones(K - 1)])
    for _ in range(50):
        P = np.exp(log_probabilities(calibration(theta)(F)))
        G = (P - soft) * weight[:, None]
        D = np.zeros((K, len(F), K))  # derivatives of every class's score by the parameters
        for c in range(K):
            D[c, :, 0] = F[:, c]
            if c:
                D[c, :, c] = 1.0
        D = D / scale
        right = -np.einsum("cnp,nc->p", D, G)
        mean = np.einsum("cnp,nc->np", D, P)
        normal = np.einsum("cnp,nc,cnq->pq", D, P * weight[:, None], D) - (mean * weight[:, None]).T @ mean
        step = np.linalg.solve(normal + damping * (np.diag(np.diag(normal)) + 1e-12 * np.eye(K)), right) / scale
        new = loss_of(theta + step)
        if new < loss and theta[0] + step[0] > 0:
            done = loss - new < 1e-10 * loss
            theta, loss, damping = theta + step, new, damping * 0.1
            if done:
                break
        else:
            damping *= 10.0
            if damping > 1e10:
                break
    return calibration(theta)
