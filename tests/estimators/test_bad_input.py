"""Bad input: a defined result without a warning, or one clear sentence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xnet import XNetClassifier, XNetRegressor
from xnet.arrays import Array
from xnet.engine import Budget, DataError, Problem, advance, start

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (60, 3))
Y = 2 * X[:, 0] ** 2 / X[:, 1]
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """No test of this file may see a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def quick(**options: Any) -> XNetRegressor:
    return XNetRegressor(**{"budget_steps": 2, "random_state": 0, **options})


def of_types() -> pd.DataFrame:
    """pandas' nullable types."""
    return pd.DataFrame({"a": pd.array(RNG.integers(1, 9, 60), dtype="Int64"), "b": pd.array(X[:, 1], dtype="Float32"),
                         "c": pd.array(RNG.integers(0, 2, 60).astype(bool), dtype="boolean")})


#: Tables that a search takes as they are.
TAKEN: dict[str, tuple[Any, Any]] = {
    "fewer rows than columns": (RNG.normal(size=(8, 30)), RNG.normal(size=8)),
    "some more rows than columns": (RNG.normal(size=(30, 25)), RNG.normal(size=30)),
    "constant columns": (np.column_stack([np.ones(60), X, np.zeros(60)]), Y),
    "repeated columns": (np.column_stack([X, X]), Y),
    "collinear columns": (np.column_stack([X, X[:, 0] + X[:, 1], 2 * X[:, 0]]), Y),
    "units of all sizes": (X * [1e30, 1e-30, 1.0], Y),
    "rows of all sizes": (X * 10.0 ** RNG.integers(-30, 30, (60, 3)), Y),
    "a target of all sizes": (X, Y * 10.0 ** RNG.integers(-30, 30, 60)),
    "almost too large": (X * 9e98, Y),
    "almost too small": (X * 1e-99, Y * 1e-99),
    "whole numbers": (RNG.integers(-5, 6, (60, 2)), RNG.integers(0, 3, 60)),
    "booleans": (RNG.integers(0, 2, (60, 3)).astype(bool), Y > 4),
    "unsigned bytes": (RNG.integers(0, 200, (60, 2)).astype(np.uint8), RNG.integers(0, 9, 60).astype(np.uint16)),
    "single precision": (X.astype(np.float32), Y.astype(np.float32)),
    "half precision": (X.astype(np.float16), Y.astype(np.float16)),
    "objects that are numbers": (X.astype(object), Y.astype(object)),
    "text that is numbers": (FRAME.assign(b=[str(v) for v in X[:, 1]]), Y),
    "nullable types": (of_types(), pd.Series(Y, dtype="Float64")),
    "lists": (X.tolist(), Y.tolist()),
    "huge Python integers": ([[10**30 * i] for i in range(1, 31)], [10**25 * i * i for i in range(1, 31)]),
    "three rows": (X[:3], Y[:3]),
    "three rows of one column": (X[:3, :1], Y[:3]),
    "one column": (X[:, :1], Y),
    "three values": (X, np.digitize(Y, [2, 5])),
    "a constant": (X, np.full(60, 4.2)),
    "one row that is not nought": (X, np.eye(60)[0]),
    "a wild target": (X, np.concatenate([[1e6], Y[1:]])),
    "a wild input": (np.concatenate([[[1e6, 1, 1]], X[1:]]), Y),
    "noughts": (np.zeros((30, 2)), RNG.normal(size=30)),
    "noughts here and there": (X * RNG.integers(0, 2, X.shape), Y),
    "names that are numbers": (pd.DataFrame(X, columns=[1, 2, 3]), Y),
    "names of functions": (pd.DataFrame(X, columns=["sin", "exp", "pi"]), Y),
    "names with spaces": (pd.DataFrame(X, columns=["wind speed", "`x`", " "]), Y),
    "a target named like an input": (FRAME, pd.Series(Y, name="a")),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", list(TAKEN))
def test_accepted_tables_give_a_finite_formula(what: str) -> None:
    table, y = TAKEN[what]
    model = quick().fit(table, y)
    predicted = model.predict(table)

    assert np.isfinite(predicted).all()
    assert predicted.shape == (len(y),)
    varies = what not in ("a constant", "one row that is not nought")  # that row may be held out
    assert np.isfinite(model.front_["r2_train"].dropna()).all()
    assert model.front_["r2_train"].notna().all() or not varies
    assert model.formula_
    assert model.latex_
    compile(model.to_python(), "formula", "exec")


@pytest.mark.parametrize("what", ["names of functions", "names with spaces", "objects that are numbers", "lists",
                                  "text that is numbers", "a target named like an input", "repeated columns",
                                  "units of all sizes", "constant columns"])
def test_the_law_is_found_in_an_unusual_table(what: str) -> None:
    table, y = TAKEN[what]

    np.testing.assert_allclose(quick(budget_steps=5).fit(table, y).predict(table), np.asarray(y, float), rtol=1e-9)


def test_a_wild_row_leaves_the_others_a_constant_or_better() -> None:
    model = quick(budget_steps=4).fit(*TAKEN["a wild target"])

    assert np.abs(model.predict(X[1:])).max() < 1e6


#: What is refused, and what the message names.
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "categories": (lambda: (FRAME.assign(kind=pd.Categorical(["x", "y"] * 30)), Y), "'kind'.*categories.*'x'.*drop"),
    "categories that are numbers": (lambda: (FRAME.assign(kind=pd.Categorical([1, 2] * 30)), Y), "'kind'.*categories"),
    "text": (lambda: (FRAME.assign(town=["Bern", "Rome"] * 30), Y), "'town'.*text, such as 'Bern'.*Encode"),
    "some text": (lambda: (FRAME.assign(n=["1", "many"] * 30), Y), "'n'.*text, such as 'many'"),
    "dates": (lambda: (FRAME.assign(when=pd.date_range("2020", periods=60)), Y), "'when'.*dates"),
    "durations": (lambda: (FRAME.assign(when=pd.to_timedelta(range(60), unit="D")), Y), "'when'.*times"),
    "complex numbers": (lambda: (FRAME.assign(z=X[:, 0] + 1j), Y), "'z'.*complex"),
    "a complex target": (lambda: (X, Y + 1j), r"Complex data not supported: y .*np.column_stack\(\[y.real, y.imag\]\)"),
    "a complex X": (lambda: (X + 1j, Y), "Complex data not supported: X .*real and their imaginary parts as columns"),
    "no columns": (lambda: (FRAME[[]], Y), "X has no columns"),
    "two columns of a name": (lambda: (pd.DataFrame(X, columns=["a", "a", "b"]), Y), "two columns called 'a'"),
    "a gap": (lambda: (FRAME.assign(b=np.where(X[:, 1] > 2.9, np.nan, X[:, 1])), Y), r"'b'.*NaN.*row \d+"),
    "a nullable gap": (lambda: (FRAME.assign(a=pd.array([None] + [1] * 59, dtype="Int64")), Y), "'a'.*NaN.*row 0"),
    "a gap in a list": (lambda: ([[1.0, None]] * 30, [1.0] * 30), "'x1'.*NaN.*row 0"),
    "an infinity": (lambda: (FRAME.assign(c=np.inf), Y), "'c'.*inf.*row 0"),
    "a gap in the target": (lambda: (X, np.where(Y > 4, np.nan, Y)), r"y has a missing \(NaN\) value in row \d+"),
    "an infinite target": (lambda: (X, np.where(np.arange(60) == 7, np.inf, Y)), r"y has an infinite \(inf\).*row 7"),
    "a nullable gap in the target": (lambda: (X, pd.Series(Y, dtype="Float64").where(np.arange(60) != 5)), "y .*row 5"),
    "text in the target": (lambda: (X, ["3"] * 9 + ["much"] * 51), "y is 'much' in row 9 .*XNetClassifier"),
    "dates in the target": (lambda: (X, pd.date_range("2020", periods=60)), "y holds dates or times.*days since"),
    "beyond all units": (lambda: (FRAME * [1, 1e101, 1], Y), "'b'.*1e-100 and 1e\\+100"),
    "below all units": (lambda: (FRAME * [1, 1, 1e-101], Y), "'c'.*change its unit"),
    "a target beyond all units": (lambda: (X, pd.Series(Y * 1e300, name="power")), "'power'.*change its unit"),
    "two rows": (lambda: (X[:2], Y[:2]), "minimum of 3"),
    "a flat X": (lambda: (X[:, 0], Y), "2D"),
    "a ragged X": (lambda: ([[1.0], [1.0, 2.0]] * 30, Y), "inhomogeneous"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_a_refused_table_is_refused_with_its_reason(what: str) -> None:
    make, message = REFUSED[what]
    with pytest.raises(ValueError, match=f"(?s){message}"):
        quick(budget_steps=1).fit(*make())


def test_a_table_to_predict_is_checked_too() -> None:
    model = quick(budget_steps=1).fit(FRAME, Y)

    with pytest.raises(DataError, match=r"'b'.*text"):
        model.predict(FRAME.assign(b="much"))
    with pytest.raises(ValueError, match="NaN"):
        model.predict(FRAME.assign(b=np.nan))


@pytest.mark.parametrize("what", ["text", "categories", "a gap", "an infinity"])
def test_the_classifier_refuses_the_same_tables(what: str) -> None:
    make, message = REFUSED[what]
    with pytest.raises(ValueError, match=f"(?s){message}"):
        XNetClassifier(budget_steps=1, random_state=0).fit(make()[0], np.where(Y > 4, "much", "little"))


@pytest.mark.parametrize("weight", [np.zeros(60), np.eye(60)[59], -np.ones(60), np.full(60, np.nan), ["much"] * 60, 2.0,
                                    np.ones((60, 1)), np.ones(59)], ids=str)
def test_weights_that_cannot_be_are_refused(weight: Any) -> None:
    with pytest.raises(DataError, match="sample_weight"):
        quick(budget_steps=1).fit(X, Y, sample_weight=weight)


@pytest.mark.parametrize("labels", [["a", "b"] * 29 + ["c", None], [0.0, 1.0] * 29 + [1.0, np.nan],
                                    pd.array([0, 1] * 29 + [1, pd.NA], dtype="Int64")], ids=["text", "NaN", "NA"])
def test_a_missing_label_is_named_with_its_row(labels: Any) -> None:
    with pytest.raises(DataError, match=r"y has no label in row 59 \(counted from 0\)"):
        XNetClassifier(budget_steps=1).fit(X, labels)


def test_a_score_without_a_value_names_the_row() -> None:
    x = X[:, :1]
    model = quick(budget_steps=5).fit(x, 3 * np.log(x[:, 0]) + 1)
    with pytest.raises(DataError, match="no finite value in 1 of 2 rows, the first of them row 1 "):
        model.score([[1.0], [-2.0]], [1.0, 2.0])
    assert model.score(x, 3 * np.log(x[:, 0]) + 1) == pytest.approx(1.0)


@pytest.mark.parametrize(("value", "said"), [(-3.0, "-3"), (np.nan, "nan"), (np.inf, "inf")])
def test_a_weight_that_cannot_be_is_named_with_its_row(value: float, said: str) -> None:
    with pytest.raises(DataError, match=rf"sample_weight is {said} in row 4 \(counted from 0\).*write 0"):
        quick(budget_steps=1).fit(X, Y, sample_weight=np.where(np.arange(60) == 4, value, 1.0))


@pytest.mark.parametrize("budget", [{"budget_seconds": -1.0}, {"budget_steps": -1}, {"budget_seconds": np.nan},
                                    {"budget_seconds": "long"}], ids=str)
def test_a_budget_that_cannot_be_is_refused(budget: dict[str, Any]) -> None:
    message = f"{next(iter(budget))} is .*; expected a (whole )?number that is not negative"
    for model, y in ((XNetRegressor(**budget), Y), (XNetClassifier(**budget), Y > 4)):
        with pytest.raises(DataError, match=message):
            model.fit(X, y)


def test_two_budgets_without_a_limit_are_refused_unless_a_callback_can_end_the_search() -> None:
    for make, y in ((XNetRegressor, Y), (XNetClassifier, Y > 4)):
        budget = {"budget_seconds": None, "budget_steps": None, "random_state": 0}
        with pytest.raises(DataError, match="both None, so nothing ends the search"):
            make(**budget).fit(X, y)
        assert make(**budget, callback=lambda *_: True).fit(X, y).n_features_in_ == X.shape[1]


def test_inputs_that_are_all_constant_end_the_search_with_the_best_constant() -> None:
    model = XNetRegressor(budget_seconds=60, random_state=0).fit(np.full((60, 2), 3.0), Y)
    few = XNetClassifier(budget_seconds=60, random_state=0).fit(np.full((60, 2), 3.0), Y > 4)

    assert model.stop_reason_ == "exhausted"
    np.testing.assert_allclose(model.predict(np.full((1, 2), 3.0)), Y.mean(), rtol=1e-3)
    np.testing.assert_allclose(few.predict_proba(np.full((1, 2), 3.0))[0, 1], np.mean(Y > 4), atol=0.05)


@pytest.mark.parametrize("weight", [np.full(60, 1e-300), np.full(60, 1e300),
                                    np.repeat([0.0, 1.0], 30), np.ones(60, dtype=bool)], ids=str)
def test_weights_of_any_size_are_taken(weight: Array) -> None:
    model = quick().fit(X, Y, sample_weight=weight)

    assert np.isfinite(model.predict(X[weight > 0])).all()


def test_a_column_for_a_target_warns_as_scikit_learn_does_and_fits() -> None:
    with pytest.warns(UserWarning, match="column-vector y"):
        model = quick().fit(X, Y[:, None])

    assert model.predict(X).shape == (60,)


def test_a_second_fit_is_independent_of_the_first() -> None:
    model = quick().fit(FRAME, Y)
    model.fit(X[:, :2], Y)
    fresh = quick().fit(X[:, :2], Y)

    assert model.n_features_in_ == 2
    assert not hasattr(model, "feature_names_in_")
    assert model.network_ == fresh.network_
    assert model.front_.equals(fresh.front_)


numbers = st.one_of(st.floats(-1e30, 1e30), st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-30, 1e30, 1e-99, 1e99]),
                    st.integers(-3, 3).map(float))


