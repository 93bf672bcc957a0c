"""Units as tables write them, which the package pint takes for others."""

from __future__ import annotations

import pytest

from xnet.engine.formulas.parser import read_formula
from xnet.evidence.unit_text import UnknownUnit, read_unit
from xnet.evidence.units import units_report


@pytest.mark.parametrize(("written", "same"), [
    ("Nm", "N*m"), ("kNm", "kN*m"), ("N-m", "N*m"), ("ft-lb", "ft*lbf"), ("Nm3/h", "m^3/h"), ("Sm³/d", "m^3/day"),
    ("cts/s", "1/s"), ("mol%", "%"), ("at%", "%"), ("wt %", "%"), ("%RH", "%"), ("pct", "%"), ("cfm", "ft^3/min"),
    ("Amps", "A"), ("C°", "degC"), ("oC", "degC"), ("Kg", "kg"), ("KPa", "kPa"), ("Torr", "torr"), ("PS", "735.5 W"),
    ("/min", "1/min"), ("ppbv", "0.001 ppm"), ("degrees_north", "deg"), ("lpm", "L/min"), ("kOhm", "kohm"),
    ("N/Nm", "1/m"), ("Nm²", "N*m^2"), ("Nm/rad", "N*m"), ("nOhm m", "nohm m"), ("mOhm", "0.001 ohm")])
def test_units_mean_what_tables_mean(written: str, same: str) -> None:
    """Nm was m/kg, at% a pressure, mol% an amount, cts carats, cfm a length, Amps a speed and C° a charge."""
    found, expected = read_unit(written), read_unit(same)
    assert found.exponents == expected.exponents
    assert found.scale == pytest.approx(expected.scale, abs=1e-4)
    assert found.zero == expected.zero


@pytest.mark.parametrize("written", ["nm", "m/s", "N", "kg m s-2", "mPa", "MPa", "%/K", "mol/L", "cm-1"])
def test_other_units_stay(written: str) -> None:
    assert read_unit(written).text == written


def test_a_pure_number_of_ten_is_a_unit() -> None:
    assert (read_unit("1e-3").exponents, read_unit("1e-3").scale) == ({}, -3.0)


@pytest.mark.parametrize(("written", "why"), [("mb", "mbar or millibarn"), ("ppt", "10"), ("pa", "write Pa"),
                                              ("k", "K"), ("R", "degR"), ("kg/R", "degR")])
def test_units_with_two_meanings_are_unknown_and_say_so(written: str, why: str) -> None:
    with pytest.raises(UnknownUnit, match=f"can be read in two ways; write {why}|{why}"):
        read_unit(written)


def test_the_unit_of_a_number_has_whole_powers_where_it_can() -> None:
    """Between ppm and % it was 1/(ppm⁰·⁵·%⁰·⁵), which is as large."""
    network = read_formula("2*x", ["x"])
    assert units_report([network], ["x"], "y", {"x": "ppm", "y": "%"}) == ["consistent if 2 has the unit %/ppm"]
    assert units_report([network], ["x"], "y", {"x": None, "y": "m"}) == units_report(
        [network], ["x"], "y", {"y": "m"})
