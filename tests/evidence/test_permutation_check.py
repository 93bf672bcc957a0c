"""The permutation check: least p-value for a law, none for noise, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xnet.engine import Constraints, Network, Neuron, Problem, make_entry
from xnet.engine.problem.shuffling import with_target_order
from xnet.errors import DataError
from xnet.evidence.formula_verdict import formula_verdict
from xnet.evidence.permutation_check import PermutationCheck, explained_left_out, permutation_check

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (40, 2))
LAW = X[:, 0] ** 1.5 / X[:, 1] * (1 + 0.05 * RNG.normal(size=40))


def check_of(y: np.ndarray, n_shuffled: int = 9, **settings: Any) -> PermutationCheck:
    found = permutation_check(Problem.from_arrays(X, y, **settings), n_shuffled, steps=1)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_law_has_the_least_p_value() -> None:
    found = check_of(LAW, 19)
    assert (found.p_value, found.n_as_good) == (0.05, 0)
    assert found.explained > 0.9 > max(found.shuffled)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_has_no_small_p_value(seed: int) -> None:
    found = check_of(np.random.default_rng(seed).normal(size=40))
    assert found.p_value > 0.5
    assert found.explained == 0.0, "the suggestion is a constant"


def test_the_same_seed_gives_the_same_check() -> None:
    problem = Problem.from_arrays(X, LAW)
    one, same, other = (permutation_check(problem, 2, steps=1, seed=s) for s in (5, 5, 6))
    assert one == same
    assert one is not None
    assert other is not None
    assert one.explained == other.explained
    assert PermutationCheck.from_json(one.to_json()) == one


def test_the_p_value_counts_tables_that_are_as_good() -> None:
    found = PermutationCheck(0.5, (0.1, 0.5 - 1e-12, 0.7, 0.2), steps=8, seed=0)
    assert (found.n_as_good, found.p_value) == (2, 3 / 5)


def test_explained_is_one_minus_press_of_the_formula_over_press_of_the_mean() -> None:
    problem = Problem.from_arrays(X, LAW)
    line = Network((Neuron("constant", (), 0), Neuron("variable"), Neuron("mul", (0, 1)), Neuron("constant", (), 1),
                    Neuron("add", (2, 3))), (1.0, 0.0), 2)

    def press(columns: list[np.ndarray]) -> float:
        total = 0.0
        for i in range(40):
            A = np.column_stack([np.ones(40), *columns])
            left = np.arange(40) != i
            total += float((LAW[i] - A[i] @ np.linalg.lstsq(A[left], LAW[left], rcond=None)[0]) ** 2)
        return total

    expected = 1 - press([X[:, 0]]) / press([])
    assert explained_left_out(make_entry(line, problem), problem) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("settings", [
    {}, {"sample_weight": RNG.uniform(0.5, 2, 40)}, {"loss": "huber"}, {"parameters": False},
    {"constraints": Constraints.of(("x0", "x1"), required_inputs=["x1"])}, {"holdout_fraction": 0.0}])
def test_the_order_as_it_is_gives_the_same_problem(settings: dict[str, Any]) -> None:
    problem = Problem.from_arrays(X, LAW, **settings)
    again = with_target_order(problem, np.arange(40))
    for one, other in ((problem.train, again.train), (problem.holdout, again.holdout)):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            np.testing.assert_array_equal(one.columns, other.columns)
            np.testing.assert_array_equal(one.y, other.y)
            assert one.scale == pytest.approx(other.scale)
            assert one.loss_function == other.loss_function
            np.testing.assert_allclose(one.weight if one.weight is not None else 1.0,
                                       other.weight if other.weight is not None else 1.0)
    for name in ("constraints", "parameters", "max_complexity", "activations", "seed", "names"):
        assert getattr(again, name) == getattr(problem, name)


def test_a_weight_moves_with_its_value_of_the_target() -> None:
    weight = RNG.uniform(0.5, 2, 40)
    problem = Problem.from_arrays(X, LAW, sample_weight=weight)
    moved = with_target_order(problem, np.random.default_rng(1).permutation(40))
    pairs = dict(zip(LAW, weight / weight.mean(), strict=True))
    assert moved.train.weight is not None
    for y, w in zip(moved.train.y, moved.train.weight, strict=True):
        assert w == pytest.approx(pairs[y])
    assert not np.array_equal(moved.train.y, problem.train.y)


def test_a_class_can_be_checked() -> None:
    y = (X[:, 0] + 0.1 * RNG.normal(size=40) > 2).astype(float)
    assert check_of(y, loss="logistic").p_value == 0.1
    assert check_of(np.random.default_rng(4).permutation(y), loss="logistic").p_value > 0.1


@pytest.mark.parametrize(("rows", "y", "n_shuffled", "steps", "said"), [
    (5, LAW, 19, 1, "at least 6 rows; the table has 5"), (40, np.full(40, 2.0), 19, 1, "the target does not vary"),
    (40, LAW, 0, 1, "expected 1 to"), (40, LAW, 10**6, 1, "1,000,000 shuffled tables"), (40, LAW, 19, 0, "0 steps")])
def test_invalid_permutation_checks_are_refused(rows: int, y: np.ndarray, n_shuffled: int, steps: int,
                                                said: str) -> None:
    with pytest.raises(DataError, match=said):
        permutation_check(Problem.from_arrays(X[:rows], y[:rows], holdout_fraction=0.0), n_shuffled, steps)


def test_an_interrupted_check_has_no_result() -> None:
    done: list[int] = []
    assert permutation_check(Problem.from_arrays(X, LAW), 5, 1, 0, done.append, lambda: len(done) == 2) is None
    assert done == [1, 2]


@pytest.mark.parametrize(("shuffled", "level", "cautioned"), [
    ((0.0,) * 19, "strong", False), ((0.0,) * 5, "strong", False), ((0.0,) * 10 + (0.95,) * 9, "plausible", True)])
def test_the_verdict_knows_the_check(shuffled: tuple[float, ...], level: str, cautioned: bool) -> None:
    x = np.linspace(-2, 3, 200)[:, None]
    problem = Problem.from_arrays(x, x[:, 0] ** 2 + 0.1 * np.random.default_rng(0).normal(size=200))
    square = {"network": Network((Neuron("variable"), Neuron("square", (0,))), (), 1).to_json(), "n_parameters": 0,
              "loss": 0.01, "r2_train": 0.99, "r2_holdout": 0.99, "plain": None}
    snapshot = {"best": square, "front": [square]}
    found = formula_verdict(square, snapshot, problem, PermutationCheck(0.9, shuffled, 8, 0))
    assert found.level == level
    said = " ".join(found.cautions) if cautioned else found.sentence
    assert "Permutation check: " in said
    assert formula_verdict(square, snapshot, problem).level == "strong"


@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_the_p_value_of_dependent_rows_is_said_to_be_too_small(memory: float) -> None:
    x, noise = np.linspace(-2, 3, 200)[:, None], np.random.default_rng(0).normal(size=200)
    for i in range(1, 200):
        noise[i] += memory * noise[i - 1]
    problem = Problem.from_arrays(x, x[:, 0] ** 2 + 0.3 * noise)
    square = {"network": Network((Neuron("variable"), Neuron("square", (0,))), (), 1).to_json(), "n_parameters": 0,
              "loss": 0.01, "r2_train": 0.99, "r2_holdout": 0.99, "plain": None}
    check = PermutationCheck(0.9, (0.0,) * 19, 8, 0)
    found = formula_verdict(square, {"best": square, "front": [square]}, problem, check)
    assert ("Its p-value is too small where rows depend on each other" in found.sentence) == (memory > 0)


@pytest.mark.parametrize("tree", [{}, {"explained": 1, "shuffled": [], "steps": 8, "seed": 0},
                                  {"explained": None, "shuffled": [0.1], "steps": 8, "seed": 0},
                                  {"explained": 0.5, "shuffled": [float("nan")], "steps": 8, "seed": 0},
                                  {"explained": "x", "shuffled": [0.1], "steps": 8, "seed": 0}])
def test_a_damaged_check_is_refused(tree: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"check|convert"):
        PermutationCheck.from_json(tree)
