"""Multilayer perceptrons (MLPs) that formulas are compared with.

Inputs and target are standardised, and all numbers are float64. The neurons are tanh: smooth, as the formulas are, so
the networks can be smaller than with rectifiers. Several starts are trained at once: Adam with a decreasing rate, then
L-BFGS on each start from its best state. A fifth of the rows are validation rows: they end the training and choose the
start. Tables of fewer than 20 rows have no validation rows, as in X-Net.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np
import torch

from xnet.arrays import Array

#: Rows of a mini-batch; tables of at most twice this size are trained on as a whole.
_BATCH = 512
_ADAM_STEPS, _LBFGS_ROUNDS, _ROUND = 6000, 60, 20
_RATE, _LAST_RATE = 1e-2, 1e-4
#: L-BFGS ends after this many rounds without a better validation loss, or at a loss that is only rounding error.
_PATIENCE, _DONE = 6, 1e-14


@dataclass(frozen=True)
class Mlp:
    """A trained network.

    Attributes:
        layers: weights (a, b) and biases (b,) of each layer.
        centre, spread: (d,) means and standard deviations of the inputs.
        offset, scale: mean and standard deviation of the target.
        classes: number of classes; 0 for regression.
    """

    layers: list[tuple[Array, Array]]
    centre: Array
    spread: Array
    offset: float
    scale: float
    classes: int

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases; the scaling of inputs and target is not counted, which favours the MLP."""
        return sum(w.size + b.size for w, b in self.layers)

    def predict(self, X: Array) -> Array:
        """Values (n,), or probabilities (n, k), at X (n, d)."""
        a = (X - self.centre) / self.spread
        for w, b in self.layers[:-1]:
            a = np.tanh(a @ w + b)
        out = a @ self.layers[-1][0] + self.layers[-1][1]
        if not self.classes:
            return out[:, 0] * self.scale + self.offset
        out = np.exp(out - out.max(axis=1, keepdims=True))
        return out / out.sum(axis=1, keepdims=True)


def count_parameters(d: int, hidden: tuple[int, ...], outputs: int = 1) -> int:
    """Number of weights and biases of a network with d inputs."""
    sizes = (d, *hidden, outputs)
    return sum((a + 1) * b for a, b in pairwise(sizes))


def fit_mlp(X: Array, y: Array, hidden: tuple[int, ...], *, seconds: float = 10.0, starts: int = 3, seed: int = 0,
            classes: int = 0) -> Mlp:
    """Train an MLP.

    Args:
        X: (n, d) inputs.
        y: (n,) target; for classification the index of the class.
        hidden: sizes of the hidden layers.
        seconds: limit on the processor time of all starts together, so that other programs do not shorten the
            training: 60 % for Adam, the rest for L-BFGS.
        starts: how many random starts are trained.
        seed: of all random numbers.
        classes: number of classes; 0 for regression.
    """
    training = _Training(X, y, hidden, starts, seed, classes)
    _warm_up()
    begun = time.thread_time()
    training.adam(begun, 0.6 * seconds)
    for start in np.argsort(training.lowest):
        training.lbfgs(int(start), begun + seconds * (0.6 + 0.4 * (1 + training.refined) / starts))
    return training.result()


@cache
def _warm_up() -> None:
    """Take one step with both optimizers: the first step in a process takes up to two seconds, which must not count."""
    weight = torch.zeros(1, requires_grad=True)
    for optimizer in (torch.optim.Adam([weight]), torch.optim.LBFGS([weight])):
        optimizer.zero_grad()
        weight.sum().backward()
        optimizer.step(lambda: 0.0)


