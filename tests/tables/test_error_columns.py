"""Columns that are called like the standard errors of another one are no inputs by default."""

import numpy as np
import pytest

from xnet.cli.columns import target_and_inputs
from xnet.tables.reading import read_table

RNG = np.random.default_rng(0)


def table(base: str, errors: str, scale: float = 0.1):
    rows = "".join(f"{p:.3f},{v:.3f},{e:.3f}\n" for p, v, e in zip(
        RNG.uniform(1, 50, 30), RNG.normal(15, 2, 30), scale * RNG.uniform(0.5, 2, 30), strict=True))
    return read_table(f"period,{base},{errors}\n" + rows, "t.csv")


@pytest.mark.parametrize(("base", "errors"), [
    ("V_mag", "e_V_mag"), ("mass [kg]", "mass error [kg]"), ("parallax", "parallax_error"), ("x", "sigma_x")])
def test_an_error_of_the_target_is_no_input(base: str, errors: str) -> None:
    found = table(base, errors)
    assert found.errors == {base: errors}
    assert any("is called like the standard errors of" in said for said in found.report)
    assert target_and_inputs(found, base, None) == (base, ["period"])
    assert target_and_inputs(found, base, f"period,{errors}")[1] == ["period", errors]


@pytest.mark.parametrize(("base", "errors", "scale"), [
    ("age", "engine", 0.1), ("x", "e_y", 0.1), ("x", "x_error", 90.0)])
def test_other_columns_and_large_values_are_inputs(base: str, errors: str, scale: float) -> None:
    found = table(base, errors, scale)
    assert not found.errors
    assert target_and_inputs(found, base, None)[1] == ["period", errors]
