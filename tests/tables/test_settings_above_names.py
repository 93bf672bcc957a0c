"""Files whose settings above the names look like names, and lines of serial monitors; numbers with spaces in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tables.variants import rows
from xnet.tables import read_table

FOLDER = Path(__file__).parent / "headers"


@pytest.mark.parametrize(("file", "names"), [
    ("korexo.csv", ["Time (Fract. Sec)", "Site Name", "Cond µS/cm", "ODO mg/L"]),
    ("pvsyst.csv", ["date", "GlobHor", "T_Amb", "E_Grid"]), ("epw.epw", [f"column_{k}" for k in range(1, 11)]),
    ("tdm.csv", ["column_1", "column_2"]), ("wiki_copy.txt", ["Planet", "Semi-major axis (AU)", "Period (years)"])])
def test_keys_and_values_above_the_names_are_no_names(file: str, names: list[str]) -> None:
    found = list(read_table(FOLDER / file).frame.columns)
    start = found.index(names[0])
    assert found[start:start + len(names)] == names


def test_spaces_between_the_decimals_of_a_cell_are_no_delimiters() -> None:
    assert read_table(FOLDER / "wiki_copy.txt").frame["Period (years)"].tolist()[:2] == [0.240846, 0.615198]


@pytest.mark.parametrize("file", ["arduino2.txt", "teraterm.txt"])
def test_the_times_of_a_serial_monitor_are_cells(file: str) -> None:
    table = read_table(FOLDER / file)
    assert table.frame["column_2"].tolist() == [512, 514, 518, 520, 530]
    assert "they can be converted to numbers: 'column_1'" in " ".join(table.report)


def test_few_quantities_below_names_of_things_are_turned() -> None:
    text = ("\tMERCURY\tVENUS\tEARTH\tMARS\tJUPITER\nMass\t0.330\t4.87\t5.97\t0.642\t1898\n"
            "Density\t5429\t5243\t5514\t3934\t1326\n")
    table = read_table(text)
    assert list(table.frame.columns) == ["name", "Mass", "Density"]
    assert table.frame["name"].tolist()[2] == "EARTH"
    assert list(read_table(text, min_columns=1).frame.columns)[1] == "MERCURY"  # of new rows for a formula


def test_yerr_is_the_error_of_y() -> None:
    """https://github.com/astroautomata/PySR/issues/7."""
    table = read_table(FOLDER / "pysr7.txt")
    assert table.errors == {"y": "yerr"}
    assert table.suggested_target == "y"


def test_codes_of_many_digits_and_with_exponents_are_said() -> None:
    """https://github.com/OpenRefine/OpenRefine/issues/423."""
    text = "id,well,y\n" + rows(lambda k: f"{5121543818811007507 + k},{k + 1}E1,{k * k}", 8)
    report = " ".join(read_table(text).report)
    assert "'id': numbers of more than 15 digits, such as '5121543818811007507', were rounded" in report
    assert "'well': '1E1' and the like were read as powers of ten" in report


def test_a_decimal_comma_behind_a_point_is_not_called_a_decimal_point() -> None:
    table = read_table("a;b\n" + rows(lambda k: f"0{k + 1}.01.2020;1.{234 + k},00 EUR", 8))
    assert "decimal point" not in " ".join(table.report)
    assert table.frame["b"].tolist()[0] == 1234


def test_one_name_above_decimal_commas_is_one_column() -> None:
    table = read_table("y\n1,5\n2,75\n3\n4,25\n5,5\n6,1\n", min_columns=1)
    assert table.frame["y"].tolist() == [1.5, 2.75, 3, 4.25, 5.5, 6.1]
    assert "one column with decimal commas" in " ".join(table.report)
    assert read_table("x,y\n1,5\n2,75\n3,7\n4,25\n", min_columns=1).frame.shape == (4, 2)


def test_a_title_of_as_many_words_as_columns_is_no_line_of_names() -> None:
    text = "Report of the experiment\n" + rows(lambda k: f"{k}\t{k * k}\t{3 * k}\t7", 8)
    assert list(read_table(text).frame.columns) == ["column_1", "column_2", "column_3", "column_4"]


def test_names_with_a_blank_line_below_them_are_no_sentence() -> None:
    table = read_table("z rate price load angle energy note\n\n" + rows(lambda k: f"{k} {k * k} 3 {k + 2} 5 6 7", 8))
    assert list(table.frame.columns)[:3] == ["z", "rate", "price"]


def test_a_series_below_a_title_is_one_column_and_few_rows_below_names_stay_rows() -> None:
    assert read_table("Experiment 12\nrun\n" + rows(lambda k: f"{k + k // 3}", 20), min_columns=1).frame.shape[1] == 1
    text = "day,load,power,x,price,b\n2020-03-02,-16,3,-1.5,12,5\n2020-08-01,-11,5,13.0,2.0,7\n"
    assert list(read_table(text).frame.columns)[:2] == ["day", "load"]
