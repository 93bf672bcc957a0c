"""`XNetRegressor` keeps scikit-learn's conventions, and says what it found in every form it promises."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sympy
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from tests.estimators.conventions import name_of
from xnet import XNetRegressor
from xnet.engine import ActivationError, DataError

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (60, 2))
Y = 2 * X[:, 0] ** 2 / X[:, 1]
NOISY = np.sin(2 * X[:, 0]) * X[:, 1] + 0.2 * RNG.normal(size=60)


def quick(**options: Any) -> XNetRegressor:
    return XNetRegressor(**{"budget_steps": 3, "random_state": 0, **options})


@pytest.fixture(scope="module")
def fitted() -> XNetRegressor:
    """The law 2 a^2 / b from a table with names."""
    table = pd.DataFrame(X, columns=["mass", "wind speed"])
    return quick(budget_steps=6).fit(table, pd.Series(Y, name="power"))


@pytest.fixture(scope="module")
def rough() -> XNetRegressor:
    """Some steps on a noisy target: a front of several networks."""
    return quick(budget_steps=5).fit(X, NOISY)


def test_a_law_comes_out_as_a_person_would_write_it(fitted: XNetRegressor) -> None:
    assert fitted.formula_ == "2*mass**2/`wind speed`"
    assert fitted.latex_ == r"\frac{2 \cdot \mathrm{mass}^2}{\mathrm{wind\ speed}}"
    assert fitted.n_parameters_ == 1
    assert fitted.complexity_ == fitted.network_.complexity
    assert fitted.target_name_ == "power"
    assert fitted.stop_reason_ in ("exact", "budget")


def test_every_form_predicts_the_same(fitted: XNetRegressor) -> None:
    fresh = np.random.default_rng(5).uniform(1, 3, (20, 2))
    table = pd.DataFrame(fresh, columns=["mass", "wind speed"])
    expected = 2 * fresh[:, 0] ** 2 / fresh[:, 1]
    expression = sympy.lambdify([sympy.Symbol("mass"), sympy.Symbol("wind speed")], fitted.expression_)
    space: dict = {}
    exec(fitted.to_python(), space)  # noqa: S102 - our own network

    np.testing.assert_allclose(fitted.predict(table), expected, rtol=1e-9)
    np.testing.assert_allclose(expression(*fresh.T), expected, rtol=1e-9)
    np.testing.assert_allclose(space["predict"](*fresh.T), expected, rtol=1e-9)


def test_score_is_r2(rough: XNetRegressor) -> None:
    assert rough.score(X, NOISY) == pytest.approx(r2_score(NOISY, rough.predict(X)))


def test_arrays_get_names_of_their_own(rough: XNetRegressor) -> None:
    assert rough.n_features_in_ == 2
    assert rough.names_ == ("x0", "x1")
    assert not hasattr(rough, "feature_names_in_")
    assert {s.name for s in rough.expression_.free_symbols} <= {"x0", "x1"}


def test_column_names_are_checked_like_scikit_learn_does(fitted: XNetRegressor) -> None:
    np.testing.assert_array_equal(fitted.feature_names_in_, ["mass", "wind speed"])
    swapped = pd.DataFrame(X, columns=["wind speed", "mass"])
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(swapped)


def test_the_front_has_one_row_a_network(rough: XNetRegressor) -> None:
    front = rough.front_

    assert list(front.columns) == ["complexity", "parameters", "r2_train", "r2_holdout", "formula"]
    assert len(front) >= 3
    assert front["complexity"].is_monotonic_increasing
    assert front["r2_train"].is_monotonic_increasing
    assert rough.formula_ in set(front["formula"])
    assert front["r2_holdout"].notna().all()
    chosen = front[front["formula"] == rough.formula_].iloc[0]
    assert (chosen["complexity"], chosen["parameters"]) == (rough.complexity_, rough.n_parameters_)


def test_without_held_out_rows_the_front_says_so() -> None:
    front = quick(holdout_fraction=0.0).fit(X, NOISY).front_

    assert front["r2_holdout"].isna().all()


def test_history_lists_the_improvements(rough: XNetRegressor) -> None:
    history = rough.history_

    assert history
    assert set(history[0]) == {"step", "seconds", "loss", "loss_holdout", "complexity", "n_parameters", "formula",
                               "reason"}
    assert [h["step"] for h in history] == sorted(h["step"] for h in history)
    assert history[-1]["formula"] == rough.formula_


def test_the_same_seed_gives_the_same_formula(rough: XNetRegressor) -> None:
    again = quick(budget_steps=5).fit(X, NOISY)

    assert again.network_ == rough.network_
    assert again.front_.equals(rough.front_)


def test_random_state_takes_what_scikit_learn_takes() -> None:
    for state in (0, np.random.RandomState(0), None):
        assert quick(random_state=state, budget_steps=1).fit(X, Y).n_steps_ == 1


def test_parameters_are_all_that_the_constructor_takes() -> None:
    model = XNetRegressor(activations=["arithmetic"], parameters=False, budget_seconds=3, max_complexity=12, n_jobs=1,
                          random_state=4, budget_steps=2, holdout_fraction=0.1, required_inputs=["x1"],
                          monotonic={0: "increasing"})
    names = set(inspect.signature(XNetRegressor.__init__).parameters) - {"self"}

    assert set(model.get_params()) == names
    assert clone(model).get_params() == model.get_params()
    assert XNetRegressor(**model.get_params()).get_params() == model.get_params()
    assert model.set_params(max_complexity=5).max_complexity == 5


def test_fitting_changes_no_parameter_and_a_clone_is_not_fitted(rough: XNetRegressor) -> None:
    assert rough.get_params() == quick(budget_steps=5).get_params()
    assert not hasattr(clone(rough), "network_")


def test_a_fitted_model_pickles(fitted: XNetRegressor) -> None:
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own bytes
    table = pd.DataFrame(X, columns=["mass", "wind speed"])

    np.testing.assert_array_equal(again.predict(table), fitted.predict(table))
    assert again.formula_ == fitted.formula_
    assert again.front_.equals(fitted.front_)


def test_the_regressor_works_in_pipelines_and_cross_validation() -> None:
    piped = make_pipeline(StandardScaler(), quick(activations="polynomial", budget_steps=4))
    scores = cross_val_score(piped, X, X[:, 0] * X[:, 1] + 1, cv=2)

    assert (scores > 0.999).all()


def test_activations_only_has_no_constants() -> None:
    model = quick(parameters=False, budget_steps=4).fit(X, X[:, 0] * X[:, 1])

    assert model.n_parameters_ == 0
    assert (model.front_["parameters"] == 0).all()
    assert model.score(X, X[:, 0] * X[:, 1]) == pytest.approx(1.0)


def test_activations_and_size_are_kept() -> None:
    model = quick(activations=["add", "mul"], max_complexity=7).fit(X, NOISY)

    assert (model.front_["complexity"] <= 7).all()
    assert not any(name in " ".join(model.front_["formula"]) for name in ("sin", "exp", "log", "sqrt", "**"))


def test_seconds_end_the_fit() -> None:
    model = XNetRegressor(budget_seconds=0.05, random_state=0).fit(X, NOISY)

    assert model.stop_reason_ == "budget"
    assert 1 <= model.n_steps_ < 10


def test_rows_of_weight_zero_are_hidden() -> None:
    weight = (np.arange(60) % 2).astype(float)
    y = np.where(weight > 0, Y, 1e3)
    model = quick(budget_steps=5).fit(X, y, sample_weight=weight)

    np.testing.assert_allclose(model.predict(X), Y, rtol=1e-6)


def test_rows_outside_the_domain_of_the_formula_are_nan_and_warn_nobody() -> None:
    model = quick(budget_steps=4).fit(X, np.log(X[:, 0]))

    assert np.isfinite(model.predict([[2.0, 1.0]])).all()
    assert not np.isfinite(model.predict([[-2.0, 1.0]])).any()


WRONG: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "gaps": (lambda: quick().fit(np.where(X > 2.9, np.nan, X), Y), ValueError, "NaN"),
    "an infinite target": (lambda: quick().fit(X, np.where(Y.mean() < Y, np.inf, Y)), ValueError, r"infinite.*row"),
    "text": (lambda: quick().fit(np.full((60, 2), "a"), Y), ValueError, "convert"),
    "a text target": (lambda: quick().fit(X, np.full(60, "a")), ValueError, "needs numbers"),
    "other lengths": (lambda: quick().fit(X, Y[:-1]), ValueError, "inconsistent"),
    "too few rows": (lambda: quick().fit(X[:2], Y[:2]), ValueError, "minimum of 3"),
    "too few columns later": (lambda: quick(budget_steps=1).fit(X, Y).predict(X[:, :1]), ValueError, "1 features"),
    "an unknown activation": (lambda: quick(activations=["sinus"]).fit(X, Y), ActivationError, "sinus"),
    "a bad share": (lambda: quick(holdout_fraction=1.5).fit(X, Y), DataError, "holdout_fraction is 1.5"),
    "bad weights": (lambda: quick().fit(X, Y, sample_weight=np.ones(3)), DataError, "sample_weight"),
    "no process": (lambda: quick(n_jobs=0).fit(X, Y), ValueError, "n_jobs is 0"),
    "no fit yet": (lambda: quick().predict(X), NotFittedError, "not fitted"),
    "no fit yet, front": (lambda: quick().front_, NotFittedError, "not fitted"),
    "no fit yet, expression": (lambda: quick().expression_, NotFittedError, "not fitted"),
    "no fit yet, python": (lambda: quick().to_python(), NotFittedError, "not fitted"),
}


@pytest.mark.parametrize("what", list(WRONG))
def test_wrong_calls_raise_an_error_with_the_reason(what: str) -> None:
    call, error, message = WRONG[what]
    with pytest.raises(error, match=message) as caught:
        call()

    assert isinstance(caught.value, ValueError | AttributeError)


# scikit-learn's own checks, with two steps each

CHECKS = list(estimator_checks_generator(XNetRegressor(budget_steps=2, random_state=0, max_complexity=10,
                                                       activations="polynomial")))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=[name_of(c) for _, c in CHECKS])
def test_scikit_learn_conventions(estimator: XNetRegressor, check: Callable[[Any], None]) -> None:
    check(estimator)


def test_a_refitted_model_has_the_constants_of_all_rows_and_the_front_keeps_its_own() -> None:
    rng = np.random.default_rng(3)
    X = rng.uniform(1.0, 3.0, (30, 1))
    y = 2.37 * X[:, 0] + 1.16 + rng.normal(scale=0.3, size=30)
    plain, refitted = (XNetRegressor(budget_seconds=None, budget_steps=2, random_state=0, refit=refit).fit(X, y)
                       for refit in (False, True))
    assert plain.formula_ in set(plain.front_["formula"])
    assert refitted.front_.equals(plain.front_)
    before, after = (float(((model.predict(X) - y) ** 2).sum()) for model in (plain, refitted))
    least = float(((np.polyval(np.polyfit(X[:, 0], y, 1), X[:, 0]) - y) ** 2).sum())
    assert least <= after < before
    index = list(plain.front_["formula"]).index(plain.formula_)
    assert plain.front_index_ == refitted.front_index_ == index
    assert refitted.select(index=index).formula_ == plain.formula_ != refitted.formula_, "as the front shows it"
    assert refitted.select(index=index, refit=True).formula_ == refitted.formula_
    assert plain.select(index=index, refit=True).formula_ == refitted.formula_
    assert "font-weight: bold" in refitted._repr_html_(), "the row of the chosen formula"
    assert refitted.constants_["value"].between(refitted.constants_["low"], refitted.constants_["high"]).all()