@given(st.data())
@settings(max_examples=25)
def test_any_finite_table_has_a_defined_result(data: st.DataObject) -> None:
    n, d = data.draw(st.integers(3, 24)), data.draw(st.integers(1, 3))
    table, y = data.draw(arrays(float, (n, d), elements=numbers)), data.draw(arrays(float, n, elements=numbers))
    small = 1e-100  # what lies below it in a column of nothing larger is refused
    table, y = np.where(np.abs(table) < small, 0.0, table), np.where(np.abs(y) < small, 0.0, y)
    problem = Problem.from_arrays(table, y, parameters=data.draw(st.booleans()))
    state, _ = advance(start(problem), problem, Budget(steps=2))

    assert np.isfinite(state.best.loss)
    assert np.isfinite(state.best.network.evaluate(problem.train.columns.T)).all()


def test_columns_whose_sums_coincide_still_have_a_library() -> None:
    """Squared distances of such columns equal sums of other things that stood before."""
    rows = np.arange(12.0)
    table = np.column_stack([rows, rows % 2, rows % 3, rows == 4, rows == 7, np.full(12, 3.0), 1e9 + rows])
    problem = Problem.from_arrays(table, rows**2)

    assert len(problem.library(600)) > 100
    assert len(problem.library(8000)) > 1000


@pytest.mark.parametrize("largest", [0, -3, 10.5, "20", None])
def test_a_complexity_that_no_formula_has_is_refused(largest: Any) -> None:
    """0 gave a constant without a word, and 10.5 was 10."""
    with pytest.raises(ValueError, match=r"max_complexity is .*; expected a whole number of at least 1"):
        quick(budget_steps=1, max_complexity=largest).fit(X, Y)
