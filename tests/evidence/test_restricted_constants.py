"""Constants that a person fixed or bounded: held in the tables of constants, and the errors of the others with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import curve_fit

from xnet.engine import Groups, Problem, given_formula
from xnet.engine.formulas.composition import composed
from xnet.engine.formulas.letters_of_groups import composed_of_groups
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.front.entry import make_entry
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.named_constants import constants_of
from xnet.engine.problem.restrictions import fixed_constants
from xnet.evidence.constants import ConstantEstimate, searched_estimates
from xnet.evidence.letters import letter_parameters, parameters
from xnet.wording.constant_text import constant_line
from xnet.wording.given_text import given_text

NAMES = ("x", "z")
RNG = np.random.default_rng(4)
X = np.stack([RNG.uniform(0.2, 3.0, 80), RNG.uniform(0.0, 2.0, 80)], axis=1)
Y = 3.0 * np.exp(-0.7 * X[:, 0]) + 1.5 * X[:, 1] ** 2 + RNG.normal(0, 0.05, 80)
FORM = "a*exp(-b*x) + c*z**2"


def problem_of(*constants: str, formula: str | None = FORM, template: str | None = None) -> Problem:
    return Problem.from_arrays(X, Y, names=NAMES, initial_formula=formula, template=template,
                               constants=constants_of(constants, NAMES))


def least_squares(columns: list[np.ndarray], y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors of a linear regression without an intercept."""
    A = np.stack(columns, axis=1)
    best = np.linalg.lstsq(A, y, rcond=None)[0]
    r = y - A @ best
    return best, np.sqrt(np.diag(np.linalg.inv(A.T @ A)) * (r @ r) / (len(y) - A.shape[1]))


def white_errors(A: np.ndarray, r: np.ndarray) -> np.ndarray:
    """White's standard errors in the form HC4, for a Jacobian (n, k) and residuals (n,)."""
    inverse = np.linalg.inv(A.T @ A)
    leverage = np.einsum("ij,jk,ik->i", A, inverse, A)
    squares = r**2 / (1.0 - leverage) ** np.minimum(4.0, leverage / leverage.mean())
    return np.sqrt(np.diag(inverse @ (A.T * squares) @ A @ inverse))


def by_value(text: str, problem: Problem) -> dict[float, ConstantEstimate]:
    found = searched_estimates(read_formula(text, NAMES), problem, of_second_look=False)
    return {e.value: e for e in found}


def test_a_fixed_letter_is_held_and_no_parameter_and_the_others_have_the_errors_of_that_fit() -> None:
    problem = problem_of("b=0.7")
    network = read_formula("3*exp(-0.7*x) + 1.5*z**2", NAMES)
    found = by_value("3*exp(-0.7*x) + 1.5*z**2", problem)
    (a, c), (error_a, error_c) = least_squares([np.exp(-0.7 * X[:, 0]), X[:, 1] ** 2], Y)

    assert (found[-0.7].method, found[-0.7].error, found[-0.7].fitted) == ("fixed", None, -0.7)
    assert (found[3.0].fitted, found[3.0].error) == (pytest.approx(a), pytest.approx(error_a, rel=1e-4))
    assert (found[1.5].fitted, found[1.5].error) == (pytest.approx(c), pytest.approx(error_c, rel=1e-4))
    assert constant_line(found[-0.7].to_json()) == "-0.7; fixed"
    assert make_entry(network, problem).n_parameters == 2
    assert make_entry(network, problem_of()).n_parameters == 3


def test_a_letter_at_its_bound_is_held_there_in_the_given_formula_and_on_the_front() -> None:
    problem = problem_of("b=0.5[0:0.6]")
    given = given_formula(problem)
    assert given is not None
    letters = {p["name"]: p for p in letter_parameters(given, problem)}
    a, b, c = given.network.constants
    found = by_value(f"{c!r}*z**2 + {a!r}*exp(-{b!r}*x)", problem)
    (best, _), (error, _) = least_squares([np.exp(-0.6 * X[:, 0]), X[:, 1] ** 2], Y)

    assert (letters["b"]["kind"], letters["b"]["fitted"]) == ("at a bound", 0.6)
    assert found[-b].method == "bound"
    for fitted, its_error in ((letters["a"]["fitted"], letters["a"]["standard_error"]),
                              (found[a].fitted, found[a].error)):
        assert (fitted, its_error) == (pytest.approx(best, rel=1e-5), pytest.approx(error, rel=1e-4))
    assert letters["a"]["value"] == a != pytest.approx(best, rel=1e-4)  # a is the value of the training rows


def test_a_formula_of_another_structure_has_no_fixed_letter() -> None:
    network = read_formula("3*exp(-0.7*x) + 1.5*z**2 + 0.01", NAMES)

    assert fixed_constants(network, problem_of("b=0.7")) == frozenset()


