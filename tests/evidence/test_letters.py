"""The constants of a formula as a table of parameters."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem, given_formula, names_in_use
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.known_values import KnownValue
from xnet.engine.problem.named_constants import constants_of
from xnet.evidence.constants import constant_estimates
from xnet.evidence.letters import letter_parameters, named_formula, parameters

RNG = np.random.default_rng(0)
X = np.stack([RNG.uniform(0.5, 4.0, 80), RNG.uniform(0.0, 3.0, 80)], axis=1)
Y = 3.3 * np.exp(-0.8 * X[:, 0]) + 9.81 * X[:, 1] + RNG.normal(0, 0.05, 80)
NAMES = ("t", "a")


def problem_of(formula: str | None = None, *constants: str) -> Problem:
    return Problem.from_arrays(X, Y, names=NAMES, initial_formula=formula, constants=constants_of(constants, NAMES))


def test_letters_follow_the_order_of_the_formula_and_leave_out_names_of_columns() -> None:
    network = read_formula("3.31*exp(-0.79123*t) + 9.81*a", NAMES).with_known((KnownValue("g", 9.81),))
    found = parameters(network, constant_estimates(network, problem_of().all_rows), NAMES)
    by_name = {p["name"]: p for p in found}

    assert named_formula(network, NAMES) == "g*a + b*exp(c*t)"
    assert [p["name"] for p in found] == ["g", "b", "c"]
    assert by_name["g"]["kind"] == "known"
    assert by_name["g"]["value"] == 9.81
    assert by_name["c"]["kind"] == "fitted"
    assert by_name["c"]["standard_error"] > 0


def test_a_letter_of_a_template_is_not_the_name_of_another_constant() -> None:
    """In the form a*exp(-b*t) + f(t) with a = 2.5, the table of parameters called another number a, and 2.5 b."""
    problem = Problem.from_arrays(X, Y, names=NAMES, template="q*exp(-b*t) + f(t)",
                                  constants=constants_of(["q=2.5"], NAMES))
    network = read_formula("1.8*t + 2.5*exp(-0.6*t)", NAMES)

    assert names_in_use(problem) == {*NAMES, "q", "b", "f"}
    assert named_formula(network, NAMES, names_in_use(problem)) == "c*t + d*exp(g*t)"


def test_letters_of_a_given_formula_say_what_is_held() -> None:
    problem = problem_of("k*exp(-b*t) + g*a + d", "g=9.81", "b[0:0.5]")
    given = given_formula(problem)
    assert given is not None
    found = {p["name"]: p for p in letter_parameters(given, problem)}

    assert {name: p["kind"] for name, p in found.items()} == {
        "k": "fitted", "b": "at a bound", "d": "fitted", "g": "fixed"}
    assert found["b"]["value"] == 0.5
    assert found["b"]["standard_error"] is None
    assert found["k"]["low"] < found["k"]["value"] < found["k"]["high"]


@pytest.mark.slow
def test_a_letter_that_is_only_rounding_is_0() -> None:
    """1.5*a + 6.3e-18 was printed with an offset of 5.6e-45 ± 1.7e-32."""
    x = np.arange(20.0)
    problem = Problem.from_arrays(x[:, None], 1.5 * x, names=("x",), initial_formula="k1*x + k2")
    given = given_formula(problem)
    assert given is not None
    assert given.constants == {"k1": pytest.approx(1.5), "k2": 0.0}
    offset = letter_parameters(given, problem)[1]
    assert (offset["value"], offset["fitted"], offset["low"], offset["high"]) == (0.0, 0.0, 0.0, 0.0)


def test_intervals_of_letters_cover_the_truth() -> None:
    rng, hits = np.random.default_rng(5), 0
    for _ in range(60):
        t = rng.uniform(0.2, 4.0, 40)
        y = 3.0 * np.exp(-0.8 * t) + 0.5 + rng.normal(0, 0.05, 40)
        problem = Problem.from_arrays(t[:, None], y, names=("t",), initial_formula="a*exp(-b*t) + q",
                                      constants=constants_of(["q=0.5", "b[0:2]"], ("t",)))
        given = given_formula(problem)
        assert given is not None
        b = next(p for p in letter_parameters(given, problem) if p["name"] == "b")
        hits += b["low"] <= 0.8 <= b["high"]

    assert hits >= 52  # 57 of 60 are expected, with a standard error of 1.7
