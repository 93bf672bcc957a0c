"""The target and the inputs that the command line takes."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from xnet.cli.columns import target_and_inputs
from xnet.config.input_proposal import proposed_inputs
from xnet.tables.column_conversion import parse_conversions, with_conversions
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.table import Table


@pytest.fixture(scope="module")
def buoy() -> Table:
    """Row numbers, a constant, and a code for missing values in an input and in the target."""
    return read_table("obs_id,station,wind,wave\n" + "".join(
        f"{700 + k},41,{-9999 if k == 3 else k / 2},{-9999 if k in (5, 9) else 0.3 * k}\n" for k in range(30)))


def test_row_numbers_and_constants_are_inputs_only_where_they_are_named(buoy: Table) -> None:
    assert target_and_inputs(buoy, "wave", None) == ("wave", ["wind"])
    assert target_and_inputs(buoy, "wave", "obs_id") == ("wave", ["obs_id"])
    alone = read_table("nr,y\n" + "".join(f"{k},{k * k}\n" for k in range(1, 20)))
    assert target_and_inputs(alone, "y", None) == ("y", ["nr"])


@pytest.mark.parametrize("inputs", [None, "wind"])
def test_a_column_without_its_codes_takes_the_place_of_the_column(buoy: Table, inputs: str | None) -> None:
    table = with_conversions(buoy, parse_conversions(buoy, ["wind:gaps", "wave:gaps"]))
    assert target_and_inputs(table, "wave", inputs) == ("valid wave", ["valid wind"])


def test_an_input_of_text_or_dates_is_the_columns_that_were_made_of_it() -> None:
    table = read_table("day,kind,y\n" + "".join(f"2024-01-{k:02},{'abc'[k % 3]},{k * k}\n" for k in range(1, 25)))
    table = with_conversions(table, parse_conversions(table, ["day:days", "kind:labels"]))
    inputs = target_and_inputs(table, "y", "kind,day")[1]
    assert inputs == ["kind is a", "kind is b", "kind is c", "day in days"]
    assert target_and_inputs(table, "y", "day in days")[1] == ["day in days"]


def test_a_column_is_suggested_by_its_name_without_the_unit() -> None:
    table = read_table("v [km/h],E [mJ]\n" + "".join(f"{k},{k * k}\n" for k in range(1, 20)))
    with pytest.raises(TableError, match=r"There is no column 'E'. Did you mean 'E \[mJ\]'\?"):
        target_and_inputs(table, "E", None)


def test_a_wide_table_has_the_inputs_that_the_app_proposes(capsys: pytest.CaptureFixture[str]) -> None:
    X = np.random.default_rng(0).normal(size=(80, 60)).round(3)
    frame = pd.DataFrame(X, columns=[f"g{k}" for k in range(60)])
    table = read_table(frame.assign(y=3 * frame["g7"] - 2 * frame["g40"]).to_csv(index=False))

    inputs = target_and_inputs(table, "y", None)[1]
    said = capsys.readouterr().err
    assert inputs == list(proposed_inputs(table, "y"))
    assert len(inputs) == 50
    assert {"g7", "g40"} <= set(inputs)
    assert "has 60 columns of numbers beside 'y'. The 50 that explain it best" in said
    assert re.search(r"Left out: ('g\d+', ){4}'g\d+' and 5 more. --inputs chooses others, --inputs '\*' all", said)
    assert target_and_inputs(table, "y", "*")[1] == [f"g{k}" for k in range(60)]
    assert not capsys.readouterr().err
