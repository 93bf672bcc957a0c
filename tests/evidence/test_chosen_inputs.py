"""Inputs of a linear formula that were chosen among many, by chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.chosen_inputs import chosen_inputs_sentence, n_chosen_from, preselected_sentence
from xnet.evidence.constants import constant_estimates
from xnet.runs import create_run

RNG = np.random.default_rng(18)
X = RNG.normal(size=(60, 200))
NAMES = tuple(f"g{i}" for i in range(200))
Y = 3 * X[:, 17] - 2 * X[:, 99] + 0.5 * RNG.normal(size=60)


def sentence(formula: str, columns: int = 200) -> str:
    problem = Problem.from_arrays(X[:, :columns], Y, names=NAMES[:columns])
    return chosen_inputs_sentence(read_formula(formula, NAMES[:columns]), problem)


def test_inputs_that_chance_may_have_chosen_are_named() -> None:
    best = int(np.argmax(np.abs(np.corrcoef((Y - 3 * X[:, 17] + 2 * X[:, 99]), X.T)[0, 1:])))
    said = sentence(f"3*g17 - 2*g99 + 0.2*g{best}")
    assert said.startswith(f"'g{best}' may be in the formula by chance: 200 inputs were there to choose from")


def test_strong_inputs_other_formulas_and_single_inputs_say_nothing() -> None:
    assert not sentence("3*g17 - 2*g99")
    assert not sentence("3*g17 - 2*g99*g5")
    assert not sentence("3*g1", columns=8)


def test_an_input_without_an_effect_beside_the_others_is_named_with_its_p_value() -> None:
    rng = np.random.default_rng(4)
    A = np.column_stack([rng.normal(size=(50, 2)), np.ones(50)])
    y = A @ [2.0, 0.02, 1.0] + rng.normal(size=50)
    problem = Problem.from_arrays(A[:, :2], y, names=("dose", "age"))
    coefficients, rss, *_ = np.linalg.lstsq(A, y, rcond=None)
    t = coefficients[1] / np.sqrt(rss[0] / 47 * np.linalg.inv(A.T @ A)[1, 1])
    p = 2 * stats.t.sf(abs(t), 47)
    assert p > 0.05
    said = chosen_inputs_sentence(read_formula("2*dose + 0.1*age + 1", ("dose", "age")), problem)
    assert said == ("Beside the other inputs of the formula, the rows do not show an effect of 'age' "
                    f"(p-value {p:.2g}), by t-tests in least squares.")
    assert not chosen_inputs_sentence(read_formula("2*dose + 1", ("dose", "age")), problem)


def test_a_run_remembers_from_how_many_columns_its_inputs_were_chosen(tmp_path: Path) -> None:
    table = pd.DataFrame(X, columns=NAMES).assign(y=Y, name="a")
    few = create_run(table, target="y", inputs=NAMES[:49], source="made", root=tmp_path).problem()
    assert (n_chosen_from(few), preselected_sentence(few)) == (49, "")
    proposed = create_run(table, target="y", inputs=NAMES[:50], source="made", root=tmp_path).problem()
    assert n_chosen_from(proposed) == 200
    assert preselected_sentence(proposed).startswith("The 50 inputs were chosen from 200 columns")


def test_wild_rows_have_no_part_in_the_tests_under_hubers_scale_as_in_the_intervals() -> None:
    """In least squares, four wild rows hid the effect of b, whose interval was 0.18 to 0.41."""
    network, agree = read_formula("2*a + 0.5*b + 0.2*c + 1", ["a", "b", "c"]), []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(80, 3))
        y = 2 * X[:, 0] + 0.3 * X[:, 1] + 0.1 * X[:, 2] + 1 + 0.5 * rng.normal(size=80)
        y[:4] += 15 * rng.normal(size=4)
        problem = Problem.from_arrays(X, y, names=("a", "b", "c"), holdout_fraction=0, loss="huber")
        said = chosen_inputs_sentence(network, problem)
        assert not said or said.endswith("by t-tests under Huber's scale.")
        by_value = {e.value: e for e in constant_estimates(network, problem.all_rows)}
        for name, value in (("b", 0.5), ("c", 0.2)):
            e = by_value[value]
            assert e.low is not None
            assert e.high is not None
            agree.append((f"{name!r} (p-value" in said) == (e.low <= 0.0 <= e.high))
    assert sum(agree) >= 39
