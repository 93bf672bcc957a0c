"""What columns are for, and what can be made of those that hold no numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnet.tables.class_target import target_columns
from xnet.tables.column_conversion import Conversion, parse_conversions, possible_conversions, with_conversions
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.roles import (
    GROUP,
    IGNORED,
    INPUT,
    ROLES,
    ROW_NAME,
    TARGET,
    WEIGHTS,
    RoleError,
    Roles,
    clean_unit,
    column_summary,
    in_order,
)
from xnet.tables.table import Table
from xnet.tables.weights import Weight

TEXT = "day,clock,colour,sex,a,b,sigma,y\n" + "".join(
    f"2021-{1 + k % 12:02d}-15,{k % 24}:30,{('red', 'green', 'blue', '')[k % 4]},{('f', 'm')[k % 2]},"
    f"{k},{'' if k == 3 else k % 5},{1 + k % 3},{k * k}\n" for k in range(24))


@pytest.fixture
def table() -> Table:
    return read_table(TEXT, "t.csv")


ASKED = Roles("y", ("a", "b", "sigma"))


@pytest.mark.parametrize(("column", "role", "expected"), [
    ("a", IGNORED, Roles("y", ("b", "sigma"))), ("a", INPUT, ASKED), ("a", TARGET, Roles("a", ("b", "sigma", "y"))),
    ("sigma", WEIGHTS["error"], Roles("y", ("a", "b"), Weight("sigma", "error"))),
    ("sigma", WEIGHTS["weight"], Roles("y", ("a", "b"), Weight("sigma", "weight"))), ("colour", IGNORED, ASKED),
    ("sex", GROUP, Roles("y", ("a", "b", "sigma"), group="sex")), ("b", GROUP, Roles("y", ("a", "sigma"), group="b"))])
def test_a_role_is_given_and_the_others_make_room(table, column, role, expected):
    assert ASKED.with_role(column, role, table) == expected


def test_only_one_column_weighs_and_it_can_be_taken_back(table):
    weighed = ASKED.with_role("sigma", WEIGHTS["error"], table)
    moved = weighed.with_role("a", WEIGHTS["weight"], table)
    assert moved == Roles("y", ("b",), Weight("a", "weight"))
    assert weighed.with_role("sigma", INPUT, table) == ASKED
    assert weighed.with_role("sigma", TARGET, table) == Roles("sigma", ("a", "b", "y"))


@pytest.mark.parametrize(("column", "role", "says"), [
    ("y", INPUT, "A search needs a target"), ("y", IGNORED, "A search needs a target"),
    ("colour", INPUT, "colour holds text: only numbers"), ("day", TARGET, "day holds dates"),
    ("gone", INPUT, "gone cannot be"), ("a", "boss", "cannot be “boss”"),
    ("a", GROUP, "a cannot group the rows")])
def test_a_role_that_cannot_be_is_refused(table, column, role, says):
    with pytest.raises(RoleError, match=says):
        ASKED.with_role(column, role, table)


def test_columns_made_of_the_same_text_do_not_explain_each_other(table):
    made = with_conversions(table, [Conversion("colour", "labels")])
    roles = Roles("y", in_order(made.derived, made)).with_role("colour is red", TARGET, made)
    assert roles.inputs == ("y",)
    with pytest.raises(RoleError, match="derived from the same column"):
        roles.with_role("colour is blue", INPUT, made)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "sigma", "y", "colour"]), st.sampled_from(ROLES)), max_size=12))
def test_random_edits_of_roles_leave_one_target_and_one_role_per_column(edits):
    table, roles = read_table(TEXT), ASKED
    for column, role in edits:
        try:
            roles = roles.with_role(column, role, table)
        except RoleError:
            continue
        assert roles.role_of(column) == role
    used = [roles.target, *roles.inputs, *([roles.weight.column] if roles.weight.column else [])]
    assert roles.target in target_columns(table)
    assert set(roles.inputs) <= set(table.numeric_columns)
    assert len(set(used)) == len(used)


def test_the_summary_has_a_row_for_every_column(table):
    rows = column_summary(table).set_index("Column")
    assert rows.loc["a"].tolist() == ["numbers", "0 to 23", 0]
    assert rows.loc["b", "Missing"] == 1
    assert rows.loc["colour"].tolist() == ["text", "red, green, blue", 6]
    assert rows.loc["day", "Values"] == "2021-01-15 to 2021-12-15"


def test_a_unit_is_one_short_line():
    assert clean_unit(" m\n/ s\x00 ") == "m / s"
    assert clean_unit(None) == ""
    assert len(clean_unit("x" * 500)) == 40


def test_possible_conversions_follow_from_what_columns_hold(table):
    assert possible_conversions(table) == [
        Conversion("day", "days"), Conversion("day", "years"), Conversion("day", "month"), Conversion("day", "yearday"),
        Conversion("clock", "hours"), Conversion("colour", "labels"), Conversion("sex", "labels"),
        *(Conversion("day clock", way) for way in ("days", "years", "month", "yearday", "elapsed", "hours"))]


def test_what_repeats_every_year_is_a_column() -> None:
    table = Table(pd.DataFrame({"d": ["2020-02-28", "2020-12-31 18:00", "2021-12-31", ""]}), "t")
    made = with_conversions(table, [Conversion("d", "month"), Conversion("d", "yearday")]).frame
    np.testing.assert_array_equal(made["month of d"], [2, 12, 12, np.nan])
    np.testing.assert_array_equal(made["day of the year of d"], [59, 366.75, 365, np.nan])


def test_labels_become_columns_of_0_and_1_and_a_missing_one_stays_missing(table):
    made = with_conversions(table, [Conversion("colour", "labels"), Conversion("sex", "labels")])
    assert list(made.frame.columns[-4:]) == ["colour is blue", "colour is green", "colour is red", "sex is m"]
    np.testing.assert_array_equal(made.frame["colour is red"][:4], [1, 0, 0, np.nan])
    np.testing.assert_array_equal(made.frame["sex is m"][:2], [0, 1])
    assert any("'colour' was converted to 3 columns of 0 and 1" in line for line in made.report)
    assert list(table.frame.columns) == [*TEXT.split("\n")[0].split(","), "day clock"]


def test_no_wish_changes_nothing_and_an_unknown_wish_is_ignored(table):
    assert with_conversions(table, []) is table
    assert with_conversions(table, [Conversion("gone", "days"), Conversion("a", "labels")]) is table


@pytest.mark.parametrize(("cells", "days", "says"), [
    (["2020-02-28", "2020-03-01", "2021-02-28"], [0, 2, 366], "days since 2020-02-28"),
    (["28.02.2020", "01.03.2020", "28.02.2021"], [0, 2, 366], "day first"),
    (["02/28/2020", "03/01/2020", "02/28/2021"], [0, 2, 366], "month first"),
    (["28/02/2020", "01/03/2020", "28/02/2021"], [0, 2, 366], "day first"),
    (["2020-02-28T06:00:00Z", "2020-02-29 18:00", "2020-03-01T06:00:00+00:00"], [0, 1.5, 2], "days since 2020-02-28"),
    (["2020-02", "2020-03", "2021-02"], [0, 29, 366], "days since 2020-02-01")])
def test_dates_become_days(cells, days, says):
    table = read_table("d,y,z\n" + "".join(f"{c},{k},1\n" for k, c in enumerate([*cells, ""])))
    made = with_conversions(table, [Conversion("d", "days")])
    np.testing.assert_allclose(made.frame["d in days"], [*days, np.nan])
    assert made.units["d in days"] == "day"
    assert says in made.report[-1]


def test_dates_become_years_and_times_hours(table):
    made = with_conversions(table, [Conversion("day", "years"), Conversion("clock", "hours")])
    np.testing.assert_allclose(made.frame["day in years"][:2], [2021 + 14 / 365, 2021 + 45 / 365])
    np.testing.assert_allclose(made.frame["clock in hours"][:3], [0.5, 1.5, 2.5])


def test_an_impossible_date_is_missing_and_reported():
    rows = [f"2020-01-{k:02d},{k},{k}" for k in range(1, 29)]
    made = with_conversions(read_table("d,y,z\n" + "\n".join([*rows, "2020-13-45,1,2"])), [Conversion("d", "days")])
    assert np.isnan(made.frame["d in days"].iloc[-1])
    assert "1 cell could not be read" in made.report[-1]


def test_a_name_that_is_taken_is_not_taken_twice():
    rows = "".join(f"{('u', 'v')[k % 2]},{k},{k}\n" for k in range(8))
    made = with_conversions(read_table("c,c is v,y\n" + rows), [Conversion("c", "labels")])
    assert list(made.frame.columns) == ["c", "c is v", "y", "c is v_2"]


def test_conversions_are_written_as_columns_with_a_way(table):
    assert parse_conversions(table, ["day:years", "colour", "day"]) == [
        Conversion("day", "years"), Conversion("colour", "labels"), Conversion("day", "days")]
    with pytest.raises(TableError, match=r"'a' cannot be converted to numbers\. Possible conversions .* day:days"):
        parse_conversions(table, ["a"])


def test_a_column_names_the_rows_only_if_its_cells_differ(table):
    with pytest.raises(RoleError, match="cannot name the rows"):
        Roles("y", ("a",)).with_role("colour", ROW_NAME, table)
    named = read_table("city,x,y\n" + "".join(f"c{k},{k},{k * k}\n" for k in range(9)))
    roles = Roles("y", ("x",)).with_role("city", ROW_NAME, named)
    assert (roles.row_name, roles.role_of("city"), roles.inputs) == ("city", ROW_NAME, ("x",))
    assert roles.with_role("city", IGNORED, named).row_name is None
    assert roles.with_role("x", IGNORED, named).row_name == "city"
    assert Roles("y", ("x",)).with_role("x", ROW_NAME, named) == Roles("y", (), row_name="x")
