"""Rows with the same inputs: few different ones, and means that a formula misses."""

from __future__ import annotations

import numpy as np
from scipy import stats

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.repeated_inputs import repeated_inputs_sentences

RNG = np.random.default_rng(50)
WEIGHT, AGE = np.repeat(RNG.uniform(50, 90, 10), 12), np.repeat(RNG.uniform(20, 60, 10), 12)
SUBJECT, NOISE = np.repeat(RNG.normal(0, 5, 10), 12), RNG.normal(0, 1, 120)
NAMES = ("weight", "age")


def sentences(formula: str, y: np.ndarray, n_parameters: int, x: np.ndarray = WEIGHT) -> list[str]:
    problem = Problem.from_arrays(np.column_stack([x, AGE]), y, names=NAMES)
    return repeated_inputs_sentences(read_formula(formula, NAMES), problem, n_parameters)


def test_few_different_inputs_for_many_constants_are_said() -> None:
    said = sentences("0.2*weight - 8*sin(0.25*age) - 6*sin(668/age) + 37", SUBJECT + NOISE, 6)
    assert said[0] == ("The 120 rows have only 10 different combinations of the inputs that the formula reads, for 6 "
                       "fitted numbers: other formulas fit them as well.")
    assert said[1] == "Held-out rows with the same inputs do not tell such formulas apart."


def test_four_different_inputs_say_little_about_a_formula_of_one_number() -> None:
    x = np.repeat([51.0, 62.0, 78.0, 90.0, 95.0, 99.0], 20)
    assert "only 4 different values" in sentences("0.2*weight", 0.2 * x + NOISE, 1, np.minimum(x, 90.0))[0]
    assert not sentences("0.2*weight", 0.2 * x + NOISE, 1, x)


def test_subjects_beside_a_line_are_a_lack_of_fit() -> None:
    y = 0.2 * WEIGHT + SUBJECT + NOISE
    assert "F-test of lack of fit" in sentences("0.2*weight", y, 1)[0]
    assert sum(bool(sentences("0.2*weight", 0.2 * WEIGHT + RNG.normal(size=120), 1)) for _ in range(200)) == 0


def test_the_p_value_is_that_of_the_f_test_of_lack_of_fit() -> None:
    """Draper and Smith, Applied Regression Analysis: m - p and n - m degrees of freedom."""
    y = 0.2 * WEIGHT + 0.12 * SUBJECT + NOISE
    errors = (y - 0.2 * WEIGHT).reshape(10, 12)
    means = errors.mean(axis=1)
    lack, pure = 12 * np.sum(means**2) / (10 - 3), np.sum((errors - means[:, None]) ** 2) / (120 - 10)
    p_value = stats.f.sf(lack / pure, 10 - 3, 120 - 10)

    assert 1e-9 < p_value < 1e-4
    assert f"p = {p_value:.1g})" in sentences("0.2*weight", y, 3)[0]


def test_rounding_is_named_where_it_is_what_repeated_rows_have_in_common() -> None:
    said = sentences("0.2*weight", 2.0 * np.round(0.1 * WEIGHT + 0.08 * NOISE), 1)
    assert "the target is rounded to steps of 2, more than its noise" in said[0]


def test_different_inputs_and_groups_of_zero_and_one_say_nothing() -> None:
    x = RNG.uniform(0, 1, 120)
    assert not sentences("3*weight", 3 * x + NOISE, 6, x)
    assert not sentences("3*weight", 3 * (x > 0.5) + NOISE, 2, (x > 0.5) * 1.0)


def test_two_levels_of_a_factor_say_nothing_about_what_lies_between_them() -> None:
    level = np.where(np.arange(120) % 2 == 0, -1.0, 1.0)
    assert "only 2 different values" in sentences("3*weight", 3 * level + NOISE, 2, level)[0]