def test_numbers_of_a_template_and_its_fixed_letters_are_held() -> None:
    problem = problem_of("a=2.5", "b=0.5[0:0.61]", formula=None, template="a*exp(-b*x) + f(z)")
    assert problem.template is not None
    parts = Parts((read_formula("1.5*u**2", ["u"]),), (0.58,))
    network = composed(problem.template, parts)
    found = {e.value: e for e in searched_estimates(network, problem, of_second_look=False, parts=parts)}
    best, _ = curve_fit(lambda X, b, c: 2.5 * np.exp(-b * X[:, 0]) + c * X[:, 1] ** 2, X, Y, p0=(0.5, 1.5))
    (b, c), x, squares = best.tolist(), X[:, 0], X[:, 1] ** 2
    slopes = np.stack([-2.5 * x * np.exp(-b * x), squares], axis=1)  # with a held at 2.5 the errors grow
    white = white_errors(slopes, Y - 2.5 * np.exp(-b * x) - c * squares)

    assert found[2.5].method == "fixed"
    assert [found[0.58].fitted, found[1.5].fitted] == pytest.approx(best.tolist(), rel=1e-4)
    assert [found[0.58].error, found[1.5].error] == pytest.approx(white.tolist(), rel=1e-3)
    assert found[0.58].high == 0.61  # twice the error further, the letter would be outside its bounds
    assert make_entry(network, problem, parts=parts).n_parameters == 2


def test_a_known_constant_is_fixed_in_every_formula_and_printed_by_its_name() -> None:
    h = RNG.uniform(1.0, 60.0, (50, 1))
    y = np.sqrt(2 * 9.81 * h[:, 0]) * (1 + 0.01 * RNG.standard_normal(50))
    problem = Problem.from_arrays(h, y, names=("h",), constants=constants_of(["g=9.81"], ("h",)))
    entry = make_entry(read_formula(f"{float(np.sqrt(2 * 9.81))!r}*sqrt(h)", ["h"]), problem)
    found = searched_estimates(entry.network, problem, of_second_look=False)
    named = [{**e.to_json(), "form": "sqrt(2*g)"} for e in found]

    assert [constant_line(e) for e in named] == ["sqrt(2*g) = 4.42945; fixed"]
    assert parameters(entry.network, found, ("h",))[0]["kind"] == "known"
    assert entry.n_parameters == 0


def test_a_letter_of_training_rows_stands_beside_the_fit_to_all_rows() -> None:
    """Value, error and interval were of two fits: 2.769 of the training rows, ± 0.032 around 2.821 of all rows."""
    problem = problem_of("b=0.5[0:0.6]")
    given = given_formula(problem)
    assert given is not None
    record = {"given": FORM, "constants": given.constants, "parameters": letter_parameters(given, problem),
              "r2_train": 0.99, "r2_holdout": None, "constraints_met": True}
    text = given_text(record)
    (best, _), (error, _) = least_squares([np.exp(-0.6 * X[:, 0]), X[:, 1] ** 2], Y)

    assert f"a = {given.constants['a']:.3f} (all rows: {best:.3f} ± {error:.3f}), b = 0.6 (at a bound), c = " in text


def test_of_two_constants_that_stand_for_one_another_the_number_of_the_form_is_fixed() -> None:
    h = RNG.uniform(1.0, 60.0, (50, 1))
    y = np.sqrt(2 * 9.81 * h[:, 0]) + 0.2 * RNG.standard_normal(50)
    problem = Problem.from_arrays(h, y, names=("h",), template="sqrt(2*f(h))")
    assert problem.template is not None
    parts = Parts((read_formula("9.81*h", ["h"]),), ())
    network = composed(problem.template, parts)
    found = searched_estimates(network, problem, of_second_look=False, parts=parts)
    methods = {to_text(replace(network, neurons=(Neuron("constant", (), i),)), ["h"]): e.method
               for i, e in enumerate(found)}

    assert methods == {"sqrt(2)": "fixed", "9.81": "quadratic"}


def test_a_formula_without_a_letter_to_fit_has_fixed_constants_alone() -> None:
    problem = problem_of("a=3", "b=0.7", "c=1.5")
    network = read_formula("3*exp(-0.7*x) + 1.5*z**2", NAMES)

    assert fixed_constants(network, problem) == frozenset(range(3))
    assert {e.method for e in searched_estimates(network, problem, of_second_look=False)} == {"fixed"}


def test_a_fixed_letter_of_a_template_in_groups_is_held_and_so_is_a_shared_letter_at_its_bound() -> None:
    codes = np.arange(60) % 3
    x = RNG.uniform(1.0, 5.0, 60)
    y = np.array([2.0, 3.0, 5.0])[codes] * x**0.5 + 2.5 * x + RNG.normal(0, 0.02, 60)
    problem = Problem.from_arrays(np.stack([x, codes], axis=1), y, names=("x", "g"), template="f(x)*x**b + a*x",
                                  groups=Groups(1, ("u", "v", "w")),
                                  constants=constants_of(["a=2.5", "b=0.3[0:0.4]"], ("x", "g")))
    own = OwnConstants(1, ((2.0, 3.0, 5.0),), ("u", "v", "w"))
    form = problem.template
    assert form is not None
    hole = Network((Neuron("variable", (), 1),), (), 2)
    network, parts = composed_of_groups(form, [hole], [0.4], {}, own)
    parts = replace(parts, own_letters=(-1,))
    kinds = {e.value: e.method for e in searched_estimates(network, problem, of_second_look=False, parts=parts)}

    assert kinds == {0.4: "bound", 2.5: "fixed"}
    assert make_entry(network, problem, parts=parts).n_parameters == 4