@dataclass
class _Training:
    X: Array
    y: Array
    hidden: tuple[int, ...]
    starts: int
    seed: int
    classes: int
    refined: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        n, d = self.X.shape
        rng = np.random.default_rng(self.seed)
        order = rng.permutation(n)
        kept = n // 5 if n >= 20 else 0
        self.centre, self.spread = self.X.mean(axis=0), self.X.std(axis=0)
        self.spread = np.where(self.spread > 0, self.spread, 1.0)
        self.offset, self.scale = (0.0, 1.0) if self.classes else (float(self.y.mean()), float(self.y.std()) or 1.0)
        inputs = torch.tensor((self.X - self.centre) / self.spread)
        target = torch.tensor(self.y.astype(np.int64) if self.classes else (self.y - self.offset) / self.scale)
        train, validation = torch.tensor(order[kept:]), torch.tensor(order[:kept] if kept else order)
        self.train, self.validation = (inputs[train], target[train]), (inputs[validation], target[validation])
        generator = torch.Generator().manual_seed(self.seed)
        sizes = (d, *self.hidden, self.classes or 1)
        self.weights = [(torch.randn(self.starts, a, b, generator=generator, dtype=torch.float64) / a**0.5)
                        for a, b in pairwise(sizes)]
        self.weights += [torch.zeros(self.starts, 1, b, dtype=torch.float64) for b in sizes[1:]]
        self.best = [w.clone() for w in self.weights]
        self.lowest = np.full(self.starts, np.inf)

    def losses(self, weights: list[torch.Tensor], rows: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """The mean loss of every start, (starts,)."""
        inputs, target = rows
        depth = len(weights) // 2
        a = inputs
        for i in range(depth):
            a = torch.matmul(a, weights[i]) + weights[depth + i]
            if i + 1 < depth:
                a = torch.tanh(a)
        if self.classes:
            logs = torch.log_softmax(a, dim=2)
            return -logs[:, torch.arange(len(target)), target].mean(dim=1)
        return ((a[:, :, 0] - target) ** 2).mean(dim=1)

    def keep(self, weights: list[torch.Tensor], starts: list[int]) -> bool:
        """Store the weights of starts with a new lowest validation loss; return whether there are any."""
        with torch.no_grad():
            losses = self.losses(weights, self.validation).numpy()
        better = False
        for i, start in enumerate(starts):
            if losses[i] < self.lowest[start]:
                better, self.lowest[start] = True, losses[i]
                for best, now in zip(self.best, weights, strict=True):
                    best[start] = now[i].detach()
        return better

    def adam(self, begun: float, seconds: float) -> None:
        """Train all starts at once. The rate decreases with the steps, or with the time if time is shorter."""
        weights = [w.requires_grad_() for w in self.weights]
        optimizer = torch.optim.Adam(weights, lr=_RATE)
        generator = torch.Generator().manual_seed(self.seed)
        n = len(self.train[1])
        for step in range(_ADAM_STEPS):
            share = max(step / _ADAM_STEPS, (time.thread_time() - begun) / seconds)
            if share >= 1.0:
                break
            optimizer.param_groups[0]["lr"] = _RATE * (_LAST_RATE / _RATE) ** share
            rows = self.train
            if n > 2 * _BATCH:
                some = torch.randint(n, (_BATCH,), generator=generator)
                rows = self.train[0][some], self.train[1][some]
            optimizer.zero_grad()
            self.losses(weights, rows).sum().backward()
            optimizer.step()
            if step % 20 == 0:
                self.keep(weights, list(range(self.starts)))
        self.keep(weights, list(range(self.starts)))

    def lbfgs(self, start: int, until: float) -> None:
        """Refine one start from its best state, until the validation loss has not improved for several rounds."""
        self.refined += 1
        weights = [w[start:start + 1].clone().requires_grad_() for w in self.best]
        optimizer = torch.optim.LBFGS(weights, max_iter=_ROUND, history_size=30, line_search_fn="strong_wolfe",
                                      tolerance_grad=1e-12, tolerance_change=1e-16)

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = self.losses(weights, self.train).sum()
            loss.backward()
            return loss

        idle = 0
        for _ in range(_LBFGS_ROUNDS):
            if time.thread_time() >= until or idle >= _PATIENCE or self.lowest[start] < _DONE:
                break
            optimizer.step(closure)
            idle = 0 if self.keep(weights, [start]) else idle + 1

    def result(self) -> Mlp:
        """The start with the lowest validation loss."""
        start, depth = int(np.argmin(self.lowest)), len(self.best) // 2
        arrays = [w[start].detach().numpy().copy() for w in self.best]
        layers = [(arrays[i], arrays[depth + i][0]) for i in range(depth)]
        return Mlp(layers, self.centre, self.spread, self.offset, self.scale, self.classes)
