"""What columns are for, and what can be made of those that hold no numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnet.tables.class_target import explainable
from xnet.tables.column_conversion import Wish, offers, parse_wishes, treated
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.roles import IGNORED, INPUT, ROLES, TARGET, WEIGHTS, RoleError, Roles, clean_unit, in_order, summary
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
    ("sigma", WEIGHTS["weight"], Roles("y", ("a", "b"), Weight("sigma", "weight"))), ("colour", IGNORED, ASKED)])
def test_a_role_is_given_and_the_others_make_room(table, column, role, expected):
    assert ASKED.given(column, role, table) == expected


def test_only_one_column_weighs_and_it_can_be_taken_back(table):
    weighed = ASKED.given("sigma", WEIGHTS["error"], table)
    moved = weighed.given("a", WEIGHTS["weight"], table)
    assert moved == Roles("y", ("b",), Weight("a", "weight"))
    assert weighed.given("sigma", INPUT, table) == ASKED
    assert weighed.given("sigma", TARGET, table) == Roles("sigma", ("a", "b", "y"))


@pytest.mark.parametrize(("column", "role", "says"), [
    ("y", INPUT, "Something has to be explained"), ("y", IGNORED, "Something has to be explained"),
    ("colour", INPUT, "colour holds text: only numbers"), ("day", TARGET, "day holds dates"),
    ("gone", INPUT, "gone cannot be"), ("a", "boss", "cannot be “boss”")])
def test_a_role_that_cannot_be_is_refused(table, column, role, says):
    with pytest.raises(RoleError, match=says):
        ASKED.given(column, role, table)


def test_columns_made_of_the_same_text_do_not_explain_each_other(table):
    made = treated(table, [Wish("colour", "labels")])
    roles = Roles("y", in_order(made.made_of, made)).given("colour is red", TARGET, made)
    assert roles.inputs == ("y",)
    with pytest.raises(RoleError, match="made of the same column"):
        roles.given("colour is blue", INPUT, made)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "sigma", "y", "colour"]), st.sampled_from(ROLES)), max_size=12))
def test_whatever_is_asked_one_column_is_explained_and_none_has_two_roles(edits):
    table, roles = read_table(TEXT), ASKED
    for column, role in edits:
        try:
            roles = roles.given(column, role, table)
        except RoleError:
            continue
        assert roles.of(column) == role
    used = [roles.target, *roles.inputs, *([roles.weight.column] if roles.weight.column else [])]
    assert roles.target in explainable(table)
    assert set(roles.inputs) <= set(table.numeric_columns)
    assert len(set(used)) == len(used)


def test_the_summary_has_a_row_for_every_column(table):
    rows = summary(table).set_index("Column")
    assert rows.loc["a"].tolist() == ["numbers", "0 to 23", 0]
    assert rows.loc["b", "Missing"] == 1
    assert rows.loc["colour"].tolist() == ["text", "red, green, blue", 6]
    assert rows.loc["day", "Values"] == "2021-01-15 to 2021-12-15"


def test_a_unit_is_one_short_line():
    assert clean_unit(" m\n/ s\x00 ") == "m / s"
    assert clean_unit(None) == ""
    assert len(clean_unit("x" * 500)) == 40


def test_offers_follow_from_what_columns_hold(table):
    assert offers(table) == [Wish("day", "days"), Wish("day", "years"), Wish("clock", "hours"),
                             Wish("colour", "labels"), Wish("sex", "labels")]


def test_labels_become_columns_of_0_and_1_and_a_missing_one_stays_missing(table):
    made = treated(table, [Wish("colour", "labels"), Wish("sex", "labels")])
    assert list(made.frame.columns[-4:]) == ["colour is blue", "colour is green", "colour is red", "sex is m"]
    np.testing.assert_array_equal(made.frame["colour is red"][:4], [1, 0, 0, np.nan])
    np.testing.assert_array_equal(made.frame["sex is m"][:2], [0, 1])
    assert any("'colour' became 3 columns of 0 and 1" in line for line in made.report)
    assert list(table.frame.columns) == TEXT.split("\n")[0].split(",")


def test_no_wish_is_no_change_and_a_strange_one_is_passed_over(table):
    assert treated(table, []) is table
    assert treated(table, [Wish("gone", "days"), Wish("a", "labels")]) is table


@pytest.mark.parametrize(("cells", "days", "says"), [
    (["2020-02-28", "2020-03-01", "2021-02-28"], [0, 2, 366], "days since 2020-02-28"),
    (["28.02.2020", "01.03.2020", "28.02.2021"], [0, 2, 366], "day first"),
    (["02/28/2020", "03/01/2020", "02/28/2021"], [0, 2, 366], "month first"),
    (["28/02/2020", "01/03/2020", "28/02/2021"], [0, 2, 366], "day first"),
    (["2020-02-28T06:00:00Z", "2020-02-29 18:00", "2020-03-01T06:00:00+00:00"], [0, 1.5, 2], "days since 2020-02-28"),
    (["2020-02", "2020-03", "2021-02"], [0, 29, 366], "days since 2020-02-01")])
def test_dates_become_days(cells, days, says):
    table = read_table("d,y,z\n" + "".join(f"{c},{k},1\n" for k, c in enumerate([*cells, ""])))
    made = treated(table, [Wish("d", "days")])
    np.testing.assert_allclose(made.frame["d in days"], [*days, np.nan])
    assert made.units["d in days"] == "day"
    assert says in made.report[-1]


def test_dates_become_years_and_times_hours(table):
    made = treated(table, [Wish("day", "years"), Wish("clock", "hours")])
    np.testing.assert_allclose(made.frame["day in years"][:2], [2021 + 14 / 365, 2021 + 45 / 365])
    np.testing.assert_allclose(made.frame["clock in hours"][:3], [0.5, 1.5, 2.5])


def test_a_date_that_cannot_be_is_missing_and_told():
    rows = [f"2020-01-{k:02d},{k},{k}" for k in range(1, 29)]
    made = treated(read_table("d,y,z\n" + "\n".join([*rows, "2020-13-45,1,2"])), [Wish("d", "days")])
    assert np.isnan(made.frame["d in days"].iloc[-1])
    assert "1 could not be read" in made.report[-1]


def test_a_name_that_is_taken_is_not_taken_twice():
    rows = "".join(f"{('u', 'v')[k % 2]},{k},{k}\n" for k in range(8))
    made = treated(read_table("c,c is v,y\n" + rows), [Wish("c", "labels")])
    assert list(made.frame.columns) == ["c", "c is v", "y", "c is v_2"]


def test_wishes_are_written_as_columns_with_a_way(table):
    assert parse_wishes(table, ["day:years", "colour", "day"]) == [Wish("day", "years"), Wish("colour", "labels"),
                                                                  Wish("day", "days")]
    with pytest.raises(TableError, match=r"No numbers can be made of 'a'\. What can be made .* day:days"):
        parse_wishes(table, ["a"])
