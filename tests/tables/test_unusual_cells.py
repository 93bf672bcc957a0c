"""Cells and lines that people and programs write in unusual ways: units that differ, quotes, letters, totals."""

import numpy as np
import pytest

from xnet.tables import TableError, read_table


def _said(text: str | bytes) -> str:
    return " ".join(read_table(text).report)


#: The cells of a column, its values, and words of the report.
CELLS = {
    "times": (["12 µs", "55 µs", "200 µs", "1.2 ms", "3.4 ms", "1.1 s"], [12, 55, 200, 1200, 3400, 1100000],
              "converted to the unit of the others"),
    "lengths": (["3 mm", "4 cm", "5 cm", "6 cm", "7 cm", "8 mm"], [0.3, 4, 5, 6, 7, 0.8], "converted"),
    "inches": (["1/4", "3/8", "1/2", "5/8", "3/4", "1 1/2"], [0.25, 0.375, 0.5, 0.625, 0.75, 1.5], "fractions such as"),
    "glyphs": (["¼", "½", "1½", "2¾", "3", "1⅜"], [0.25, 0.5, 1.5, 2.75, 3, 1.375], "fractions such as"),
    "rupees": (["Rs. 1,234/-", "Rs. 1,334/-", "Rs. 1,434/-", "Rs. 1,534/-", "Rs. 1,634/-"],
               [1234, 1334, 1434, 1534, 1634], "signs of money"),
    "unit in brackets": (["1.5 (kg)", "2.5 (kg)", "3.5 (kg)", "4.5 (kg)"], [1.5, 2.5, 3.5, 4.5], "the unit 'kg'"),
    "raised point (The Lancet)": (["0·1", "1·25", "2·5", "3·75"], [0.1, 1.25, 2.5, 3.75], "the raised point of '0·1'"),
    "Arabic decimal sign": (["0٫1", "1٫25", "2٫5", "3٫75"], [0.1, 1.25, 2.5, 3.75], ""),
    "precision of Mathematica": (["2.5`", "3.5`20.", "4.5`20.*^-3", "5.`"], [2.5, 3.5, 0.0045, 5], ""),
}


@pytest.mark.parametrize(("cells", "values", "words"), CELLS.values(), ids=CELLS)
def test_a_spelling_is_read_and_said(cells: list[str], values: list[float], words: str) -> None:
    table = read_table("t;y\n" + "\n".join(f"{k};{cell}" for k, cell in enumerate(cells)))
    np.testing.assert_allclose(table.frame["y"], values, rtol=1e-14)
    assert words in " ".join(table.report)


def test_degrees_of_two_scales_and_dates_without_a_year_stay_text() -> None:
    for cells in ("20°C,21°F,22°C,23°F", "1/4,2/4,3/4,4/4", "5/12,6/12,7/12,8/12"):
        table = read_table("t,y\n" + "\n".join(f"{k},{cell}" for k, cell in enumerate(cells.split(","))), min_columns=1)
        assert table.numeric_columns == ("t",)


def test_complex_numbers_are_named() -> None:
    with pytest.raises(TableError, match=r"'1\+2j' is a complex number.*the imaginary part a column each"):
        read_table("f,z\n" + "\n".join(f"{k},{k}+{k + 1}j" for k in range(1, 8)))


def test_a_different_text_in_every_row_is_shown() -> None:
    with pytest.raises(TableError, match="such as '1:2'"):
        read_table("mix,y\n1:2,1\n1:3,2\n1:4,3\n1:5,4\n2:3,5\n3:4,6")


@pytest.mark.parametrize("row", ['1,2.5,"say \\"hi\\", ok"', '"1" , "2.5" , "x"'])
def test_quotes_of_other_programs_are_read(row: str) -> None:
    text = "a,b,c\n" + "\n".join([row] * 6)
    assert read_table(text).frame["b"].tolist() == [2.5] * 6
    assert "Quotes" in _said(text)


def test_letters_that_were_decoded_twice_are_restored() -> None:
    table = read_table("t,HÃ¶he (Âµm),T (Â°C)\n1,2,3\n2,3,4\n3,5,7\n")
    assert list(table.frame.columns) == ["t", "Höhe (µm)", "T (°C)"]
    assert table.units["T (°C)"] == "°C"
    assert "'Â°' to '°'" in " ".join(table.report)


def test_characters_that_nobody_sees_make_no_text() -> None:
    table = read_table("a,\u200bb,c\n" + "\n".join(f"{k},\u200b{k * k},\u200e{k}.5\ufeff" for k in range(6)))
    assert table.numeric_columns == ("a", "b", "c")


@pytest.mark.parametrize("end", ["\x85", "\u2028"])
def test_lines_that_end_as_unicode_says_are_lines(end: str) -> None:
    assert len(read_table(f"a,b{end}1,2{end}2,4{end}3,5{end}4,9").frame) == 4


def test_a_total_whose_formula_is_text_and_a_total_without_a_name_are_no_rows() -> None:
    rows = "\n".join(f"{k},{k * k},{3 * k}" for k in range(1, 9))
    for total in ("SUM,=SUM(B2:B9),=SUM(C2:C9)", ",204,108"):
        table = read_table(f"a,b,c\n{rows}\n{total}\n")
        assert len(table.frame) == 8
        assert "Left out at the end" in " ".join(table.report)
    assert len(read_table(f"a,b,c\n{rows}\n,205,108\n").frame) == 9


def test_the_parts_of_a_circuit_are_no_units() -> None:
    table = read_table("time\tV(R1)\tI(C2)\n1\t2\t3\n2\t4\t7\n3\t5\t8\n")
    assert table.units == {}


def test_a_cell_of_200_000_letters_is_a_long_text() -> None:
    table = read_table("a,b,note\n" + "\n".join(f"{k},{k * k},{'x' * 200_000 if k == 4 else 'ok'}" for k in range(9)))
    assert [*table.numeric_columns] == ["a", "b"]
    assert len(table.frame) == 9


def test_gaps_of_many_columns_share_a_sentence() -> None:
    def gaps(columns: int) -> list[str]:
        lines = [",".join("" if k == row % 15 else str(row + k) for k in range(columns)) for row in range(30)]
        head = ",".join(f"c{k}" for k in range(columns))
        return [said for said in read_table(f"{head}\n" + "\n".join(lines)).report if " missing" in said]

    assert [said.partition(":")[0] for said in gaps(3)[:-1]] == ["'c0'", "'c1'", "'c2'"]
    assert gaps(12)[0].startswith("Cells are missing in 12 columns, most of them in 'c0' (2), 'c1' (2), 'c2' (2);")
    assert len(gaps(12)) == 2
