"""A stand-in for the engine: a search whose every step is known beforehand, for tests of what surrounds it.

It climbs a ladder of networks for y = x0² + x1 (names a, b), one rung a step. `delay_s` makes each step slow in small
sleeps, `fail_at` raises in that step.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from xnet import engine
from xnet.engine.errors import DataError
from xnet.engine.network import Network, Neuron

A, B = Neuron("variable", (), 0), Neuron("variable", (), 1)
LADDER = (
    Network((Neuron("constant", (), 0),), (3.5,), 2),
    Network((A, Neuron("square", (0,))), (), 2),
    Network((A, Neuron("square", (0,)), Neuron("constant", (), 0), Neuron("add", (1, 2))), (1.25,), 2),
    Network((A, Neuron("square", (0,)), B, Neuron("add", (1, 2))), (), 2),
)


@dataclass(frozen=True)
class Entry:
    network: Network
    loss: float

    @property
    def complexity(self) -> int:
        return self.network.complexity

    @property
    def n_parameters(self) -> int:
        return self.network.n_parameters

    @property
    def loss_holdout(self) -> float:
        return self.loss * 2

    @property
    def r2_train(self) -> float:
        return 1 - self.loss

    @property
    def r2_holdout(self) -> float:
        return 1 - self.loss * 2


ENTRIES = tuple(Entry(network, 10.0 ** (-2 * k)) for k, network in enumerate(LADDER))


@dataclass(frozen=True)
class FakeEvent:
    step: int
    seconds: float
    entry: Entry
    kind: str = "improved"

    loss = property(lambda self: self.entry.loss)
    loss_holdout = property(lambda self: self.entry.loss_holdout)
    network = property(lambda self: self.entry.network)
    reason = property(lambda self: f"rung {self.step}")

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "step": self.step, "seconds": self.seconds, "loss": self.loss,
                "network": self.network.to_json(), "reason": self.reason}


@dataclass(frozen=True)
class FakeState:
    step: int = 0
    seconds: float = 0.0
    front: tuple[Entry, ...] = ENTRIES[:1]
    finished: str = ""

    best = property(lambda self: self.front[-1])
    current = best


@dataclass
class FakeEngine:
    """What the tests set and see."""

    steps: int = 10**9
    delay_s: float = 0.0
    seconds_a_step: float = 0.01
    fail_at: int | None = None
    error: Exception = field(default_factory=lambda: ZeroDivisionError("secret detail"))
    finished: str = "exact"
    calls: int = 0

    def start(self, problem: Any) -> FakeState:
        return FakeState()

    def advance(self, state: FakeState, problem: Any, budget: Any) -> tuple[FakeState, tuple[FakeEvent, ...]]:
        self.calls += 1
        for _ in range(int(self.delay_s / 0.005)):
            time.sleep(0.005)
        step = state.step + 1
        if step == self.fail_at:
            raise self.error
        front = ENTRIES[:min(step + 1, len(ENTRIES))]
        new = replace(state, step=step, seconds=state.seconds + self.seconds_a_step, front=front,
                      finished=self.finished if step >= self.steps else "")
        events = (FakeEvent(step, new.seconds, front[-1]),) if len(front) > len(state.front) else ()
        return new, events


@dataclass(frozen=True)
class FakeRows:
    columns: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class FakeProblem:
    train: FakeRows
    holdout: FakeRows | None

    @classmethod
    def from_arrays(cls, X: np.ndarray, y: np.ndarray, **settings: Any) -> FakeProblem:
        if len(y) < 3:
            raise DataError("Too few rows.")
        held_out = int(len(y) * settings["holdout_fraction"])
        columns = np.asarray(X).T
        return cls(FakeRows(columns[:, held_out:], y[held_out:]),
                   FakeRows(columns[:, :held_out], y[:held_out]) if held_out else None)


def use_fake(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> FakeEngine:
    """Put a fake in the real engine's place for the rest of the test."""
    fake = FakeEngine(**settings)
    monkeypatch.setattr(engine, "start", fake.start, raising=False)
    monkeypatch.setattr(engine, "advance", fake.advance, raising=False)
    monkeypatch.setattr(engine, "Problem", FakeProblem, raising=False)
    monkeypatch.setattr(engine, "Budget", lambda **limits: limits, raising=False)
    return fake
