"""Several targets at once: conventions of scikit-learn, one library, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

from xnet import XNetRegressor

RNG = np.random.default_rng(0)
X = pd.DataFrame(RNG.uniform(1, 3, (60, 2)), columns=["a", "b"])
Y = pd.DataFrame({"u": 2 * X.a**2 / X.b, "v": X.a * X.b})


@pytest.fixture(scope="module")
def model() -> XNetRegressor:
    return XNetRegressor(budget_steps=2, random_state=0).fit(X, Y)


def test_every_target_gets_its_formula(model: XNetRegressor) -> None:
    assert model.formulas_ == ["2*a**2/b", "a*b"]
    assert model.predict(X).shape == (60, 2)
    assert model.score(X, Y) == pytest.approx(1.0)
    assert set(model.fronts_["target"]) == {"u", "v"}
    assert [one.target_name_ for one in model.estimators_] == ["u", "v"]
    assert list(model.feature_names_in_) == ["a", "b"]


def test_the_first_target_is_found_as_if_it_were_alone(model: XNetRegressor) -> None:
    alone = XNetRegressor(budget_steps=2, random_state=0).fit(X, Y["u"])

    pd.testing.assert_frame_equal(alone.front_, model.estimators_[0].front_)
    assert alone.formulas_ == ["2*a**2/b"]
    assert not hasattr(alone, "estimators_")


def test_a_second_fit_forgets_the_targets_of_the_first() -> None:
    model = XNetRegressor(budget_steps=1, random_state=0).fit(X.to_numpy(), Y.to_numpy())
    assert [one.target_name_ for one in model.estimators_] == ["y0", "y1"]

    model.fit(X, Y["u"])
    assert model.predict(X).shape == (60,)
    model.fit(X, Y)
    assert not hasattr(model, "formula_")


@pytest.mark.parametrize(("y", "message"), [
    (np.ones((60, 2, 2)), "has shape"), (np.ones((60, 0)), "has no column"), (Y.assign(w="text"), "Target 'w' holds"),
    (Y.assign(w=np.nan), "Target 'w' has 60 missing"), (Y.set_axis(["u", "u"], axis=1), "two columns called 'u'")])
def test_targets_that_cannot_be_used_are_named_before_a_search(y: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        XNetRegressor(budget_seconds=1000).fit(X, y)


def test_known_errors_may_have_a_column_for_each_target() -> None:
    error = np.full((60, 2), 0.1)
    assert len(XNetRegressor(budget_steps=1).fit(X, Y, sample_error=error).estimators_) == 2
    with pytest.raises(ValueError, match="3 columns for 2 targets"):
        XNetRegressor(budget_steps=1).fit(X, Y, sample_error=np.ones((60, 3)))


def test_ctrl_c_ends_the_searches_of_all_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    Z = Y.assign(w=np.sin(3 * X.a * X.b) + RNG.normal(size=60), x=Y.u)[["u", "w", "x", "v"]]
    names = iter(["u", "w", "x", "v"])

    def stop(*_: object) -> None:
        if next(names) == "w":
            raise KeyboardInterrupt

    def observer_of(*_: object, **__: object) -> object:
        return stop

    monkeypatch.setattr("xnet.estimators.regressor.observer_of", observer_of)
    with pytest.warns(ConvergenceWarning, match="before it came to 'x', 'v'"), \
            pytest.warns(ConvergenceWarning, match="stop_reason_ is 'stopped'"):
        model = XNetRegressor(budget_steps=1, random_state=0).fit(X, Z)
    assert [one.stop_reason_ for one in model.estimators_[1:]] == ["stopped"] * 3
    assert model.predict(X)[:, 2] == pytest.approx(Z.x.mean(), rel=1e-3)
    assert model.estimators_[3].budget_steps == 1


def test_results_of_one_target_are_asked_of_its_model() -> None:
    X = np.random.default_rng(0).uniform(1, 3, (40, 2))
    Y = np.column_stack([X[:, 0] * X[:, 1], X[:, 0] + X[:, 1]])
    model = XNetRegressor(budget_steps=1, random_state=0).fit(X, X[:, 0] ** 2)
    model.fit(X, Y)
    for name in ("constants_", "parameters_", "initial_parameters_", "front_", "front_index_", "formula_named_",
                 "expression_", "group_constants_", "r2_by_group_", "all_rows_"):
        assert not hasattr(model, name), "not that of the fit before"
    with pytest.raises(AttributeError, match="several targets"):
        model.select(index=0)
    for name in ("formula_", "latex_", "network_", "complexity_", "n_parameters_", "stop_reason_", "history_"):
        with pytest.raises(AttributeError, match=rf"several targets.*model\.estimators_\[0\]\.{name}"):
            getattr(model, name)
        assert hasattr(model.estimators_[0], name)
    with pytest.raises(AttributeError, match="'XNetRegressor' object has no attribute 'formula_'"):
        _ = XNetRegressor().formula_
    assert len(model.estimators_[1].front_)
    model.fit(X, X[:, 0] ** 2)
    assert model.select(index=0).formula_ == model.front_["formula"][0]
