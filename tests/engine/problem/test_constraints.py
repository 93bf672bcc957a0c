"""Prior knowledge: what is forbidden is never on a front, what is required always is, and nothing else changes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from tests.engine.helpers import net
from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine import Budget, ConstraintError, Constraints, Network, Problem, SearchState, advance, start
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.backpropagation import forward
from xnet.engine.problem.constraints import check_points, nested
from xnet.engine.problem.sampling import halton
from xnet.engine.search.required_inputs import FALLBACK

NAMES = ("x0", "x1", "x2")
RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (120, 3))
ROUGH = np.exp(-X[:, 0]) * np.sin(3 * X[:, 1]) + X[:, 2] + 0.05 * RNG.normal(size=120)


def searched(y: Array, steps: int = 4, **prior: Any) -> tuple[SearchState, Problem]:
    problem = Problem.from_arrays(X, y, constraints=Constraints.of(NAMES, **prior))
    state, _ = advance(start(problem), problem, Budget(steps=steps))
    return state, problem


@cache
def unconstrained() -> SearchState:
    """The search that the constrained ones are compared with."""
    return searched(ROUGH, steps=4)[0]


def uses(network: Network, name: str) -> bool:
    return NAMES.index(name) in network.variables


@pytest.mark.slow
def test_asking_for_nothing_changes_nothing() -> None:
    plain = Problem.from_arrays(X, ROUGH)
    state, _ = advance(start(plain), plain, Budget(steps=4))

    assert unconstrained().front == state.front
    assert [t.shape for t in unconstrained().islands[0].beam] == [t.shape for t in state.islands[0].beam]


def test_a_forbidden_input_is_in_no_network_and_no_candidate() -> None:
    state, problem = searched(2 * X[:, 0] ** 2 / X[:, 1], forbidden_inputs=["x1"])
    library = problem.library(600)

    assert not any(uses(n.network, "x1") for n in (*state.front, *state.islands[0].beam, state.current))
    assert len(state.front) > 1
    assert not any("x1" in library.expression(i).key for i in range(len(library)))


def test_the_front_keeps_only_networks_with_the_required_inputs() -> None:
    y = X[:, 0] + 0.1 * X[:, 1] + 0.05 * RNG.normal(size=120)
    free, _ = searched(y, steps=3)
    state, _ = searched(y, steps=3, required_inputs=[1])

    assert not all(uses(e.network, "x1") for e in free.front)  # the same search without the wish
    assert all(uses(e.network, "x1") for e in state.front)
    assert not all(uses(t.network, "x1") for t in state.islands[0].beam)


def test_the_front_begins_with_plain_formulas_of_the_required_inputs() -> None:
    problem = Problem.from_arrays(X, ROUGH, constraints=Constraints.of(NAMES, required_inputs=NAMES))
    before = start(problem)
    after, _ = advance(before, problem, Budget(steps=2))

    assert {e.network.variables for e in before.front} == {(0, 1, 2)}
    assert {e.reason for e in before.front} == {FALLBACK}
    assert {e.network.variables for e in after.front} == {(0, 1, 2)}
    assert min(e.loss for e in after.front) < min(e.loss for e in before.front)


@pytest.mark.slow
def test_required_inputs_without_effect_cost_no_accuracy() -> None:
    """Six inputs are required and two matter: the search completes what it finds, and says so."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.uniform(0.5, 3, (80, 6)), columns=list("abcdef"))
    y = table["a"] * table["b"] + 0.1 * rng.normal(size=80)
    with pytest.warns(ConvergenceWarning, match="because they are required: the rows do not show an effect of any"):
        model = XNetRegressor(budget_steps=6, random_state=0, required_inputs=list("abcdef")).fit(table, y)

    assert model.constraints_met_
    assert all(set(e.network.variables) == set(range(6)) for e in model._entries)
    assert model.front_["r2_train"].max() > 0.99
    assert not (model.front_["formula"].str.contains(r"\d\.\d{11}")).any(), "no more digits than they need"


