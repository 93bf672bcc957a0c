"""Inputs of a linear formula that were chosen among many, by chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.chosen_inputs import chosen_inputs_sentence, n_chosen_from, preselected_sentence
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
