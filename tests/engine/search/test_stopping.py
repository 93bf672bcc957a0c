"""Why a search ends: the reasons in words, noise, and formulas that only come close to a law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from xnet.engine import Budget, Problem, SearchState, StopReason, advance, search_on_islands, start
from xnet.engine.formulas.text import to_text
from xnet.engine.search.noise_ending import FEW_INPUTS, MOST_INPUTS, ends_on_noise

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (150, 2))
LAW = X[:, 0] ** 2 / X[:, 1]
NOISE = 0.1 * np.random.default_rng(7).normal(size=150)


def of_noisy_rows(extra_inputs: int = 0, noise: float = 1.0) -> Problem:
    more = np.random.default_rng(1).uniform(size=(150, extra_inputs))
    return Problem.from_arrays(np.hstack([X, more]), LAW + noise * NOISE, activations=["add", "mul", "div"],
                               max_complexity=12)


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences = {reason.sentence for reason in StopReason}

    assert len(sentences) == len(StopReason)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_only_an_exact_class_is_worded_differently() -> None:
    assert [r for r in StopReason if r.class_sentence != r.sentence] == [StopReason.EXACT]


@pytest.fixture(scope="module")
def at_the_noise() -> SearchState:
    """A search whose residuals look like noise, some steps after the opening."""
    problem = of_noisy_rows()
    return advance(start(problem), problem, Budget(steps=40))[0]


@pytest.mark.slow
def test_before_half_of_the_budget_noise_is_only_an_offer(at_the_noise: SearchState) -> None:
    problem = of_noisy_rows()
    assert at_the_noise.noise_is_left
    assert at_the_noise.stop_reason is None
    assert advance(at_the_noise, problem, Budget(steps=1))[0].stop_reason is None
    ended, _ = advance(at_the_noise, problem, Budget(steps=10, noise_ends=True))
    assert (ended.stop_reason, ended.step) == ("noise", 41)
    assert to_text(ended.best.network, ("x0", "x1")) in ("x0*x0/x1", "x0**2/x1")


@pytest.mark.slow
def test_a_whole_search_ends_on_noise_only_after_half_of_its_steps() -> None:
    state, _ = search_on_islands(of_noisy_rows(), Budget(steps=60), 1)
    assert (state.step, state.stop_reason) == (33, "noise")


def test_half_of_a_budget_is_counted_in_steps_where_there_are_steps() -> None:
    assert [Budget(steps=10, seconds=100).half_spent(k, 99) for k in (4, 5)] == [False, True]
    assert [Budget(seconds=10).half_spent(900, s) for s in (4.9, 5.0)] == [False, True]
    assert Budget().half_spent(0, 0.0), "nothing else would end this search"


@pytest.mark.slow
def test_all_tests_have_to_agree(at_the_noise: SearchState) -> None:
    problem, island = of_noisy_rows(), at_the_noise.islands[0]
    assert ends_on_noise(island, problem)
    assert not ends_on_noise(replace(island, noise_is_left=False), problem)
    shorter = tuple(e for e in island.front if e.complexity <= island.best.complexity)
    assert not ends_on_noise(replace(island, front=shorter), problem), "the pick is the last of the front"
    assert not ends_on_noise(island, replace(problem, holdout=None, _cache={}))
    held = problem.holdout
    assert held is not None
    bent = replace(held, y=held.y + held.columns[0] - 2)
    assert not ends_on_noise(island, replace(problem, holdout=bent, _cache={})), "the held-out rows show a pattern"


def test_a_small_loss_with_many_inputs_is_no_noise(at_the_noise: SearchState) -> None:
    island = at_the_noise.islands[0]
    small = replace(island, front=tuple(replace(e, loss=e.loss * 1e-3) for e in island.front), plain=())
    assert small.best.loss < 1e-4
    assert ends_on_noise(small, of_noisy_rows())
    assert not ends_on_noise(small, of_noisy_rows(FEW_INPUTS - 1))
    assert not ends_on_noise(island, of_noisy_rows(MOST_INPUTS))


@pytest.mark.slow
def test_a_noise_free_table_of_many_inputs_uses_its_budget() -> None:
    x = np.random.default_rng(3).uniform(0.5, 2, (150, 5))
    y = x[:, 0] * np.exp(-x[:, 1]) + np.sin(3 * x[:, 2] * x[:, 3]) / x[:, 4] + np.sqrt(x[:, 0] + x[:, 4])
    state, _ = search_on_islands(Problem.from_arrays(x, y, activations=["add", "mul", "sqrt"]), Budget(steps=45), 1)
    assert (state.step, state.stop_reason) == (45, None)


def narrow(*ranges: tuple[float, float]) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.column_stack([rng.uniform(low, high, 60) for low, high in ranges])


@pytest.mark.slow
@pytest.mark.parametrize(("x", "law", "wide"), [
    (narrow((1, 2), (0, 0.05)), lambda m, v: m / np.sqrt(1 - v * v), narrow((1, 2), (0.1, 0.9))),
    (narrow((0, 0.1), (0, 0.1), (0, 0.1)), lambda x, y, z: np.sin(x * y) / (1 + z), narrow((0, 2), (0, 2), (0, 2))),
    (narrow((1, 2), (0.01, 0.02), (1, 2)), lambda x, y, z: x * np.expm1(y / z), narrow((1, 2), (1, 2), (1, 2)))])
def test_a_formula_that_is_only_close_to_a_closed_form_does_not_end_the_search(
        x: np.ndarray, law: Callable[..., np.ndarray], wide: np.ndarray) -> None:
    problem = Problem.from_arrays(x, law(*x.T), seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=30))
    assert state.stop_reason == "exact"
    assert state.best.network.evaluate(wide) == pytest.approx(law(*wide.T), rel=1e-9), "exact outside the rows as well"


def test_a_polynomial_that_is_the_law_is_exact_at_once() -> None:
    x = np.random.default_rng(1).uniform(-2, 2, (60, 2))
    problem = Problem.from_arrays(x, 1.7 * x[:, 0] * x[:, 1] + 0.31 * x[:, 0] ** 3 - x[:, 1] ** 2, seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=30))
    assert (state.stop_reason, state.step) == ("exact", 4)