def test_a_required_input_without_effect_is_named() -> None:
    with pytest.warns(ConvergenceWarning, match="reads 'x2' because it is required, without a visible effect"):
        XNetRegressor(budget_steps=6, random_state=0, required_inputs=["x2"]).fit(X, 2 * X[:, 0] ** 2 / X[:, 1])


def test_a_plain_fallback_is_named() -> None:
    with pytest.warns(ConvergenceWarning, match="plain one of the required inputs 'x0', 'x1', 'x2'"):
        XNetRegressor(budget_steps=0, random_state=0, required_inputs=list(NAMES)).fit(X, ROUGH)


def test_nesting_is_seen_at_any_depth_and_only_where_it_is() -> None:
    deep = read_formula("sin(x0 + 2*exp(x1*cos(x2)))", NAMES)
    beside = read_formula("sin(x0) + exp(x1)*sin(x2)", NAMES)

    assert nested(deep, [("sin", "cos")]) == ("sin", "cos")
    assert nested(deep, [("exp", "cos")]) == ("exp", "cos")
    assert nested(deep, [("cos", "sin"), ("exp", "sin"), ("sin", "sin")]) is None
    assert nested(beside, [("sin", "sin"), ("sin", "exp"), ("exp", "sin")]) is None
    shared = net(1, ("x", 0), ("sin", 0), ("exp", 1), ("add", 1, 2), ("sin", 3))
    assert nested(shared, [("sin", "sin")]) == ("sin", "sin")


def test_groups_stand_for_their_activations() -> None:
    pairs = Constraints.of(NAMES, forbidden_nesting=[("waves", "growth"), ("tanh", "tanh")]).nesting

    assert set(pairs) == {("sin", "exp"), ("sin", "log"), ("cos", "exp"), ("cos", "log"), ("tanh", "tanh")}


@pytest.mark.slow
def test_forbidden_nesting_is_in_no_trial_and_no_candidate_that_is_matched() -> None:
    y = np.sqrt(np.exp(np.sin(X[:, 0])) + X[:, 1])
    everything = [("growth", "waves")]
    free, _ = searched(y)
    state, problem = searched(y, forbidden_nesting=everything)
    pairs = problem.constraints.nesting
    library = problem.library(600)
    matched = {library.expression(int(i)).key for i in (*library.index, *library.log_index)}
    plain = Problem.from_arrays(X, y).library(600)
    before = {plain.expression(int(i)).key for i in (*plain.index, *plain.log_index)}

    assert any(nested(t.network, pairs) for t in (*free.front, *free.islands[0].beam))
    assert not any(nested(t.network, pairs) for t in (*state.front, *state.islands[0].beam, state.current))
    assert {"exp(sin(x0))", "exp(cos(x1))"} & before
    assert not {"exp(sin(x0))", "exp(cos(x1))"} & matched
    assert matched <= before


def test_parameters_are_bounded() -> None:
    free = unconstrained()
    state, _ = searched(ROUGH, max_parameters=2)

    assert max(e.n_parameters for e in free.front) > 2
    assert max(e.n_parameters for e in state.front) <= 2
    assert len(state.front) > 1


def test_a_law_within_the_bounds_is_still_found() -> None:
    state, _ = searched(2 * X[:, 0] ** 2 / X[:, 1], max_parameters=1, required_inputs=["x0", "x1"],
                        forbidden_inputs=["x2"], forbidden_nesting=[("exp", "exp")], output_range=(0, None),
                        monotonic={"x0": "increasing", "x1": "decreasing"})

    assert state.stop_reason == "exact"
    assert state.best.network == read_formula("2*x0**2/x1", NAMES)


