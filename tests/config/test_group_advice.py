"""Which column of names the Data page proposes as groups, and where it proposes none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.config.group_advice import group_advice
from xnet.tables.reading import read_table
from xnet.tables.roles import Roles
from xnet.tables.samples import load_sample
from xnet.tables.table import Table

RNG = np.random.default_rng(1)
DEVICE = np.repeat(["a", "b", "c", "d"], 15)
X = RNG.uniform(0.0, 4.0, 60)


def _table(y: np.ndarray) -> Table:
    frame = pd.DataFrame({"device": DEVICE, "x": X, "y": y, "shift": np.tile(["early", "late"], 30)})
    return read_table(frame.to_csv(index=False).encode(), "t.csv")


def test_devices_of_different_scales_are_proposed_in_one_sentence() -> None:
    scale = np.repeat([0.5, 1.0, 2.0, 4.0], 15)
    advice = group_advice(_table(scale * X / (1 + X) + 0.01 * RNG.normal(size=60)), Roles("y", ("x",)))
    assert advice is not None
    assert advice.column == "device"
    assert advice.text == ("device has 4 values with 15 rows each, and y differs between them. One law with constants "
                           "of its own for each device?")


@pytest.mark.parametrize("roles", [Roles("y", ("x",)), Roles("y"), Roles(None)])
def test_equal_devices_are_not_proposed(roles: Roles) -> None:
    assert group_advice(_table(np.sqrt(X) + 0.1 * RNG.normal(size=60)), roles) is None


def test_chosen_groups_are_not_proposed_again() -> None:
    assert group_advice(_table(X), Roles("y", ("x",), group="device")) is None


def test_of_the_samples_the_cups_of_coffee_are_proposed_and_the_species_of_penguins_are_not() -> None:
    coffee, penguins = load_sample("coffee_cooling"), load_sample("palmer_penguins")
    advice = group_advice(coffee, Roles(coffee.suggested_target, coffee.suggested_inputs))
    assert advice is not None
    assert advice.column == "cup"
    assert group_advice(penguins, Roles(penguins.suggested_target, penguins.suggested_inputs)) is None
