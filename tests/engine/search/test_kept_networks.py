"""Networks that the front left out although all rows support them better: they compete for the pick, and are saved."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.engine.front.entries import entry
from xnet.engine import Budget, Problem, SearchState, advance, start, state_from_json, state_to_json, warm_start
from xnet.engine.front.entry import FrontEntry
from xnet.engine.search.kept_networks import kept_beside, left_front

LOSSES = np.linspace(0.5, 1.5, 30)


def network(complexity: int, loss: float) -> FrontEntry:
    return entry(complexity, loss * LOSSES, 1.0)


def test_a_network_is_kept_if_no_network_that_is_as_simple_has_as_low_a_loss() -> None:
    on_front, law, long = network(9, 0.02), network(10, 0.004), network(14, 0.01)

    assert kept_beside((on_front,), (), [law]) == (law,)
    assert kept_beside((on_front, long), (), [law]) == (law,)
    assert kept_beside((on_front, law), (), [long]) == ()
    assert kept_beside((on_front,), (law,), [long]) == (law,)
    assert kept_beside((network(9, 0.003),), (law,), []) == ()


def test_the_four_of_the_lowest_losses_are_kept() -> None:
    left = [network(c, 1.0 / c) for c in range(5, 12)]

    assert kept_beside((), (), left) == tuple(left[-4:])
    kept = tuple(left[-4:])
    assert kept_beside((), kept, left[:2]) is kept


def test_the_networks_that_left_are_those_of_the_front_before() -> None:
    a, b, c = (network(i, 0.1) for i in (3, 4, 5))
    assert left_front((a, b), (a, c)) == [b]


@pytest.fixture(scope="module")
def logistic() -> tuple[Problem, SearchState]:
    """25 rows of a step of growth; a shorter formula with a slightly lower loss on the training rows displaces it."""
    t = np.linspace(0.0, 24.0, 25)
    y = 0.08 + 2.1 / (1.0 + np.exp(-0.62 * (t - 11.5))) + np.random.default_rng(1019).normal(0.0, 0.03, 25)
    problem = Problem.from_arrays(t[:, None], np.round(y, 3), seed=1)
    return problem, advance(start(problem), problem, Budget(steps=14))[0]


@pytest.mark.slow
def test_a_law_that_an_overfitted_network_displaced_is_suggested(logistic: tuple[Problem, SearchState]) -> None:
    _, state = logistic
    t = np.linspace(0.0, 24.0, 200)
    law = 0.08 + 2.1 / (1.0 + np.exp(-0.62 * (t - 11.5)))

    assert state.best in state.kept
    assert state.best in state.front
    assert np.abs(state.best.network.evaluate(t[:, None]) - law).max() < 0.05


@pytest.mark.slow
def test_kept_networks_are_saved_and_warm_start_another_search(logistic: tuple[Problem, SearchState]) -> None:
    problem, state = logistic
    restored = state_from_json(json.loads(json.dumps(state_to_json(state), allow_nan=False)))
    again = warm_start(start(problem), [e.network for e in state.front], problem)

    assert [e.network for e in restored.kept] == [e.network for e in state.kept]
    assert again.best.network == state.best.network
