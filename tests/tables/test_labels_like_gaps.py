"""Words that stand for a gap among numbers are labels among labels: a treatment called none, and sodium."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.tables.class_target import class_labels
from xnet.tables.column_conversion import possible_conversions, with_conversions
from xnet.tables.conditions import select_rows
from xnet.tables.group_column import with_group_numbers
from xnet.tables.reading import read_table


def table_of(labels: str) -> str:
    """30 rows with three labels, which take turns."""
    return "treatment,dose,y\n" + "".join(f"{labels.split()[k % 3]},{k},{2 * k}\n" for k in range(30))


@pytest.mark.parametrize("labels", ["none low high", "None low high", "Na K Cs"])
def test_rows_of_a_label_like_a_gap_keep_their_label(labels: str) -> None:
    """A third of the rows, those of the control or of sodium, were left out."""
    table = read_table(table_of(labels))
    assert set(class_labels(table, "treatment")) == set(labels.split())
    grouped, column = with_group_numbers(table, "treatment")
    assert np.isfinite(grouped.frame[column]).all()
    chosen = [c for c in possible_conversions(table) if c.way == "labels"]
    assert with_conversions(table, chosen).frame.filter(like="treatment is").to_numpy().sum() == len(table.frame)
    assert select_rows(f'treatment = "{labels.split()[0]}"', table).mask.sum() == 10
    assert select_rows("treatment is missing", table).mask.sum() == 0


def test_among_numbers_none_is_a_gap() -> None:
    table = read_table("a,y\n" + "".join(f"{'None' if k % 3 == 0 else k},{k}\n" for k in range(30)))
    assert table.frame["a"].isna().sum() == 10


def test_na_stays_a_gap_among_labels() -> None:
    assert set(class_labels(read_table(table_of("NA low high")), "treatment")) == {"low", "high"}


def test_two_points_are_a_gap_of_the_world_bank() -> None:
    table = read_table("year,gdp\n" + "".join(f"{k},{'..' if k % 4 == 0 else 1.5 * k}\n" for k in range(1990, 2020)))
    assert table.frame["gdp"].isna().sum() == 7
    assert any("'..'" in sentence for sentence in table.report)


def test_air_pressures_with_words_for_gaps_are_numbers() -> None:
    """Numbers such as 1013.2 look like a month, so the column became text."""
    table = read_table("day,hPa\n" + "".join(f"{k},{'n.d.' if k % 4 == 0 else 1000.2 + k}\n" for k in range(30)))
    assert table.kinds["hPa"] == "numbers"
    assert table.frame["hPa"].isna().sum() == 8


def test_none_beside_a_few_amounts_is_a_setting() -> None:
    """The rows without an inhibitor had no group, and were left out."""
    text = table_of("none low high").replace("low", "1 mM").replace("high", "3 mM")
    table = read_table(text)
    assert set(class_labels(table, "treatment")) == {"none", "1 mM", "3 mM"}
    assert any("'none' says that there is nothing of it" in sentence for sentence in table.report)
    as_numbers = with_conversions(table, [c for c in possible_conversions(table) if c.way == "numbers"])
    assert as_numbers.frame.iloc[:, -1].isna().sum() == 10
    lengths = read_table("l,y\n" + "".join(f"{'none' if k % 3 == 0 else f'{k} cm'},{k}\n" for k in range(30)))
    assert lengths.frame["l"].isna().sum() == 10
