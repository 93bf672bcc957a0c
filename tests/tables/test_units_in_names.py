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
    ("duration (in seconds);p (in Hg)", {"duration (in seconds)": "duration"}),  # no inches times seconds
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


@pytest.mark.parametrize(("name", "short", "unit"), [
    ("y(mm)", "y", "mm"), ("Temp(°C)", "Temp", "°C"), ("DSC/(mW/mg)", "DSC", "mW/mg"), ("Temp./°C", "Temp.", "°C"),
    ("speed in m/s", "speed", "m/s"), ("Power, kW", "Power", "kW"), ("T(°C)", "T", "°C"),
    ("t(min)", "t", "min"), ("V(mL)", "V", "mL"), ("m(kg)", "m", "kg"), ("h(mm)", "h", "mm"), ("d(mm)", "d", "mm"),
    ("T(K)", "T", "K"), ("U(V)", "U", "V"), ("m(g)", "m", "g"), ("I(A)", "I", "A"), ("T1(K)", "T1", "K")])
def test_units_behind_names_without_a_space_or_bracket_are_units(name: str, short: str, unit: str) -> None:
    """Only `speed (m/s)` and `speed [m/s]` had a unit; --units then called every formula consistent."""
    text = f"x;{name}\n" + "\n".join(f"{k};{k * k}" for k in range(8))
    table = read_table(text, "t.csv")
    assert table.units[name] == unit
    assert [(change.old, change.new) for change in renames_without_units(table)] == [(name, short)]


@pytest.mark.parametrize("name", ["f(x)", "V(out)", "f(t)", "log(Pa)", "price/kg", "L/D", "Ca/Mg", "km/h",
                                  "Day in year", "A, B", "y(1)", "f(N)", "I(V)", "x(s)"])
def test_functions_and_quotients_have_no_unit(name: str) -> None:
    table = read_table(f"x;{name}\n" + "\n".join(f"{k};{k * k}" for k in range(8)), "t.csv")
    assert name not in table.units
