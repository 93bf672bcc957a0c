"""Changes of a table: what they do, their sentences, their JSON, and the changes that do not fit a table."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from xnet.tables.change_application import apply_changes, prepared, renamed_by
from xnet.tables.changes import (
    MOST_CHANGES,
    Change,
    ChangeError,
    EditCell,
    ExcludeRows,
    ExcludeWhere,
    RenameColumn,
    SetUnit,
    UnitsRowAsData,
    changes_from_json,
    changes_to_json,
    concerning,
    original_names,
    with_unit,
)
from xnet.tables.column_conversion import Conversion
from xnet.tables.reading import read_table
from xnet.tables.table import Table

TEXT = """time,m,colour,y
s,kg,-,m/s
1,10,red,2
2,20,blue,4
3,30,red,6
4,40,blue,800
5,50,red,10
6,60,blue,12
"""


@pytest.fixture
def table() -> Table:
    return read_table(TEXT, "lab.csv")


def test_a_renamed_column_is_renamed_everywhere(table: Table) -> None:
    found = apply_changes(table, [RenameColumn("m", "mass"), RenameColumn("y", "speed")])
    assert list(found.frame) == ["time", "mass", "colour", "speed"]
    assert found.units == {"time": "s", "mass": "kg", "speed": "m/s"}
    assert (found.suggested_target, found.suggested_inputs) == ("speed", ("time", "mass"))
    assert list(table.frame) == ["time", "m", "colour", "y"], "the table as it was read stays"
    assert original_names(found.changes) == {"mass": "m", "speed": "y"}
    assert [renamed_by(found.changes)(c) for c in ("m", "time")] == ["mass", "time"]


def test_names_can_be_exchanged(table: Table) -> None:
    swap = [RenameColumn("m", "t"), RenameColumn("y", "m"), RenameColumn("t", "y")]
    found = apply_changes(table, swap)
    assert found.frame["y"].tolist() == table.frame["m"].tolist()
    assert original_names(swap) == {"y": "m", "m": "y"}


def test_a_unit_is_set_and_removed(table: Table) -> None:
    found = apply_changes(table, [SetUnit("m", " g\n"), SetUnit("y", "")])
    assert found.units == {"time": "s", "m": "g"}
    assert [change.describe() for change in found.changes] == ["Unit of 'm' set to g.", "Unit of 'y' removed."]
    changes = with_unit(with_unit((), "m", "g"), "m", "mg")
    assert changes == (SetUnit("m", "mg"),), "typing twice is one change"


def test_a_cell_is_edited(table: Table) -> None:
    found = apply_changes(table, [EditCell("line", 6, "y", 800.0, 8.5), EditCell("line", 3, "m", 10.0, None),
                                  EditCell("line", 4, "colour", "blue", "red")])
    assert found.frame["y"].tolist() == [2, 4, 6, 8.5, 10, 12]
    assert np.isnan(found.frame["m"][0])
    assert found.frame["colour"][1] == "red"
    assert [change.describe() for change in found.changes] == [
        "Line 6 of the file: 'y' changed from 800 to 8.5.", "Line 3 of the file: 'm' changed from 10 to a gap.",
        "Line 4 of the file: 'colour' changed from 'blue' to 'red'."]
    assert table.frame["y"].tolist() == [2, 4, 6, 800, 10, 12]


def test_an_edited_cell_is_no_text_any_more() -> None:
    table = read_table("a,b\n" + "".join(f"{k},{k if k != 7 else 'broken'}\n" for k in range(30)), "x.csv")
    assert table.unread["b"] == {7: "broken"}
    found = apply_changes(table, [EditCell("line", 9, "b", None, 7.0)])
    assert found.unread["b"] == {}
    assert found.frame["b"].dtype == np.int64


def test_rows_are_excluded_by_name_and_by_condition(table: Table) -> None:
    found = apply_changes(table, [ExcludeRows("line", (3, 8)), ExcludeWhere("y > 100"),
                                  ExcludeWhere("colour = red and time > 2")])
    assert found.lines == (4,)
    assert found.row_names.name(0) == "line 4"
    assert [change.describe() for change in found.changes] == [
        "Lines 3 and 8 of the file excluded.", "Line 6 of the file excluded: y > 100.",
        "2 rows excluded where colour = red and time > 2: lines 5 and 7."]


def test_rows_without_lines_keep_their_numbers() -> None:
    table = read_table('[{"a": 1, "b": 2}, {"a": 3, "b": 4}, {"a": 5, "b": 6}]', "x.json")
    found = apply_changes(table, [ExcludeRows("row", (1,)), ExcludeRows("row", (2,))])
    assert (found.numbers, found.row_names.name(0)) == ((3,), "row 3")
    assert found.changes[0].describe() == "Row 1 excluded."


def test_text_cells_stay_with_their_rows() -> None:
    table = read_table("a,b\n" + "".join(f"{k},{k if k != 7 else 'broken'}\n" for k in range(30)), "x.csv")
    assert apply_changes(table, [ExcludeWhere("a < 5")]).unread["b"] == {2: "broken"}
    assert apply_changes(table, [ExcludeWhere("a = 7")]).unread["b"] == {}


def test_the_row_of_units_becomes_data(table: Table) -> None:
    assert table.units == {"time": "s", "m": "kg", "y": "m/s"}
    found = apply_changes(table, [UnitsRowAsData(2)])
    assert found.units == {}
    assert found.lines == (2, *table.lines)
    assert found.frame["y"].isna().tolist() == [True, *[False] * 6]
    assert found.unread["y"] == {0: "m/s"}
    assert found.frame["colour"][0] == "-"
    with pytest.raises(ChangeError, match="no row of units in line 2"):
        apply_changes(found, [UnitsRowAsData(2)])


def test_a_renamed_column_keeps_its_cell_of_the_row_of_units(table: Table) -> None:
    found = apply_changes(table, [RenameColumn("y", "speed"), UnitsRowAsData(2)])
    assert found.unread["speed"] == {0: "m/s"}
    assert found.units == {}


def test_units_of_converted_columns_are_set_after_the_conversion(table: Table) -> None:
    made = prepared(table, [SetUnit("colour is red", "1"), RenameColumn("m", "mass"), SetUnit("mass", "g")],
                    [Conversion("colour", "labels")])
    assert made.units["colour is red"] == "1"
    assert made.units["mass"] == "g"
    assert prepared(table, [SetUnit("colour is red", "1")]).changes == ()


@pytest.mark.parametrize(("change", "says"), [
    (RenameColumn("mm", "mass"), "no column 'mm'. Did you mean 'm'?"),
    (RenameColumn("m", "y"), "has a column 'y' already"),
    (RenameColumn("m", " "), "cannot be the name of a column"), (RenameColumn("m", "x" * 81), "1 to 80 printable"),
    (SetUnit("zzz", "m"), "Its columns are 'time', 'm'"), (ExcludeRows("line", (1,)), "no row at line 1"),
    (ExcludeRows("row", (3,)), "named by their line"), (ExcludeWhere("y > 1e9"), "No row of lab.csv fulfils"),
    (ExcludeWhere("y > 0"), "would exclude every row"), (EditCell("line", 3, "y", 5.0, 6.0), "'y' is 2, not 5"),
    (EditCell("line", 99, "y", 5.0, 6.0), "no row at line 99"), (EditCell("line", 3, "y", 2.0, "two"), "'two' is none"),
    (EditCell("line", 3, "colour", "red", 2.0), "holds text"), (UnitsRowAsData(7), "no row of units in line 7")])
def test_a_change_that_does_not_fit_is_a_sentence(table: Table, change: Change, says: str) -> None:
    with pytest.raises(ChangeError) as error:
        apply_changes(table, [change])
    assert says in str(error.value)


def test_a_table_has_at_most_so_many_changes(table: Table) -> None:
    with pytest.raises(ChangeError, match="at most 1,000 changes"):
        apply_changes(table, [SetUnit("m", "g")] * (MOST_CHANGES + 1))


def test_json_gives_the_changes_back(table: Table) -> None:
    changes = apply_changes(table, [
        RenameColumn("m", "mass"), SetUnit("mass", "g"), EditCell("line", 3, "y", 2.0, None),
        EditCell("line", 3, "colour", "red", "grün"), ExcludeRows("line", (3, 5)), ExcludeWhere("y > 100"),
        UnitsRowAsData(2)]).changes
    tree = json.loads(json.dumps(changes_to_json(changes)))
    assert changes_from_json(tree) == changes
    assert changes_from_json(None) == ()


@pytest.mark.parametrize(("tree", "says"), [
    (5, "expected an object with version and list"), ({"version": 1}, "expected an object with version and list"),
    ({"version": 2, "list": []}, "reads version 1"), ({"version": 1, "list": [{}] * 1001}, "at most 1,000"),
    ({"version": 1, "list": [{"kind": "eval"}]}, "whose kind is one of rename_column"),
    ({"version": 1, "list": [["kind"]]}, "whose kind is one of"),
    ({"version": 1, "list": [{"kind": "rename_column", "old": "a"}]}, "expected old, new"),
    ({"version": 1, "list": [{"kind": "rename_column", "old": "a", "new": 5}]}, "expected a text of at most"),
    ({"version": 1, "list": [{"kind": "set_unit", "column": "a\nb", "unit": "m"}]}, "expected a text"),
    ({"version": 1, "list": [{"kind": "exclude_rows", "word": "line", "rows": []}]}, "a list of 1 to 10,000"),
    ({"version": 1, "list": [{"kind": "exclude_rows", "word": "page", "rows": [1]}]}, "expected line or row"),
    ({"version": 1, "list": [{"kind": "exclude_rows", "word": "line", "rows": [0]}]}, "the number of a row"),
    ({"version": 1, "list": [{"kind": "exclude_rows", "word": "line", "rows": [True]}]}, "the number of a row"),
    ({"version": 1, "list": [{"kind": "units_row_as_data", "line": "2"}]}, "the number of a row"),
    ({"version": 1, "list": [{"kind": "edit_cell", "word": "line", "row": 1, "column": "a", "old": 1,
                              "new": float("inf")}]}, "a finite number")])
def test_damaged_json_is_a_sentence(tree: Any, says: str) -> None:
    with pytest.raises(ChangeError) as error:
        changes_from_json(tree)
    assert says in str(error.value)


def test_a_run_keeps_the_changes_of_its_own_columns_only(table: Table) -> None:
    changes = apply_changes(table, [
        RenameColumn("m", "mass"), RenameColumn("time", "secret"), SetUnit("secret", "h"),
        EditCell("line", 3, "secret", 1.0, 9.0), EditCell("line", 3, "y", 2.0, 3.0),
        ExcludeWhere("colour = blue")]).changes
    kept = concerning(changes, ["mass", "y"])
    assert "secret" not in json.dumps(changes_to_json(kept))
    assert [type(change) for change in kept] == [RenameColumn, EditCell, ExcludeWhere]
    assert concerning(changes, ["secret"])[0] == RenameColumn("time", "secret")


def test_a_unit_that_leaves_a_name_is_named():
    assert RenameColumn("E [J]", "E").describe() == "Unit J taken out of the name 'E [J]': the column is 'E'."
    assert "Unit EUR" in RenameColumn("price (EUR)", "price").describe()
    assert RenameColumn("load (mean)", "load").describe() == "Column 'load (mean)' renamed to 'load'."
