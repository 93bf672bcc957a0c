"""`XNetRegressor(template=...)`: the unknown parts beside the whole formula, and what does not go with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet import XNetRegressor
from xnet.errors import FormulaError

RNG = np.random.default_rng(3)
TABLE = pd.DataFrame({"h": RNG.uniform(0.5, 3.0, 60), "v": RNG.uniform(0.5, 3.0, 60)})
Y = 2.5 * TABLE["h"] + np.exp(-TABLE["v"])


@pytest.fixture(scope="module")
def model() -> XNetRegressor:
    return XNetRegressor(template="a*h + f(v)", activations=["add", "mul", "neg", "exp"], budget_steps=20,
                         random_state=0).fit(TABLE, Y)


def test_the_unknown_parts_stand_beside_the_formula(model: XNetRegressor) -> None:
    assert model.formula_ == "2.5*h + exp(-v)"
    assert model.holes_ == {"f": "exp(-v)"}
    assert model.template_letters_ == {"a": 2.5}
    np.testing.assert_allclose(model.predict(TABLE), Y, rtol=1e-12)
    assert "np.exp((-v))" in model.to_python()
    first = model.select(index=0)
    assert first.holes_ is not None
    assert first.holes_["f"] != "exp(-v)"


def test_a_fit_without_a_template_has_no_parts() -> None:
    model = XNetRegressor(budget_steps=1, activations=["add", "mul"]).fit(TABLE, Y)
    assert model.holes_ is None
    assert model.template_letters_ is None


@pytest.mark.parametrize(("template", "said"), [
    ("f(h, h)", "names a column twice"), ("a*h + c", "no unknown part"), ("h(v)", "name of a column")])
def test_a_template_that_cannot_be_used_is_refused(template: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        XNetRegressor(template=template).fit(TABLE, Y)


def test_a_parquet_file_is_refused_with_a_template(model: XNetRegressor) -> None:
    with pytest.raises(ValueError, match="cannot fit the parts of a template"):
        model.fit_parquet("rows.parquet", "y")


@pytest.mark.slow
def test_groups_have_letters_and_constants_of_parts_of_their_own() -> None:
    group = np.repeat(["p", "q", "r"], 20)
    y = Y + np.repeat([0.0, 1.0, -2.0], 20)
    model = XNetRegressor(template="2.5*h + f(v) + a", activations=["add", "mul", "neg", "exp"], budget_steps=24,
                          random_state=0).fit(TABLE, y, groups=group)
    assert model.formula_ == "2.5*h + a[group] + exp(-v)"
    assert model.holes_ == {"f": "exp(-v)"}
    assert model.template_letters_ == {"a": "a[group]"}
    assert model.group_constants_["a"].round(6).tolist() == [0.0, 1.0, -2.0]
    np.testing.assert_allclose(model.predict(TABLE, groups=group), y, atol=1e-9)
    more = model.calibrate(TABLE[:6], y[:6] + 5.0, "new")
    np.testing.assert_allclose(more.predict(TABLE[:6], groups=["new"] * 6), y[:6] + 5.0)
