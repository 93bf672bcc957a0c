"""Units in the names of columns are taken out of them, as changes that can be undone."""

from __future__ import annotations

import pytest

from xnet.tables.change_application import apply_changes
from xnet.tables.reading import read_table
from xnet.tables.units_in_names import MOST, renames_without_units


def names(header: str) -> dict[str, str]:
    columns = header.count(";") + 1
    lines = (";".join(str(row + k * k) for k in range(columns)) for row in range(1, 8))
    return {change.old: change.new for change in renames_without_units(read_table("\n".join((header, *lines)), "t"))}


@pytest.mark.parametrize(("header", "expected"), [
    ("length (cm);Speed [m/s];mass", {"length (cm)": "length", "Speed [m/s]": "Speed"}),
    ("p[kPa];T (°C);heat flux (W/m²)", {"p[kPa]": "p", "T (°C)": "T", "heat flux (W/m²)": "heat flux"}),
    ("weight (kg);cost (€);price [USD]", {"weight (kg)": "weight", "cost (€)": "cost", "price [USD]": "price"}),
    ("f(x);load (mean);y (2)", {}),  # no units
    ("t (s);t (min);x (m)", {"x (m)": "x"}),  # two columns would be called t
    ("t (s);t;x (m)", {"x (m)": "x"})])
def test_only_a_unit_is_taken_out_and_names_stay_unique(header, expected):
    assert names(header) == expected


def test_the_changed_table_keeps_units_and_suggestions():
    table = read_table("a (cm);b (kg)\n" + "\n".join(f"{k};{k * k}" for k in range(1, 9)), "t")
    changed = apply_changes(table, renames_without_units(table))
    assert (dict(changed.units), changed.suggested_target) == ({"a": "cm", "b": "kg"}, "b")


def test_a_list_of_very_many_changes_is_not_made():
    assert len(names(";".join(f"u{k} (V)" for k in range(MOST)))) == MOST
    assert names(";".join(f"u{k} (V)" for k in range(MOST + 1))) == {}