BEHAVIOUR: dict[str, tuple[str, dict[str, Any], bool]] = {
    "rising": ("exp(x0)*x1", {"monotonic": {"x0": "increasing"}}, True),
    "falling, not rising": ("exp(-x0)*x1", {"monotonic": {"x0": "increasing"}}, False),
    "falling": ("exp(-x0)*x1", {"monotonic": {0: "decreasing", "x1": "increasing"}}, True),
    "a minimum inside": ("(x0 - 2)**2", {"monotonic": {"x0": "increasing"}}, False),
    "a slope that stays above zero": ("x0*x1 - 0.99*x0", {"monotonic": {"x0": "increasing"}}, True),
    "a slope that changes in a corner": ("x0*(x1 + x2 - 2.2)", {"monotonic": {"x0": "increasing"}}, False),
    "a pole has slopes of one sign": ("1/(x0 - 2.001)", {"monotonic": {"x0": "decreasing"}}, False),
    "an input that is not read": ("x1", {"monotonic": {"x0": "increasing", "x2": "decreasing"}}, True),
    "positive": ("x0 - 1", {"output_range": (0, None)}, True),
    "negative on rows": ("x0 - 2", {"output_range": (0, None)}, False),
    "negative in a corner of the box": ("x0 + x1 + x2 - 3.3", {"output_range": (0, None)}, False),
    "within": ("sin(x0)", {"output_range": (-1, 1)}, True),
    "above": ("2*sin(x0)", {"output_range": (None, 1)}, False),
    "undefined off the rows": ("sqrt(x0 + x1 + x2 - 3.3)", {"output_range": (0, None)}, True),
    "undefined on rows": ("log(x0 - 2)", {"output_range": (None, 9)}, False),
}


@pytest.mark.parametrize("case", BEHAVIOUR)
def test_behaviour_is_checked_on_rows_and_in_the_box(case: str) -> None:
    formula, prior, expected = BEHAVIOUR[case]
    rows = X[(X.sum(axis=1) > 3.5) & (np.abs(X[:, 0] - 2.001) > 0.02)]
    constraints = Constraints.of(NAMES, **prior)
    corners = np.vstack([rows, np.eye(3) * 2 + 1])  # each input reaches both ends, the sums keep away from the corner
    points = check_points(corners.T, constraints)

    assert constraints.behaves(read_formula(formula, NAMES), points) is expected


@pytest.mark.slow
@pytest.mark.parametrize(("prior", "good"), [
    ({"monotonic": {"x0": "decreasing"}}, lambda f, low, high: f(low) >= f(high) - 1e-6),
    ({"output_range": (0.95, 3.05)}, lambda f, low, high: 0.95 - 1e-6 <= f(low) <= 3.05 + 1e-6),
])
def test_every_network_of_a_front_behaves(prior: dict[str, Any], good: Callable[..., bool]) -> None:
    state, problem = searched(ROUGH, **prior)
    free = unconstrained()
    ends = np.random.default_rng(7).uniform(1.05, 2.95, (3, 40))
    top = ends.copy()
    top[0] = 2.97

    def keeps(network: Network) -> bool:
        def at(k: int, corner: Array) -> Any:
            return forward(network, corner[:, k:k + 1])[-1][0]

        return all(good(lambda corner, k=k: at(k, corner), ends, top) for k in range(40))

    assert not all(problem.admits(e.network) for e in free.front)
    assert all(keeps(e.network) for e in state.front)
    assert all(problem.admits(e.network) for e in state.front)
    assert len(state.front) > 1


def test_check_points_span_the_box_and_repeat() -> None:
    constraints = Constraints.of(NAMES, monotonic={"x1": "increasing"})
    points, again = check_points(X.T, constraints, 3), check_points(X.T, constraints, 3)

    np.testing.assert_array_equal(points.columns, again.columns)
    np.testing.assert_array_equal(points.columns[:, : points.n_rows], X.T)
    np.testing.assert_allclose(points.columns.min(axis=1), X.min(axis=0))
    np.testing.assert_allclose(points.columns.max(axis=1), X.max(axis=0))
    line = points.columns[:, points.lines[1][0]]
    assert np.ptp(line[0]) == np.ptp(line[2]) == 0
    assert (np.diff(line[1]) > 0).all()


