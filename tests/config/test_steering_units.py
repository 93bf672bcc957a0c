"""Units that steer a search: from the estimator, from the settings of the app, in the config of a run, and refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet import XNetRegressor
from xnet.config.prior import Prior
from xnet.config.run_options import options_from_config
from xnet.config.settings import Settings
from xnet.evidence.steering_units import steering_units
from xnet.evidence.units import UnitsError
from xnet.runs import RunError, create_run
from xnet.runs.run import Run

UNITS = {"m": "kg", "v": "km/s", "E": "J"}


def table(noise: float = 0.0) -> pd.DataFrame:
    m, v, other = np.random.default_rng(0).uniform(1, 3, (3, 60))
    energy = 0.5 * m * v**2
    return pd.DataFrame({"m": m, "v": v, "other": other, "E": energy + noise * energy.std() * np.random.default_rng(
        1).standard_normal(60), "kind": (energy > 4).astype(float)})


def test_units_as_exponents_of_base_dimensions() -> None:
    assert steering_units(["m", "v"], "E", UNITS, 1) == {
        "inputs": {"m": {"[mass]": 1.0}, "v": {"[length]": 1.0, "[time]": -1.0}},
        "target": {"[mass]": 1.0, "[length]": 2.0, "[time]": -2.0}, "constants": 1}


@pytest.mark.parametrize(("units", "message"), [
    ({"m": "kilogrammes of"}, "'kilogrammes of' of 'm' is unknown"), ({"E": "J"}, "only where inputs have a unit"),
    ({}, "only where inputs have a unit"), ({"z": "m"}, "'z', which is not a column")])
def test_units_that_cannot_steer_are_named(units: dict[str, str], message: str) -> None:
    X, y = table()[["m", "v"]], table()["E"]
    with pytest.raises(UnitsError, match=message):
        XNetRegressor(budget_steps=1, units=units, units_mode="enforce").fit(X, y)


def test_a_mode_that_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="units_mode is 'steer'; expected 'report' or 'enforce'"):
        XNetRegressor(units_mode="steer").fit(table()[["m"]], table()["E"])


def test_an_estimator_keeps_to_the_units_even_where_a_sum_without_sense_fits() -> None:
    X = table()[["m", "v"]]
    y = (X["m"] + X["v"]).rename("E")
    free = XNetRegressor(budget_steps=2, random_state=0, units=UNITS).fit(X, y)
    assert free.formula_ == "m + v"
    assert free.units_report_[-1].startswith("not consistent: adds kg and km/s")
    kept = XNetRegressor(budget_steps=2, random_state=0, units=UNITS, units_mode="enforce").fit(X, y)
    assert len(kept.front_) > 1
    assert not any(said.startswith("not consistent") for said in kept.units_report_)


def test_an_estimator_finds_the_law_in_the_noise() -> None:
    rows = table(noise=0.2)
    model = XNetRegressor(budget_steps=2, random_state=0, units=UNITS, units_mode="enforce", max_unit_constants=0)
    assert model.fit(rows[["m", "v"]], rows["E"].rename("E")).formula_ == "0.5*m*v**2"


def test_a_run_keeps_the_rule_as_numbers(tmp_path: Path) -> None:
    chosen = Settings(prior=Prior(unit_constants=1))
    run = create_run(table(), target="E", inputs=["m", "v"], source="t", units=UNITS, root=tmp_path,
                     **chosen.to_options(["m", "v"]))
    kept = Run(run.folder)
    assert kept.config["prior"]["units"] == steering_units(["m", "v"], "E", UNITS, 1)
    assert Settings.from_config(kept.config) == chosen
    rule = kept.problem().constraints.units
    assert rule is not None
    assert (rule.most, rule.size) == (1, 3)
    again = create_run(table(), target="E", inputs=["m", "v"], source="t", root=tmp_path,
                       **options_from_config(kept.config))
    assert again.config["prior"] == kept.config["prior"]


def test_a_class_has_no_units(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="Units cannot steer a search for a class"):
        create_run(table(), target="kind", inputs=["m", "v"], source="t", units=UNITS, root=tmp_path, loss="logistic",
                   prior={"units": {"constants": 1}})
