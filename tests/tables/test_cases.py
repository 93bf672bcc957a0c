"""Files as people brought them (see `cases`), with the numbers that they mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.tables.test_reading import column, said
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

CASES = Path(__file__).parent / "cases"

#: file: shape, the first numbers of some columns, units, words of one sentence of the report
READ = {
    "01.csv": ((30, 3), {"time": [0.1, 0.2], "speed": [0.98, 1.96]}, {"time": "s", "distance": "m", "speed": "m/s"},
               ("units", "speed in m/s")),
    "04.dat": ((20, 3), {"column_1": [45, 46], "column_2": [0.0019, 0.0022]}, {}, ("'column_1'", "Fortran")),
    "06.csv": ((24, 3), {"profit": [-16.5, -15]}, {}, ("'profit'", "negative")),
    "07.dat": ((10, 6), {"rho": [0.1, 0.2], "P": [0.6499, 1.442], "P error": [0.0006, 0.001], "U": [-0.478, -0.942],
                         "U error": [0.002, 0.002]}, {}, ("comment line", "rho, T, P, U")),
    "08.csv": ((20, 5), {"length_mm": [2.5, 5], "length_mm error": [0.1, 0.1], "mass_g error": [0.005, 0.005]}, {},
               ("'length_mm'", "'length_mm error'", "weights")),
    "09.csv": ((20, 3), {"year": [1990, 1991], "yield": [2, 2.05]}, {}, ("'Total'", "line 22")),
    "11.csv": ((20, 4), {"sensor A temp": [20, 21], "sensor B flow": [0, 0.7]}, {}, ()),
    "140.dat": ((60, 5), {"Ux": [0.4, 0.41], "Ts": [28.5, 28.53]}, {"Ux": "m/s", "Uy": "m/s", "Ts": "C"},
                ("Skipped 2",)),
    "141.csv": ((7, 4), {"P1": [1, 5], "P4": [3, 5]}, {"P1": "m²", "P2": "°C", "P4": "A"}, ("units",)),
    "142.csv": ((12, 5), {"T_NOCT": [45, 45.5], "A_c": [1.2, 1.22], "N_s": [60, 61]}, {"T_NOCT": "C", "A_c": "m2"}, ()),
    "143.csv": ((14, 3), {"x": [1, 2], "y": [3, 5]}, {}, ("2 cells under 3 names", "comment")),
    "146.csv": ((19, 2), {"Preis (€)": [1.5, 2.5], "Menge": [2, 4]}, {"Preis (€)": "€"}, ("money", "1,50 €")),
    "152.csv": ((9, 2), {"x": [1500, 2500], "y": [1100, 1200]}, {}, ("'y'", "powers of ten")),
    "153.csv": ((20, 2), {"t": [0, 1], "v": [0, 2]}, {}, ("2 tables", "line 15")),
    "24.csv": ((20, 2), {"conc": [np.nan, np.nan]}, {}, ("5 cells are limits", "'<0.01' in line 2")),
    "27.csv": ((20, 2), {"k": [1.3e-9, 1.5e-9]}, {}, ("'k'", "powers of ten")),
    "29.csv": ((20, 2), {"pop": [1234456, 1335457]}, {}, ("Thousands", "'pop'")),
    "34.csv": ((20, 3), {"b": [1, 2], "c": [1001, 1002]}, {}, ("hexadecimal", "'b'")),
    "43.dat": ((40, 2), {"time": [0, 0.1], "y": [0, 0.09983]}, {}, ("comment line", "time, y")),
    "47.csv": ((20, 2), {"angle": [5, 10], "ratio": [1.5, 3]}, {"angle": "deg"}, ("'ratio'", "percent")),
    "48.csv": ((20, 2), {"lat": [48 + 1 / 60 + 12 / 3600, 48 + 2 / 60 + 12 / 3600]}, {"lat": "deg"}, ("angles",)),
    "51.xlsx": ((30, 5), {"Reactor T": [300, 301], "Cooling flow": [5, 5.3]}, {}, ()),
    "54.xlsx": ((30, 3), {"load": [1037, 1074], "speed": [3.6, 7.2]}, {"load": "kN", "speed": "km/h"},
                ("'rate': shown as percentages in the sheet; 5 % is the number 0.05.",)),
}


@pytest.mark.parametrize("name", READ)
def test_files_as_people_brought_them_give_the_numbers_they_mean(name: str) -> None:
    shape, numbers, units, words = READ[name]
    table = read_table(CASES / name)
    assert table.frame.shape == shape
    for column_name, expected in numbers.items():
        np.testing.assert_allclose(column(table, column_name)[:2], expected, rtol=1e-15)
    assert dict(table.units) == units
    assert not words or said(table, *words), table.report


@pytest.mark.parametrize(("name", "message"), [
    ("145.csv", r"two ways: line 2, '1,5,2,7', is 1\.5 and 2\.7 with decimal commas, or 4 numbers"),
    ("32.csv", "'share' holds numbers but is text: in line 21, '0.20' has no unit, but others have '%', and 2 more"),
])
def test_an_ambiguous_table_is_refused_with_the_line_and_the_cell(name: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_table(CASES / name)
