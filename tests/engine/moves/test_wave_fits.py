"""Fast waves, found by a scan of frequencies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ExprKind, var
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.formulas.parser import read_formula
from xnet.engine.moves.targets import root_target
from xnet.engine.moves.wave_fits import wave_fits
from xnet.engine.search.records import Expansion, Outcome, StepContext, Trial
from xnet.engine.search.schedule import TaskKind, scheduled_task
from xnet.engine.search.tasks import run_task

NAMES = ("a", "b", "c")


def rows(f, seed: int = 0, n: int = 200, low: float = -10.0, high: float = 10.0):
    X = np.random.default_rng(seed).uniform(low, high, (n, 3))
    return rows_of(X, f(*X.T))


def best_fit(data, terms=()) -> float:
    """The share of the variance that the best proposal leaves, before its constants are fitted."""
    found = [evaluate(e, data.columns, {}) for e in wave_fits(root_target(data), list(terms), data)]
    return min((float(np.mean((data.y - f) ** 2)) / float(np.var(data.y)) for f in found), default=1.0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("law", [
    lambda a, b, c: 2 - 2.1 * np.cos(9.8 * a) * np.sin(1.3 * b),
    lambda a, b, c: 3 * np.sin(7 * a - 4 * c + 1),
    lambda a, b, c: b * np.sin(8 * a + 0.4) + 1,
], ids=["product of two waves", "wave of a sum", "wave times an input"])
def test_a_fast_wave_is_found_from_its_frequencies(law, seed: int) -> None:
    assert best_fit(rows(law, seed)) < 0.15


def test_a_wave_is_found_beside_given_terms() -> None:
    data = rows(lambda a, b, c: 5 * a + np.cos(6 * b) * np.cos(5 * c))

    assert best_fit(data, [var(0)]) < 0.05 * 0.25


@pytest.mark.parametrize("kind", ["noise", "smooth"])
def test_chance_and_smooth_laws_give_no_wave(kind: str) -> None:
    noise = np.random.default_rng(5)
    laws = {"noise": lambda a, b, c: noise.standard_normal(len(a)), "smooth": lambda a, b, c: a * a * b + np.exp(c / 9)}

    assert [list(wave_fits(root_target(d), [], d)) for d in (rows(laws[kind], s) for s in range(5))] == [[]] * 5


def test_a_fast_wave_over_julian_dates_is_found() -> None:
    """Turns since the zero of the date have no digits left for the phase in single precision."""
    rng = np.random.default_rng(5)
    days = np.sort(rng.uniform(0.0, 4.0, 150))
    y = 11.2 + 0.23 * np.sin(2.0 * np.pi * days / 0.0837 + 0.4) + 0.02 * rng.normal(size=150)

    assert best_fit(rows_of(days[:, None] + 2459000.5, y)) < 0.3


@pytest.mark.parametrize("n", [30, 40, 60])
def test_a_fast_wave_in_few_rows_is_found(n: int) -> None:
    """In fewer than fifty rows even a wave without noise is not as high as chance makes exponential numbers."""
    for seed in range(3):
        rng = np.random.default_rng(seed)
        days = rng.uniform(0.0, 120.0, n)
        y = 21.0 * np.sin(2.0 * np.pi * days / 4.2308 + 0.3) - 4.0 + 3.0 * rng.normal(size=n)

        assert best_fit(rows_of(days[:, None], y)) < 0.25


@pytest.mark.parametrize("n", [10, 14, 20, 40])
def test_noise_in_few_rows_gives_no_wave(n: int) -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        data = rows_of(rng.uniform(0.0, 100.0, (n, 2)), rng.standard_t(3, n))

        assert not list(wave_fits(root_target(data), [], data))


def test_frequencies_beyond_a_regular_grid_are_not_scanned() -> None:
    t = np.arange(200.0)
    X = np.stack([t, np.ones(200), np.ones(200)], axis=1)
    data = rows_of(X, np.sin(2.5 * t))  # sin((2 pi - 2.5) t) has the same values up to the sign
    found = list(wave_fits(root_target(data), [], data))

    assert found
    assert all(not read or max(read) <= np.pi for read in ([c for t, _ in e.args for c in _factors(t)] for e in found))


def _factors(term) -> list[float]:
    wave = term.kind is ExprKind.CALL and term.args[0].kind is ExprKind.SUM
    return [abs(c) for _, c in term.args[0].args] if wave else []


def step(problem: Problem, turn: int, beam: tuple[Trial, ...] = ()) -> Outcome:
    at = next(s for s in range(200) if scheduled_task(s)[:3] == (TaskKind.WAVES, LibrarySize.CURVES, turn))
    with np.errstate(all="ignore"):
        return run_task(StepContext(at, beam), problem)


def two_waves(a: Array, b: Array, c: Array) -> Array:
    return 2 * np.cos(9 * a) * np.sin(7 * b) + np.sin(8 * b) * np.sin(6 * c)


def test_two_products_of_waves_are_found_one_after_the_other() -> None:
    X = np.random.default_rng(0).uniform(-3, 3, (400, 3))
    problem = Problem.from_arrays(X, two_waves(*X.T))
    first = step(problem, 0)
    best = min(first.trials, key=lambda t: t.loss)
    second = step(problem, 1, (best,))

    assert best.loss < 0.3
    assert min(t.loss for t in second.trials) < 1e-20
    assert second.expansions == {Expansion(TaskKind.WAVES, LibrarySize.CURVES, best.shape)}
    assert not step(problem, 1).trials  # without a network there is nothing to stand beside


def test_a_search_without_sines_scans_nothing() -> None:
    X = np.random.default_rng(0).uniform(-3, 3, (200, 2))
    problem = Problem.from_arrays(X, np.sin(9 * X[:, 0]), activations="rational")
    network = read_formula("x0 + 1", ("x0", "x1"))
    beam = (Trial(network, 0.5, shape(to_expression(network)), "by hand"),)

    assert not step(problem, 0).trials
    assert not step(problem, 1, beam).expansions
