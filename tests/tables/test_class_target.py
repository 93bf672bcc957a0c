"""A class as what is explained: which columns can hold classes, and the column of 0 and 1 that a search gets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.tables.class_target import class_labels, default_class, target_columns, with_class_column
from xnet.tables.column_conversion import Conversion, with_conversions
from xnet.tables.column_recipes import ColumnRecipe
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.table import Table


def table(**columns: object) -> Table:
    return Table(frame=pd.DataFrame({"x": np.linspace(0, 1, 24), **columns}), name="a table")


KINDS = table(kind=["a", "b", "c", ""] * 6, code=[1, 2, 3] * 8, sick=[0, 1] * 12, name=[f"id {k}" for k in range(24)],
              half=[0.5, 1.5] * 12, gap=[0.0, 1.0, np.nan] * 8, flat=[1] * 24)


@pytest.mark.parametrize(("column", "labels"), [
    ("kind", ("a", "b", "c")), ("code", ("1", "2", "3")), ("sick", ("0", "1")), ("half", ("0.5", "1.5")),
    ("gap", ("0", "1")), ("name", ()), ("x", ()), ("flat", ()), ("not there", ())])
def test_few_values_that_come_back_can_be_classes(column: str, labels: tuple[str, ...]) -> None:
    assert class_labels(KINDS, column) == labels


def test_text_of_classes_can_be_explained_and_an_id_cannot() -> None:
    assert target_columns(KINDS) == ["x", "kind", "code", "sick", "half", "gap", "flat"]


def test_of_two_classes_the_last_is_asked_about_first() -> None:
    assert default_class(("no", "yes")) == "yes"
    assert default_class(("a", "b", "c")) == "a"


def test_a_class_becomes_a_column_that_knows_how_it_was_made() -> None:
    found, name = with_class_column(KINDS, "kind", "b")
    assert name == "kind is b"
    np.testing.assert_array_equal(found.frame[name][:4], [0, 1, 0, np.nan])
    assert found.derived[name] == ColumnRecipe("kind", "labels", "b", ("a", "b", "c"))
    assert name not in KINDS.frame.columns


def test_numbers_are_classes_whatever_their_column_holds_beside_them() -> None:
    np.testing.assert_array_equal(with_class_column(KINDS, "code", "2")[0].frame["code is 2"][:3], [0, 1, 0])
    np.testing.assert_array_equal(with_class_column(KINDS, "gap", "0")[0].frame["gap is 0"][:3], [1, 0, np.nan])


def test_a_column_of_0_and_1_is_the_column_already() -> None:
    assert with_class_column(KINDS, "sick", "1") == (KINDS, "sick")
    np.testing.assert_array_equal(with_class_column(KINDS, "sick", "0")[0].frame["sick is 0"][:2], [1, 0])


def test_a_column_that_was_made_before_is_taken() -> None:
    made = with_conversions(KINDS, [Conversion("kind", "labels")])
    assert with_class_column(made, "kind", "b") == (made, "kind is b")


def test_another_column_of_that_name_stays_as_it_is() -> None:
    other = table(kind=["a", "b"] * 12, **{"kind is a": np.arange(24)})
    found, name = with_class_column(other, "kind", "a")
    assert name == "kind is a_2"
    np.testing.assert_array_equal(found.frame["kind is a"], np.arange(24))


@pytest.mark.parametrize(("column", "label", "says"), [
    ("kind", "z", "No row of 'kind' is 'z': choose one of 'a', 'b', 'c'"),
    ("name", "id 3", "'name' has 24 different values in 24 rows, too many for classes"),
    ("x", "0", "'x' has 24 different values in 24 rows, too many for classes"),
    ("flat", "1", "'flat' holds 1 class, but two are needed"), ("gone", "1", "has no column 'gone'")])
def test_what_is_no_class_is_refused(column: str, label: str, says: str) -> None:
    with pytest.raises(TableError, match=says):
        with_class_column(KINDS, column, label)


@pytest.mark.parametrize(("name", "labels", "proposed"), [
    ("species", "aabbbccc", False), ("species", "aaabbbccc", True), ("quality flag", "aaabbbccc", False),
    ("species", "aaabbb cc", False)])
def test_classes_in_the_last_column_are_proposed_as_target(name: str, labels: str, proposed: bool) -> None:
    rows = "\n".join(f"{k},{k * k % 7},{label.strip()}" for k, label in enumerate(labels))
    read = read_table(f"a,b,{name}\n{rows}\n")
    assert read.suggested_target == (name if proposed else "b")
    assert read.suggested_inputs == (("a", "b") if proposed else ("a",))
