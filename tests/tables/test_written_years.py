"""Years with words, days of the week before dates, seconds beside minutes, and days without a year."""

import pytest

from xnet.tables import TableError, read_table
from xnet.tables.column_conversion import days_first
from xnet.tables.column_recipes import parse_dates

READ = {
    "fiscal years": ("FY2015,FY2016,FY2017,FY2018,FY2019", [2015, 2016, 2017, 2018, 2019], "are years"),
    "years of China and Japan": ("2015年,2016年,2017年度,2018年,2019年", [2015, 2016, 2017, 2018, 2019], "are years"),
    "decades": ("1950s,1960s,1970s,1980s,1990s", [1950, 1960, 1970, 1980, 1990], "are years"),
    "before Christ": ("500 BC,300 BC,100 BC,100 AD,300 AD", [-500, -300, -100, 100, 300], "before Christ"),
    "gaps of Eurostat": ("1.5,:,2.5,: c,3.5", None, "says that there is no value"),
    "days of the week": ("Mon 06/01/2020,Tue 07/01/2020,Wed 08/01/2020,Thu 09/01/2020", [
        "06/01/2020", "07/01/2020", "08/01/2020", "09/01/2020"], "the day of the week"),
    "times of swimmers": ("59.8,1:02.3,1:03.9,5.25,2:01.1", ["0:59.8", "1:02.3", "1:03.9", "0:05.25", "2:01.1"],
                          "read as 0:59.8"),
}


@pytest.mark.parametrize(("cells", "values", "words"), READ.values(), ids=READ)
def test_a_spelling_is_read_and_said(cells: str, values: list[float] | list[str] | None, words: str) -> None:
    table = read_table("d,y\n" + "\n".join(f"{cell},{k * k}" for k, cell in enumerate(cells.split(","))))
    if values is not None:
        assert table.frame["d"].tolist() == values
    assert words in " ".join(table.report).replace("say that", "says that")
    assert not table.units


def test_days_without_a_year_are_named() -> None:
    with pytest.raises(TableError, match=r"'1-Mar' is a day without its year.*ranges or names"):
        read_table("d,y\n" + "\n".join(f"{k}-Mar,{k * k}" for k in range(1, 8)))


def test_a_letter_in_brackets_is_no_unit() -> None:
    assert read_table("Longitude (x),T (K)\n1,2\n2,3\n3,5\n").units == {"T (K)": "K"}


def test_a_date_of_the_other_order_is_a_gap_and_24_00_is_the_next_midnight() -> None:
    found = parse_dates(["01/02/2020", "13/02/2020", "02/15/2020", "31.12.1999 24:00"], days_first=True)
    assert [None if value != value else str(value) for value in found] == [
        "2020-02-01 00:00:00", "2020-02-13 00:00:00", None, "2000-01-01 00:00:00"]


def test_the_order_that_fits_more_dates_is_taken() -> None:
    assert not days_first(["03/13/2020", "03/14/2020", "13/03/2020"])
    assert days_first(["13/03/2020", "14/03/2020", "03/15/2020", "01/02/2020"])
    assert days_first(["1.2.2020", "3.4.2020"])
