"""Tables that people brought to other programs, from public reports (named in each test), with the right values."""

import numpy as np
import pytest

from tests.tables.variants import rows
from xnet.tables import TableError, read_table


def test_a_comma_and_a_space_part_cells_with_decimal_commas() -> None:
    """OpenBCI_Processing#49: a locale writes 0,05 into a file whose cells are parted by a comma and a space."""
    text = "sample, ch1, ch2\n0, 0, 0\n" + rows(lambda k: f"{k}, {k},{k}5, {2 * k},{9 - k}0", 10)
    frame = read_table(text).frame
    assert list(frame.columns) == ["sample", "ch1", "ch2"]
    np.testing.assert_allclose(frame["ch1"][1:], [float(f"{k}.{k}5") for k in range(10)])
    np.testing.assert_allclose(frame["ch2"][1:], [float(f"{2 * k}.{9 - k}0") for k in range(10)])


def test_a_comma_that_may_separate_thousands_between_such_cells_is_refused() -> None:
    with pytest.raises(TableError, match=r"'1,234' in line 2 or below is 1\.234 .* or 1234 with a separator"):
        read_table("a, b\n" + rows(lambda k: f"{k}, {k + 1},234"))


def test_commas_behind_names_above_rows_with_spaces_are_no_part_of_the_names() -> None:
    """imod-python#78: `time, head, flow` above columns that spaces align."""
    table = read_table("time, head, flow\n" + rows(lambda k: f"{k}  {3.5 + k / 10:.2f}   {2 * k}"))
    assert list(table.frame.columns) == ["time", "head", "flow"]


def test_names_below_lines_of_a_log_with_dashes_for_gaps_are_names() -> None:
    """t400-firmware#154: a serial log that begins before the header is written."""
    lines = rows(lambda k: f"00:00:{k:02d}, {22 + k / 10:.2f}, -, -, {25 + k / 4:.2f}", 20)
    table = read_table("00:03:07, 22.75, -, -, 25.31\n00:03:08, 22.75, -, -, 25.51\nLogging to:\nLD0029.CSV\n"
                       "time, ambient, sens0, sens1, sens2\n" + lines)
    assert list(table.frame.columns) == ["time", "ambient", "sens0", "sens1", "sens2"]
    assert len(table.frame) == 20


@pytest.mark.parametrize("name", ['air[unit="K"]', "air (unit: K)", "air [units=K]"])
def test_a_word_before_a_unit_in_brackets_is_no_part_of_it(name: str) -> None:
    """MetPy#578: names such as air_temperature[unit="C"]."""
    quoted = '"' + name.replace('"', '""') + '"'
    assert read_table(f"t,{quoted}\n" + rows(lambda k: f"{k},{k * k}")).units == {name: "K"}


@pytest.mark.parametrize("word", ["tr", "T", "Trace"])
def test_a_trace_is_said_to_be_one(word: str) -> None:
    """R-Instat#5732: rain that is too little to measure is no missing value."""
    table = read_table("day,rain\n" + rows(lambda k: f"{k},{[word, '0.0', '2.5', 'nd'][k % 4]}"))
    assert any(f"3 cells say that there was a trace ('{word}')" in line and "too high near 0" in line
               for line in table.report)
    assert any("3 cells say that there is no value ('nd')" in line for line in table.report)
