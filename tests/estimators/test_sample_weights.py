"""A weight of 2 is a row twice, a weight of 0 a row that is not there."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score
from sklearn.utils import shuffle

from xnet import XNetClassifier, XNetRegressor
from xnet.arrays import Array
from xnet.engine import DataError
from xnet.estimators.sample_weights import canonical_table

RNG = np.random.default_rng(5)
X = RNG.uniform(1, 3, (60, 2))
Y = X[:, 0] * X[:, 1] + 0.3 * RNG.normal(size=60)
LABELS = (np.median(Y) < Y).astype(int)
COUNTS = RNG.integers(0, 4, 60)


def repeated(y: Array) -> tuple[Array, Array]:
    return shuffle(X.repeat(COUNTS, axis=0), y.repeat(COUNTS), random_state=0)


@pytest.mark.filterwarnings("ignore:.*repeat an earlier one")
def test_repeated_rows_and_whole_weights_give_the_same_table() -> None:
    weighted, plain = canonical_table(X, Y, COUNTS), canonical_table(*repeated(Y), None)
    assert len(plain.y) == COUNTS.sum()
    assert plain.weight is None
    np.testing.assert_array_equal(weighted.X, plain.X)
    np.testing.assert_array_equal(weighted.y, plain.y)
    held_out = plain.holdout(0.2, 7)
    assert held_out is not None
    assert 0 < held_out.mean() <= 0.2
    inside = {tuple(row) for row in plain.X[~held_out]}
    assert not any(tuple(row) in inside for row in plain.X[held_out]), "copies stay on one side"


def test_fractions_of_weights_add_up() -> None:
    whole = canonical_table(X, Y, np.full(60, 0.75))
    split = canonical_table(np.vstack([X, X]), np.append(Y, Y), np.repeat([0.5, 0.25], 60))
    for a, b in ((whole.X, split.X), (whole.y, split.y), (whole.weight, split.weight)):
        np.testing.assert_array_equal(a, b)


def test_a_table_without_repeats_stays_as_it_is() -> None:
    for weight in (None, np.ones(60)):
        table = canonical_table(X, Y, weight)
        np.testing.assert_array_equal(table.X, X)
        assert table.weight is None
        assert table.holdout(0.2, 7) is None
    shorter = canonical_table(X, Y, (np.arange(60) < 40) * 1.0)
    np.testing.assert_array_equal(shorter.y, Y[:40])


@pytest.mark.filterwarnings("ignore:.*repeat an earlier one")
def test_many_rows_of_few_values_keep_held_out_rows_and_their_number() -> None:
    x = RNG.choice(np.linspace(1, 3, 10), 1000)[:, None]
    table = canonical_table(x, x[:, 0] ** 2, None)
    assert len(table.y) == 1000
    assert table.groups is None, "too few distinct rows to hold some out"
    model = XNetRegressor(budget_steps=2, random_state=0).fit(x, x[:, 0] ** 2)
    assert model.formula_ == "x0**2"
    assert model.front_["r2_holdout"].notna().all()


def test_sums_of_weights_that_are_too_large_only_weigh() -> None:
    table = canonical_table(X, Y, np.full(60, 1e6))
    assert len(table.y) == 60
    assert table.weight is not None


@pytest.mark.filterwarnings("ignore:.*repeat an earlier one")
@pytest.mark.parametrize("y", [Y, LABELS], ids=["regressor", "classifier"])
def test_estimators_take_weights_for_repeated_rows(y: Array) -> None:
    make = XNetRegressor if y is Y else XNetClassifier
    weighted = make(budget_steps=2, budget_seconds=None, random_state=0).fit(X, y, sample_weight=COUNTS)
    plain = make(budget_steps=2, budget_seconds=None, random_state=0).fit(*repeated(y))
    assert weighted.front_.equals(plain.front_)
    method = "predict" if y is Y else "predict_proba"
    np.testing.assert_array_equal(getattr(weighted, method)(X), getattr(plain, method)(X))


def test_one_row_with_a_weight_is_refused() -> None:
    with pytest.raises(DataError, match="above zero in 1 of 60 rows"):
        XNetRegressor(budget_steps=1).fit(X, Y, sample_weight=np.eye(60)[3])


@pytest.mark.parametrize("offset", [0.0, 1e13])
def test_r_squared_of_the_front_is_that_of_scikit_learn(offset: float) -> None:
    y = X[:, 0] * X[:, 1] + offset
    model = XNetRegressor(budget_steps=4, random_state=0, holdout_fraction=0).fit(X, y)
    best = model.front_["r2_train"].iloc[-1]
    assert best == pytest.approx(r2_score(y, model._entries[-1].network.evaluate(X)), abs=1e-12)
    assert r2_score(y, model.predict(X)) > 0.999
    assert model.front_["r2_train"].iloc[0] == pytest.approx(0.0, abs=1e-3)
    assert model.front_["r2_holdout"].isna().all()


def test_a_target_that_does_not_vary_has_no_r_squared() -> None:
    model = XNetRegressor(budget_steps=1, random_state=0).fit(X, np.full(60, 3.5))
    assert model.front_[["r2_train", "r2_holdout"]].isna().all(axis=None)


def test_huber_names_its_robust_scores() -> None:
    y = np.where(np.arange(60) % 13 == 0, 50.0, Y)
    front = XNetRegressor(budget_steps=2, random_state=0, loss="huber").fit(X, y).front_
    assert {"r2_train", "r2_holdout", "robust_r2_train", "robust_r2_holdout"} <= set(front.columns)
    assert front["robust_r2_train"].iloc[-1] > 0.5 > front["r2_train"].iloc[-1]


def test_large_whole_weights_are_said_to_be_counts() -> None:
    survey = RNG.integers(200, 900, 60)
    with pytest.warns(UserWarning, match=r"count as numbers of rows: the 60 rows are searched as .*Divide the weights "
                                         "by their mean"):
        canonical_table(X, Y, survey)
    canonical_table(X, Y, survey / survey.mean())
    canonical_table(X, Y, COUNTS)
    canonical_table(X, Y, np.full(60, 1_000_000))  # too many rows to be built: these only weigh the losses


def test_several_targets_warn_once_of_large_whole_weights() -> None:
    with pytest.warns(UserWarning, match="count as numbers of rows") as found:
        XNetRegressor(budget_steps=1).fit(X[:20], np.column_stack([Y, -Y])[:20], RNG.integers(11, 14, 20))
    assert len(found) == 1


def test_copies_of_rows_are_warned_of() -> None:
    with pytest.warns(UserWarning, match="30 of 60 rows repeat an earlier one"):
        canonical_table(np.repeat(X[:30], 2, axis=0), np.repeat(Y[:30], 2), None)
