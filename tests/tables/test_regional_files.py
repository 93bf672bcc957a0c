"""Tables of several countries and lines copied from documents: letters, dates, names, codes of columns."""

import numpy as np
import pytest

from tests.tables.variants import rows
from xnet.tables import read_table
from xnet.tables.decoding import decode
from xnet.tables.written_dates import iso_date


@pytest.mark.parametrize(("names", "encoding"), [
    ("Время, с;Скорость, м/с;Прим.", "cp1251"), ("Дата;Расход;Объём", "koi8-r"), ("時間,速度", "cp932"),
    ("t（秒）,温度(℃)", "cp932"), ("Länge [m];Höhe;Größe", "cp1252"), ("Température (°C);Débit", "cp1252"),
    ("x [µm];Año;Niño", "cp1252"), ("时间(秒),温度", "gb18030"),
])
def test_letters_of_names_are_decoded(names: str, encoding: str) -> None:
    assert decode((names + "\n1,5;2\n").encode(encoding), "t", []).startswith(names)


@pytest.mark.parametrize(("cell", "date"), [
    ("1 января 2020 г.", "2020-01-01"), ("15 мая 2020", "2020-05-15"), ("令和2年1月5日", "2020-01-05"),
    ("平成元年1月8日", "1989-01-08"), ("5 października 2021", "2021-10-05"), ("3 Ocak 2020", "2020-01-03"),
    ("25:01:2020", "2020-01-25"), ("20200125:0010", "2020-01-25 00:10"), ("32:01:2020", None), ("99991301:0010", None),
])
def test_dates_of_several_countries(cell: str, date: str | None) -> None:
    assert iso_date(cell) == date


def test_digits_of_full_width_are_numbers() -> None:
    digits = str.maketrans("0123456789.", "０１２３４５６７８９．")
    frame = read_table(("t,v\n" + rows(lambda k: f"{k},{2 * k}.5")).translate(digits).replace("，", ",")).frame
    np.testing.assert_array_equal(frame["v"], 2.0 * np.arange(12) + 0.5)


def test_a_table_copied_from_a_document_keeps_its_first_row_and_its_units() -> None:
    body = rows(lambda k: f"B{k} {10 + k * 2.5} {k * k / 10:.2f}") + "\nNote: mean of three.\n"
    table = read_table("Table 2. Results of the test\nSpecimen Load (kN) Deflection (mm)\n" + body)
    assert list(table.frame.columns) == ["Specimen", "Load (kN)", "Deflection (mm)"]
    assert dict(table.units) == {"Load (kN)": "kN", "Deflection (mm)": "mm"}
    for text in (body, "Results of the test\n" + body):
        frame = read_table(text).frame
        assert list(frame.columns) == ["column_1", "column_2", "column_3"]
        assert len(frame) == 12


def test_columns_aligned_with_spaces_before_a_tab_and_a_name_are_split() -> None:
    text = rows(lambda k: f'{18 + k}.0   8   {307 + k * k}.0      {"?" if k == 4 else 130 + k}      70\t"car {k}"')
    frame = read_table(text).frame
    assert frame.shape == (12, 6)
    assert frame["column_4"].isna().sum() == 1


def test_a_code_that_several_columns_share_is_named() -> None:
    def line(k: int) -> str:
        values = ["-200"] * 3 if k % 9 == 4 else [f"{2 + k % 7}.5", f"{900 + 37 * (k % 23)}", f"{k % 11 - 2}.5"]
        return ",".join([str(k), *values])

    table = read_table("k,CO,sensor,T\n" + rows(line, 60))
    assert dict(table.sentinels) == {"CO": (-200.0,), "sensor": (-200.0,), "T": (-200.0,)}
    assert "limit of the instrument" not in " ".join(table.report)


def test_a_repeated_minimum_of_one_column_is_no_code() -> None:
    table = read_table("k,level\n" + rows(lambda k: f"{k},{-100 if k % 6 == 0 else -60 + k}", 30))
    assert not table.sentinels


@pytest.mark.parametrize("names", ["t v a\n", ""])
def test_decimal_commas_between_spaces_are_read(names: str) -> None:
    frame = read_table(names + rows(lambda k: f"{k},5 {k * k},25 {k}")).frame
    assert frame.shape == (12, 3)
    np.testing.assert_array_equal(frame.iloc[:, 1], np.arange(12.0) ** 2 + 0.25)


def test_points_between_thousands_are_removed_where_two_of_them_prove_it() -> None:
    table = read_table("Jahr;Wert\n" + rows(lambda k: f"{2000 + k};{'1.' * (k > 0)}{200 + k}.300"))
    np.testing.assert_array_equal(table.frame["Wert"], [200300, *(1200300 + 1000 * k for k in range(1, 12))])
    assert "Thousands separators were removed in 'Wert'." in table.report


def test_amounts_with_a_unit_or_a_sign_of_money_prove_decimal_commas() -> None:
    """1.000 Stk beside 5,00 € was 1, and 500 Stk below it 500."""
    table = read_table("Menge;Preis\n" + "".join(f"{a};{b},50 €\n" for a, b in (
        ("1.000 Stk", 5), ("2.500 Stk", 9), ("500 Stk", 3), ("750 Stk", 4), ("12.000 Stk", 80))))
    assert table.frame["Menge"].tolist() == [1000, 2500, 500, 750, 12000]
    assert table.frame["Preis"].tolist() == [5.5, 9.5, 3.5, 4.5, 80.5]
    cells = ("1.000", "2.500", "3.500", "4.250", "5.125")
    unclear = read_table("Menge;Zahl\n" + "".join(f"{a} kg;{a}\n" for a in cells))
    assert "'Menge': '1.000' and the like were read with a decimal point" in " ".join(unclear.report)
