"""Multilayer perceptrons, trained well: what formulas are compared with.

Inputs and target are standardised; tanh neurons (smooth, as the formulas are; with rectifiers the networks would have
to be larger); float64. Several starts are trained side by side: Adam with a falling rate, then L-BFGS on each from its
best state. One row in five is kept for validation, ends the training and chooses among the starts; with fewer than 20
rows none is kept, as X-Net does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np
import torch

from xnet.arrays import Array

#: Rows of a mini-batch; smaller tables are trained on as a whole.
_BATCH = 512
_ADAM_STEPS, _LBFGS_ROUNDS, _ROUND = 6000, 60, 20
_RATE, _LAST_RATE = 1e-2, 1e-4
#: L-BFGS ends after this many rounds without a better validation loss, or at a loss that is rounding.
_PATIENCE, _DONE = 6, 1e-14


@dataclass(frozen=True)
class Mlp:
    """A trained network; `predict` gives (n,) values, or (n, k) probabilities where it was trained on classes."""

    layers: list[tuple[Array, Array]]
    centre: Array
    spread: Array
    offset: float
    scale: float
    classes: int

    @property
    def n_parameters(self) -> int:
        """Weights and biases; the scaling of inputs and target is not counted, in its favour."""
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
    """Weights and biases of a network with d inputs."""
    sizes = (d, *hidden, outputs)
    return sum((a + 1) * b for a, b in pairwise(sizes))


def fit_mlp(X: Array, y: Array, hidden: tuple[int, ...], *, seconds: float = 10.0, starts: int = 3, seed: int = 0,
            classes: int = 0) -> Mlp:
    """Train on X (n, d) and y (n,), numbers, or with `classes` whole numbers below it.

    Args:
        seconds: most seconds of computing for all starts together (a busy machine takes nothing away from them): 60 %
            for Adam, the rest for L-BFGS.
    """
    training = _Training(X, y, hidden, starts, seed, classes)
    _warm_up()
    begun = time.thread_time()
    training.adam(begun, 0.6 * seconds)
    for start in np.argsort(training.lowest):
        training.lbfgs(int(start), begun + seconds * (0.6 + 0.4 * (1 + training.polished) / starts))
    return training.result()


@cache
def _warm_up() -> None:
    """One step of both optimizers: the first in a process takes a second or two, which is no training time."""
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
    polished: int = field(default=0, init=False)

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
        train, held = torch.tensor(order[kept:]), torch.tensor(order[:kept] if kept else order)
        self.train, self.held = (inputs[train], target[train]), (inputs[held], target[held])
        generator = torch.Generator().manual_seed(self.seed)
        sizes = (d, *self.hidden, self.classes or 1)
        self.weights = [(torch.randn(self.starts, a, b, generator=generator, dtype=torch.float64) / a**0.5)
                        for a, b in pairwise(sizes)]
        self.weights += [torch.zeros(self.starts, 1, b, dtype=torch.float64) for b in sizes[1:]]
        self.best = [w.clone() for w in self.weights]
        self.lowest = np.full(self.starts, np.inf)

    def losses(self, weights: list[torch.Tensor], rows: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """The mean loss of every start, (s,)."""
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
        """Keep the starts that do better on the validation rows than ever before; whether one did."""
        with torch.no_grad():
            losses = self.losses(weights, self.held).numpy()
        better = False
        for i, start in enumerate(starts):
            if losses[i] < self.lowest[start]:
                better, self.lowest[start] = True, losses[i]
                for best, now in zip(self.best, weights, strict=True):
                    best[start] = now[i].detach()
        return better

    def adam(self, begun: float, seconds: float) -> None:
        """All starts side by side, the rate falling with the steps or, where those would take too long, the time."""
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
        """Polish one start from its best state, in rounds, until validation has not gained for some of them."""
        self.polished += 1
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
        """The start that does best on the validation rows."""
        start, depth = int(np.argmin(self.lowest)), len(self.best) // 2
        arrays = [w[start].detach().numpy().copy() for w in self.best]
        layers = [(arrays[i], arrays[depth + i][0]) for i in range(depth)]
        return Mlp(layers, self.centre, self.spread, self.offset, self.scale, self.classes)
