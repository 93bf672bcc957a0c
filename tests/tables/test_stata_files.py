"""Files of Stata, and of packages whose files cannot be read."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from tests.tables.test_reading import column, said
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

FRAME = pd.DataFrame({"x": [0.5, 1.5, np.nan, 3.5, 4.5, 5.5], "n": [1, 2, 3, 4, 5, 6],
                      "kind": pd.Categorical(["a", "b", "a", "b", "a", "b"]), "city": list("uvwxyz"),
                      "day": pd.date_range("2020-01-01", periods=6)})


def stata(version: int) -> bytes:
    buffer = io.BytesIO()
    FRAME.to_stata(buffer, write_index=False, version=version, convert_dates={"day": "td"})
    return buffer.getvalue()


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_a_stata_file_gives_numbers_labels_and_dates(version: int) -> None:
    table = read_table(stata(version), "t.dta")
    np.testing.assert_array_equal(table.frame["x"], FRAME["x"])
    assert column(table, "n")[:2] == [1, 2]
    assert list(table.frame["kind"][:2]) == ["a", "b"]
    assert table.kinds["day"] == "dates"
    assert said(table, "Stata")
    assert table.numeric_columns == ("x", "n")


@pytest.mark.parametrize("version", [114, 118])
@pytest.mark.parametrize("keep", [5, 60, 300, 0.5, 0.9])
def test_a_damaged_stata_file_gets_one_sentence(version: int, keep: float) -> None:
    data = stata(version)
    with pytest.raises(TableError, match=r"t\.dta"):
        read_table(data[:int(keep if keep > 1 else keep * len(data))], "t.dta")


@pytest.mark.parametrize(("start", "package"), [(b"$FL2@(#) SPSS DATA FILE", "SPSS"),
                                                (b"HEADER RECORD*******LIBRARY HEADER", "SAS")])
def test_files_of_other_packages_are_refused_with_what_to_do(start: bytes, package: str) -> None:
    with pytest.raises(TableError, match=f"is a file of {package}, which cannot be read here. Save it as CSV"):
        read_table(start + bytes(200), "t")
