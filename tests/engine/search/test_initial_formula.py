"""A search that starts from a known formula: its constants are fitted, it leads, and it is never lost."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine import Budget, Constraints, FormulaError, Problem, advance, given_formula, start
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.formulas.parser import read_formula, read_template
from xnet.engine.formulas.text import to_text
from xnet.engine.front.entry import make_entry
from xnet.engine.front.selection import pick
from xnet.engine.front.support import with_support
from xnet.engine.problem.given_form import GivenForm
from xnet.engine.problem.named_constants import constants_of
from xnet.engine.search.plain_entries import plain_entries
from xnet.engine.search.records import Expansion
from xnet.engine.search.schedule import TaskKind

NAMES = ("x0", "x1")
RNG = np.random.default_rng(1)
X = RNG.uniform(1, 3, (150, 2))
NOISE = 0.02 * RNG.normal(size=150)


def problem_of(y: Array, formula: str, **options: Any) -> Problem:
    return Problem.from_arrays(X, y, initial_formula=formula, **options)


@pytest.mark.parametrize(("formula", "law"), [
    ("a*exp(b*x0) + c", lambda x, z: 3.5 * np.exp(-1.7 * x) + 120.0),
    ("a*exp(b*x0) + c*x1", lambda x, z: 0.02 * np.exp(1.3 * x) - 4.4 * z),
    ("x1/(k + x0)", lambda x, z: z / (7.3 + x)),
    ("a*x0**p", lambda x, z: 0.3 * x**2.37),
    ("a0*sin(w*x0 + c1) + x1", lambda x, z: 1.9 * np.sin(4.4 * x + 0.6) + z),
    ("log(a + b*x0*x1)", lambda x, z: np.log(0.7 + 3.1 * x * z)),
    ("2.5*x0 + 1", lambda x, z: 40.25 * x - 17.6),
])
def test_constants_are_fitted_from_nothing(formula: str, law: Any) -> None:
    y = law(*X.T)
    state = start(problem_of(y, formula))

    assert state.current.loss < 1e-9
    assert min(e.loss for e in state.front) < 1e-9
    assert state.islands[0].beam[0].reason == "the initial formula"


def test_the_formula_is_expanded_first() -> None:
    y = np.exp(-X[:, 0]) * np.sin(3 * X[:, 1]) + np.sqrt(X[:, 0]) + NOISE
    problem = problem_of(y, "a*exp(b*x0)*sin(c*x1)")
    before = start(problem)
    after, _ = advance(before, problem, Budget(steps=1))

    formula = before.islands[0].beam[0].shape
    assert after.islands[0].expansions == {Expansion(TaskKind.EXPAND, LibrarySize.SMALL, formula)}
    assert min(e.loss for e in after.front) < 0.2 * min(e.loss for e in before.front)


@pytest.mark.parametrize("steps", [1, 3, 6])
def test_the_front_is_never_worse_than_the_formula(steps: int) -> None:
    y = np.tanh(X[:, 0] * X[:, 1] - 3) + 3 * NOISE
    problem = problem_of(y, "tanh(a*x0*x1 + b)")
    begun = start(problem)
    state, _ = advance(begun, problem, Budget(steps=steps))

    assert min(e.loss for e in state.front) <= 1.0101 * min(e.loss for e in begun.front)


def test_the_same_seed_gives_the_same_start_and_search() -> None:
    y = 2 * np.exp(-X[:, 0]) + X[:, 1] + NOISE
    first, second = (advance(start(p), p, Budget(steps=3))[0] for p in
                     (problem_of(y, "a*exp(b*x0)", seed=4), pickle.loads(pickle.dumps(problem_of(y, "a*exp(b*x0)",  # noqa: S301
                                                                                                 seed=4)))))
    assert first.front == second.front


def test_free_constants_are_letters_that_no_column_is_named_by() -> None:
    assert read_template("a*x0 + b2*sin(T*x1) + a*e + pi", NAMES).free == ("a", "b2", "T")
    assert read_template("e*x0", ("x0", "e")).free == ()
    assert read_template("m*speed", ("mass", "speed")).free == ("m",)
    assert read_template("α*exp(-λ*x0) + β1", NAMES).free == ("α", "λ", "β1")


REFUSED = {
    "Vmax*x0/(k + x0)": r"'Vmax', .*a longer name if it is given among the constants, as Vmax\[:\]",
    "a*exp(-lambda*x0)": "'lambda' at character 8 is a word of Python",
    "a*x5": "'x5', which is neither a column nor a constant to be fitted.*x0, x1",
    "a*X0": "'X0', which is neither", "x + 1": "'x', which is neither", "slope*x0": "'slope', which is neither",
    "a*x0 +": "cannot be read", "a.real": "has a part that is not allowed", "__import__('os')": "calls '__import__'",
    "a*arctan(x0)": "uses arctan, which the activation library lacks",
    "a + log(-x0**2)": "no finite value on some row",
    "+".join(f"sin({k}.5*x0)" for k in range(12)): "complexity",
}


@pytest.mark.parametrize("formula", REFUSED)
def test_an_unusable_initial_formula_is_refused_in_one_sentence(formula: str) -> None:
    with pytest.raises(FormulaError, match=REFUSED[formula]):
        XNetRegressor(budget_steps=1, max_complexity=40, initial_formula=formula).fit(X, X[:, 0])


def test_a_table_of_few_rows_is_named_where_it_is_what_limits_the_formula() -> None:
    formula = "a*sin(b*x0) + c*x1**2"
    with pytest.raises(FormulaError, match=r"complexity 11; with 10 training rows the search allows 8, .*fewer rows"):
        XNetRegressor(budget_steps=1, holdout_fraction=0.0, initial_formula=formula).fit(X[:10], X[:10, 0])
    with pytest.raises(FormulaError, match=r"complexity 11; the search allows 6. Raise the largest complexity"):
        XNetRegressor(budget_steps=1, max_complexity=6, initial_formula=formula).fit(X, X[:, 0])


def test_constraints_hold_for_the_formula_too() -> None:
    for prior, words in (({"forbidden_inputs": ["x1"]}, "forbidden input"), ({"max_parameters": 0}, "1 parameters"),
                         ({"forbidden_nesting": [("sin", "exp")]}, "exp inside sin")):
        with pytest.raises(FormulaError, match=words):
            start(problem_of(X[:, 0], "a*sin(exp(x0)) + x1", constraints=Constraints.of(NAMES, **prior)))


def test_a_formula_that_lacks_a_required_input_is_material() -> None:
    y = 2 * np.exp(-X[:, 0]) + X[:, 1]
    problem = problem_of(y, "a*exp(b*x0)", constraints=Constraints.of(NAMES, required_inputs=["x1"]))
    begun = start(problem)
    state, _ = advance(begun, problem, Budget(steps=2))

    assert {e.network.variables for e in begun.front} == {(1,)}, "plain formulas of what is required"
    assert begun.islands[0].beam[0].network.variables == (0,)
    assert state.best.loss < 1e-12


def test_without_parameters_the_formula_has_no_free_constants() -> None:
    with pytest.raises(FormulaError, match="free constant 'a'"):
        start(problem_of(X[:, 0], "a*x0", parameters=False))
    with pytest.raises(FormulaError, match="without parameters"):
        start(problem_of(X[:, 0], "0.37*x0", parameters=False))
    assert start(problem_of(X[:, 0] * X[:, 1] + 1, "x0*x1 + 1", parameters=False)).best.loss < 1e-20


def test_the_estimator_starts_from_a_formula() -> None:
    y = 3 * np.exp(-1.7 * X[:, 0]) + 2 * X[:, 1]
    model = XNetRegressor(budget_steps=5, random_state=0, initial_formula="a*exp(b*x0)").fit(X, y)

    assert model.formula_ in ("2*x1 + 3*exp(-1.7*x0)", "3*exp(-1.7*x0) + 2*x1")
    assert model.history_[0]["step"] == 0


LAWS = {
    "a*exp(b*x0) + c": {"a": 3.5, "b": -1.7, "c": 120.0},
    "a0*sin(w*x0 + c1) + x1": {"a0": 1.9, "w": 4.4, "c1": 0.6},
    "(1 - C1)*x0/(x1 + 1) + x1/(C2 + 1)": {"C1": 0.35, "C2": 2.4},
    "log(a + b*x0*x1)": {"a": 0.7, "b": 3.1},
    "a*x0**p": {"a": 0.3, "p": 2.37},
    "x1/(k + x0)": {"k": 7.3},
}


@pytest.mark.parametrize("formula", LAWS)
def test_the_letters_of_the_given_formula_have_their_values(formula: str) -> None:
    letters = LAWS[formula]
    y = read_formula(formula, (*NAMES, *letters)).evaluate(
        np.column_stack([X, *(np.full(len(X), value) for value in letters.values())]))
    given = given_formula(problem_of(y, formula))

    assert given is not None
    if "sin" not in formula:  # other phases give the same wave
        assert given.constants == pytest.approx(letters, rel=1e-6)
    assert given.text == formula
    assert given.entry.n_parameters == len(letters)
    assert given.r2_train == pytest.approx(1.0)
    assert given.r2_holdout == pytest.approx(1.0)
    assert read_formula(given.formula, NAMES).evaluate(X) == pytest.approx(y)


def test_the_numbers_of_the_given_formula_stay() -> None:
    """As lmfit's vary=False: 9.81 is kept, beside the front, on which it is fitted."""
    y = 4.85 * X[:, 0] + 2 * X[:, 1]
    given = given_formula(problem_of(y, "9.81*x0 + k*x1"))

    assert given is not None
    assert list(given.constants) == ["k"]
    assert "9.81" in given.formula
    assert given.constants["k"] == pytest.approx(np.linalg.lstsq(X[:, 1:], y - 9.81 * X[:, 0])[0][0], rel=0.2)
    assert given_formula(Problem.from_arrays(X, y)) is None