def test_halton_points_fill_the_cube_evenly() -> None:
    np.testing.assert_allclose(halton(4, 2), [[0.5, 0.25, 0.75, 0.125], [1 / 3, 2 / 3, 1 / 9, 4 / 9]])
    assert np.abs(halton(200, 6).mean(axis=1) - 0.5).max() < 0.04


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"forbidden_inputs": ["z"]}, "forbidden_inputs names 'z'.*x0, x1, x2"),
    ({"required_inputs": [3]}, "required_inputs names 3"),
    ({"required_inputs": [True]}, "required_inputs names True"),
    ({"forbidden_inputs": ["x0"], "required_inputs": [0]}, "both forbidden and required"),
    ({"forbidden_inputs": NAMES}, "Every input is forbidden"),
    ({"forbidden_nesting": [("sin", "sine")]}, "'sine', which is not known"),
    ({"forbidden_nesting": ["sin"]}, "expected pairs"),
    ({"max_parameters": -1}, "max_parameters is -1"),
    ({"max_parameters": 1.5}, "max_parameters is 1.5"),
    ({"monotonic": {"x0": "up"}}, "expected either 'increasing' or 'decreasing'"),
    ({"monotonic": {"x0": "increasing", 0: "decreasing"}}, "expected either"),
    ({"output_range": (2, 1)}, "low below high"),
    ({"output_range": (1,)}, "low below high"),
    ({"output_range": (float("nan"), 1)}, "low below high"),
]


@pytest.mark.parametrize(("prior", "words"), WRONG, ids=[str(p) for p, _ in WRONG])
def test_invalid_constraints_are_refused_in_one_sentence(prior: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstraintError, match=words):
        Constraints.of(NAMES, **prior)
    with pytest.raises(ConstraintError, match=words):
        XNetRegressor(budget_steps=1, **prior).fit(X, ROUGH)


def test_constraints_are_values_and_pickle() -> None:
    one = Constraints.of(NAMES, forbidden_inputs=["x2", 0], monotonic={"x1": "increasing"}, output_range=(0, np.inf))

    assert one == Constraints(forbidden=(0, 2), monotonic=((1, 1),), low=0.0)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
    assert hash(one) == hash(pickle.loads(pickle.dumps(one)))  # noqa: S301


def test_the_estimator_takes_columns_by_name() -> None:
    table = pd.DataFrame(X, columns=["mass", "wind speed", "area"])
    with pytest.warns(ConvergenceWarning, match="do not show an effect of this input"):
        model = XNetRegressor(budget_steps=3, random_state=0, forbidden_inputs=["area"], required_inputs=["wind speed"],
                              monotonic={"mass": "increasing"}).fit(table, ROUGH)

    assert model.constraints_met_
    assert model.front_["formula"].str.contains("wind speed").all()
    assert not model.front_["formula"].str.contains("area").any()
    assert clone(model).get_params() == model.get_params()
    assert pickle.loads(pickle.dumps(model)).formula_ == model.formula_  # noqa: S301 - our own bytes


def test_an_impossible_wish_is_reported() -> None:
    with pytest.warns(ConvergenceWarning, match="satisfies all constraints"):
        model = XNetRegressor(budget_steps=2, random_state=0, output_range=(100, 200)).fit(X, ROUGH)

    assert not model.constraints_met_
    assert model.n_parameters_ == 1


@pytest.mark.slow
def test_constraints_are_searched_over_like_any_other_parameter() -> None:
    grid = GridSearchCV(XNetRegressor(budget_steps=2, random_state=0), {"forbidden_inputs": [None, ["x2"]]}, cv=2)
    grid.fit(X, ROUGH)

    assert grid.best_params_ == {"forbidden_inputs": None}
