"""Groups in the estimator: one form, own constants, new groups, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import r2_score

from xnet import XNetRegressor
from xnet.errors import DataError

LABELS = np.repeat(["oak", "fir", "elm"], 20)


def _table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    scale = {"oak": 1.7, "fir": 0.6, "elm": 2.9}
    x, z = rng.uniform(1, 3, (2, 60))
    return pd.DataFrame({"x": x, "z": z, "tree": LABELS, "y": [scale[g] for g in LABELS] * x / z + 2.5})


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Three trees: y = a[tree]*x/z + 2.5."""
    return _table()


@pytest.fixture(scope="module")
def model(table: pd.DataFrame) -> XNetRegressor:
    """A model of the table."""
    return XNetRegressor(["add", "mul", "div"], budget_steps=8, random_state=0).fit(table[["x", "z", "tree"]], table.y,
                                                                                    groups="tree")


def test_what_groups_share_is_decided_by_the_rows(model: XNetRegressor) -> None:
    assert model.group_constants_["a"].to_dict() == pytest.approx({"elm": 2.9, "fir": 0.6, "oak": 1.7})
    assert model.network_.constants == pytest.approx((2.5,))
    assert model.n_parameters_ == model.front_.iloc[-1]["parameters"] == 4
    assert all(r2 > 0.999999 for r2 in model.r2_by_group_.values())
    assert list(model.parameters_["group"]) == ["", "elm", "fir", "oak"]


def test_predictions_read_the_group_of_the_row(model: XNetRegressor, table: pd.DataFrame) -> None:
    assert model.predict(table[["x", "z", "tree"]]) == pytest.approx(table.y.to_numpy())
    assert model.predict(table[["x", "z"]], groups=table.tree) == pytest.approx(table.y.to_numpy())
    assert model.score(table[["x", "z"]], table.y, groups=table.tree) == pytest.approx(1.0)


def test_a_new_group_is_calibrated_with_form_and_shared_constants_held(model: XNetRegressor) -> None:
    x, z = np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 1.5])
    new = pd.DataFrame({"x": x, "z": z})
    more = model.calibrate(new, 0.25 * x / z + 2.5, "ash")
    assert more.group_constants_.loc["ash", "a"] == pytest.approx(0.25)
    assert more.predict(new, groups=["ash"] * 3) == pytest.approx(0.25 * x / z + 2.5)
    with pytest.raises(DataError, match="knows no group 'ash' of 'tree'"):
        model.predict(new, groups=["ash"] * 3)
    with pytest.raises(DataError, match="'oak' is known already"):
        model.calibrate(new, x, "oak")


def test_exported_python_looks_the_group_up(model: XNetRegressor, table: pd.DataFrame) -> None:
    code: dict[str, object] = {}
    exec(model.to_python(), code)  # noqa: S102 - our own output
    predict = code["predict"]
    assert callable(predict)
    assert predict(table.x.to_numpy(), table.z.to_numpy(), table.tree) == pytest.approx(table.y.to_numpy())


def test_one_group_gives_the_formula_of_a_table_without_groups(table: pd.DataFrame) -> None:
    plain = XNetRegressor(budget_steps=3, random_state=0).fit(table[["x", "z"]], table.y)
    one = XNetRegressor(budget_steps=3, random_state=0).fit(table[["x", "z"]], table.y, groups=["all"] * 60)
    assert one.network_ == plain.network_
    assert one.front_.equals(plain.front_)
    assert (one.predict(table[["x", "z"]], groups=["all"] * 60) == plain.predict(table[["x", "z"]])).all()


@pytest.mark.parametrize(("groups", "sentence"), [
    ("species", "X has no column of this name; its columns are x, z, tree"),
    (["a"] * 7, "groups has 7 labels, but X has 60 rows"),
    (["a", *["b"] * 59], "The group 'a' of 'group' has 1 row; every group needs at least 3"),
    ([None, *["b"] * 59], r"Row 0 \(counted from 0\) has no group"),
])
def test_groups_that_cannot_be_used_are_refused(table: pd.DataFrame, groups: object, sentence: str) -> None:
    X = table[["x", "z", "tree"]] if isinstance(groups, str) else table[["x", "z"]]
    with pytest.raises(DataError, match=sentence):
        XNetRegressor(budget_steps=1).fit(X, table.y, groups=groups)


