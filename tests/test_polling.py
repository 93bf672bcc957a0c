"""Polls within a step: the caller looks around, may abandon the step, and changes nothing of it."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, start
from xnet.polling import StepAbandoned, poll, polled_by


def noisy() -> Problem:
    X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    return Problem.from_arrays(X, X[:, 0] / X[:, 1] + np.random.default_rng(1).normal(size=60),
                               activations=("add", "mul"), max_complexity=9)


def test_a_step_is_polled_and_stays_the_same() -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        poll()  # a step that is computed meanwhile does not poll

    problem = noisy()
    with polled_by(look):
        polled, _ = advance(start(problem), problem, Budget(steps=3))
    alone, _ = advance(start(problem), problem, Budget(steps=3))

    assert looks > 10
    assert polled.islands == alone.islands


def test_a_step_may_be_abandoned() -> None:
    def look() -> None:
        raise StepAbandoned

    problem = noisy()
    before = start(problem)
    with pytest.raises(StepAbandoned), polled_by(look):
        advance(before, problem, Budget(steps=1))
    after, _ = advance(before, problem, Budget(steps=1))

    assert after.islands == advance(start(noisy()), noisy(), Budget(steps=1))[0].islands