def test_the_given_formula_is_listed_whatever_wins() -> None:
    y = 2 * X[:, 0] ** 2 / X[:, 1]
    model = XNetRegressor(budget_steps=5, random_state=0, initial_formula="a*x0/x1 + b").fit(X, y)

    assert model.formula_ == "2*x0**2/x1"
    assert set(model.initial_formula_.constants) == {"a", "b"}
    assert model.initial_formula_.r2_train < model.front_["r2_train"].max()
    assert model.initial_formula_.constraints_met
    assert pickle.loads(pickle.dumps(model)).initial_formula_ == model.initial_formula_  # noqa: S301 - our own bytes
    assert XNetRegressor(budget_steps=1).fit(X, y).initial_formula_ is None


def test_a_given_formula_with_every_required_input_is_not_lost_when_it_is_simplified() -> None:
    """Its term without effect is dropped when constants are simplified; the formula itself keeps the constraint."""
    y = 2 * X[:, 0] + NOISE
    problem = problem_of(y, "a*x0 + b*x1", constraints=Constraints.of(NAMES, required_inputs=NAMES))
    begun = start(problem)

    assert min(e.loss for e in begun.front) < 0.01
    assert all(e.network.variables == (0, 1) for e in begun.front)


@pytest.mark.parametrize(("given", "text", "same"), [
    ("A*exp(-E/(R*x0))", "3.9e9*exp(-7430/x0)", True), ("A*exp(-E/(R*x0))", "3*exp(-7430*x0)", False),
    ("a*x0**b", "3*sqrt(x0)", True), ("a*x0**b", "x0**2.37", True), ("a*x0**2", "3*x0**3", False),
    ("a*x0**2*x1", "x0**2*x1", True), ("a*x0 + b", "2*x0 + 3", True), ("a*x0 + b", "2*x0 + 3*x1", False)])
