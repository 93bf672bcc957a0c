"""The rows and columns that a search can use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.table import MIN_ROWS, Table
from xnet.tables.usable_rows import filled_sentence, usable


@pytest.fixture
def table() -> Table:
    rows = "\n".join(f"{i},{i * i},7,{'' if i == 3 else i % 5},x{i}" for i in range(12))
    return read_table(f"a,b,constant,gap,label\n{rows}\n", "t.csv")


def test_usable_returns_finite_floats_in_the_order_asked_and_counts_dropped_rows(table):
    used = usable(table, "b", ["gap", "a"])
    assert list(used.columns) == ["gap", "a", "b"]
    assert set(used.dtypes) == {np.dtype("float64")}
    assert used.shape == (11, 3)
    assert used.attrs["dropped"] == 1
    assert np.isfinite(used.to_numpy()).all()
    assert usable(table, "b", ["a"]).attrs["dropped"] == 0


def test_filled_gaps_are_named_with_their_values(table):
    used = usable(table, "b", ["gap", "a"], fill_gaps=True)
    assert used.attrs["filled"] == 1
    assert used["gap"][3] == np.median([i % 5 for i in range(12) if i != 3])
    sentence = filled_sentence(used.attrs["medians"])
    assert sentence == "Gaps were filled with the median of the column: 1 cell of 'gap' with 1."
    assert filled_sentence(usable(table, "b", ["a"], fill_gaps=True).attrs["medians"]) == ""


UNUSABLE = {
    "no inputs": ("b", [], "No input is chosen"),
    "unknown target": ("bb", ["a"], "no column 'bb': did you mean 'b'"),
    "unknown input": ("b", ["zzzzz"], "no column 'zzzzz': it has 'a', 'b'"),
    "target among inputs": ("b", ["a", "b"], "'b' is both target and input"),
    "input twice": ("b", ["a", "a"], "'a' is an input twice"),
    "text target": ("label", ["a"], "'label' is text .*'x0'"),
    "text input": ("b", ["a", "label"], "'label' is text"),
    "constant target": ("constant", ["a"], "'constant' is 7 in every row"),
    "constant inputs": ("b", ["constant"], "same in all rows"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_choice_is_refused_with_one_sentence(table, case):
    target, inputs, message = UNUSABLE[case]
    with pytest.raises(TableError, match=message) as caught:
        usable(table, target, inputs)
    assert "\n" not in str(caught.value)


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=["a", "b", "a"])
    with pytest.raises(TableError, match="two columns called 'a'"):
        usable(Table(frame=frame, name="t"), "b", ["a"])


def test_too_few_rows_without_gaps_are_refused():
    rows = [f"{i},{i * i}" for i in range(MIN_ROWS - 1)] + [f"{i}," for i in range(20)]
    with pytest.raises(TableError, match=f"{MIN_ROWS - 1} rows without gaps"):
        usable(read_table("a,b\n" + "\n".join(rows)), "b", ["a"])
    assert len(usable(read_table("a,b\n" + "\n".join([*rows, "7,9"])), "b", ["a"])) == MIN_ROWS
    with pytest.raises(TableError, match="has 1 row without gaps"):
        usable(read_table("a,b\n1,2"), "b", ["a"])