def test_settings_that_do_not_go_with_groups_are_refused(table: pd.DataFrame) -> None:
    X, y = table[["x", "z"]], table.y
    with pytest.raises(DataError, match="parameters are switched off"):
        XNetRegressor(budget_steps=1, parameters=False).fit(X, y, groups=LABELS)
    with pytest.raises(DataError, match="not checked for groups"):
        XNetRegressor(budget_steps=1, output_range=(0, None)).fit(X, y, groups=LABELS)
    with pytest.raises(DataError, match="own_constants is 'some'"):
        XNetRegressor(budget_steps=1, own_constants="some").fit(X, y, groups=LABELS)


def test_a_calibrated_group_has_constants_with_errors(model: XNetRegressor) -> None:
    rng = np.random.default_rng(1)
    x, z = rng.uniform(1, 3, (2, 9))
    more = model.calibrate(pd.DataFrame({"x": x, "z": z}), 0.25 * x / z + 2.5 + 0.01 * rng.standard_normal(9), "ash")
    assert list(more.parameters_["group"]) == ["", "elm", "fir", "oak", "ash"]
    assert np.isfinite(more.parameters_["standard_error"]).all()
    assert 0.9 < more.r2_by_group_["ash"] < 1.0
    other = more.select(index=len(more.front_) - 1)
    assert list(other.r2_by_group_) == ["elm", "fir", "oak"]
    with pytest.raises(DataError, match="knows no group 'ash'"):
        other.predict(pd.DataFrame({"x": x, "z": z}), groups=["ash"] * 9)
    again = other.calibrate(pd.DataFrame({"x": x, "z": z}), 0.5 * x / z + 2.5, "yew")
    assert len(again.parameters_) == 5


def test_a_new_group_is_calibrated_under_the_loss_of_the_fit(table: pd.DataFrame) -> None:
    model = XNetRegressor(["add", "mul", "div"], budget_steps=8, random_state=0, loss="quantile:0.75").fit(
        table[["x", "z", "tree"]], table.y, groups="tree")
    x, z = np.random.default_rng(1).uniform(1, 3, (2, 40))
    y = x / z + np.random.default_rng(2).normal(size=40) + 2.5
    more = model.calibrate(pd.DataFrame({"x": x, "z": z}), y, "ash")
    below = y < more.predict(pd.DataFrame({"x": x, "z": z}), groups=["ash"] * 40)
    assert below.mean() == pytest.approx(0.75, abs=0.06)


def test_a_random_split_leaves_rows_in_every_group() -> None:
    rng = np.random.default_rng(0)
    x, groups = rng.uniform(1, 3, 43), np.array(["a"] * 20 + ["b"] * 20 + ["c"] * 3)
    weight = np.where(rng.uniform(size=43) < 0.5, 1.0, 2.0)  # whole numbers: equal rows stay on one side of the split
    for seed in range(12):
        model = XNetRegressor(["add", "mul"], budget_steps=1, random_state=seed)
        model.fit(x[:, None], x, sample_weight=weight, groups=groups)
        assert (model._searched.train.columns[1] == 2).sum() >= 3


def test_without_own_constants_one_formula_is_searched_for_all_groups(table: pd.DataFrame) -> None:
    model = XNetRegressor(["add", "mul", "div"], budget_steps=3, random_state=0, own_constants=0)
    model.fit(table[["x", "z", "tree"]], table.y, groups="tree")
    plain = XNetRegressor(["add", "mul", "div"], budget_steps=3, random_state=0).fit(table[["x", "z"]], table.y)
    assert model.network_ == plain.network_
    assert len(model.network_.variables) > 0
    assert (model.predict(table[["x", "z", "tree"]]) == plain.predict(table[["x", "z"]])).all()


