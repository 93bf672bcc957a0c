"""Derived columns of a table: values against pandas, excluded rows, sentences on the order, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.tables.change_application import apply_changes, prepared
from xnet.tables.changes import ExcludeRows, ExcludeWhere, RenameColumn, SetUnit
from xnet.tables.column_conversion import Conversion
from xnet.tables.column_recipes import ColumnRecipe, RecipeError, needed_recipes, recipes_from_config
from xnet.tables.derivations import derivation, parse_derivations, with_derivations
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.roles import siblings
from xnet.tables.table import Table
from xnet.tables.usable_rows import usable

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"t": RNG.permutation(24), "g": list("abc") * 8, "x": RNG.uniform(1, 2, 24).round(6)})


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table(FRAME.to_csv(index=False))


@pytest.mark.parametrize(("text", "expected"), [
    ("previous(x)", lambda g: g.x.shift(1)), ("previous(x, 3)", lambda g: g.x.shift(3)),
    ("difference(x)", lambda g: g.x.diff()), ("mean(x, 4)", lambda g: g.x.rolling(4).mean()),
    ("rate(x, 2)", lambda g: g.x.diff(2) / g.t.diff(2)), ("log(x)", lambda g: np.log(g.x))])
def test_values_are_those_of_pandas_within_sorted_groups(table: Table, text: str, expected: object) -> None:
    recipes = parse_derivations(table, [text], within="g", order="t")
    made = with_derivations(table, recipes)
    name = made.frame.columns[-1]
    wanted = pd.concat([expected(g) for _, g in FRAME.sort_values("t").groupby("g")])  # type: ignore[operator]
    np.testing.assert_allclose(made.frame[name], wanted.sort_index(), rtol=1e-12)
    assert recipes_from_config({"derived": {name: made.derived[name].to_config()}})[name] == recipes[0]


def test_a_column_derives_from_a_derived_one(table: Table) -> None:
    made = with_derivations(table, parse_derivations(table, ["log(x)", "difference(log_of_x)"]))
    np.testing.assert_allclose(made.frame["difference_of_log_of_x"], np.log(FRAME.x).diff())
    assert list(needed_recipes(made.derived, ["difference_of_log_of_x"])) == ["log_of_x", "difference_of_log_of_x"]
    assert siblings(made, "x") == {"log_of_x", "difference_of_log_of_x"}, "they hold x of the same row"
    assert siblings(with_derivations(table, [derivation("previous", "x")]), "x") == set()


def test_an_excluded_row_keeps_its_place(table: Table) -> None:
    changed = apply_changes(table, [ExcludeRows("line", (4,)), RenameColumn("x", "y"), ExcludeWhere("line = 8")])
    y = with_derivations(changed, [derivation("previous", "y")]).frame["previous_y"]
    kept = FRAME.x.drop([2, 6])
    expected = FRAME.x.mask([k in (2, 6) for k in range(24)]).shift(1)[kept.index]
    np.testing.assert_array_equal(y, expected)
    in_time = with_derivations(changed, [derivation("previous", "y", order="t")]).frame["previous_y"]
    by_time = FRAME.x.mask([k in (2, 6) for k in range(24)])[FRAME.t.argsort()].shift(1).sort_index()
    np.testing.assert_array_equal(in_time, by_time[kept.index])


def test_rows_without_an_earlier_one_are_left_out_and_never_filled(table: Table) -> None:
    made = with_derivations(table, [derivation("previous", "x", within="g")])
    assert made.report[-2] == (
        "'previous_x' was derived from 'x': the value of 'x' one row before, in the order of the file, within every "
        "'g'. Lines 2, 3 and 4 have no such value and are left out.")
    assert len(usable(made, "x", ["previous_x"], fill_gaps=True)) == 21


def test_units_and_dates_of_an_order_come_along() -> None:
    text = "day,x [m]\n" + "".join(f"2020-{m:02d}-01,{m * m}\n" for m in range(12, 0, -1))
    table = prepared(read_table(text), [SetUnit("rate_of_x [m]", "m per day")], [Conversion("day", "days")],
                     [derivation("rate", "x [m]", order="day in days"), derivation("previous", "x [m]")])
    assert table.units["rate of x [m]"] == "m/day"
    assert table.units["previous x [m]"] == "m"
    assert table.frame["rate of x [m]"].iloc[0] == pytest.approx(23 / 30)


@pytest.mark.parametrize(("times", "order", "sentence"), [
    ([1, 2, 4, 3, 5, 6], "", "'t' decreases in line 5 (3 after 4): choose it as the order of the rows"),
    ([1, 2, 4, 3, 5, 6], "t", "'t' decreases in line 5 (3 after 4); the rows were taken in the order of 't'."),
    ([1, 2, 3, 5, 6, 8], "", "The steps of 't' are unequal: line 5 comes 2 after the row before it (and 1 more"),
    ([20, 40, 60, 80, 99, 119], "", ""),  # a step that is shorter by a twentieth
    ([20, 40, 60, 80, 97, 117], "", "The steps of 't' are unequal: line 6 comes 17 after the row before it, most"),
    ([1, 1, 2, 2, 3, 3], "", ""), ([31, 59, 90, 120, 151, 181], "", ""), ([1, 2, 3, 4, 5, 6], "t", "")])
def test_times_that_run_backwards_or_in_unequal_steps_are_said(times: list[int], order: str, sentence: str) -> None:
    table = read_table("t,x\n" + "".join(f"{t},{k * k}\n" for k, t in enumerate(times)))
    notes = with_derivations(table, [derivation("previous", "x", order=order)]).report[len(table.report) + 1:]
    assert "".join(notes).startswith(sentence)
    assert bool(notes) == bool(sentence)


@pytest.mark.parametrize(("text", "within", "order", "sentence"), [
    ("previous(x, 24)", "", "", "24 rows are asked for, but the table has 24 rows: choose a number from 1 to 23."),
    ("previous(x, 8)", "g", "", "but the longest group has 8 rows: choose a number from 1 to 7."),
    ("mean(x, 1)", "", "", "choose a number from 2 to 24."),
    ("log(t)", "", "", "The logarithm of 't' needs positive numbers, and line 14 holds 0: exclude the row"),
    ("log(g)", "", "", "'g' holds text, so nothing can be derived from its numbers: convert it"),
    ("previous(z)", "", "", "has no column 'z' to derive another from: its columns are 't', 'g', 'x'."),
    ("rate(x)", "", "", "The rate of 'x' needs the column that it is a rate of"),
    ("previous(x)", "", "g", "'g' holds text"), ("previous(x)", "", "x5", "has no column 'x5'"),
    ("lag(x)", "", "", "derives no column: write one of previous, difference, mean, rate, log"),
    ("previous()", "", "", "derives no column"),
    ("previous x", "", "", "such as previous(x) or mean(x, 5)")])
def test_what_cannot_be_derived_is_one_sentence(table: Table, text: str, within: str, order: str,
                                                sentence: str) -> None:
    with pytest.raises(TableError) as error:
        with_derivations(table, parse_derivations(table, [text], within, order))
    assert sentence in str(error.value)
    assert str(error.value).count(". ") == 0


@pytest.mark.parametrize(("text", "order", "sentence"), [
    ("t,x,previous_x\n" + "1,2,3\n2,3,4\n" * 3, "", "has a column 'previous_x' already: rename it"),
    ("t,x\n" + "1,2\n2,3\n" * 3, "t", "'t' is 1 in lines 2 and 4, so their order is not known: exclude one, or name"),
    ("t,x\n1,2\n,3\n3,4\n4,5\n5,7\n", "t", "'t' has a gap in line 3, so this row has no place in the order"),
    ("t,x\n1,2\n2,\n3,4\n4,\n5,5\n6,\n", "", "")])
def test_tables_that_cannot_be_put_in_order_are_one_sentence(text: str, order: str, sentence: str) -> None:
    table = read_table(text)
    if sentence:
        with pytest.raises(TableError, match=sentence):
            with_derivations(table, [derivation("previous", "x", order=order)])
        return
    assert with_derivations(table, [derivation("previous", "x")]).frame["previous_x"].count() == 3, "gaps stay gaps"


def test_a_column_of_numbers_is_a_series_and_prose_is_none() -> None:
    table = read_table("x\n" + "".join(f"{k * k}\n" for k in range(12)))
    assert (table.suggested_target, table.suggested_inputs) == ("x", ())
    with pytest.raises(TableError, match="derive its previous value"):
        usable(table, "x", [])
    for text in ("A letter,\n" + "which is no table\n" * 20, "id\n" + "".join(f"{k}\n" for k in range(1, 20))):
        with pytest.raises(TableError, match="at least two columns"):
            read_table(text)


def test_recipes_in_a_circle_are_refused() -> None:
    circle = {"a": ColumnRecipe("b", "previous", count=1), "b": ColumnRecipe("a", "previous", count=1)}
    with pytest.raises(RecipeError, match="more than 8 times"):
        needed_recipes(circle, ["a"])
    for wrong in ({"count": 10**9}, {"count": 0}, {"count": float("inf")}, {"way": "rate"}, {"way": "eval"}):
        with pytest.raises(RecipeError, match="expected column, way"):
            recipes_from_config({"derived": {"a": circle["a"].to_config() | wrong}})
