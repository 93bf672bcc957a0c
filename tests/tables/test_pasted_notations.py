"""Values pasted in the notation of a program: R, Python, Julia, JavaScript, Mathematica, YAML, TOML, and f(1) = 2.5."""

from math import nan
from pathlib import Path

import numpy as np
import pytest

from xnet.tables import read_table

FOLDER = Path(__file__).parent / "pasted"
#: A file, the names of its columns, and one column with its first values.
PASTED = [
    ("r_dput2.txt", ["x", "y", "g"], "y", [2.5, 3.5, 4.5, 5.7]),
    ("dput_date.txt", ["date", "my y"], "my y", [2.5, 3.5, nan, 5.5]),
    ("dput_posix.txt", ["t", "y"], "y", [2.5, 3.5, 1, 5.5]),
    ("dput_old.txt", ["x", "g"], "x", [1, 2, 3, 4]),
    ("pandas_todict.txt", ["x", "y"], "y", [2.5, 3.5, 4.5, 5.5]),
    ("todict_idx.txt", ["index", "x", "y"], "y", [2.5, 3, 4, 5]),
    ("todict_ts.txt", ["index", "x"], "x", [1.5, 2, 4, 4]),
    ("wolfram_assoc.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("yaml.yaml", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("yaml3.yaml", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("toml.toml", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("toml2.toml", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("fortran_namelist.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("fx.txt", ["x", "f"], "f", [0, 1.5, 3, 4.5]),
    ("fx2.txt", ["x1", "x2", "f"], "f", [3, 5.5, 7, 6]),
    ("arrow2.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5]),
    ("bullets.txt", ["column_1", "column_2"], "column_2", [2.5, 3.5, 4.6, 5.5]),
    ("stringio.txt", ["x", "y"], "y", [2.5, 3.5, 4.5, 5.6]),
    ("readtable.txt", ["x", "y"], "y", [2.5, 3.5, 4.5, 5.6]),
    ("tribble.txt", ["x", "y"], "y", [2.5, 3.5, 4.5, 5.6]),
    ("js.txt", ["x", "y"], "y", [2.5, 3.5, 4.5, 5.5]),
    ("df_read.txt", ["x", "y", "index"], "index", [0, 1, 2, 3]),
    ("sr_jl.txt", ["X1", "X2", "y"], "y", [2.5, 3.5, 4.5, 5.5]),
    ("np_mat_y.txt", ["X1", "X2", "y"], "y", [2.5, 3.5, 4.5, 5.5]),
    ("xylist_nl.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("vert3.txt", ["x", "y"], "y", [0, 1.5, 3, 4.5]),
]


@pytest.mark.parametrize(("file", "names", "column", "values"), PASTED, ids=[file for file, *_ in PASTED])
def test_a_notation_is_read_as_its_table(file: str, names: list[str], column: str, values: list[float]) -> None:
    table = read_table(FOLDER / file, min_columns=1)
    assert list(table.frame.columns) == names
    np.testing.assert_array_equal(table.frame[column][:len(values)], values)


def test_factors_and_dates_of_dput_are_read() -> None:
    assert read_table(FOLDER / "dput_old.txt", min_columns=1).frame["g"].tolist()[:2] == ["lo, w", "hi"]
    assert read_table(FOLDER / "dput_date.txt").frame["date"].tolist()[0] == "2020-01-01"
    assert read_table(FOLDER / "dput_posix.txt").frame["t"].tolist()[1] == "2020-01-01 01:00:00"


def test_a_gap_of_numpy_is_no_text() -> None:
    assert read_table(FOLDER / "df_read.txt").frame["y"].isna().tolist() == [False, False, True, False, False]


def test_a_series_below_its_title_and_its_unit_is_one_column() -> None:
    for head in ("lake level\nlevel", "flow\nm3/s"):
        table = read_table(head + "".join(f"\n{(7 * k) % 11 + 0.5}" for k in range(20)), min_columns=1)
        assert table.frame.shape[1] == 1