def test_constants_of_groups_are_fitted_to_all_rows_at_the_end() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(1, 10, 60)
    y = np.repeat([2.13, 3.7, 5.31], 20) * x + rng.normal(0, 0.5, 60)
    table = pd.DataFrame({"x": x, "g": np.repeat(["a", "b", "c"], 20)})
    made = XNetRegressor(["add", "mul"], budget_steps=8, random_state=1)
    model = made.fit(table, y, groups="g")
    found = model.parameters_
    assert (abs(found["value"] - found["fitted"]) < 0.5 * found["standard_error"]).all()
    assert model.front_["formula"][model.front_index_] == model.formula_
    assert model.formula_ in ("a[g]*x", "x*a[g]")
    expected = [y[k:k + 20] @ x[k:k + 20] / (x[k:k + 20] @ x[k:k + 20]) for k in (0, 20, 40)]
    assert model.group_constants_["a"].tolist() == pytest.approx(expected, rel=2e-3)
    held = clone(made).set_params(refit=False).fit(table, y, groups="g")
    assert held.network_ == held._chosen.network
    assert held.group_constants_["a"].tolist() != model.group_constants_["a"].tolist()


def test_a_group_whose_rows_all_have_weight_0_is_not_there(table: pd.DataFrame) -> None:
    model = XNetRegressor(["add", "mul", "div"], budget_steps=4, random_state=0)
    kept = table[table.tree != "elm"]
    weighted = clone(model).fit(table[["x", "z", "tree"]], table.y, groups="tree",
                                sample_weight=(table.tree != "elm").astype(float))
    fewer = clone(model).fit(kept[["x", "z", "tree"]], kept.y, groups="tree", sample_weight=np.ones(40))
    pd.testing.assert_frame_equal(weighted.front_, fewer.front_)
    assert list(weighted.group_constants_.index) == ["fir", "oak"]
    with pytest.raises(DataError, match="knows no group 'elm'"):
        weighted.predict(table[["x", "z", "tree"]])
    with pytest.raises(ValueError, match="weight"):
        clone(model).fit(table[["x", "z", "tree"]], table.y, groups="tree", sample_weight=np.zeros(60))


def test_scores_and_constants_of_groups_are_those_of_all_rows_of_a_large_table() -> None:
    rng = np.random.default_rng(0)
    x, labels = rng.uniform(0, 3, 30_000), np.tile(["a", "b", "c"], 10_000)
    y = pd.Series(labels).map({"a": 1.0, "b": 2.0, "c": 3.7}).to_numpy() * x + rng.normal(size=30_000)
    table = pd.DataFrame({"x": x, "g": labels})
    model = XNetRegressor(["add", "mul"], budget_steps=3, random_state=0).fit(table, y, groups="g")
    found, predicted = model.parameters_.set_index("group"), model.predict(table)
    for group in "abc":
        at = labels == group
        assert model.r2_by_group_[group] == pytest.approx(r2_score(y[at], predicted[at]), rel=1e-9)
        a = y[at] @ x[at] / (x[at] @ x[at])
        error = np.sqrt(((y[at] - a * x[at]) ** 2).sum() / 9_999 / (x[at] @ x[at]))
        assert found.loc[group, ["fitted", "standard_error"]].tolist() == pytest.approx([a, error], rel=0.02)
        assert found.loc[group, "fitted"] == pytest.approx(a, rel=1e-9)


def test_constants_of_a_formula_of_the_second_look_are_estimated_by_its_loss() -> None:
    rng = np.random.default_rng(0)
    x, labels = rng.uniform(1, 3, 90), np.repeat(["a", "b", "c"], 30)
    y = np.repeat([1.0, 2.0, 3.7], 30) * x + rng.normal(0, 0.02, 90)
    y[[3, 40, 77]] += [9.0, -12.0, 15.0]
    table = pd.DataFrame({"x": x, "g": labels})
    model = XNetRegressor(["add", "mul"], budget_steps=8, random_state=0).fit(table, y, groups="g")
    assert model.second_look_index_ is not None
    found = model.select(index=model.second_look_index_).parameters_
    assert (abs(found["value"] - found["fitted"]) < 3 * found["standard_error"]).all()
    assert (found["standard_error"] < 0.01).all()
