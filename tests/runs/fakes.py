"""A stand-in for the engine: a search whose every step is known beforehand, for tests of what surrounds it.

It climbs a ladder of networks for y = x0² + x1 (names a, b), one rung a step. `delay_s` is how long each step
computes, and `fail_at` raises in that step.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from xnet import engine
from xnet.engine import StepTrace, StopReason
from xnet.engine.fitting.rows import Rows
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.constraints import NONE
from xnet.engine.search.records import Trial
from xnet.errors import DataError
from xnet.stopwatch import Stopwatch

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
    plain: None = None
    parts: None = None
    exact: float = 1e-20
    is_robust: bool = False

    @property
    def complexity(self) -> int:
        return self.network.complexity

    @property
    def n_parameters(self) -> int:
        return self.network.n_parameters

    @property
    def rarity(self) -> int:
        return FrontEntry(self.network, self.complexity, self.n_parameters, self.loss, self.loss_holdout).rarity

    @property
    def loss_holdout(self) -> float:
        return self.loss * 2

    @property
    def shown_loss(self) -> float:
        return self.loss

    @property
    def unexplained_holdout(self) -> float:
        return self.loss_holdout

    @property
    def explained_train(self) -> float:
        return 1 - self.loss

    @property
    def explained_holdout(self) -> float:
        return 1 - self.loss_holdout


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
    stop_reason: StopReason | None = None
    noise_is_left: bool = False
    robust_pick: Entry | None = None

    best = property(lambda self: self.front[-1])
    current = best

    def picked(self, preference: str) -> Entry:
        return self.front[-1]

    def with_front(self) -> FakeState:
        return replace(self, front=ENTRIES[:min(self.step + 1, len(ENTRIES))])


@dataclass
class FakeEngine:
    """What the tests set and see."""

    steps: int = 10**9
    delay_s: float = 0.0
    seconds_a_step: float = 0.01
    fail_at: int | None = None
    error: Exception = field(default_factory=lambda: ZeroDivisionError("secret detail"))
    stop_reason: str = "exact"
    calls: int = 0

    def start(self, problem: Any) -> FakeState:
        return FakeState()

    def advance(self, state: FakeState, problem: Any, budget: Any) -> tuple[FakeState, tuple[FakeEvent, ...]]:
        self.calls += 1
        watch = Stopwatch()
        while watch.seconds() < self.delay_s:
            pass
        step = state.step + 1
        if step == self.fail_at:
            raise self.error
        new = replace(state, step=step, seconds=state.seconds + self.seconds_a_step,
                      stop_reason=StopReason(self.stop_reason) if step >= self.steps else None).with_front()
        events = (FakeEvent(step, new.seconds, new.best),) if len(new.front) > len(state.front) else ()
        return new, events

    def traced_step(self, state: FakeState, problem: Any) -> tuple[FakeState, tuple[FakeEvent, ...], StepTrace | None]:
        """A traced step; every third step has no trace."""
        new, events = self.advance(state, problem, None)
        network = new.best.network
        trial = Trial(network, new.best.loss, "", "a rung", 2 * new.best.loss, (0.5,) * network.n_parameters)
        trace = StepTrace(state.step, "expand", state.best.network, False, state.best.loss, (trial,),
                          new.best if events else None)  # type: ignore[arg-type]
        return new, events, trace if new.step % 3 else None


@dataclass(frozen=True)
class FakeProblem:
    train: Rows
    holdout: Rows | None
    holdout_index: np.ndarray
    train_index: np.ndarray

    search = property(lambda self: self.train)
    n_rows = property(lambda self: len(self.train_index) + len(self.holdout_index))
    constraints = NONE
    parameters = False
    groups = None
    template = None
    given_form = None
    runs_alone = False
    subsampled = property(lambda self: self)
    names = property(lambda self: tuple(f"x{j}" for j in range(len(self.train.columns))))

    def cached(self, key: Any, make: Any) -> Any:
        return make()

    def admits(self, network: Network) -> bool:
        return True

    @property
    def all_rows(self) -> Rows:
        if self.holdout is None:
            return self.train
        return replace(self.train, columns=np.concatenate([self.train.columns, self.holdout.columns], axis=1),
                       y=np.concatenate([self.train.y, self.holdout.y]))

    @classmethod
    def from_arrays(cls, X: np.ndarray, y: np.ndarray, **settings: Any) -> FakeProblem:
        if len(y) < 3:
            raise DataError("Too few rows.")
        held_out = int(len(y) * settings["holdout_fraction"])
        columns = np.asarray(X).T
        return cls(Rows(columns[:, held_out:], y[held_out:], 1.0),
                   Rows(columns[:, :held_out], y[:held_out], 1.0) if held_out else None, np.arange(held_out),
                   np.arange(held_out, len(y)))


def use_fake(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> FakeEngine:
    """Put a fake in the real engine's place for the rest of the test."""
    fake = FakeEngine(**settings)
    monkeypatch.setattr(engine, "start", fake.start, raising=False)
    monkeypatch.setattr(engine, "advance", fake.advance, raising=False)
    monkeypatch.setattr(engine, "traced_step", fake.traced_step, raising=False)
    monkeypatch.setattr(engine, "state_to_json", lambda state: {"step": state.step, "seconds": state.seconds})
    monkeypatch.setattr(engine, "state_from_json", lambda tree: FakeState(**tree).with_front())
    monkeypatch.setattr(engine, "warm_start", lambda state, networks, problem: state)
    monkeypatch.setattr(engine, "with_shown_front", lambda state, networks, problem, **further: state)
    monkeypatch.setattr(engine, "resumable_state", lambda state: replace(state, stop_reason=None))
    monkeypatch.setattr(engine, "rescored_state", lambda state, problem: state)
    monkeypatch.setattr(engine, "Problem", FakeProblem, raising=False)
    return fake
