"""Tables of very many rows: counted in rows evaluated, not in seconds."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import net, rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Network, Problem, advance, start
from xnet.engine.fitting import levenberg_marquardt
from xnet.engine.fitting import rows as rows_module
from xnet.engine.fitting.all_rows import fitted_to_all_rows, normal_equations
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.networks import backpropagation as forward_module
from xnet.engine.problem import problem

#: 1.5 * sin(x0) * x1 + 0.3
WAVE = net(2, ("c", 0), ("x", 0), ("sin", 1), ("x", 1), ("mul", 2, 3), ("mul", 0, 4), ("c", 1), ("add", 5, 6),
           constants=(1.5, 0.3))


def noisy_waves(n: int, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    X = rng.uniform(0.5, 3.0, (n, 2))
    return X, np.sin(2 * X[:, 0]) * X[:, 1] + 0.2 * rng.normal(size=n)


@pytest.fixture
def rows_seen(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows every evaluation of a network saw."""
    seen: list[int] = []
    real = forward_module.forward

    def counted(network: Network, columns: Array, *others: Any) -> Any:
        seen.append(columns.shape[1])
        return real(network, columns, *others)

    for module in (levenberg_marquardt, rows_module, forward_module):
        monkeypatch.setattr(module, "forward", counted)
    return seen


@pytest.mark.slow
def test_twenty_times_the_rows_cost_about_the_same(rows_seen: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of SUBSAMPLED_ROWS train rows against one of twenty times as many."""
    monkeypatch.setattr(problem, "SUBSAMPLED_ROWS", 1000)
    monkeypatch.setattr(rows_module, "BLOCK_ROWS", 2000)
    cost = {}
    for n in (1250, 25_000):
        p = Problem.from_arrays(*noisy_waves(n), seed=0)
        state, _ = advance(start(p), p, Budget(steps=8))
        cost[n] = sum(rows_seen)
        assert state.step == 8
        assert max(rows_seen) <= 2000  # never the whole table at once
        rows_seen.clear()

    assert cost[25_000] < 3 * cost[1250]


def test_up_to_ten_thousand_train_rows_are_not_subsampled() -> None:
    p = Problem.from_arrays(*noisy_waves(12_500), seed=0)

    assert len(p.train.y) == 10_000
    assert p.subsampled is p
    assert len(list(p.train.blocks())) == 1


@pytest.mark.slow
def test_scores_of_a_large_table_are_those_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem, "SUBSAMPLED_ROWS", 300)
    p = Problem.from_arrays(*noisy_waves(3000), seed=0)
    state, _ = advance(start(p), p, Budget(steps=6))

    assert len(p.subsampled.train.y) == 300
    assert p.subsampled.holdout is not None
    assert set(p.subsampled.train.y) <= set(p.train.y)
    assert len(state.front) >= 2
    assert p.holdout is not None
    for e in state.front:
        for rows, loss in ((p.train, e.loss), (p.holdout, e.loss_holdout)):
            f = e.network.evaluate(rows.columns.T)
            assert loss == pytest.approx(np.mean((f - rows.y) ** 2) / rows.scale)


@pytest.mark.slow
def test_a_large_table_repeats_and_pauses_like_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem, "SUBSAMPLED_ROWS", 300)
    X, y = noisy_waves(1500)
    whole_run, _ = advance(start(Problem.from_arrays(X, y)), Problem.from_arrays(X, y), Budget(steps=5))
    state = start(Problem.from_arrays(X, y))
    for _ in range(5):
        state, _ = advance(state, Problem.from_arrays(X, y), Budget(steps=1))

    assert state.front == whole_run.front
    assert state.islands[0].beam == whole_run.islands[0].beam


@pytest.mark.parametrize("weighted", [False, True])
def test_blocks_add_up_to_the_table(weighted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = noisy_waves(1000)
    rows = rows_of(X, y, np.random.default_rng(1).uniform(0.1, 2, 1000) if weighted else None)
    loss = rows.loss(WAVE)
    at_once = normal_equations(WAVE, rows, np.array(WAVE.constants))
    monkeypatch.setattr(rows_module, "BLOCK_ROWS", 64)
    in_blocks = normal_equations(WAVE, rows, np.array(WAVE.constants))

    assert len(list(rows.blocks())) == 16
    assert rows.loss(WAVE) == pytest.approx(loss, rel=1e-12)
    assert in_blocks.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(in_blocks.matrix, at_once.matrix, rtol=1e-10)
    np.testing.assert_allclose(in_blocks.right, at_once.right, rtol=1e-10)


@pytest.mark.parametrize("weighted", [False, True])
def test_one_step_on_all_rows_reaches_the_least_squares_fit(weighted: bool) -> None:
    X, y = noisy_waves(4000)
    y = 1.51234 * np.sin(X[:, 0]) * X[:, 1] + 0.31234 + 0.1 * np.random.default_rng(2).normal(size=4000)
    rows = rows_of(X, y, np.random.default_rng(1).uniform(0.1, 2, 4000) if weighted else None)
    refined = fitted_to_all_rows(WAVE, rows)  # from 1.5 and 0.3, some errors away

    assert rows.loss(refined) <= fit_parameters(WAVE, rows).loss * 4000 ** (2 / 4000)  # what Schwarz pays for 0.3
    assert all(len(f"{c:g}") <= 7 and float(f"{c:g}") == c for c in refined.constants)  # as many digits as are known


def test_a_simple_number_stays_unless_all_rows_speak_against_it() -> None:
    X, _ = noisy_waves(4000)
    noise = 0.1 * np.random.default_rng(2).normal(size=4000)
    law = 1.5 * np.sin(X[:, 0]) * X[:, 1]

    assert fitted_to_all_rows(WAVE, rows_of(X, law + 0.3 + noise)) == WAVE
    assert fitted_to_all_rows(WAVE, rows_of(X, law + 0.35 + noise)) != WAVE
    assert fitted_to_all_rows(WAVE, rows_of(X, law + 0.3)) == WAVE


def test_a_step_that_does_not_help_is_not_taken() -> None:
    X, y = noisy_waves(50)
    outside = net(2, ("x", 0), ("c", 0), ("sub", 0, 1), ("log", 2), constants=(1.5,))
    flat = net(2, ("c", 0), ("x", 0), ("mul", 0, 1), ("n", 1), constants=(1.5,))
    with np.errstate(all="ignore"):
        assert fitted_to_all_rows(outside, rows_of(X, y)) == outside
    assert fitted_to_all_rows(flat, rows_of(X, y)) == flat


def test_a_problem_holds_a_large_table_once() -> None:
    X, y = np.random.default_rng(0).uniform(size=(50_000, 20)), np.random.default_rng(1).normal(size=50_000)
    tracemalloc.start()
    try:
        p = Problem.from_arrays(X, y)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert p.n_inputs == 20
    assert peak < 1.6 * X.nbytes


def test_predictions_come_in_blocks_that_fit_together() -> None:
    X = np.random.default_rng(0).uniform(0, 3, (40_000, 2))

    np.testing.assert_array_equal(WAVE.evaluate(X), 1.5 * (np.sin(X[:, 0]) * X[:, 1]) + 0.3)