def test_the_structure_of_the_given_formula_is_known_whatever_its_numbers(given: str, text: str, same: bool) -> None:
    form = GivenForm.of(given, NAMES, ())
    assert form.is_structure_of(read_formula(text, NAMES)) is same


def test_the_given_formula_needs_less_evidence_than_one_that_a_search_has_selected() -> None:
    rng = np.random.default_rng(0)
    temperature = np.linspace(280, 360, 24)[:, None]
    rate = 40.0 * np.exp(-12000 / (8.314 * temperature[:, 0])) * np.exp(0.08 * rng.normal(size=24))
    texts = []
    for formula in (None, "A*exp(-E/(8.314*T))"):
        problem = Problem.from_arrays(temperature, rate, names=("T",), loss="log", initial_formula=formula)
        laws = [read_formula(text, ("T",)) for text in ("1e-11*T**4.6", "40*exp(-1443/T)")]
        fits = [fit_parameters(law, problem.train).network for law in laws]
        entries = [with_support(make_entry(fit, problem), problem) for fit in fits]
        texts.append(to_text(pick(entries).network, ("T",)))
    assert "**" in texts[0]
    assert "exp" in texts[1]


def test_the_given_formula_competes_where_a_shorter_one_dominates_it() -> None:
    rng = np.random.default_rng(3)
    stage = rng.uniform(0.5, 4.0, 45)[:, None]
    flow = 18.0 * (stage[:, 0] - 0.32) ** 1.67 * np.exp(0.05 * rng.normal(size=45))
    problem = Problem.from_arrays(stage, flow, names=("h",), loss="log", initial_formula="a*(h - c)**b")
    found = [entry for entry in plain_entries(problem) if entry.reason == "the given formula"]

    assert len(found) == 1
    assert found[0].support is not None
    assert GivenForm.of("a*(h - c)**b", ("h",), ()).is_structure_of(found[0].network)


def arrhenius_problem() -> Problem:
    """Rates at 30 temperatures with Arrhenius's law as the given formula, whose gas constant is fixed."""
    rng = np.random.default_rng(0)
    celsius = np.linspace(10, 80, 30)[:, None]
    rate = 2e9 * np.exp(-62000 / (8.314 * (celsius[:, 0] + 273.15))) * np.exp(0.03 * rng.normal(size=30))
    return Problem.from_arrays(celsius, rate, names=("T",), loss="log", constants=constants_of({"R": 8.314}, ("T",)),
                               initial_formula="A*exp(-E/(R*(T + 273.15)))")


def test_letters_beside_a_fixed_constant_have_few_digits() -> None:
    """A given formula whose constants cannot become simple, because one is fixed, had 16 digits of each letter."""
    problem = arrhenius_problem()
    [found] = [entry for entry in plain_entries(problem) if entry.reason == "the given formula"]

    digits = [len(f"{c:.15g}".rstrip("0")) for c in found.network.constants[:2]]
    assert max(digits) <= 6
    assert found.network.constants[2:] == (8.314, 273.15)
    assert found.n_parameters == 2


def test_a_letter_over_a_fixed_constant_has_few_digits() -> None:
    """E/R became one number of 16 digits on the front."""
    problem = arrhenius_problem()
    front = start(problem).islands[0].front

    [found] = [entry for entry in front if entry.reason == "the initial formula"]
    assert 273.15 in found.network.constants
    assert max(len(f"{c:.15g}".rstrip("0")) for c in found.network.constants) <= 7
